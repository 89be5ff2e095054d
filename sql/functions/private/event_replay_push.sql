create or replace function bookly_data.event_replay_push()
returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    done boolean;
    event bookly_data.events;
begin
    select e.* into strict event from bookly_data.events e where e.id = new.event_id;
    done := bookly_data.stream_append('event:replayed', 'events', null, null,
        event.normal_type, event.service, event.aggregate_type,
        left(bookly_data.event_json(event), -1)
            || ',"replayTimestamp":' || bookly_data.quote_time(new.replayed_at) || '}');
    return null;
end
$$;
comment on function bookly_data.event_replay_push() is
    'Deferred trigger of event_replays: appends event:replayed.';

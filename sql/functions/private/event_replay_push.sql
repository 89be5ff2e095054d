create or replace function bookly_data.event_replay_push()
returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    count int;
begin
    count := bookly_data.events_replay(array[new.event_id]);
    return null;
end
$$;
comment on function bookly_data.event_replay_push() is
    'Deferred trigger of event_replays: appends event:replayed.';

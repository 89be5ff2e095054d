create or replace function bookly_data.event_push()
returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    done boolean;
begin
    done := bookly_data.stream_append('event:created', 'events', null, null,
        new.normal_type, new.service, new.aggregate_type, bookly_data.event_json(new));
    return null;
end
$$;
comment on function bookly_data.event_push() is 'Deferred trigger of events: appends event:created.';

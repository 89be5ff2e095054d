create or replace function bookly_data.event_push()
returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    entered boolean;
begin
    -- What stream_append() does, without the call: events are the most.
    if current_setting('bookly.stream_bound', true) is distinct from 'on' then
        entered := bookly_data.stream_enter();
    end if;
    insert into bookly_data.stream (id, at, event, channel, key1, key2, key3, event_id)
    values (nextval('bookly_data.stream_id_seq'), clock_timestamp(), 'event:created', 'events',
        new.normal_type, new.service, new.aggregate_type, new.id);
    return null;
end
$$;
comment on function bookly_data.event_push() is 'Deferred trigger of events: appends event:created.';

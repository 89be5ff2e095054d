create or replace function bookly_data.event_push()
returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    entered boolean;
    more text := '';
begin
    -- The text of event_json() in steps: every event pays for the fields that it has only.
    if num_nonnulls(new.aggregate_type, new.aggregate_id, new.correlation_id, new.metadata) > 0 then
        more := concat(',"aggregateType":' || to_json(new.aggregate_type),
            ',"aggregateId":' || to_json(new.aggregate_id),
            ',"correlationId":' || to_json(new.correlation_id), ',"metadata":' || new.metadata::text);
    end if;
    -- What stream_append() does, without the call: events are the most.
    if current_setting('bookly.stream_bound', true) is distinct from pg_current_xact_id()::text then
        entered := bookly_data.stream_enter();
    end if;
    insert into bookly_data.stream (id, at, event, channel, key1, key2, key3, payload)
    values (nextval('bookly_data.stream_id_seq'), clock_timestamp(), 'event:created', 'events',
        new.normal_type, new.service, new.aggregate_type,
        format('{"eventId":%s,"eventType":%s,"service":%s,"timestamp":%s,"data":%s%s}',
            to_json(new.id), to_json(new.event_type), to_json(new.service),
            to_char(new.occurred_at at time zone 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""'),
            coalesce(new.data, 'null'), more));
    return null;
end
$$;
comment on function bookly_data.event_push() is 'Deferred trigger of events: appends event:created.';

create or replace function bookly_data.event_push()
returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    done boolean;
    more text := '';
begin
    -- The text of event_json() in steps: every event pays for the fields that it has only.
    if new.aggregate_type is not null then
        more := ',"aggregateType":' || to_json(new.aggregate_type);
    end if;
    if new.aggregate_id is not null then
        more := more || ',"aggregateId":' || to_json(new.aggregate_id);
    end if;
    if new.correlation_id is not null then
        more := more || ',"correlationId":' || to_json(new.correlation_id);
    end if;
    if new.metadata is not null then
        more := more || ',"metadata":' || new.metadata;
    end if;
    done := bookly_data.stream_append('event:created', 'events', null, null,
        new.normal_type, new.service, new.aggregate_type,
        format('{"eventId":%s,"eventType":%s,"service":%s,"timestamp":%s,"data":%s%s}',
            to_json(new.id), to_json(new.event_type), to_json(new.service),
            to_char(new.occurred_at at time zone 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""'),
            coalesce(new.data, 'null'), more));
    return null;
end
$$;
comment on function bookly_data.event_push() is 'Deferred trigger of events: appends event:created.';

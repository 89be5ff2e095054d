create or replace function bookly.publish_event(
    event_type text,
    service text,
    data jsonb default null,
    event_id text default null,
    aggregate_type text default null,
    aggregate_id text default null,
    correlation_id text default null,
    causation_id text default null,
    user_id text default null,
    metadata jsonb default null,
    idempotency_key text default null,
    occurred_at timestamptz default null)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_variable
declare
    id text := coalesce(event_id, bookly_data.uuid_v7()::text);
    known text;
    good boolean;
begin
    -- Most calls are like this: one look shows that they keep every bound (few operators, because they are
    -- prepared anew in each transaction; bytes, which are never fewer than characters), and an id made here
    -- needs no conflict clause.
    if octet_length(event_type || coalesce(aggregate_id, '') || coalesce(correlation_id, '')) <= 200
        and octet_length(service || coalesce(aggregate_type, '')) <= 100
        and ('' = any (array[event_type, service, aggregate_type, aggregate_id, correlation_id])) is not true
        and (data is null or octet_length(data::text) <= 262144)
        and event_id is null and causation_id is null and user_id is null and metadata is null
        and idempotency_key is null and occurred_at is null then
        insert into bookly_data.events (id, event_type, normal_type, service, aggregate_type, aggregate_id,
            correlation_id, data, occurred_at)
        values (id, event_type, bookly_data.normal_event_type(event_type), service, aggregate_type,
            aggregate_id, correlation_id, data, clock_timestamp());
        return id;
    end if;
    -- The others pay for what they give; a bad value is named.
    good := bookly_data.check_text('event_type', event_type, 1, 200, true)
        and bookly_data.check_text('service', service, 1, 100, true)
        and (data is null or bookly_data.check_json('data', data))
        and (event_id is null or bookly_data.check_text('event_id', event_id, 1, 200, false))
        and (aggregate_type is null or bookly_data.check_text('aggregate_type', aggregate_type, 1, 100, false))
        and (aggregate_id is null or bookly_data.check_text('aggregate_id', aggregate_id, 1, 200, false))
        and (correlation_id is null or bookly_data.check_text('correlation_id', correlation_id, 1, 200, false))
        and (causation_id is null or bookly_data.check_text('causation_id', causation_id, 1, 200, false))
        and (user_id is null or bookly_data.check_text('user_id', user_id, 1, 128, false))
        and (metadata is null or bookly_data.check_json('metadata', metadata))
        and (idempotency_key is null or bookly_data.check_text('idempotency_key', idempotency_key, 1, 200, false))
        and (occurred_at is null or bookly_data.check_time('occurred_at', occurred_at));
    if idempotency_key is not null then
        known := bookly_data.idempotent_answer('service ' || service, idempotency_key,
            jsonb_build_array(event_type, data, event_id, aggregate_type, aggregate_id, correlation_id,
                causation_id, user_id, metadata, occurred_at)::text, id);
        if known is not null then
            return known;
        end if;
    end if;
    insert into bookly_data.events (id, event_type, normal_type, service, aggregate_type, aggregate_id,
        correlation_id, causation_id, user_id, data, metadata, occurred_at)
    values (id, event_type, bookly_data.normal_event_type(event_type), service, aggregate_type,
        aggregate_id, correlation_id, causation_id, user_id, data, metadata,
        coalesce(occurred_at, clock_timestamp()))
    on conflict do nothing;
    return id;
end
$$;
comment on function bookly.publish_event(text, text, jsonb, text, text, text, text, text, text, jsonb, text,
    timestamptz) is
    'Stores an event and pushes event:created when the caller''s transaction commits. Returns its id, made
when absent; a repeated event_id is one event, a repeated idempotency_key of a service gives the first id.';
revoke execute on function bookly.publish_event(text, text, jsonb, text, text, text, text, text, text, jsonb,
    text, timestamptz) from public;
grant execute on function bookly.publish_event(text, text, jsonb, text, text, text, text, text, text, jsonb,
    text, timestamptz) to bookly_service, bookly_fcgi;

create or replace function bookly.event_publish(
    actor text, request jsonb, idempotency_key text, correlation_id text default null,
    out status int, out body text)
returns record language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    many boolean := jsonb_typeof(request) = 'array';
    item jsonb;
    at int := 0;
    items jsonb[];
    ids text[];
    stored int;
    known text;
begin
    perform bookly_data.check_text('correlationId', correlation_id, 1, 200, false);
    if many and jsonb_array_length(request) not between 1 and 1000 then
        perform bookly_data.refuse('body', 'must hold 1 to 1000 events');
    end if;
    for item in select jsonb_array_elements(case when many then request else jsonb_build_array(request) end) loop
        perform bookly_data.check_body(item, bookly_data.event_rules(),
            case when many then format('[%s].', at) else '' end);
        items := items || item;
        ids := ids || coalesce(item ->> 'eventId', bookly_data.uuid_v7()::text);
        at := at + 1;
    end loop;
    select string_agg('{"eventId":' || to_json(i.id) || '}', ',' order by i.at) into body
    from unnest(ids) with ordinality i (id, at);
    body := case when many then '[' || body || ']' else body end;
    if idempotency_key is not null then
        known := bookly_data.idempotent_answer(actor, idempotency_key, 'events ' || request::text, body);
        if known is not null then
            status := 200;
            body := known;
            return;
        end if;
    end if;
    insert into bookly_data.events (id, event_type, normal_type, service, aggregate_type, aggregate_id,
        correlation_id, causation_id, user_id, data, metadata, occurred_at)
    select i.id, i.item ->> 'eventType', bookly_data.normal_event_type(i.item ->> 'eventType'),
        i.item ->> 'service', i.item ->> 'aggregateType', i.item ->> 'aggregateId',
        coalesce(i.item ->> 'correlationId', correlation_id), i.item ->> 'causationId', i.item ->> 'userId',
        nullif(i.item -> 'data', 'null'), nullif(i.item -> 'metadata', 'null'),
        coalesce((i.item ->> 'timestamp')::timestamptz, clock_timestamp())
    from unnest(ids, items) with ordinality i (id, item, at) order by i.at
    on conflict do nothing;
    get diagnostics stored = row_count;
    status := case when stored = 0 then 200 else 201 end;
end
$$;
comment on function bookly.event_publish(text, jsonb, text, text) is
    'Stores one event (object) or up to 1,000 (array): 201 and {"eventId"}, or an array of those; 200 when
nothing was new. correlation_id: for events that name none. A bad value names its field, in an array as [3].eventType.';
revoke execute on function bookly.event_publish(text, jsonb, text, text) from public;
grant execute on function bookly.event_publish(text, jsonb, text, text) to bookly_fcgi;

create or replace function bookly.event_replay(actor text, body jsonb)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform bookly_data.check_body(body, jsonb_build_object(
            'eventTypes', '{"is": "values", "max": 200, "count": 100}'::jsonb,
            'services', '{"is": "values", "max": 100, "count": 100}'::jsonb,
            'aggregateTypes', '{"is": "values", "max": 100, "count": 100}'::jsonb,
            'aggregateIds', '{"is": "values", "max": 200, "count": 1000}'::jsonb,
            'eventIds', '{"is": "values", "max": 200, "count": 1000}'::jsonb,
            'from', '{"is": "time"}'::jsonb,
            'to', '{"is": "time"}'::jsonb,
            'limit', jsonb_build_object('is', 'integer', 'min', 1, 'max', bookly_data.task_records_max())));
    perform coalesce((body ->> 'from')::timestamptz <= (body ->> 'to')::timestamptz, true)
        or bookly_data.refuse('to', 'must not be before from');
    return bookly_data.task_create('event_replay', actor, body, null);
end
$$;
comment on function bookly.event_replay(text, jsonb) is
    'Begins to push stored events once more as event:replayed, in the order in which they occurred: {"id", "count"}.
body: {eventTypes?, services?, aggregateTypes?, aggregateIds?, eventIds?, from?, to?, limit?}; the first limit of
those that keep every condition, none: all events.';
revoke execute on function bookly.event_replay(text, jsonb) from public;
grant execute on function bookly.event_replay(text, jsonb) to bookly_fcgi;

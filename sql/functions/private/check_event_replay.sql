create or replace function bookly_data.check_event_replay(body jsonb)
returns boolean language plpgsql as $$
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
    return true;
end
$$;
comment on function bookly_data.check_event_replay(jsonb) is
    'True when it says which events to replay, else refuses its first bad field.';

create or replace function bookly_data.check_dlq_redrive(body jsonb)
returns boolean language plpgsql as $$
begin
    return bookly_data.check_body(body, '{
            "filter": {"is": "json", "required": true},
            "ratePerSecond": {"is": "integer", "min": 1, "max": 10000}}')
        and bookly_data.check_body(body -> 'filter', '{
            "status": {"is": "values", "of": ["pending", "retrying", "failed", "resolved"], "count": 4},
            "topic": {"is": "values", "max": 200, "count": 100},
            "service": {"is": "values", "max": 100, "count": 100},
            "eventType": {"is": "values", "max": 200, "count": 100}}', 'filter.');
end
$$;
comment on function bookly_data.check_dlq_redrive(jsonb) is
    'True when it says which dead letters to redrive, and how fast, else refuses its first bad field.';

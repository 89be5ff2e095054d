create or replace function bookly_data.log_rules()
returns jsonb language sql immutable as $$
    select '{"level": {"is": "text", "of": ["debug", "info", "warn", "error"], "required": true},
        "service": {"is": "text", "max": 100, "required": true},
        "message": {"is": "text", "max": 32000, "required": true},
        "context": {"is": "text", "min": 0, "max": 200},
        "metadata": {"is": "json"},
        "stack": {"is": "text", "min": 0, "max": 64000},
        "timestamp": {"is": "time"}}'::jsonb
$$;
comment on function bookly_data.log_rules() is 'The fields of a log line, for check_body().';

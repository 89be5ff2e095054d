create or replace function bookly_data.event_rules()
returns jsonb language sql immutable as $$
    select '{"eventType": {"is": "text", "max": 200, "required": true},
        "service": {"is": "text", "max": 100, "required": true},
        "data": {"is": "json"},
        "eventId": {"is": "text", "max": 200},
        "aggregateType": {"is": "text", "max": 100},
        "aggregateId": {"is": "text", "max": 200},
        "correlationId": {"is": "text", "max": 200},
        "causationId": {"is": "text", "max": 200},
        "userId": {"is": "text", "max": 128},
        "metadata": {"is": "json"},
        "timestamp": {"is": "time"}}'::jsonb
$$;
comment on function bookly_data.event_rules() is 'The fields of a published event, for check_body().';

create or replace function bookly.event_fail(actor text, event_id text, body jsonb)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform bookly_data.check_body(body, '{
        "error": {"is": "text", "max": 8000, "required": true},
        "stack": {"is": "text", "min": 0, "max": 64000},
        "topic": {"is": "text", "max": 200},
        "maxAttempts": {"is": "integer", "min": 1, "max": 50}}');
    return '{"dlqId":"' || bookly_data.dead_letter_fail(event_id, body ->> 'error', body ->> 'stack',
        body ->> 'topic', (body ->> 'maxAttempts')::int) || '"}';
end
$$;
comment on function bookly.event_fail(text, text, jsonb) is
    'fail_event for a REST body {error, stack?, topic?, maxAttempts?}: {"dlqId"}.';
revoke execute on function bookly.event_fail(text, text, jsonb) from public;
grant execute on function bookly.event_fail(text, text, jsonb) to bookly_fcgi;

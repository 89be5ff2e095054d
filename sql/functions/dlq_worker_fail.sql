create or replace function bookly.dlq_worker_fail(dlq_id uuid, body jsonb)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform bookly_data.check_body(body, '{
        "error": {"is": "text", "max": 8000, "required": true},
        "totalAttempts": {"is": "integer", "min": 1, "max": 50}}');
    return bookly_data.dead_letter_json(bookly_data.dead_letter_attempt_failed(
        bookly_data.dead_letter_claimed(dlq_id, (body ->> 'totalAttempts')::int), body ->> 'error'));
end
$$;
comment on function bookly.dlq_worker_fail(uuid, jsonb) is
    'dlq_fail for a REST body {error, totalAttempts?}: the record as it is then.';
revoke execute on function bookly.dlq_worker_fail(uuid, jsonb) from public;
grant execute on function bookly.dlq_worker_fail(uuid, jsonb) to bookly_fcgi;

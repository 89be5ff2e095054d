create or replace function bookly.dlq_worker_succeed(actor text, dlq_id uuid, body jsonb)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform bookly_data.check_body(body, '{
        "resolution": {"is": "text", "max": 8000},
        "totalAttempts": {"is": "integer", "min": 1, "max": 50}}');
    return bookly_data.dead_letter_json(bookly_data.dead_letter_attempt_succeeded(
        bookly_data.dead_letter_claimed(dlq_id, (body ->> 'totalAttempts')::int), body ->> 'resolution', actor));
end
$$;
comment on function bookly.dlq_worker_succeed(text, uuid, jsonb) is
    'dlq_succeed for a REST body {resolution?, totalAttempts?}: the record, resolved by the actor.';
revoke execute on function bookly.dlq_worker_succeed(text, uuid, jsonb) from public;
grant execute on function bookly.dlq_worker_succeed(text, uuid, jsonb) to bookly_fcgi;

create or replace function bookly.dlq_redrive(actor text, body jsonb, idempotency_key text default null)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform bookly_data.check_dlq_redrive(body);
    return bookly_data.task_create('dlq_redrive', actor, body, (body ->> 'ratePerSecond')::int, idempotency_key);
end
$$;
comment on function bookly.dlq_redrive(text, jsonb, text) is
    'Begins an operator''s retry of all dead letters that match: {"id", "count"}. body: {filter: {status?, topic?,
service?, eventType?}, ratePerSecond?}; an empty filter takes all that dlq_retry() would.';
revoke execute on function bookly.dlq_redrive(text, jsonb, text) from public;
grant execute on function bookly.dlq_redrive(text, jsonb, text) to bookly_fcgi;

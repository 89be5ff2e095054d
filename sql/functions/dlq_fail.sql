create or replace function bookly.dlq_fail(dlq_id uuid, error text, total_attempts int default null)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform bookly_data.check_text('error', error, 1, 8000, true);
    perform bookly_data.dead_letter_attempt_failed(
        bookly_data.dead_letter_claimed(dlq_id, total_attempts), error);
end
$$;
comment on function bookly.dlq_fail(uuid, text, int) is
    'The worker''s bad outcome of a claimed record: due again later, or failed for good after max_attempts
(pushed as dlq:event:failed). BK409 when it is not claimed, or claimed by another since: total_attempts is what
dlq_claim gave (null: not compared).';
revoke execute on function bookly.dlq_fail(uuid, text, int) from public;
grant execute on function bookly.dlq_fail(uuid, text, int) to bookly_service, bookly_fcgi;

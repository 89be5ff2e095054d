create or replace function bookly.dlq_fail(dlq_id uuid, error text)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    letter bookly_data.dead_letters;
    spent boolean;
begin
    perform (dlq_id is not null or bookly_data.refuse('dlq_id', 'is required'))
        and bookly_data.check_text('error', error, 1, 8000, true);
    letter := bookly_data.dead_letter_of(dlq_id, '{retrying}');
    -- The lifetime cap stops a poison message however often operators send it back.
    spent := letter.attempt_count >= letter.max_attempts or letter.total_attempts >= 50;
    update bookly_data.dead_letters d
    set status = case when spent then 'failed' else 'pending' end,
        due_at = case when not spent then bookly_data.dead_letter_due(letter.attempt_count) end,
        error = dlq_fail.error, updated_at = clock_timestamp()
    where d.id = letter.id;
end
$$;
comment on function bookly.dlq_fail(uuid, text) is
    'The worker''s bad outcome of a claimed record: due again later, or failed for good after max_attempts
(pushed as dlq:event:failed). BK409 when it is not claimed.';
revoke execute on function bookly.dlq_fail(uuid, text) from public;
grant execute on function bookly.dlq_fail(uuid, text) to bookly_service, bookly_fcgi;

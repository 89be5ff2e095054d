create or replace function bookly_data.dead_letter_attempt_failed(letter bookly_data.dead_letters, problem text)
returns bookly_data.dead_letters language plpgsql as $$
declare
    -- The lifetime cap stops a poison message however often operators send it back.
    spent boolean := letter.attempt_count >= letter.max_attempts or letter.total_attempts >= 50;
begin
    update bookly_data.dead_letters d
    set status = case when spent then 'failed' else 'pending' end,
        due_at = case when not spent then bookly_data.dead_letter_due(letter.attempt_count) end,
        error = problem, updated_at = clock_timestamp()
    where d.id = letter.id returning d.* into letter;
    return letter;
end
$$;
comment on function bookly_data.dead_letter_attempt_failed(bookly_data.dead_letters, text) is
    'A claimed record''s bad outcome: due again later, or failed for good.';

create or replace function bookly_data.dead_letter_attempt_succeeded(
    letter bookly_data.dead_letters, resolution text, resolved_by text)
returns bookly_data.dead_letters language plpgsql as $$
#variable_conflict use_variable
begin
    update bookly_data.dead_letters d
    set status = 'resolved', resolution = coalesce(resolution, 'retried'), resolved_by = resolved_by,
        due_at = null, updated_at = clock_timestamp()
    where d.id = letter.id returning d.* into letter;
    return letter;
end
$$;
comment on function bookly_data.dead_letter_attempt_succeeded(bookly_data.dead_letters, text, text) is
    'A claimed record''s good outcome: resolved.';

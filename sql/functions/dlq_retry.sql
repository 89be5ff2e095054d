create or replace function bookly.dlq_retry(dlq_id uuid, actor text)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    letter bookly_data.dead_letters;
begin
    perform bookly_data.check_text('actor', actor, 1, 128, true);
    letter := bookly_data.dead_letter_of(dlq_id, '{pending,failed,retrying}');
    if letter.total_attempts >= 50 then
        raise exception 'the dead letter was tried 50 times, it will not be tried again'
            using errcode = 'BK409';
    elsif letter.status = 'retrying' and letter.due_at > clock_timestamp() then
        raise exception 'the dead letter is being tried now' using errcode = 'BK409';
    end if;
    update bookly_data.dead_letters d
    set status = 'pending', attempt_count = 0, due_at = clock_timestamp(), updated_at = clock_timestamp()
    where d.id = letter.id returning d.* into letter;
    insert into bookly_data.audit (actor, action, subject) values (dlq_retry.actor, 'dlq_retry', dlq_id);
    return bookly_data.dead_letter_json(letter);
end
$$;
comment on function bookly.dlq_retry(uuid, text) is
    'An operator''s retry: due now, its attempts at 0, pushed as dlq:event:retrying. BK409 for one that is
resolved, being tried, or past the lifetime cap of 50 attempts.';
revoke execute on function bookly.dlq_retry(uuid, text) from public;
grant execute on function bookly.dlq_retry(uuid, text) to bookly_fcgi;

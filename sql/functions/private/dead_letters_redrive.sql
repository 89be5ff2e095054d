create or replace function bookly_data.dead_letters_redrive(task bookly_data.tasks, items text[])
returns int language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
declare
    count int;
begin
    with open as materialized (
        select d.id from bookly_data.dead_letters d
        where d.id = any (items::uuid[])
          and bookly_data.dead_letter_is_retriable(d.status, d.due_at, d.total_attempts)
        order by d.id for update skip locked),
    redriven as (
        update bookly_data.dead_letters d
        set status = 'pending', attempt_count = 0, due_at = clock_timestamp(), updated_at = clock_timestamp()
        from open where d.id = open.id returning d.id)
    insert into bookly_data.audit (actor, action, subject, details)
    select task.actor, 'dlq_retry', r.id, jsonb_build_object('redriveId', task.id) from redriven r;
    get diagnostics count = row_count;
    return count;
end
$$;
comment on function bookly_data.dead_letters_redrive(bookly_data.tasks, text[]) is
    'An operator''s retry of each of these dead letters that can be retried now, and returns how many. Each is audited
with the redrive it belongs to; one that somebody holds is left out. Each by its key, as events_replay().';

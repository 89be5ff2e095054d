create or replace function bookly_data.task_cancel(kind text, task_id uuid, actor text)
returns text language plpgsql as $$
declare
    task bookly_data.tasks;
begin
    perform bookly_data.check_text('actor', actor, 1, 128, true);
    -- Waits for a slice that is under way.
    select t.* into task from bookly_data.tasks t
    where t.id = task_cancel.task_id and t.kind = task_cancel.kind for update;
    if not found then
        perform bookly_data.not_found(case kind when 'event_replay' then 'replay' else 'redrive' end);
    elsif task.status <> 'running' then
        raise exception 'it is %, it cannot be cancelled', task.status using errcode = 'BK409';
    end if;
    update bookly_data.tasks t set status = 'cancelled', finished_at = clock_timestamp()
    where t.id = task.id returning t.* into task;
    delete from bookly_data.task_parts p where p.task_id = task.id;
    insert into bookly_data.audit (actor, action, subject, details)
    values (task_cancel.actor, kind || '_cancel', task.id,
        jsonb_build_object('count', task.total, 'done', task.done));
    return bookly_data.task_json(task);
end
$$;
comment on function bookly_data.task_cancel(text, uuid, text) is
    'Ends a running task where it is; what is done stays done. P0002 when there is none of this kind, BK409 when it
has finished.';

create or replace function bookly_data.task_slice(task bookly_data.tasks, daemon int, most int)
returns void language plpgsql as $$
declare
    now_at timestamptz := clock_timestamp();
    -- Due times that were missed are made up for up to here, so that no pause ends in a flood.
    due_at timestamptz := greatest(task.next_at, now_at - interval '200 ms');
    speed float8 := task.rate;
    items text[];
    size int;
    handled int;
begin
    if task.kind = 'event_replay' then
        -- All replays together.
        speed := 2000.0 / (select count(*) from bookly_data.tasks t
            where t.status = 'running' and t.kind = 'event_replay');
    end if;
    size := least(most, task.total - task.done,
        case when speed is null then most else 1 + floor(speed * extract(epoch from now_at - due_at)) end);
    items := array(
        select i.item from bookly_data.task_parts p, unnest(p.items) with ordinality i (item, at)
        where p.task_id = task.id and p.number between task.done / 100 and (task.done + size - 1) / 100
          and p.number * 100 + i.at > task.done and p.number * 100 + i.at <= task.done + size
        order by p.number, i.at);
    -- First what is nobody's but the task's: from the push on readers wait for the end of the transaction.
    update bookly_data.tasks t
    set done = t.done + size, worker = daemon,
        next_at = case when speed is null then now_at else due_at + size / speed * interval '1 second' end,
        status = case when t.done + size < t.total then t.status else 'completed' end,
        finished_at = case when t.done + size = t.total then now_at end
    where t.id = task.id returning t.* into task;
    delete from bookly_data.task_parts p
    where p.task_id = task.id and (p.number < task.done / 100 or task.status = 'completed');
    if task.kind = 'event_replay' then
        handled := bookly_data.events_replay(items);
    else
        handled := bookly_data.dead_letters_redrive(task, items);
    end if;
    if handled < size then
        update bookly_data.tasks t set skipped = t.skipped + size - handled where t.id = task.id;
    end if;
end
$$;
comment on function bookly_data.task_slice(bookly_data.tasks, int, int) is
    'Does the next records of a task that the caller has locked and that is due: at most so many, and no more than its
rate allows by now. Replays share 2,000 events a second.';

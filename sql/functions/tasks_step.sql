create or replace function bookly.tasks_step(daemon int, event_receivers int, dlq_receivers int)
returns int language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_variable
declare
    task bookly_data.tasks;
    pause_ms int := 20;
    receivers int;
begin
    perform (daemon is not null or bookly_data.refuse('daemon', 'is required'));
    -- A task stays with the daemon that does it, until its slices stop coming.
    select t.* into task from bookly_data.tasks t
    where t.status = 'running' and t.next_at <= clock_timestamp()
      and (coalesce(t.worker, daemon) = daemon or t.next_at < clock_timestamp() - interval '1 second')
    order by t.next_at limit 1 for update skip locked;
    if found then
        receivers := case task.kind when 'event_replay' then event_receivers else dlq_receivers end;
        perform bookly_data.task_slice(task, daemon,
            greatest(1, least(100, 1000 / greatest(receivers, 1))));
        if task.kind = 'dlq_redrive' and task.rate is null then
            pause_ms := 1;
        end if;
    end if;
    return (
        select greatest(pause_ms, min(ceil(1000 * extract(epoch from t.next_at - clock_timestamp()))
            + case when coalesce(t.worker, daemon) = daemon then 0 else 1000 end))
        from bookly_data.tasks t where t.status = 'running' having count(*) > 0);
end
$$;
comment on function bookly.tasks_step(int, int, int) is
    'For a daemon, outside of a transaction block: does a slice of the running task that waits longest, at most 100
records, fewer where this daemon''s receivers are many, and returns the milliseconds until it wants to be called again;
null: nothing is to be done until the next task:added.';
revoke execute on function bookly.tasks_step(int, int, int) from public;
grant execute on function bookly.tasks_step(int, int, int) to bookly_pushd;

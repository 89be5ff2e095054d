create or replace function bookly.tasks_step(daemon int, event_receivers int, dlq_receivers int)
returns int language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
#variable_conflict use_variable
declare
    task bookly_data.tasks;
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
            least(100, ceil(1000.0 / greatest(receivers, 1)))::int);
    end if;
    -- A redrive that has not done all that is due goes on at once. Replays leave room for what is live: about
    -- 40,000 deliveries a second.
    return (
        select min(case
            when coalesce(t.worker, daemon) <> daemon then 1000 + d.ms
            when t.kind = 'dlq_redrive' and d.ms <= 0 then 1
            when t.kind = 'event_replay' then greatest(25, d.ms, event_receivers / 40)
            else greatest(20, d.ms) end)
        from bookly_data.tasks t,
        lateral (select ceil(1000 * extract(epoch from t.next_at - clock_timestamp()))::int) d (ms)
        where t.status = 'running');
end
$$;
comment on function bookly.tasks_step(int, int, int) is
    'For a daemon, outside of a transaction block: does a slice of the running task that waits longest, at most 100
records, fewer where this daemon''s receivers are many, and returns the milliseconds until it wants to be called again;
null: nothing is to be done until the next task:added.';
revoke execute on function bookly.tasks_step(int, int, int) from public;
grant execute on function bookly.tasks_step(int, int, int) to bookly_pushd;

create or replace function bookly.stream_upkeep(retention interval)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set lock_timeout = '500ms' as $$
declare
    today date := (clock_timestamp() at time zone 'UTC')::date;
    kept interval := coalesce(retention,
        (select s.stream_retention_seconds from bookly_data.settings s) * interval '1 second');
    oldest date := ((clock_timestamp() - kept) at time zone 'UTC')::date;
    partition record;
begin
    -- Several daemons do this; one at a time is enough.
    if not pg_try_advisory_xact_lock(1651209268, 1) then
        return;
    end if;
    for day in 0..7 loop
        exit when not bookly_data.stream_partition(today + day);
    end loop;
    perform bookly.counters_fold();
    for partition in
        select c.oid::regclass as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'bookly_data.stream'::regclass
          -- names are compared, nothing is cast: the planner may ask this of any relation first
          and c.relname::text collate "C" < 'stream_p' || to_char(oldest, 'YYYYMMDD')
        order by c.relname
    loop
        -- What is not counted yet must stay; the next round comes within the hour.
        exit when not bookly_data.stream_is_folded(partition.name);
        exit when not bookly_data.stream_drop(partition.name);
    end loop;
    delete from bookly_data.idempotency i where i.ctid = any (array(
        select o.ctid from bookly_data.idempotency o
        where o.created_at < clock_timestamp() - kept limit 100000));
    delete from bookly_data.event_replays r where r.id = any (array(
        select o.id from bookly_data.event_replays o
        where o.replayed_at < clock_timestamp() - kept order by o.id limit 100000));
    perform bookly_data.tasks_expire(kept);
    perform bookly_data.sessions_expire();
    perform bookly_data.tokens_expire();
end
$$;
comment on function bookly.stream_upkeep(interval) is
    'For a daemon at start and hourly: makes the stream''s partitions for the next days, drops those past the
retention (null: the setting''s), cleans what has served its time. What is locked waits for the next round.';
revoke execute on function bookly.stream_upkeep(interval) from public;
grant execute on function bookly.stream_upkeep(interval) to bookly_pushd;

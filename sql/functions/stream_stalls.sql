create or replace function bookly.stream_stalls()
returns table (pid int, age_ms bigint, application_name text)
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    -- The age is the transaction's: when a lock was taken is not recorded. A prepared transaction has
    -- no process: pid is null and its name stands in for the application.
    select l.pid, (extract(epoch from clock_timestamp() - coalesce(a.xact_start, p.prepared)) * 1000)::bigint,
        coalesce(a.application_name, p.gid)
    from pg_locks l
    left join pg_stat_activity a on a.pid = l.pid
    left join pg_prepared_xacts p on l.pid is null and l.virtualtransaction = '-1/' || p.transaction::text
    where l.locktype = 'advisory' and l.classid = 1651209265 and l.objsubid = 2
      and l.database = (select d.oid from pg_database d where d.datname = current_database())
      and coalesce(a.xact_start, p.prepared) < clock_timestamp() - interval '1 second'
$$;
comment on function bookly.stream_stalls() is
    'Who holds up the readers: open transactions older than a second that have appended to the stream.';
revoke execute on function bookly.stream_stalls() from public;
grant execute on function bookly.stream_stalls() to bookly_pushd;

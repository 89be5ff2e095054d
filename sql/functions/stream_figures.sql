create or replace function bookly.stream_figures(
    out high bigint, out in_flight_us bigint, out partitions int, out ahead_us bigint)
returns setof record language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    newest text;
begin
    high := bookly_data.stream_high();
    -- The age is the transaction's, as stream_stalls() has it.
    in_flight_us := (select coalesce(max((extract(epoch from
            clock_timestamp() - coalesce(a.xact_start, p.prepared)) * 1000000)::bigint), 0)
        from pg_locks l
        left join pg_stat_activity a on a.pid = l.pid
        left join pg_prepared_xacts p on l.pid is null and l.virtualtransaction = '-1/' || p.transaction::text
        where l.locktype = 'advisory' and l.classid = 1651209265 and l.objsubid = 2
          and l.database = (select d.oid from pg_database d where d.datname = current_database()));
    select count(*), max(c.relname::text collate "C") into partitions, newest
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'bookly_data.stream'::regclass;
    -- its name is its day: stream_p20250105
    ahead_us := greatest(0, coalesce(extract(epoch from
        (substr(newest, 9)::date + 1)::timestamp at time zone 'UTC' - clock_timestamp()) * 1000000, 0))::bigint;
    return next;
end
$$;
comment on function bookly.stream_figures() is
    'For a daemon''s metrics: the highest id given, the age of the oldest transaction that readers wait for,
how many partitions there are, and how long the newest one will do.';
revoke execute on function bookly.stream_figures() from public;
grant execute on function bookly.stream_figures() to bookly_pushd;

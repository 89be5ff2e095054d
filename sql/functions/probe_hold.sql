create or replace function bookly.probe_hold()
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    return exists (
            select from pg_locks l
            where l.locktype = 'advisory' and l.classid = 1651209272 and l.objid = 0 and l.objsubid = 2
              and l.granted and l.pid = pg_backend_pid()
              and l.database = (select d.oid from pg_database d where d.datname = current_database()))
        or pg_try_advisory_lock(1651209272, 0);
end
$$;
comment on function bookly.probe_hold() is
    'For a daemon with targets to probe: true when it is the one that does, until its connection ends. May be
repeated.';
revoke execute on function bookly.probe_hold() from public;
grant execute on function bookly.probe_hold() to bookly_pushd;

create or replace function bookly.daemon_hold(daemon int, name text)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_variable
begin
    perform bookly_data.check_text('name', name, 1, 200, true)
        and (daemon is not null or bookly_data.refuse('daemon', 'is required'));
    if exists (
            select from pg_locks l
            where l.locktype = 'advisory' and l.classid = 1651209269 and l.objsubid = 2
              and (l.objid::bigint << 32 >> 32)::int = daemon and l.pid = pg_backend_pid()
              and l.database = (select d.oid from pg_database d where d.datname = current_database()))
        and exists (select from bookly_data.daemons d where d.daemon = daemon and d.name = name) then
        return;
    end if;
    -- Shared: after a broken connection its former backend may still be there for a while.
    if not pg_try_advisory_lock_shared(1651209269, daemon) then
        raise exception 'daemon %: the lock is held by something else', daemon using errcode = '55P03';
    end if;
    -- Written anew each time: an upkeep that took the daemon for dead finds that out here.
    insert into bookly_data.daemons (daemon, name) values (daemon, name)
    on conflict on constraint daemons_pkey do update set name = excluded.name, held_at = excluded.held_at;
    perform bookly_data.pushd_notice();
end
$$;
comment on function bookly.daemon_hold(int, text) is
    'For a daemon at each (re)connect: it counts as alive until this connection ends, without writing any
more. May be repeated. daemon: a number of this process alone, name: as connection_list() shows it.';
revoke execute on function bookly.daemon_hold(int, text) from public;
grant execute on function bookly.daemon_hold(int, text) to bookly_pushd;

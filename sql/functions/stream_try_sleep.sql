create or replace function bookly.stream_try_sleep(after bigint)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set jit = off as $$
declare
    high bigint := bookly_data.stream_high();
begin
    if not pg_try_advisory_lock_shared(1651209266) then
        return false;
    end if;
    -- Locks first, rows after: the other way round a writer that commits in between is seen by neither.
    if not exists (
            select from pg_locks l
            where l.locktype = 'advisory' and l.classid = 1651209265 and l.objsubid = 2
              and l.database = (select d.oid from pg_database d where d.datname = current_database()))
        and not exists (select from bookly_data.stream s where s.id > after) then
        return true;
    end if;
    perform pg_advisory_unlock_shared(1651209266);
    return false;
end
$$;
comment on function bookly.stream_try_sleep(bigint) is
    'True: nothing is in flight and nothing is after the position; the session now counts as asleep, writers
will NOTIFY bookly_stream until stream_wake(). False: stay awake. Call it outside a transaction block,
never twice without stream_wake() between.';
revoke execute on function bookly.stream_try_sleep(bigint) from public;
grant execute on function bookly.stream_try_sleep(bigint) to bookly_pushd;

create or replace function bookly_data.sessions_taken()
returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    done boolean;
    taken record;
begin
    -- Most updates change no holder; only a holder that lives must be told.
    if exists (select from before_update o join after_update n using (pid) where o.daemon <> n.daemon) then
        for taken in
            select n.pid, n.daemon from before_update o join after_update n using (pid)
            where o.daemon <> n.daemon and o.daemon in (select d.daemon from bookly_data.daemons_live() d)
        loop
            done := bookly_data.stream_append('session:taken', 'control', null, null, null, null, null,
                '{"pid":' || to_json(taken.pid) || ',"daemon":' || taken.daemon || '}');
        end loop;
    end if;
    return null;
end
$$;
comment on function bookly_data.sessions_taken() is
    'Trigger of sessions: appends session:taken for those that were held by another living daemon. Not deferred:
session_write() is a transaction of its own, and this is its end.';

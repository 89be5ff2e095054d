create or replace function bookly.session_write(puts jsonb, ends text[])
returns int language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set jit = off as $$
declare
    touch_before timestamptz := clock_timestamp() - bookly_data.session_touch_interval();
    put_count int := coalesce(jsonb_array_length(puts), 0);
    end_count int := coalesce(cardinality(ends), 0);
    givers jsonb;
    put_done int := 0;
    end_done int := 0;
begin
    perform (put_count <= 1000 or bookly_data.refuse('puts', 'must hold at most 1000 sessions'))
        and (end_count <= 1000 or bookly_data.refuse('ends', 'must hold at most 1000 sessions'));
    -- Everybody locks in the order of pids: daemons that exchange sessions cannot deadlock.
    if put_count > 0 and end_count > 0 then
        perform from bookly_data.sessions s
        where s.pid = any (ends || array(select p ->> 'pid' from jsonb_array_elements(puts) p))
        order by s.pid for update;
    end if;
    if end_count > 0 then
        delete from bookly_data.sessions s where s.pid = any (array(
            select x.pid from bookly_data.sessions x where x.pid = any (ends) order by x.pid for update));
        get diagnostics end_done = row_count;
    end if;
    if put_count > 0 then
        select coalesce(jsonb_object_agg(p ->> 'pid', p -> 'from'), '{}') into givers
        from jsonb_array_elements(puts) p where p ->> 'daemon' is null and p ->> 'from' is not null;
        insert into bookly_data.sessions as s (pid, sid, user_id, wire, subscriptions, roles, jti,
            issued_at, expires_at, url, daemon, transport, since, touched_at)
        select distinct on (p.pid) p.pid, p.sid, p."userId", p.wire,
            coalesce(nullif(p.subscriptions, 'null'), '{}'), coalesce(p.roles, '{}'), p.jti, p."issuedAt",
            p."expiresAt", p.url, p.daemon, p.transport, to_timestamp(p.since / 1000.0), clock_timestamp()
        from rows from (jsonb_to_recordset(puts) as (pid text, sid text, "userId" text, wire int,
                subscriptions jsonb, roles text[], jti text, "issuedAt" bigint, "expiresAt" bigint,
                url text, daemon int, transport text, since bigint))
            with ordinality p (pid, sid, "userId", wire, subscriptions, roles, jti, "issuedAt",
                "expiresAt", url, daemon, transport, since, at)
        order by p.pid, p.at desc
        on conflict (pid) do update set sid = excluded.sid, user_id = excluded.user_id,
            wire = excluded.wire, subscriptions = excluded.subscriptions, roles = excluded.roles,
            jti = excluded.jti, issued_at = excluded.issued_at, expires_at = excluded.expires_at,
            url = excluded.url, daemon = excluded.daemon, transport = excluded.transport,
            since = excluded.since, touched_at = excluded.touched_at
        where (not givers ? s.pid or (s.sid = excluded.sid and s.daemon = (givers -> s.pid)::int))
            and (s.touched_at < touch_before
                or (s.sid, s.user_id, s.wire, s.subscriptions, s.roles, s.jti, s.issued_at, s.expires_at,
                    s.url, s.daemon, s.transport, s.since)
                is distinct from (excluded.sid, excluded.user_id, excluded.wire, excluded.subscriptions,
                    excluded.roles, excluded.jti, excluded.issued_at, excluded.expires_at,
                    excluded.url, excluded.daemon, excluded.transport, excluded.since));
        get diagnostics put_done = row_count;
    end if;
    return put_done + end_done;
end
$$;
comment on function bookly.session_write(jsonb, text[]) is
    'Keeps up to 1,000 sessions (the last of a pid counts) and ends up to 1,000: the number of rows that
changed; what is as it was is not written. puts: [{pid, sid, userId, wire, subscriptions, roles, jti, issuedAt,
expiresAt, url, daemon, transport, since (ms)}]. One without a daemon is given up by the daemon "from": it
applies only while that one holds it under the same sid, or nobody knows it.';
revoke execute on function bookly.session_write(jsonb, text[]) from public;
grant execute on function bookly.session_write(jsonb, text[]) to bookly_pushd;

create or replace function bookly.session_find(pids text[])
returns table (pid text, sid text, user_id text, wire int, subscriptions text, roles text[], jti text,
    issued_at bigint, expires_at bigint, url text, daemon int)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set jit = off as $$
#variable_conflict use_column
declare
    free_since timestamptz := bookly_data.sessions_kept_since(false);
    held_since timestamptz := bookly_data.sessions_kept_since(true);
begin
    perform cardinality(pids) <= 1000 or bookly_data.refuse('pids', 'must hold at most 1000 sessions');
    return query
        select s.pid, s.sid, s.user_id, s.wire, s.subscriptions::text, s.roles, s.jti, s.issued_at,
            s.expires_at, s.url, s.daemon
        from bookly_data.sessions s
        where s.pid = any (pids)
            and s.touched_at > case when s.daemon is null then free_since else held_since end;
end
$$;
comment on function bookly.session_find(text[]) is
    'Those of up to 1,000 sessions that can be resumed. daemon: who holds the connection, or held it when it
died.';
revoke execute on function bookly.session_find(text[]) from public;
grant execute on function bookly.session_find(text[]) to bookly_pushd;

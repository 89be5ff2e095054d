create or replace function bookly.connection_list()
returns text language sql volatile security definer set search_path = pg_catalog, pg_temp set jit = off as $$
    select '[' || coalesce(string_agg('{"sid":' || to_json(c.sid) || ',"userId":' || to_json(c.user_id)
        || ',"transport":' || bookly_data.quote(c.transport) || ',"since":' || bookly_data.quote_time(c.since)
        || ',"channels":' || array_to_json(array(
            select k from jsonb_object_keys(c.subscriptions) k order by k collate "C"))
        || ',"daemon":' || to_json(c.name) || '}', ',' order by c.since desc nulls last, c.pid), '') || ']'
    from (select s.*, d.name
          from bookly_data.sessions s join bookly_data.daemons_live() d on d.daemon = s.daemon
          order by s.since desc nulls last, s.pid limit 10000) c
$$;
comment on function bookly.connection_list() is
    'The open connections of every living daemon, [{sid, userId, transport, since, channels, daemon}], newest
first, 10,000 at most.';
revoke execute on function bookly.connection_list() from public;
grant execute on function bookly.connection_list() to bookly_fcgi;

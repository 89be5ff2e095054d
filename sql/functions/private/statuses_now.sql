create or replace function bookly_data.statuses_now(kind text)
returns setof bookly_data.statuses language sql volatile as $$
    select s.* from bookly_data.statuses s
    where s.kind = statuses_now.kind and (s.kind, s.name) not in (('component', 'postgresql'), ('component', 'pushd'))
    union all
    -- It answers. What somebody else says of it counts where that is worse.
    select 'component', 'postgresql', coalesce(s.status, 'up'),
        case when s.status <> 'up' then s.since else pg_postmaster_start_time() end,
        greatest(pg_postmaster_start_time(), date_trunc('minute', clock_timestamp())),
        case when s.details is null or jsonb_typeof(s.details) = 'object' then jsonb_build_object(
                'version', current_setting('server_version'),
                'connections', (select sum(d.numbackends) from pg_stat_database d),
                'maxConnections', current_setting('max_connections')::int) || coalesce(s.details, '{}')
            else s.details end, s.reported, null
    from (values (true)) v left join bookly_data.statuses s on s.kind = 'component' and s.name = 'postgresql'
    where statuses_now.kind = 'component'
    union all
    select 'component', 'pushd', n.status, case when n.status = s.status then s.since else clock_timestamp() end,
        case when n.own = 'up' then greatest(s.since, date_trunc('minute', clock_timestamp()))
            else coalesce(s.last_seen, clock_timestamp()) end,
        case when s.details is null or jsonb_typeof(s.details) = 'object' then
                jsonb_build_object('daemons', l.names) || coalesce(s.details, '{}')
            else s.details end, s.reported, null
    from (select coalesce(jsonb_agg(d.name order by d.name), '[]') as names from bookly_data.daemons_live() d) l
        left join bookly_data.statuses s on s.kind = 'component' and s.name = 'pushd',
        lateral (select o.own, bookly_data.status_worse(o.own, s.reported) as status
            from (select bookly_data.pushd_status(s.probe ->> 'status') as own) o) n
    where statuses_now.kind = 'component'
$$;
comment on function bookly_data.statuses_now(text) is
    'The services or components as they are shown: the rows, and of postgresql and pushd what is known at this
moment. Their last_seen is the minute, so that an answer stays the same for a while.';

create or replace function bookly_data.daemon_metrics()
returns text language sql volatile as $$
    with living as materialized (
        select f.*, extract(epoch from clock_timestamp() - f.reported_at)::float8 as age
        from bookly_data.daemon_figures f join bookly_data.daemons_live() d on d.daemon = f.daemon),
    deliveries as (
        select coalesce(round((sum((s ->> 1)::float8) / sum((s ->> 2)::bigint))::numeric, 3), 0) as average
        from living l, jsonb_array_elements(l.seconds) s
        where (s ->> 0)::float8 + l.age < 60),
    recent as (
        select coalesce(string_agg(n.ms::text, ',' order by n.age), '') as list
        from (select round((r ->> 1)::numeric, 3) as ms, (r ->> 0)::float8 + l.age as age
              from living l, jsonb_array_elements(l.recent) r
              where (r ->> 0)::float8 + l.age < 60
              order by 2 limit 10) n)
    select '"avgLatency":' || (select d.average from deliveries d)
        || ',"recentLatencies":[' || (select r.list from recent r)
        || '],"uptime":' || coalesce(max(l.uptime_ms + (l.age * 1000)::bigint), 0)
        || ',"connections":{"websocket":' || coalesce(sum(l.websocket), 0)
        || ',"polling":' || coalesce(sum(l.polling), 0) || ',"sse":' || coalesce(sum(l.sse), 0)
        || '},"process":{"rss":' || coalesce(sum(l.rss), 0)
        || ',"cpu":' || coalesce(round(sum(l.cpu)::numeric, 2), 0) || '}'
    from living l
$$;
comment on function bookly_data.daemon_metrics() is
    'The members of the dashboard''s metrics that daemons measure, over all living ones: the sum of connections,
memory and CPU, the longest uptime, and of the deliveries of the last minute the mean latency and the newest ten.';

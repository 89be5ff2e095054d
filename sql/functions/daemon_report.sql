create or replace function bookly.daemon_report(daemon int, figures jsonb)
returns void language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    insert into bookly_data.daemon_figures as f (daemon, reported_at, uptime_ms, websocket, polling, sse, rss, cpu,
        seconds, recent)
    select daemon_report.daemon, clock_timestamp(), n."uptimeMs", n.websocket, n.polling, n.sse, n.rss, n.cpu,
        n.seconds, n.recent
    from jsonb_to_record(figures) n ("uptimeMs" bigint, websocket bigint, polling bigint, sse bigint, rss bigint,
        cpu double precision, seconds jsonb, recent jsonb)
    on conflict (daemon) do update set reported_at = excluded.reported_at,
        -- a report that was longer on its way never sets the uptime back
        uptime_ms = greatest(excluded.uptime_ms, f.uptime_ms
            + (extract(epoch from excluded.reported_at - f.reported_at) * 1000)::bigint),
        websocket = excluded.websocket, polling = excluded.polling, sse = excluded.sse, rss = excluded.rss,
        cpu = excluded.cpu, seconds = excluded.seconds, recent = excluded.recent
$$;
comment on function bookly.daemon_report(int, jsonb) is
    'For a daemon whose figures have changed, every second at most: {uptimeMs, websocket, polling, sse, rss, cpu,
seconds, recent}, as daemon_metrics() adds them up.';
revoke execute on function bookly.daemon_report(int, jsonb) from public;
grant execute on function bookly.daemon_report(int, jsonb) to bookly_pushd;

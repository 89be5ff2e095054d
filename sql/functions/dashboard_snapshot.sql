create or replace function bookly.dashboard_snapshot()
returns text language sql stable security definer set search_path = pg_catalog, pg_temp
set jit = off as $$
    with totals as materialized (select * from bookly_data.event_totals() where value > 0),
    figures as materialized (
        select coalesce(sum(t.value) filter (where t.kind = 'event.total'), 0) as total,
            coalesce(sum(t.value) filter (where t.kind = 'event.failed'), 0) as failed,
            round(coalesce(sum(t.value) filter (where t.kind = 'event.recent'), 0) / 60.0, 2) as throughput,
            coalesce(sum(t.value) filter (where t.kind = 'event.hour' and left(t.key, 10)
                = to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD')), 0) as today,
            coalesce(sum(t.value) filter (where t.kind = 'event.hour' and t.key
                = to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24')), 0) as this_hour
        from totals t)
    select '{"metrics":{"brokerType":"postgres",' || bookly_data.daemon_metrics() || ',"throughput":' || f.throughput
        || ',"totalEvents":' || f.total || ',"failedEvents":' || f.failed
        || ',"retryCount":' || coalesce((select t.value from bookly_data.dead_letter_totals() t
            where t.kind = 'dlq.retries'), 0)
        || ',"eventStoreEnabled":true,"services":' || bookly_data.statuses_by_name('service')
        || ',"infrastructure":' || bookly_data.statuses_by_name('component')
        || '},"dashboard":{"totalEvents":' || f.total || ',"eventsToday":' || f.today
        || ',"eventsThisHour":' || f.this_hour
        -- Counted by their normal form, shown as last published.
        || ',"topEventTypes":[' || coalesce((
            select string_agg('{"eventType":' || to_json(coalesce(e.event_type, t.key))
                || ',"count":' || t.value || '}', ',' order by t.value desc, t.key)
            from (select * from totals t where t.kind = 'event.type'
                  order by t.value desc, t.key limit 10) t
            -- "<=" with this order leaves the planner one index only: with "=" it walks all events by
            -- time for a rare type.
            left join lateral (select e.event_type, e.normal_type from bookly_data.events e
                where e.normal_type <= t.key
                order by e.normal_type desc, e.occurred_at desc, e.position desc limit 1) e
                on e.normal_type = t.key), '')
        || '],"eventsByService":[' || coalesce((
            select string_agg('{"service":' || to_json(t.key) || ',"count":' || t.value || '}', ','
                order by t.value desc, t.key)
            from (select * from totals t where t.kind = 'event.service'
                  order by t.value desc, t.key limit 1000) t), '')
        || '],"recentEvents":[' || coalesce((
            select string_agg(bookly_data.event_json(bookly_data.event_brief(r.e), true), ','
                order by (r.e).occurred_at desc, (r.e).position desc)
            from (select e from bookly_data.events e
                  order by e.occurred_at desc, e.position desc limit 20) r), '')
        || ']}}'
    from figures f
$$;
comment on function bookly.dashboard_snapshot() is
    '{"metrics", "dashboard"}: both halves of what dashboards show, the same for every daemon and for REST. Days
and hours are UTC.';
revoke execute on function bookly.dashboard_snapshot() from public;
grant execute on function bookly.dashboard_snapshot() to bookly_fcgi, bookly_pushd;

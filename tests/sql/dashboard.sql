-- The dashboard's figures against a count of what they are about, those of daemons, and health_services.
begin;
select no_plan();
\ir helpers.psql
set constraints all immediate;
create function pg_temp.shown(variadic path text[]) returns jsonb language sql as $$
    select bookly.dashboard_snapshot()::jsonb #> path
$$;

-- 1. what is counted
select bookly.publish_event('KIND_' || i % 12, 'service-' || i % 3, jsonb_build_object('i', i))
from generate_series(1, 100) i \g /dev/null
select bookly.publish_event('kind.0', 'service-x', jsonb_build_object('long', repeat('x', 5000)), 'the-long-one',
    metadata => jsonb_build_object('long', repeat('y', 5000))) \g /dev/null
select bookly.fail_event(e.id, 'broken', max_attempts => 2) from bookly_data.events e
where e.service = 'service-1' order by e.position limit 5 \g /dev/null
update bookly_data.dead_letters set due_at = clock_timestamp() - interval '1 second';
select count(*) from bookly.dlq_claim('service-1', 4) \g /dev/null
select results_eq($$ select pg_temp.shown('metrics', 'totalEvents')::bigint, pg_temp.shown('dashboard', 'totalEvents')::bigint,
        pg_temp.shown('dashboard', 'eventsToday')::bigint, pg_temp.shown('metrics', 'failedEvents')::bigint $$,
    $$ select (select count(*) from bookly_data.events), (select count(*) from bookly_data.events),
        (select count(*) from bookly_data.stream s where s.event = 'event:created'
            and (s.at at time zone 'UTC')::date = (clock_timestamp() at time zone 'UTC')::date),
        (select count(*) from bookly_data.stream s where s.event = 'event:failed') $$, 'totals are counts');
select is(pg_temp.shown('metrics', 'retryCount'), '4', 'retryCount counts the attempts that began');
select is(pg_temp.shown('metrics', 'throughput')::numeric, (select round(count(*) / 60.0, 2) from bookly_data.stream s
    where s.event = 'event:created' and s.at > clock_timestamp() - interval '60 seconds'), 'throughput is that of a minute');
select results_eq($$ select t ->> 'eventType', (t -> 'count')::bigint from jsonb_array_elements(pg_temp.shown('dashboard', 'topEventTypes'))
        with ordinality x (t, at) order by at $$,
    $$ select (array_agg(e.event_type order by e.occurred_at desc, e.position desc))[1], count(*) from bookly_data.events e
        group by e.normal_type order by 2 desc, e.normal_type limit 10 $$, 'topEventTypes');
select results_eq($$ select t ->> 'service', (t -> 'count')::bigint from jsonb_array_elements(pg_temp.shown('dashboard', 'eventsByService'))
        with ordinality x (t, at) order by at $$,
    $$ select e.service, count(*) from bookly_data.events e group by 1 order by 2 desc, 1 $$, 'eventsByService');
select results_eq($$ select e ->> 'eventId' from jsonb_array_elements(pg_temp.shown('dashboard', 'recentEvents'))
        with ordinality x (e, at) order by at $$,
    $$ select e.id from bookly_data.events e order by e.occurred_at desc, e.position desc limit 20 $$, 'recentEvents');
select results_eq($$ select e ->> 'eventId', e -> 'data', e ? 'metadata' from jsonb_array_elements(pg_temp.shown('dashboard', 'recentEvents'))
        with ordinality x (e, at) where at <= 2 order by at $$,
    $$ select 'the-long-one', 'null'::jsonb, false union all
        select e.id, e.data, false from bookly_data.events e where e.data = '{"i": 100}' $$, 'without data or metadata over 4 kB');
select bookly.publish_event('many', 'many-' || i) from generate_series(1, 1010) i \g /dev/null
select is(jsonb_array_length(pg_temp.shown('dashboard', 'eventsByService')), 1000, 'the 1,000 busiest services');

-- 2. what daemons measure
select is(pg_temp.shown('metrics') - '{services,infrastructure,throughput,totalEvents,failedEvents,retryCount}'::text[],
    '{"brokerType": "postgres", "eventStoreEnabled": true, "avgLatency": 0, "recentLatencies": [], "uptime": 0,
      "connections": {"websocket": 0, "polling": 0, "sse": 0}, "process": {"rss": 0, "cpu": 0}}', 'no daemon lives');
create function pg_temp.report(daemon int, changes jsonb default '{}') returns void language sql as $$
    select bookly.daemon_report(daemon, '{"uptimeMs": 5000, "websocket": 7, "polling": 2, "sse": 1, "rss": 1000000,
        "cpu": 12.5, "seconds": [[0, 30, 10], [50, 10, 10]], "recent": [[0.5, 3], [50.25, 1]]}' || changes)
$$;
create function pg_temp.older(number int, by interval) returns void language sql as $$
    update bookly_data.daemon_figures f set reported_at = f.reported_at - by where f.daemon = number
$$;
select bookly.daemon_hold(501, 'one'), pg_temp.report(501) \g /dev/null
select is(regexp_replace(bookly_data.daemon_metrics(), '"uptime":50\d\d,', '"uptime":X,'),
    '"avgLatency":2.000,"recentLatencies":[3.000,1.000],"uptime":X,"connections":{"websocket":7,"polling":2,"sse":1},'
    '"process":{"rss":1000000,"cpu":12.50}', 'one daemon');
select bookly.daemon_hold(502, 'two'), pg_temp.report(502, '{"uptimeMs": 90000, "websocket": 100, "polling": 0, "rss": 5,
    "cpu": 0.25, "seconds": [[10, 160, 20]], "recent": [[0.25, 8], [10, 7]]}'), pg_temp.report(503, '{"websocket": 9999}') \g /dev/null
select is(regexp_replace(bookly_data.daemon_metrics(), '"uptime":90\d\d\d,', '"uptime":X,'),
    '"avgLatency":5.000,"recentLatencies":[8.000,3.000,7.000,1.000],"uptime":X,"connections":{"websocket":107,"polling":2,"sse":2},'
    '"process":{"rss":1000005,"cpu":12.75}', 'two that live, one that does not: sums, the mean of all deliveries, the longest uptime');
select pg_temp.older(501, '15 seconds'), pg_temp.older(502, '61 seconds') \g /dev/null
select is(regexp_replace(bookly_data.daemon_metrics(), '"uptime":151\d\d\d,', '"uptime":X,'),
    '"avgLatency":3.000,"recentLatencies":[3.000],"uptime":X,"connections":{"websocket":107,"polling":2,"sse":2},'
    '"process":{"rss":1000005,"cpu":12.75}', 'deliveries are forgotten after a minute, the rest holds until it changes');
select pg_temp.report(502, '{"websocket": 3, "seconds": [], "recent": []}') \g /dev/null
select is((select count(*) || ' ' || sum(websocket) from bookly_data.daemon_figures where daemon = 502), '1 3', 'a row a daemon');
select pg_temp.report(501, '{"recent": [[1,1],[2,2],[3,3],[4,4],[5,5],[6,6]]}'), pg_temp.report(502,
    '{"recent": [[0.1,10],[2.5,20],[3.5,30],[4.5,40],[5.5,50],[6.5,60]]}') \g /dev/null
select is(pg_temp.shown('metrics', 'recentLatencies'), '[10, 1, 2, 20, 3, 30, 4, 40, 5, 50]', 'the newest ten of all');
select is((select relpersistence from pg_class where oid = 'bookly_data.daemon_figures'::regclass), 'u', 'unlogged');
select throws_ok($$ select bookly.daemon_report(501, '{}') $$, '23502', null, 'every figure is due');
select pg_temp.older(501, '2 hours'), pg_temp.older(503, '61 minutes') \g /dev/null
select bookly_data.sessions_expire() \g /dev/null
select results_eq($$ select daemon from bookly_data.daemon_figures order by 1 $$, $$ values (501), (502) $$,
    'figures of daemons that died are forgotten');

-- 3. the state of services
delete from bookly_data.statuses;
select is((select h.status || ' ' || (h.body::jsonb - 'infrastructure') from bookly.health_services() h),
    '200 {"status": "up", "services": {}}', 'nobody has reported');
select is((select array_agg(k || ' ' || (i -> k ->> 'status') order by k) from bookly.health_services() h,
    lateral (select h.body::jsonb -> 'infrastructure' as i) b, jsonb_object_keys(i) k), '{postgresql up,pushd up}',
    'what is known by itself');
select bookly.report_service('mail', 'up', '{"v": 1}'), bookly.report_component('redis', 'up') \g /dev/null
select is((select h.status || ' ' || (h.body::jsonb ->> 'status') from bookly.health_services() h), '200 up', 'all up');
select bookly.report_component('redis', 'degraded') \g /dev/null
select is((select h.status || ' ' || (h.body::jsonb ->> 'status') from bookly.health_services() h), '200 degraded', 'degraded still serves');
select bookly.report_service('mail', 'down', jsonb_build_object('long', repeat('x', 2000))) \g /dev/null
select is((select h.status || ' ' || (h.body::jsonb ->> 'status') from bookly.health_services() h), '503 down', 'one is down');
select is((select h.body::jsonb #> '{services,mail}' from bookly.health_services() h) - '{since,lastSeen}'::text[],
    '{"status": "down", "details": null}', 'long details are left to the lists');
select bookly.report_service('s' || i, 'up') from generate_series(1, 600) i \g /dev/null
select is((select array[count(*), count(*) filter (where key = 'mail')] from jsonb_object_keys(pg_temp.shown('metrics', 'services')) key),
    '{500,1}', 'at most 500, those that are down first');
select * from finish();
rollback;

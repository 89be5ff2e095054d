-- Logs, statuses, settings, counters and the dashboard.
begin;
select no_plan();
\ir helpers.psql
select bookly.write_log('warn', 'api', 'EventBus', 'slow', '{"ms": 7}', 'at x', '2025-01-05T10:00:00Z') \g /dev/null
set constraints all immediate;
select results_eq('select event, channel, key1, key2, key3 from pushed',
    $$ values ('log:warning', 'logs', 'warn', 'api', 'EventBus') $$, 'log:warning with its filter keys');
select is((select payload::jsonb - 'id' from pushed), '{"timestamp": "2025-01-05T10:00:00.000Z", "level": "warn",
    "service": "api", "context": "EventBus", "message": "slow", "metadata": {"ms": 7}, "stack": "at x"}', 'LogEntry');
select bookly.write_log(l, 'api', null, 'x') from unnest('{debug,info,error}'::text[]) l \g /dev/null
select results_eq('select event from pushed order by id offset 1',
    $$ values ('log:entry'), ('log:entry'), ('log:error') $$, 'each level has its push');
select is(bookly_data.redacted('{"Password": "a", "user": {"x-API-KEY": {"deep": 1}, "apikey": 5, "list": [{"authToken": "t"}, 3]},
    "note": "a password", "Set-Cookie": null, "n": 1}'),
    '{"Password": "[redacted]", "user": {"x-API-KEY": "[redacted]", "apikey": "[redacted]",
    "list": [{"authToken": "[redacted]"}, 3]}, "note": "a password", "Set-Cookie": "[redacted]", "n": 1}', 'secrets are redacted');
select is(bookly_data.redacted(jsonb_build_object(k, '{"a": [1]}'::jsonb, 'kept', k)), jsonb_build_object(k, '[redacted]', 'kept', k), k)
from unnest('{password,userPassword,PASSWD,passwordHash,pwd,Passphrase,contraseña,CONTRASEÑA,access_token,refreshToken,jwt,clientSecret,
    aws-credentials,Proxy-Authorization,Cookie,set-cookie,apiKey,api_key,X-Api-Key,private_key,PrivateKey,api key,Api.Key,private.key,
    accessKey,AWS Access Key,pass,Pass,contraseña}'::text[]) k;
select is(bookly_data.redacted('{"pass\u0077ord": 1, "key": 2, "author": 3, "keyboard": "token", "passenger": 4, "passed": 5}'),
    '{"password": "[redacted]", "key": 2, "author": 3, "keyboard": "token", "passenger": 4, "passed": 5}', 'spelled with escapes; and no more than that');
select ok(bookly_data.redacted((repeat('{"a":[', n) || '{"Secret": "hunter2", "n": 1}' || repeat(']}', n))::jsonb)::text
    !~ 'hunter2', format('%s levels down', 2 * n)) from unnest('{1,45,60,2000}'::int[]) n;
select is(bookly_data.redacted((repeat('{"a":[', 45) || '{"Secret": "hunter2", "n": 1}' || repeat(']}', 45))::jsonb),
    (repeat('{"a":[', 45) || '{"Secret": "[redacted]", "n": 1}' || repeat(']}', 45))::jsonb, 'only the secret goes');
select is((select count(*) from pushed where payload like '%hunter2%' or payload like '%hunter3%'), 0::bigint, 'before');
select bookly.write_log('info', 'api', null, 'x', '{"a": [{"SECRET": "hunter2"}]}'),
    bookly.log_ingest('a', '[{"level": "info", "service": "s", "message": "m", "metadata": {"passwd": "hunter3"}}]') \g /dev/null
select is((select count(*) from pushed where payload like '%hunter%'), 0::bigint, 'and never reach the stream')
    union all
select is((select count(*) from bookly_data.logs where metadata::text like '%hunter%'), 0::bigint, 'or the table');
select is(bookly.log_ingest('a', '[{"level": "info", "service": "in", "message": "1"}, {"level": "error", "service": "in",
    "message": "2", "context": null, "metadata": null, "stack": "s", "timestamp": "2025-01-05T10:00:00.000Z"}]'), 2, 'log_ingest');
select is(bookly.log_ingest('a', '[]'), 0, 'an empty batch');
select is(pg_temp.column_of(format('select bookly.log_ingest(''a'', %L)',
    '[{"level": "info", "service": "bad", "message": "1"},' || t.line || ']')), t.expected, left(t.line, 70))
from (values ('3', '22023 [1]'), ('{}', '22023 [1].level'), ('{"level": "warning", "service": "s", "message": "m"}', '22023 [1].level'),
    ('{"level": ["info"], "service": "s", "message": "m"}', '22023 [1].level'),
    ('{"level": "info", "service": "", "message": "m"}', '22023 [1].service'),
    ('{"level": "info", "service": "s", "message": null}', '22023 [1].message'),
    ('{"level": "info", "service": "s", "message": 5}', '22023 [1].message'),
    ('{"level": "info", "service": "s", "message": "m", "ctx": "c"}', 'BK400 [1].ctx'),
    ('{"level": "info", "service": "s", "message": "m", "context": {}}', '22023 [1].context'),
    ('{"level": "info", "service": "s", "message": "m", "timestamp": "2025-13-01T00:00:00Z"}', '22023 [1].timestamp'),
    (format('{"level": "info", "service": "s", "message": "%s"}', repeat('x', 32001)), '22023 [1].message'),
    (format('{"level": "info", "service": "s", "message": "m", "stack": "%s"}', repeat('x', 64001)), '22023 [1].stack'),
    (format('{"level": "info", "service": "s", "message": "m", "context": "%s"}', repeat('x', 201)), '22023 [1].context'),
    (format('{"level": "info", "service": "s", "message": "m", "metadata": "%s"}', repeat('x', 262144)), '22023 [1].metadata'))
    t (line, expected);
-- what a batch takes in one expression is what the rules say, for lines made by chance
create function pg_temp.keeps_rules(line jsonb) returns boolean language plpgsql as $$
begin
    return bookly_data.check_body(line, bookly_data.log_rules());
exception when others then
    return false;
end $$;
create temp table lines as
select i, (select jsonb_object_agg(k, v.value) filter (where v.chance < 0.8) from unnest(
        '{level,service,message,context,metadata,stack,timestamp,Level,extra}'::text[]) with ordinality k (k, at),
    lateral (select random() + case when at > 7 then 0.6 when i % 2 = 0 and at < 4 then -1 else 0 end as chance,
        (case when i % 2 = 0 and random() < 0.9 then
            case at when 1 then '["debug", "info", "warn", "error"]' when 7 then '["2025-01-05T10:00:00Z", null]'
                when 5 then '[1, null, {}, "m"]' else '["a", "ñ"]' end
        else '["info", "error", "INFO", "", null, 1, true, [], {}, "2025-01-05T10:00:00Z", "2025-02-30T10:00:00Z"]'
        end::jsonb) as pool) p,
    lateral (select p.chance, p.pool -> floor(random() * jsonb_array_length(p.pool))::int as value) v) as line
from generate_series(1, 4000) i;
select is_empty($$ select line from lines where bookly_data.log_is_good(line) <> pg_temp.keeps_rules(line) limit 3 $$,
    'a batch takes what the rules let through');
select ok((select count(*) filter (where bookly_data.log_is_good(line)) between 500 and 3500 from lines), 'of both kinds');
select is((select count(*) from bookly_data.logs where service = 'bad'), 0::bigint, 'all or nothing');
select is(pg_temp.column_of($$ select bookly.log_ingest('a', '{"level": "info"}') $$), '22023 body', 'no array');
select is(pg_temp.column_of(format('select bookly.write_log(%s)', t.arguments)), t.expected, t.arguments)
from (values ('''fatal'', ''s'', null, ''m''', '22023 level'), ('''info'', null, null, ''m''', '22023 service'),
    ('''info'', ''s'', repeat(''x'', 201), ''m''', '22023 context'), ('''info'', ''s'', null, null', '22023 message'),
    ('''info'', ''s'', null, ''m'', null, null, ''-infinity''', '22023 logged_at')) t (arguments, expected);
select results_eq($$ select (e ->> 'service') || (e ->> 'message') from bookly.log_recent(null, 'warn', '{in,api}', null, 2, null),
    json_array_elements(body::json) e $$, $$ values ('in2'), ('apix') $$, 'log_recent by threshold, newest first');
select results_eq($$ select e ->> 'message' from bookly.log_recent('{warn}', null, null, 'tB', 10, null),
    json_array_elements(body::json) e $$, $$ values ('slow') $$, 'by exact level and part of the context');
select is((select e ->> 'message' from bookly.log_recent(null, null, '{in}', null, 1,
    (select next from bookly.log_recent(null, null, '{in}', null, 1, null))), json_array_elements(body::json) e), '1', 'pages');
select is(pg_temp.column_of($$ select bookly.log_recent(null, null, null, null, 1, 'x') $$), '22023 before', 'a bad before');
select is(pg_temp.column_of($$ select bookly.log_recent(null, 'x', null, null, 1, null) $$), '22023 minLevel', 'a bad level');
select bookly.settings_put('{"logBufferSize": 4}') \g /dev/null
select is(bookly.log_stats()::jsonb #- '{recentErrors}', '{"total": 4, "byLevel": {"error": 1, "warn": 0, "info": 3, "debug": 0},
    "byService": {"in": 2, "api": 1, "s": 1}}', 'log_stats is of the buffer');
select is(jsonb_array_length(bookly.log_stats()::jsonb -> 'recentErrors'), 1, 'with its errors');
select bookly.write_log('info', 's', null, i::text) from generate_series(1, 20) i \g /dev/null
select bookly.counters_fold() \g /dev/null
select ok((select count(*) between 4 and 9 from bookly_data.logs), 'folding trims the log to about twice its buffer');

-- statuses
delete from started;
insert into started select max(id) from bookly_data.stream;
select is(bookly.service_report('a', 'mail', '{"status": "up", "details": {"v": 1}}')::jsonb - '{since,lastSeen}'::text[],
    '{"service": "mail", "status": "up", "details": {"v": 1}}', 'service_report');
select bookly.report_service('mail', 'up', '{"v": 1}'), bookly.report_service('mail', 'up', '{"v": 2}') \g /dev/null
select is((select count(*) from pushed), 1::bigint, 'only changes are pushed');
select bookly.report_service('mail', 'degraded'), bookly.report_component('redis', 'down') \g /dev/null
select results_eq('select event, channel, payload::jsonb - ''timestamp'' from pushed order by id', $$ values
    ('service:status:changed', 'dashboard', '{"service": "mail", "status": "up"}'::jsonb),
    ('service:status:changed', 'dashboard', '{"service": "mail", "status": "degraded"}'),
    ('infrastructure:status:changed', 'dashboard', '{"component": "redis", "status": "down"}') $$, 'and how');
update bookly_data.statuses set last_seen = last_seen - interval '91 seconds';
select bookly.counters_fold() \g /dev/null
select is((select s ->> 'status' from json_array_elements(bookly.service_list()::json) s where s ->> 'service' = 'mail'), 'down',
    'a service silent for 90 s is down');
select is((select s ->> 'status' from json_array_elements(bookly.component_list()::json) s where s ->> 'component' = 'redis'),
    'down', 'a component stays');
select is(pg_temp.column_of(t.statement), t.expected, t.statement)
from (values ($$ select bookly.report_service('', 'up') $$, '22023 service'),
    ($$ select bookly.report_service('x', 'UP') $$, '22023 status'),
    ($$ select bookly.report_component(repeat('x', 101), 'up') $$, '22023 component'),
    ($$ select bookly.service_report('a', 'x', '{"status": "up", "since": 1}') $$, 'BK400 since'),
    ($$ select bookly.component_report('a', 'x', '{}') $$, '22023 status'),
    ($$ select bookly.component_report('a', 'x', '[]') $$, '22023 body'),
    ($$ select bookly.settings_put('{"logBufferSize": 0}') $$, '22023 logBufferSize'),
    ($$ select bookly.settings_put('{"unknown": 1}') $$, 'BK400 unknown')) t (statement, expected);

-- the dashboard
create temp table before_it as select bookly.dashboard_snapshot()::jsonb as d;
select bookly.publish_event('DASH_BOARD', 'dash') from generate_series(1, 3) \g /dev/null
select bookly.fail_event((select id from bookly_data.events where service = 'dash' limit 1), 'e') \g /dev/null
create temp view grown as select (n #>> p)::numeric - (d #>> p)::numeric as by, p[2] as figure
from before_it, bookly.dashboard_snapshot() s, lateral (select s::jsonb as n) n,
    unnest(array['metrics.totalEvents', 'metrics.failedEvents', 'dashboard.totalEvents', 'dashboard.eventsToday',
        'dashboard.eventsThisHour']) f, lateral (select string_to_array(f, '.') as p) p;
select is((select array_agg(by) from grown), '{3,1,3,3,3}', 'totals before folding');
select is((select t -> 'count' from jsonb_array_elements(bookly.dashboard_snapshot()::jsonb #> '{dashboard,topEventTypes}') t
    where t ->> 'eventType' = 'DASH_BOARD'), '3', 'types as they were published');
select is((select array_agg(k order by k) from jsonb_object_keys(bookly.dashboard_snapshot()::jsonb -> 'metrics') k),
    '{avgLatency,brokerType,connections,eventStoreEnabled,failedEvents,infrastructure,process,recentLatencies,retryCount,services,throughput,totalEvents,uptime}',
    'metrics');
select is((select array_agg(k order by k) from jsonb_object_keys(bookly.dashboard_snapshot()::jsonb -> 'dashboard') k),
    '{eventsByService,eventsThisHour,eventsToday,recentEvents,topEventTypes,totalEvents}', 'dashboard');
select is(bookly_data.iso_time('2025-01-05 10:00:00+00'), '2025-01-05T10:00:00.000Z', 'times');
select ok((select bool_and(u::text ~ '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$') and count(distinct u) = 1000
    and array_agg(left(u::text, 18) order by i) = array_agg(left(u::text, 18) order by left(u::text, 18))
    from (select i, bookly_data.uuid_v7() u from generate_series(1, 1000) i) x), 'ids are UUIDs of version 7 and grow');
select is((select count(distinct u) from (select bookly_data.uuid_v7() u from generate_series(1, 1000)) x
    where extract(epoch from clock_timestamp()) * 1000 - ('x' || translate(left(u::text, 13), '-', ''))::bit(48)::bigint
        between -1 and 5000), 1000::bigint, 'ids carry the time');
select * from finish();
rollback;

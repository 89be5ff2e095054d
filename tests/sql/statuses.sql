-- Statuses: reported, silent, probed; postgresql and pushd; what is written and what is pushed.
begin;
select no_plan();
\ir helpers.psql
create function pg_temp.probed(variadic list text[]) returns void language sql as $$
    select bookly.probe_report((select jsonb_agg(jsonb_build_object('kind', split_part(l, ' ', 1), 'name', split_part(l, ' ', 2),
        'probe', case split_part(l, ' ', 3) when '' then null else jsonb_build_object('status', split_part(l, ' ', 3)) end,
        'ageMs', coalesce(nullif(split_part(l, ' ', 4), '')::int, case split_part(l, ' ', 3) when 'up' then 0 end))) from unnest(list) l))
$$;
create function pg_temp.shown(name text) returns text language sql as $$
    select (s ->> 'status') || coalesce(' ' || (s #>> '{details,probe,status}'), '')
    from json_array_elements(bookly.service_list()::json) s where s ->> 'service' = shown.name
$$;
create temp view changes as select string_agg(concat_ws(' ', p.payload::json ->> 'service', p.payload::json ->> 'component',
    p.payload::json ->> 'status'), ',' order by p.id) as list from pushed p;
create function pg_temp.later(wait interval) returns void language sql as $$
    update bookly_data.statuses set last_seen = last_seen - wait, since = since - wait
$$;
delete from bookly_data.statuses;
set constraints all immediate;

-- probed
select pg_temp.probed('service mail up', 'service print down', 'service scan') \g /dev/null
select is(array[pg_temp.shown('mail'), pg_temp.shown('print'), pg_temp.shown('scan')], '{up up,down down,NULL}',
    'what the probes found is shown; what they do not know yet is not');
select is((select list from changes), 'mail up,print down', 'and pushed');
create temp view rows as select string_agg(s.xmin::text || s.ctid::text || s.*, ',' order by s.name) as list from bookly_data.statuses s;
create temp table as_it_was as select * from rows;
select pg_temp.probed('service mail up', 'service print down', 'service scan') \g /dev/null
select is((select list from rows), (select list from as_it_was), 'the same again writes nothing');
select pg_temp.later('91 seconds'), bookly.counters_fold() \g /dev/null
select is(pg_temp.shown('mail'), 'up up', 'what is probed does not fall silent');
select pg_temp.later('1 hour') \g /dev/null
select pg_temp.probed('service mail up', 'service print down', 'service scan') \g /dev/null
select is((select array_agg(s.last_seen > clock_timestamp() - interval '1 minute' order by s.name) from bookly_data.statuses s), '{t,f}',
    'once an hour it is written that one is still up');
select pg_temp.later('1 minute') \g /dev/null
select pg_temp.probed('service mail down 30000', 'service print up', 'service scan') \g /dev/null
select is((select list from changes), 'mail up,print down,mail down,print up', 'only changes are pushed');
select results_eq($$ select name, since > clock_timestamp() - interval '10 seconds', last_seen > clock_timestamp() - interval '10 seconds'
    from bookly_data.statuses order by name $$, $$ values ('mail', true, false), ('print', true, true) $$,
    'down since now, and when it was last seen');

-- reported as well: the worse of the two
select bookly.report_service('print', 'degraded', '{"queue": 9}'), bookly.report_service('mail', 'up') \g /dev/null
select is(array[pg_temp.shown('print'), pg_temp.shown('mail')], '{degraded up,down down}', 'the worse of what is reported and found');
select is((select s -> 'details' from jsonb_array_elements(bookly.service_list()::jsonb) s where s ->> 'service' = 'print'),
    '{"queue": 9, "probe": {"status": "up"}}', 'details hold both');
select pg_temp.probed('service mail up', 'service print up') \g /dev/null
select is(array[pg_temp.shown('print'), pg_temp.shown('mail')], '{degraded up,up up}', 'a probe does not better a report');
select pg_temp.later('91 seconds'), bookly.counters_fold() \g /dev/null
select is(pg_temp.shown('print'), 'up up', 'a report that is 90 s old counts no more beside a probe');
select bookly.report_service('quiet', 'up'), pg_temp.later('91 seconds'), bookly.counters_fold(), bookly.counters_fold() \g /dev/null
select ok((select list like '%,quiet up,quiet down' from changes), 'without a probe it is down, which is pushed once');
select bookly.report_service('quiet', 'up') \g /dev/null
select is(pg_temp.shown('quiet'), 'up', 'until it reports again');

-- no target any more
select bookly.report_service('mail', 'degraded') \g /dev/null
select pg_temp.probed('service other up', 'component web-server down') \g /dev/null
select is(array[pg_temp.shown('mail'), pg_temp.shown('print'), pg_temp.shown('quiet')], '{degraded,NULL,up}',
    'what is no target any more: what it says of itself stays, else it is forgotten');
select is(pg_temp.column_of($$ select bookly.probe_report('{}') $$), '22023 findings', 'no list');
select bookly.probe_report('[]') \g /dev/null
select is((select count(*) from bookly_data.statuses where probe is not null), 0::bigint, 'nothing is probed');

-- one daemon does it
select ok(bookly.probe_hold() and bookly.probe_hold(), 'the lock is held, and asked for again');
select is((select count(*) from pg_locks where locktype = 'advisory' and classid = 1651209272 and pid = pg_backend_pid()), 1::bigint, 'once');

-- postgresql and pushd
create temp view components as select c ->> 'component' as name, c ->> 'status' as status, c -> 'details' as details,
    (c ->> 'since')::timestamptz as since, (c ->> 'lastSeen')::timestamptz as last_seen
    from jsonb_array_elements(bookly.component_list()::jsonb) c;
delete from bookly_data.statuses;
create temp table alive as select count(*) > 0 as others from bookly_data.daemons_live();
select is((select status from components where name = 'pushd'), 'down', 'no daemon lives') where not (select others from alive);
select ok((select since > clock_timestamp() - interval '10 seconds' from components where name = 'pushd'), 'and since when that was noticed')
    where not (select others from alive);
select bookly.daemon_hold(20261124, 'somewhere:3001') \g /dev/null
select ok((select status = 'up' and details -> 'daemons' ? 'somewhere:3001' from components where name = 'pushd'), 'a daemon lives');
select is((select list from changes), (select list from changes where list like '%pushd down,pushd up'), 'both are pushed');
select is((select count(*) from components), 2::bigint, 'both components are listed');
select ok((select status = 'up' and since = date_trunc('milliseconds', pg_postmaster_start_time()) and last_seen >= since
    and (details ->> 'connections')::int between 1 and (details ->> 'maxConnections')::int
    and details ->> 'version' = current_setting('server_version') from components where name = 'postgresql'), 'postgresql answers');
select bookly.report_component('postgresql', 'degraded', '{"lag": 3}'), bookly.report_component('pushd', 'degraded') \g /dev/null
select is((select array_agg(status || coalesce(details ->> 'lag', '') order by name) from components), '{degraded3,degraded}',
    'what others say of them counts where it is worse');
select bookly.report_component('postgresql', 'up'), bookly.report_component('pushd', 'up') \g /dev/null
select is((select array_agg(status) from components), '{up,up}', 'until they say otherwise');
select ok(pg_advisory_unlock_shared(1651209269, 20261124), 'the daemon ends');
-- a server that has just started waits for its daemons
select pg_sleep_until(pg_postmaster_start_time() + interval '15.1 seconds') \g /dev/null
select is((select status from components where name = 'pushd'), 'down', 'which who asks learns') where not (select others from alive);
select is(bookly_data.statuses_by_name('component')::jsonb #>> '{postgresql,status}', 'up', 'the dashboard has them, too');
select pg_advisory_unlock_all() \g /dev/null
select * from finish();
rollback;

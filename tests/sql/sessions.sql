-- session_write, session_find, daemon_hold, connection_list, and what upkeep does with sessions.
begin;
select no_plan();
\ir helpers.psql
-- put(PID, CHANGES): a session as daemon 101 holds it
create function pg_temp.put(pid text, changes jsonb default '{}') returns jsonb language sql as $$
    select jsonb_build_object('pid', pid, 'sid', 'sid-' || pid, 'userId', 'user-1', 'wire', 1,
        'subscriptions', '{"events": {"eventTypes": ["a.b"]}, "logs": null}'::jsonb,
        'roles', '["TEACHER", "GENERAL_ADMIN"]'::jsonb, 'jti', 'j-1', 'issuedAt', 1700000000,
        'expiresAt', 1800000000, 'url', null, 'daemon', 101, 'transport', 'websocket',
        'since', 1764000000123) || changes
$$;
create function pg_temp.write(variadic puts jsonb[]) returns int language sql as $$
    select bookly.session_write(to_jsonb(puts), '{}')
$$;
create function pg_temp.row_of(pid text) returns bookly_data.sessions language sql as $$
    select s from bookly_data.sessions s where s.pid = row_of.pid
$$;
-- give_up(PID, FROM): as a daemon writes it whose client has gone
create function pg_temp.give_up(pid text, giver int, changes jsonb default '{}') returns jsonb language sql as $$
    select pg_temp.put(pid, jsonb_build_object('daemon', null, 'transport', null, 'from', giver) || changes)
$$;

-- 1. kept as given
select is(pg_temp.write(pg_temp.put('a'), pg_temp.put('b', '{"jti": null, "roles": [], "subscriptions": {},
    "issuedAt": null, "url": "digest", "wire": 3}')), 2, 'two new sessions are two rows');
select results_eq($$ select * from bookly.session_find('{a,b,c,a}') order by pid $$,
    $$ values ('a', 'sid-a', 'user-1', 1, '{"logs": null, "events": {"eventTypes": ["a.b"]}}',
            '{TEACHER,GENERAL_ADMIN}'::text[], 'j-1', 1700000000::bigint, 1800000000::bigint, null, 101),
        ('b', 'sid-b', 'user-1', 3, '{}', '{}', null, null, 1800000000, 'digest', 101) $$,
    'and found as they were given, each once');
select is((pg_temp.row_of('a')).since, '2025-11-24T16:00:00.123Z'::timestamptz, 'since is in milliseconds');
select is_empty($$ select * from bookly.session_find('{}') $$, 'nobody asked for, nobody found');
select is(bookly.session_write('[]', '{}'), 0, 'nothing to write');
select is(bookly.session_write(null, null), 0, 'nothing at all');
select is(pg_temp.write(pg_temp.put('c'), pg_temp.put('c', '{"userId": "user-2"}')), 1, 'a pid twice is one row');
select is((pg_temp.row_of('c')).user_id, 'user-2', 'the last one');

-- 2. what is as it was is not written
select is(pg_temp.write(pg_temp.put('a')), 0, 'an equal session is not written');
select is(pg_temp.write(pg_temp.put('a', c.change)), 1, c.change::text)
from (values ('{"sid": "x"}'::jsonb), ('{"userId": "x"}'), ('{"wire": 2}'), ('{"subscriptions": {"events": null}}'),
    ('{"roles": null}'), ('{"jti": null}'), ('{"issuedAt": 5}'), ('{"expiresAt": 5}'), ('{"url": "x"}'),
    ('{"daemon": 102}'), ('{"transport": "polling"}'), ('{"since": 5}'), ('{}')) c (change);
update bookly_data.sessions set touched_at = clock_timestamp() - interval '23 hours' where pid = 'a';
select is(pg_temp.write(pg_temp.put('a')), 0, 'not even after 23 hours');
update bookly_data.sessions set touched_at = clock_timestamp() - interval '25 hours' where pid = 'a';
select is(pg_temp.write(pg_temp.put('a')), 1, 'but once a day');
select ok((pg_temp.row_of('a')).touched_at > clock_timestamp() - interval '1 minute', 'which touches it');

-- 3. ends
select is(bookly.session_write(jsonb_build_array(pg_temp.put('d'), pg_temp.put('e')), '{b,nobody}'), 3,
    'puts and ends in one call');
select results_eq($$ select pid from bookly.session_find('{b,d,e}') order by pid $$,
    $$ values ('d'), ('e') $$, 'what was ended is gone');
select is(bookly.session_write('[]', '{d,e}'), 2, 'ends alone');

-- 4. taking over and giving up
select is(pg_temp.write(pg_temp.give_up('a', 101)), 1, 'a daemon gives up what it holds');
select results_eq($$ select daemon, transport from bookly_data.sessions where pid = 'a' $$,
    $$ values (null::int, null::text) $$, 'nobody holds it now');
select is(pg_temp.write(pg_temp.give_up('a', 101, '{"jti": "late"}')), 0, 'it cannot give it up once more');
select is(pg_temp.write(pg_temp.put('a', '{"daemon": 102}')), 1, 'another daemon takes it');
select is(pg_temp.write(pg_temp.give_up('a', 101)), 0, 'the first one gives up too late');
select is(pg_temp.write(pg_temp.give_up('a', 102, '{"sid": "other"}')), 0, 'or another connection of the same pid');
select is((pg_temp.row_of('a')).daemon, 102, 'the holder stays');
select is(pg_temp.write(pg_temp.give_up('new', 101)), 1, 'a session that came and went is kept');
select is((pg_temp.row_of('new')).daemon, null, 'with nobody holding it');
select is(pg_temp.write(pg_temp.put('a', '{"daemon": null, "transport": null}')), 1, 'without "from" it always applies');

-- 5. whoever loses a session while alive is told
create temp table untaken as select high as id from bookly.stream_bounds();
create temp view told as
    select s.event, s.channel, s.payload::jsonb from bookly_data.stream s, untaken where s.id > untaken.id order by s.id;
select bookly.daemon_hold(201, 'alive') \g /dev/null
select pg_temp.write(pg_temp.put('t1', '{"daemon": 201}'), pg_temp.put('t2', '{"daemon": 202}'), pg_temp.put('t3', '{"daemon": 201}'),
    pg_temp.put('t4', '{"daemon": 201}')) \g /dev/null
select pg_temp.write(pg_temp.put('t1', '{"daemon": 201, "jti": "x"}'), pg_temp.give_up('t4', 201)) \g /dev/null
select is_empty('select * from told', 'not by its own changes');
select is(pg_temp.write(pg_temp.put('t1', '{"daemon": 203}'), pg_temp.put('t2', '{"daemon": 203}'),
    pg_temp.put('t4', '{"daemon": 203}')), 3, 'three are taken, one of them from a daemon that lives');
select results_eq('select * from told', $$ values ('session:taken', 'control', '{"pid": "t1", "daemon": 203}'::jsonb) $$,
    'that one is told');
select is(bookly.session_write(null, '{t3}'), 1, 'a session that is ended');
select is((select count(*) from told), 1::bigint, 'tells nobody');
select pg_advisory_unlock_shared(1651209269, 201) \g /dev/null

-- 6. retention
create function pg_temp.age(pid text, age interval) returns void language sql as $$
    update bookly_data.sessions s set touched_at = clock_timestamp() - age where s.pid = age.pid
$$;
select pg_temp.write(pg_temp.put('held'), pg_temp.give_up('free', 101)) \g /dev/null
select pg_temp.age('free', '6 days 23 hours'), pg_temp.age('held', '8 days') \g /dev/null
select results_eq($$ select pid from bookly.session_find('{held,free}') order by pid $$,
    $$ values ('free'), ('held') $$, 'a session is found for STREAM_RETENTION after its end');
select pg_temp.age('free', '7 days 1 minute'), pg_temp.age('held', '8 days 61 minutes') \g /dev/null
select is_empty($$ select * from bookly.session_find('{held,free}') $$, 'and not after it');
select bookly.settings_put('{"streamRetentionSeconds": 3600}') \g /dev/null
select pg_temp.age('held', '29 minutes') \g /dev/null
select is(pg_temp.write(pg_temp.put('held')), 0, 'a short retention: not touched yet');
select pg_temp.age('held', '31 minutes') \g /dev/null
select is(pg_temp.write(pg_temp.put('held')), 1, 'touched at half of it');

-- 7. daemons
select bookly.daemon_hold(101, 'one'), bookly.daemon_hold(101, 'one'), bookly.daemon_hold(-5, 'minus') \g /dev/null
select results_eq($$ select daemon, name from bookly_data.daemons_live() order by 1 $$,
    $$ values (-5, 'minus'), (101, 'one') $$, 'who holds is alive');
select is((select count(*) from pg_locks where classid = 1651209269 and pid = pg_backend_pid()), 2::bigint,
    'one lock each, however often it is asked');
select bookly.daemon_hold(101, 'renamed') \g /dev/null
select results_eq($$ select name from bookly_data.daemons_live() where daemon = 101 $$, $$ values ('renamed') $$,
    'a new name replaces the old one');
insert into bookly_data.daemons (daemon, name) values (102, 'dead');
select is_empty($$ select from bookly_data.daemons_live() where daemon = 102 $$, 'who does not hold is not');

-- 8. who is connected
delete from bookly_data.sessions;
select is(bookly.connection_list(), '[]', 'nobody');
select pg_temp.write(pg_temp.put('old', '{"since": 1764000000000}'), pg_temp.put('new', '{"since": 1764000001000, "daemon": -5,
    "subscriptions": {"notifications": null, "dlq": null}, "transport": "sse"}'), pg_temp.put('lost', '{"daemon": 102}'),
    pg_temp.give_up('left', 101)) \g /dev/null
select is(bookly.connection_list()::jsonb, '[
    {"sid": "sid-new", "userId": "user-1", "transport": "sse", "since": "2025-11-24T16:00:01.000Z",
     "channels": ["dlq", "notifications"], "daemon": "minus"},
    {"sid": "sid-old", "userId": "user-1", "transport": "websocket", "since": "2025-11-24T16:00:00.000Z",
     "channels": ["events", "logs"], "daemon": "renamed"}]', 'whom living daemons hold, newest first');
insert into bookly_data.sessions (pid, sid, user_id, wire, daemon, touched_at)
select i, i, 'u', 1, 101, clock_timestamp() from generate_series(1, 10000) i;
select is(json_array_length(bookly.connection_list()::json), 10000, 'at most 10,000');
delete from bookly_data.sessions where user_id = 'u';

-- 9. upkeep, with a retention of one hour: touched at half of it
select pg_temp.age('old', '31 minutes'), pg_temp.age('new', '29 minutes'), pg_temp.age('lost', '149 minutes'),
    pg_temp.age('left', '59 minutes') \g /dev/null
select bookly.stream_upkeep(null) \g /dev/null
select results_eq($$ select pid, touched_at > clock_timestamp() - interval '1 minute' from bookly_data.sessions order by pid $$,
    $$ values ('left', false), ('lost', false), ('new', false), ('old', true) $$, 'it touches those of living daemons');
select pg_temp.age('old', '1 day'), pg_temp.age('lost', '151 minutes'), pg_temp.age('left', '61 minutes') \g /dev/null
update bookly_data.daemons set held_at = clock_timestamp() - interval '61 minutes' where daemon = 101;
insert into bookly_data.daemons values (103, 'died just now');
update bookly_data.daemons set held_at = clock_timestamp() - interval '61 minutes' where daemon = 102;
select bookly.stream_upkeep(null) \g /dev/null
select results_eq('select pid from bookly_data.sessions order by pid', $$ values ('new'), ('old') $$,
    'and deletes what cannot be resumed any more');
select results_eq('select daemon from bookly_data.daemons order by daemon', 'values (-5), (101), (103), (201)',
    'daemons that died long ago are forgotten');
insert into bookly_data.revocations (jti, actor, expires_at)
values ('over', 'a', clock_timestamp()), ('not yet', 'a', clock_timestamp() + interval '1 minute');
insert into bookly_data.tickets (digest, user_id, roles, valid_until)
values ('over', 'u', '{}', clock_timestamp()), ('not yet', 'u', '{}', clock_timestamp() + interval '1 minute');
select bookly.stream_upkeep(null) \g /dev/null
select results_eq($$ select jti from bookly_data.revocations union all select encode(digest, 'escape') from bookly_data.tickets $$,
    $$ values ('not yet'), ('not yet') $$, 'as are revocations and tickets that have run out');
select lives_ok($$ select pg_advisory_unlock_shared(1651209269, 101), pg_advisory_unlock_shared(1651209269, -5) $$);
-- as a planner may join that knows the catalogs' statistics
set local enable_nestloop = off;
set local enable_hashjoin = off;
select lives_ok('select bookly.stream_upkeep(null)', 'upkeep asks nothing of relations that are no partitions');
reset enable_nestloop;
reset enable_hashjoin;

-- 10. refused
select is(pg_temp.column_of(t.statement), t.expected, t.statement)
from (values ($$ select bookly.session_write((select jsonb_agg('{}'::jsonb) from generate_series(1, 1001)), '{}') $$, '22023 puts'),
    ($$ select bookly.session_write('[]', array(select i::text from generate_series(1, 1001) i)) $$, '22023 ends'),
    ($$ select bookly.session_find(array(select i::text from generate_series(1, 1001) i)) $$, '22023 pids'),
    ($$ select bookly.session_write('[{"pid": "x"}]', '{}') $$, '23502 sid'),
    ($$ select bookly.daemon_hold(null, 'x') $$, '22023 daemon'),
    ($$ select bookly.daemon_hold(1, null) $$, '22023 name'),
    ($$ select bookly.daemon_hold(1, '') $$, '22023 name')) t (statement, expected);
select * from finish();
rollback;

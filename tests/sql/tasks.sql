-- Replays and redrives: what they take, the order and the pace of their slices, cancelling, the ceilings, the audit.
begin;
select no_plan();
\ir helpers.psql
-- begin_replay(body), begin_redrive(body): the task's id, its task:added pushed as at a commit
create function pg_temp.begin_replay(body jsonb) returns uuid language sql as
    $$ select (bookly.event_replay('admin', body)::json ->> 'id')::uuid $$;
create function pg_temp.begin_redrive(body jsonb) returns uuid language sql as
    $$ select (bookly.dlq_redrive('admin', body)::json ->> 'id')::uuid $$;
create function pg_temp.counted(answer text) returns int language sql as $$ select (answer::json ->> 'count')::int $$;
create function pg_temp.shown(answer text) returns text language sql as
    $$ select concat_ws(' ', a ->> 'status', a ->> 'count', a ->> 'done', a ->> 'skipped') from cast(answer as json) a $$;
-- time_passes(task, by): as if it had been due for so long
create function pg_temp.time_passes(task uuid, by interval default '0') returns void language sql as
    $$ update bookly_data.tasks set next_at = clock_timestamp() - by where id = task $$;
-- run(daemon, event_receivers): slices until nothing wants to be done, the clock being turned on: how many
create function pg_temp.run(daemon int default 1, receivers int default 0) returns int language plpgsql as $$
declare
    steps int := 0;
begin
    loop
        update bookly_data.tasks set next_at = clock_timestamp() - interval '100 ms' where status = 'running';
        steps := steps + 1;
        exit when bookly.tasks_step(daemon, receivers, receivers) is null;
    end loop;
    return steps;
end $$;
create function pg_temp.replayed() returns text language sql as $$
    select string_agg(payload::json ->> 'eventId', ',' order by id) from pushed where event = 'event:replayed' $$;
create function pg_temp.forget() returns void language sql as $$
    delete from started; insert into started select max(id) from bookly_data.stream $$;

select bookly.publish_event('ROOM_BOOKED', 'tasks-a', jsonb_build_object('n', i), 't-' || i, 'Room', 'r-' || i % 3,
    occurred_at => '2025-03-01T00:00:00Z'::timestamptz + (case i when 5 then 0 else i end) * interval '1 minute')
from generate_series(1, 6) i \g /dev/null
select bookly.publish_event('bookly.room-freed', 'tasks-b', null, 'u-' || i) from generate_series(1, 3) i \g /dev/null
set constraints all immediate;
set constraints all deferred;
select pg_temp.forget() \g /dev/null

-- what a replay takes, and what its preview says
select is(bookly.tasks_step(1, 0, 0), null, 'without a task nothing wants to be done');
select is(bookly.event_replay_preview('{"services": ["tasks-a", "tasks-b"]}'), '{"count":9}', 'a preview');
select is((select count(*) from bookly_data.tasks), 0::bigint, 'begins nothing');
select is(pg_temp.counted(bookly.event_replay_preview(body)) || ' ' || pg_temp.counted(bookly.event_replay('admin', body)),
    expected || ' ' || expected, body::text)
from (values ('{"services": ["tasks-a", "tasks-b"]}'::jsonb, 9), ('{"services": "tasks-a", "limit": 4}', 4),
    ('{"eventTypes": "room.booked", "services": "tasks-a"}', 6),
    ('{"eventTypes": ["BOOKLY_ROOM_FREED", "x"], "services": ["tasks-b"]}', 3),
    ('{"aggregateTypes": "Room", "aggregateIds": ["r-1", "r-2"], "services": "tasks-a"}', 4),
    ('{"eventIds": ["u-1", "t-2", "nothing"]}', 2), ('{"eventIds": ["u-1", "t-2"], "services": "tasks-b"}', 1),
    ('{"from": "2025-03-01T00:02:00Z", "to": "2025-03-01T00:04:00.000Z", "services": "tasks-a"}', 3)) t (body, expected);
select is(pg_temp.counted(bookly.event_replay('admin', '{"services": "nobody", "eventTypes": null}')), 0, 'nothing, too');
select is(pg_temp.shown(bookly.event_replay_get((select max(id::text)::uuid from bookly_data.tasks))), 'completed 0 0 0',
    'which is completed at once');
select is((select count(*) from bookly_data.tasks where status = 'running'), 8::bigint, 'the others run');
select is(pg_temp.run(), 8, 'all of them');
select is((select count(*) from bookly_data.tasks where status = 'completed'), 9::bigint, 'to their end');
select is((select count(*) from pushed where event = 'event:replayed'), 32::bigint, 'each of their events was pushed');
select is((select count(*) from bookly_data.task_parts), 0::bigint, 'and their parts are gone');

-- order, payload, the control row
set constraints all immediate;
set constraints all deferred;
select pg_temp.forget() \g /dev/null
select pg_temp.begin_replay('{"services": ["tasks-b", "tasks-a"]}') as task \gset
set constraints all immediate;
set constraints all deferred;
select results_eq('select event, channel, payload::jsonb from pushed',
    format('values (''task:added'', ''control'', ''{"id": "%s"}''::jsonb)', :'task'), 'the daemons are told');
select is(pg_temp.run(), 1, 'it is run');
select is(pg_temp.replayed(), 't-5,t-1,t-2,t-3,t-4,t-6,u-1,u-2,u-3', 'in the order in which they occurred');
select is((select jsonb_build_object('key', concat_ws(',', key1, key2, key3), 'payload', payload::jsonb - 'replayTimestamp')
    from pushed where payload::jsonb ->> 'eventId' = 't-2'),
    '{"key": "room.booked,tasks-a,Room", "payload": {"eventId": "t-2", "eventType": "ROOM_BOOKED", "service": "tasks-a",
        "timestamp": "2025-03-01T00:02:00.000Z", "data": {"n": 2}, "aggregateType": "Room", "aggregateId": "r-2"}}'::jsonb,
    'with what a consumer needs to act');
select ok((select bool_and(bookly_data.is_iso_time(payload::json ->> 'replayTimestamp')) from pushed
    where event = 'event:replayed'), 'and the time of the replay');
select is(bookly.event_replay_get(:'task')::jsonb - '{createdAt,finishedAt}'::text[], jsonb_build_object('id', :'task',
    'status', 'completed', 'count', 9, 'done', 9, 'skipped', 0, 'actor', 'admin',
    'request', '{"services": ["tasks-b", "tasks-a"]}'::jsonb), 'its progress');
select results_eq(format('select actor, action, details from bookly_data.audit where subject = %L', :'task'),
    $$ values ('admin', 'event_replay', '{"count": 9, "request": {"services": ["tasks-b", "tasks-a"]}}'::jsonb) $$,
    'who began it is audited');

-- slices: a row of 100 is crossed, no event twice, none left out
insert into bookly_data.events (id, event_type, normal_type, service, occurred_at)
select 'many-' || i, 'm', 'm', 'tasks-many', clock_timestamp() from generate_series(1, 350) i;
set constraints all immediate;
set constraints all deferred;
select pg_temp.forget(), pg_temp.begin_replay('{"services": "tasks-many"}') as task \gset
select pg_temp.time_passes(:'task', '20 ms'), bookly.tasks_step(1, 0, 0) as wait \gset
select ok((select done between 40 and 100 from bookly_data.tasks where id = :'task'), 'a slice has what is due by now');
select ok(:wait between 25 and 50, 'and the next is due soon: ' || :wait);
select done as before from bookly_data.tasks where id = :'task' \gset
select pg_temp.time_passes(:'task', '1 hour'), bookly.tasks_step(1, 0, 0) \g /dev/null
select is((select done from bookly_data.tasks where id = :'task'), 100 + :before, 'after a pause a slice has no more than 100');
select is(pg_temp.run(1, 33) > 5, true, 'with many receivers slices are small');
select is(pg_temp.replayed(), (select string_agg('many-' || i, ',' order by i) from generate_series(1, 350) i),
    'each event once, in order, whatever the slices');

-- one daemon does a task, another takes over when its slices stop coming
select pg_temp.forget(), pg_temp.begin_replay('{"services": "tasks-many"}') as task \gset
select pg_temp.time_passes(:'task'), bookly.tasks_step(1, 100, 0) \g /dev/null
select pg_temp.time_passes(:'task', '500 ms'), bookly.tasks_step(2, 100, 0) as wait \gset
select is((select worker from bookly_data.tasks where id = :'task'), 1, 'it stays with its daemon');
select ok(:wait between 100 and 500, 'the other comes back in a while: ' || :wait);
select pg_temp.time_passes(:'task', '2 s'), bookly.tasks_step(2, 100, 0) \g /dev/null
select is((select worker from bookly_data.tasks where id = :'task'), 2, 'and goes on when nobody does');

-- cancelling
select pg_temp.shown(bookly.event_replay_cancel(:'task', 'other')) as shown \gset
select matches(:'shown'::text, '^cancelled 350 [1-9]\d? 0$', 'cancelled where it is: ' || :'shown');
select is(bookly.tasks_step(2, 0, 0), null, 'nothing more is done');
select is((select count(*) from bookly_data.task_parts), 0::bigint, 'nothing is left of it');
select throws_ok(format('select bookly.event_replay_cancel(%L, ''other'')', :'task'), 'BK409', null, 'not twice');
select results_eq(format('select actor, action from bookly_data.audit where subject = %L order by id', :'task'),
    $$ values ('admin', 'event_replay'), ('other', 'event_replay_cancel') $$, 'both are audited');

-- a redrive takes what an operator's retry would
select bookly.fail_event('t-' || i, 'e' || i, topic => 'topic-' || i % 2) from generate_series(1, 6) i \g /dev/null
create function pg_temp.set_letter(n int, status text, due interval, attempts int default 3) returns void language sql as
    $$ update bookly_data.dead_letters set status = set_letter.status, attempt_count = 2, total_attempts = attempts,
        due_at = clock_timestamp() + due where event_id = 't-' || n $$;
select pg_temp.set_letter(1, 'failed', null), pg_temp.set_letter(2, 'resolved', null),
    pg_temp.set_letter(3, 'failed', null, 50), pg_temp.set_letter(4, 'retrying', '1 minute'),
    pg_temp.set_letter(5, 'retrying', '-1 minute'), pg_temp.set_letter(6, 'pending', '1 minute') \g /dev/null
set constraints all immediate;
set constraints all deferred;
select pg_temp.forget() \g /dev/null
select is(bookly.dlq_redrive('admin', body)::json ->> 'count', expected, body::text)
from (values ('{"filter": {"status": "resolved"}}'::jsonb, '0'), ('{"filter": {"topic": ["none"]}}', '0'),
    ('{"filter": {"service": "nobody", "eventType": "room.booked"}}', '0')) t (body, expected);
select is(pg_temp.counted(bookly.dlq_redrive_preview(body)) || ' ' || pg_temp.counted(bookly.dlq_redrive('admin', body)),
    '3 3', 'those that can be tried again, as its preview said')
from (values ('{"filter": {"status": ["failed", "retrying", "pending"], "topic": ["topic-0", "topic-1"],
    "service": "tasks-a", "eventType": ["BOOKLY.ROOM-BOOKED"]}, "ratePerSecond": 9}'::jsonb)) t (body);
select id as task from bookly_data.tasks where rate = 9 \gset
-- one of them is resolved before its turn
select pg_temp.set_letter(6, 'resolved', null), pg_temp.run() \g /dev/null
select is(pg_temp.shown(bookly.dlq_redrive_get(:'task')), 'completed 3 3 1', 'one was resolved meanwhile and left out');
select is(bookly.dlq_redrive_get(:'task')::json ->> 'ratePerSecond', '9', 'its rate');
set constraints all immediate;
set constraints all deferred;
select results_eq($$ select payload::json ->> 'dlqId', payload::json ->> 'attemptCount', key1 from pushed
    where event = 'dlq:event:retrying' order by id $$,
    $$ select id::text, '0', 'pending' from bookly_data.dead_letters where event_id in ('t-1', 't-5') order by id $$,
    'the others are pushed as an operator''s retry is');
select results_eq('select event_id from bookly.dlq_claim(''tasks-a'', 10) order by 1', $$ values ('t-1'), ('t-5') $$,
    'and due now');
select results_eq(format('select actor, action, details -> %L from bookly_data.audit where subject = %L', 'count', :'task'),
    $$ values ('admin', 'dlq_redrive', '3'::jsonb) $$, 'one row of the audit for the redrive');
select results_eq(format($$ select d.event_id, a.actor, a.action from bookly_data.audit a
    join bookly_data.dead_letters d on d.id::text = a.subject where a.details ->> 'redriveId' = %L order by 1 $$, :'task'),
    $$ values ('t-1', 'admin', 'dlq_retry'), ('t-5', 'admin', 'dlq_retry') $$, 'and one for each record that leads to it');

-- the rate
select bookly.fail_event('many-' || i, 'e', topic => 'rate') from generate_series(1, 300) i \g /dev/null
set constraints all immediate;
set constraints all deferred;
select pg_temp.begin_redrive('{"filter": {"topic": "rate"}, "ratePerSecond": 10}') as task \gset
select is((select next_at - created_at from bookly_data.tasks where id = :'task'), interval '100 ms',
    'the first is due a tenth of a second after the beginning');
select pg_temp.time_passes(:'task', '-900 ms'), bookly.tasks_step(1, 0, 0) as wait \gset
select ok((select done = 0 from bookly_data.tasks where id = :'task') and :wait between 500 and 900, 'not before: ' || :wait);
select pg_temp.time_passes(:'task', '150 ms'), bookly.tasks_step(1, 0, 0) \g /dev/null
select is((select done from bookly_data.tasks where id = :'task'), 2, 'then one each tenth');
select ok((select next_at between clock_timestamp() - interval '50 ms' and clock_timestamp() + interval '50 ms'
    from bookly_data.tasks where id = :'task'), 'the next one, too');
select pg_temp.time_passes(:'task', '1 hour'), bookly.tasks_step(1, 0, 0) \g /dev/null
select is((select done from bookly_data.tasks where id = :'task'), 5, 'what a pause missed is not made up for');
select pg_temp.begin_redrive('{"filter": {"topic": "rate"}}') as task \gset
select bookly.tasks_step(1, 0, 0) as wait \gset
select is((select done || ' ' || :wait from bookly_data.tasks where id = :'task'), '100 1', 'without one it does not wait');
select is(pg_temp.shown(bookly.dlq_redrive_cancel(:'task', 'admin')), 'cancelled 300 100 0', 'a redrive is cancelled');

-- what a slice costs, in a session that planned it when the tables were small: each record by its key
insert into bookly_data.events (id, event_type, normal_type, service, occurred_at)
select 'cost-' || i, 'm', 'm', 'tasks-cost', clock_timestamp() from generate_series(1, 5000) i;
insert into bookly_data.dead_letters (id, event_id, event_type, normal_type, service, topic, status, error, max_attempts)
select bookly_data.uuid_v7(), 'cost-' || i, 'm', 'm', 's', 'cost', 'failed', 'e', 3 from generate_series(1, 5000) i;
set constraints all immediate;
set constraints all deferred;
create temp view cost as select sum(seq_tup_read + idx_tup_fetch) as rows from pg_stat_xact_user_tables
    where schemaname = 'bookly_data' and relname in ('events', 'dead_letters', 'tasks', 'task_parts');
select pg_temp.run(), pg_temp.begin_replay('{"services": "tasks-cost"}') as task \gset
select pg_temp.time_passes(:'task', '1 hour'), rows as before from cost \gset
select bookly.tasks_step(1, 0, 0) \g /dev/null
select ok(rows - :before < 1000, 'a slice of a replay: ' || rows - :before || ' rows') from cost;
select bookly.event_replay_cancel(:'task', 'admin'), pg_temp.begin_redrive('{"filter": {"topic": "cost"}}') as task \gset
select rows as before from cost \gset
select bookly.tasks_step(1, 0, 0) \g /dev/null
select ok(rows - :before < 1000, 'of a redrive: ' || rows - :before || ' rows') from cost;
select bookly.dlq_redrive_cancel(:'task', 'admin') \g /dev/null

-- ceilings
select pg_temp.begin_replay('{"services": "tasks-a"}') from generate_series(1, 10) i \g /dev/null
select throws_ok($$ select bookly.event_replay('admin', '{"services": "tasks-a"}') $$, 'BK409', null, 'ten run at a time');
select pg_temp.run() \g /dev/null
insert into bookly_data.tasks (id, kind, status, actor, request, total, next_at, finished_at)
select ('00000000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, 'event_replay', 'completed', 'a', '{}', 0,
    clock_timestamp(), clock_timestamp() - i * interval '1 hour' from generate_series(1, 1200) i;
select pg_temp.begin_replay('{"services": "tasks-a", "limit": 1}') as task \gset
select is((select count(*) from bookly_data.tasks where status <> 'running'), 1000::bigint, 'the newest 1,000 are kept');
select bookly.stream_upkeep('100 hours') \g /dev/null
select is((select count(*) from bookly_data.tasks where finished_at < clock_timestamp() - interval '100 hours'), 0::bigint,
    'for as long as the stream');
create or replace function bookly_data.task_records_max() returns int language sql immutable as $$ select 5 $$;
select is(pg_temp.column_of($$ select bookly.event_replay('admin', '{"services": "tasks-a"}') $$), '22023 limit',
    'more events than one replay may have');
select is(pg_temp.counted(bookly.event_replay('admin', '{"services": "tasks-a", "limit": 5}')), 5, 'unless a limit is given');
select is(pg_temp.column_of($$ select bookly.dlq_redrive('admin', '{"filter": {}}') $$), '22023 filter',
    'more dead letters than one redrive may have');
select is(pg_temp.column_of($$ select bookly.event_replay_preview('{"services": "tasks-a"}') $$), '22023 limit',
    'a preview says so, too');
select is(pg_temp.column_of($$ select bookly.dlq_redrive_preview('{"filter": {}}') $$), '22023 filter', 'for both');

-- refusals, which change nothing
create temp table before as select count(*) as tasks from bookly_data.tasks;
select is(pg_temp.column_of(t.statement), t.expected, t.statement)
from (select format('select bookly.event_replay(''admin'', %L)', body), expected from (values
    ('{"eventType": "x"}', 'BK400 eventType'), ('{"eventTypes": 1}', '22023 eventTypes'), ('[]', '22023 body'),
    ('{"eventTypes": []}', '22023 eventTypes'), ('{"eventTypes": ["a", ""]}', '22023 eventTypes[1]'),
    ('{"services": ""}', '22023 services'), ('{"from": "yesterday"}', '22023 from'),
    ('{"to": "2025-02-30T00:00:00Z"}', '22023 to'), ('{"limit": 0}', '22023 limit'), ('{"limit": 6}', '22023 limit'),
    ('{"from": "2025-03-01T00:00:01Z", "to": "2025-03-01T00:00:00Z"}', '22023 to')) r (body, expected)
    union all
    select format('select bookly.dlq_redrive(''admin'', %L)', body), expected from (values
    ('{}', '22023 filter'), ('{"filter": null}', '22023 filter'), ('{"filter": "failed"}', '22023 filter'),
    ('{"filter": {"topics": "x"}}', 'BK400 filter.topics'), ('{"filter": {"status": "open"}}', '22023 filter.status'),
    ('{"filter": {"status": ["failed", "open"]}}', '22023 filter.status[1]'),
    ('{"filter": {}, "rate": 1}', 'BK400 rate'), ('{"filter": {}, "ratePerSecond": 0}', '22023 ratePerSecond'),
    ('{"filter": {}, "ratePerSecond": 10001}', '22023 ratePerSecond'),
    ('{"filter": {}, "ratePerSecond": "5"}', '22023 ratePerSecond')) r (body, expected)
    union all
    select * from (values ('select bookly.event_replay(null, ''{}'')', '22023 actor'),
    ('select bookly.event_replay_get(gen_random_uuid())', 'P0002 '),
    ('select bookly.dlq_redrive_get(gen_random_uuid())', 'P0002 '),
    ('select bookly.event_replay_cancel(gen_random_uuid(), ''a'')', 'P0002 '),
    ('select bookly.dlq_redrive_cancel(gen_random_uuid(), ''a'')', 'P0002 '),
    ('select bookly.event_replay_preview(''{"eventType": "x"}'')', 'BK400 eventType'),
    ('select bookly.dlq_redrive_preview(''{"filter": {"status": "open"}}'')', '22023 filter.status'),
    ('select bookly.tasks_step(null, 0, 0)', '22023 daemon')) o) t (statement, expected);
select throws_ok(format('select bookly.dlq_redrive_get(%L)', :'task'), 'P0002', null, 'a replay is no redrive');
select throws_ok(format('select bookly.dlq_redrive_cancel(%L, ''a'')', :'task'), 'P0002', null, 'nor cancelled as one');
select is((select count(*) from bookly_data.tasks), tasks, 'nothing was begun') from before;
select * from finish();
rollback;

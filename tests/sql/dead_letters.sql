-- The dead-letter queue: its states, its counters, its pushes, its refusals.
begin;
select no_plan();
\ir helpers.psql
-- due(id): makes a record due now, as time would
create function pg_temp.due(letter uuid) returns void language sql as
    $$ update bookly_data.dead_letters set due_at = clock_timestamp() where id = letter $$;
create function pg_temp.claim() returns uuid language sql as
    $$ select dlq_id from bookly.dlq_claim('dlq-test', 1) $$;
create function pg_temp.state(letter uuid) returns text language sql as
    $$ select status || ' ' || attempt_count from bookly_data.dead_letters where id = letter $$;

select bookly.publish_event('PAY_FAILED', 'dlq-test', '{"n": 1}', 'd-1') as ignored \g /dev/null
select bookly.fail_event('d-1', 'boom', 'at x') as letter \gset
set constraints all immediate;
select results_eq($$ select event, channel, key1, key2, key3 from pushed where event <> 'event:created' order by id $$,
    $$ values ('event:failed', 'events', 'pay.failed', 'dlq-test', null),
        ('dlq:event:added', 'dlq', 'pending', 'PAY_FAILED', 'dlq-test') $$, 'fail_event pushes two');
select is((select payload::jsonb from pushed where event = 'event:failed'),
    '{"eventId": "d-1", "error": "boom", "service": "dlq-test"}', 'event:failed');
select is((select payload::jsonb #- '{originalEvent,timestamp}' from pushed where event = 'dlq:event:added'),
    jsonb_build_object('dlqId', :'letter', 'error', 'boom', 'originalEvent', '{"eventId": "d-1",
        "eventType": "PAY_FAILED", "service": "dlq-test", "data": {"n": 1}}'::jsonb), 'dlq:event:added');
select is(bookly.dlq_get(:'letter')::jsonb - '{createdAt,updatedAt,nextRetryAt,originalEvent}'::text[],
    jsonb_build_object('dlqId', :'letter', 'eventId', 'd-1', 'eventType', 'PAY_FAILED', 'service', 'dlq-test',
        'topic', 'PAY_FAILED', 'status', 'pending', 'error', 'boom', 'stack', 'at x', 'attemptCount', 0,
        'maxAttempts', 3, 'totalAttempts', 0, 'resolution', null, 'resolvedBy', null), 'the record');
select ok((select due_at - created_at between interval '0.9 s' and interval '1.4 s'
    from bookly_data.dead_letters where id = :'letter'), 'due after a second, with jitter');
select ok(bool_and(bookly_data.dead_letter_due(a) - clock_timestamp() between s * interval '0.99 s'
    and s * interval '1.26 s'), format('after %s attempts due in %s s', a, s))
from (values (1, 2), (3, 8), (6, 60), (40, 60)) t (a, s) group by a, s;
select is(pg_temp.claim(), null, 'not claimed before it is due');
select throws_ok(format('select bookly.dlq_succeed(%L)', :'letter'), 'BK409', null, 'no outcome without a claim');
select throws_ok(format('select bookly.dlq_fail(%L, ''x'')', :'letter'), 'BK409', null, 'bad ones neither');

select pg_temp.due(:'letter') \g /dev/null
select results_eq($$ select event_id, event_type, event_service, topic, error, attempt_count, max_attempts,
    original_event ->> 'eventId' from bookly.dlq_claim('dlq-test', 5) $$,
    $$ values ('d-1', 'PAY_FAILED', 'dlq-test', 'PAY_FAILED', 'boom', 1, 3, 'd-1') $$, 'dlq_claim');
select is(pg_temp.claim(), null, 'nobody claims it a second time');
select is((select payload::jsonb from pushed order by id desc limit 1),
    jsonb_build_object('dlqId', :'letter', 'attemptCount', 1), 'pushes dlq:event:retrying');
select lives_ok(format('select bookly.dlq_fail(%L, ''again'')', :'letter'), 'dlq_fail');
select is(pg_temp.state(:'letter'), 'pending 1', 'goes back, to be tried later');
select is((select event from pushed order by id desc limit 1), 'dlq:event:retrying', 'and pushes nothing');
select pg_temp.due(:'letter'), pg_temp.claim(), bookly.dlq_fail(:'letter', 'again') \g /dev/null
select pg_temp.due(:'letter'), pg_temp.claim(), bookly.dlq_fail(:'letter', 'again') \g /dev/null
select is(pg_temp.state(:'letter'), 'failed 3', 'after the last attempt it has failed');
select is((select event || ' ' || payload::jsonb::text from pushed order by id desc limit 1), 'dlq:event:failed '
    || jsonb_build_object('dlqId', :'letter', 'attemptCount', 3, 'maxAttempts', 3)::text, 'dlq:event:failed');
select is(pg_temp.claim(), null, 'a failed one is not claimed');
select is(bookly.dlq_retry(:'letter', 'admin')::jsonb ->> 'attemptCount', '0', 'dlq_retry: attempts at 0');
select is((select event || key1 from pushed order by id desc limit 1), 'dlq:event:retryingpending', 'is pushed');
select is(pg_temp.claim(), :'letter'::uuid, 'and due now');
select throws_ok(format('select bookly.dlq_retry(%L, ''admin'')', :'letter'), 'BK409', null, 'not while it is tried');
select lives_ok(format('select bookly.dlq_succeed(%L, ''paid'')', :'letter'), 'dlq_succeed');
select is((select event || ' ' || payload::jsonb::text from pushed order by id desc limit 1), 'dlq:event:resolved '
    || jsonb_build_object('dlqId', :'letter', 'resolution', 'paid')::text, 'dlq:event:resolved');
select throws_ok(format('select bookly.dlq_resolve(%L, ''x'', ''admin'')', :'letter'), 'BK409', null,
    'a resolved one is not resolved again');
select throws_ok(format('select bookly.dlq_retry(%L, ''admin'')', :'letter'), 'BK409', null, 'nor tried');

-- who was too late: its claim ran out and another has the record
select bookly.fail_event('d-1', 'e', max_attempts => 9) as letter \gset
select pg_temp.due(:'letter') \g /dev/null
select total_attempts as lost from bookly.dlq_claim('dlq-test') \gset
select pg_temp.due(:'letter') \g /dev/null
select total_attempts as held from bookly.dlq_claim('dlq-test') \gset
select is((:lost, :held), (1, 2), 'a claim has its own number');
select throws_ok(format('select bookly.dlq_succeed(%L, null, %s)', :'letter', :lost), 'BK409', null, 'the earlier claim succeeds no more');
select throws_ok(format('select bookly.dlq_fail(%L, ''e'', %s)', :'letter', :lost), 'BK409', null, 'nor does it fail');
select is(pg_temp.state(:'letter'), 'retrying 2', 'nothing has changed');
select pg_temp.due(:'letter'), bookly.dlq_retry(:'letter', 'admin') \g /dev/null
select is((select (attempt_count, total_attempts) from bookly.dlq_claim('dlq-test')), (1, 3), 'also after an operator''s retry');
select throws_ok(format('select bookly.dlq_succeed(%L, null, %s)', :'letter', 1), 'BK409', null, 'numbers do not come again');
select lives_ok(format('select bookly.dlq_succeed(%L, null, 3)', :'letter'), 'who holds it succeeds');

-- claims that run out, and the lifetime cap
select bookly.event_fail('a', 'd-1', '{"error": "e", "maxAttempts": 2, "topic": "t"}')::json ->> 'dlqId' as letter \gset
select pg_temp.due(:'letter'), pg_temp.claim(), pg_temp.due(:'letter') \g /dev/null
select is(pg_temp.claim(), :'letter'::uuid, 'a claim not answered in time is due again');
select pg_temp.due(:'letter') \g /dev/null
select is(pg_temp.claim(), null, 'but not beyond its attempts');
select is(pg_temp.state(:'letter'), 'failed 2', 'then it has failed');
update bookly_data.dead_letters set total_attempts = 49 where id = :'letter';
select bookly.dlq_retry(:'letter', 'admin'), pg_temp.claim(), bookly.dlq_fail(:'letter', 'x') \g /dev/null
select is(pg_temp.state(:'letter'), 'failed 1', 'the 50th attempt in its life is the last');
select throws_ok(format('select bookly.dlq_retry(%L, ''admin'')', :'letter'), 'BK409', null, 'whoever asks');
select is(bookly.dlq_resolve(:'letter', 'by hand', 'admin')::jsonb ->> 'resolvedBy', 'admin', 'an operator resolves it');
select is(bookly.dlq_delete(:'letter', 'admin')::jsonb ->> 'dlqId', :'letter', 'or deletes it');
select throws_ok(format('select bookly.dlq_get(%L)', :'letter'), 'P0002', null, 'gone');
select results_eq($$ select actor, action from bookly_data.audit where subject = $$ || quote_literal(:'letter')
    || ' order by id', $$ values ('admin', 'dlq_retry'), ('admin', 'dlq_resolve'), ('admin', 'dlq_delete') $$,
    'operators are audited');

-- statistics are those of the records, folded or not
create temp view truth as select jsonb_build_object('total', count(*),
    'pending', count(*) filter (where status = 'pending'), 'retrying', count(*) filter (where status = 'retrying'),
    'failed', count(*) filter (where status = 'failed'), 'resolved', count(*) filter (where status = 'resolved'),
    'byTopic', coalesce((select jsonb_object_agg(topic, n) from (select topic, count(*) n from bookly_data.dead_letters
        group by 1) x), '{}'),
    'byService', coalesce((select jsonb_object_agg(service, n) from (select service, count(*) n
        from bookly_data.dead_letters group by 1) x), '{}'),
    'byEventType', coalesce((select jsonb_object_agg(event_type, n) from (select event_type, count(*) n
        from bookly_data.dead_letters group by 1) x), '{}')) as stats from bookly_data.dead_letters;
select is(bookly.dlq_stats()::jsonb, stats, 'dlq_stats before folding') from truth;
select bookly.counters_fold() \g /dev/null
select is(bookly.dlq_stats()::jsonb, stats, 'dlq_stats after folding') from truth;
select bookly.fail_event('d-1', 'e' || i, topic => 'topic-' || i % 2) from generate_series(1, 5) i \g /dev/null
select is(bookly.dlq_stats()::jsonb, stats, 'dlq_stats with both') from truth;
-- a backlog, of records that came and went
insert into bookly_data.dead_letter_changes
select c.was, c.became, 'gone-' || i % 7, 's', 'e' from generate_series(1, 60000) i,
    (values (null, 'pending'), ('pending', null)) c (was, became);
select bookly.counters_fold() \g /dev/null
select is((select count(*) between 20000 and 20005 from bookly_data.dead_letter_changes), true, 'a backlog is folded in parts');
select is(bookly.dlq_stats()::jsonb, stats, 'dlq_stats with a part of it') from truth;
select bookly.counters_fold() \g /dev/null
select is_empty('select from bookly_data.dead_letter_changes', 'the next fold takes the rest');
select is(bookly.dlq_stats()::jsonb, stats, 'dlq_stats with all of it') from truth;

-- what is counted no more leaves nothing; of very many topics the largest are told
select bookly.fail_event('d-1', 'e', topic => 'many-' || i % 501) from generate_series(0, 501) i \g /dev/null
select bookly.counters_fold() \g /dev/null
select is((select count(*) from jsonb_object_keys(bookly.dlq_stats()::jsonb -> 'byTopic')), 500::bigint, 'the 500 largest');
select is(bookly.dlq_stats()::jsonb #> '{byTopic,many-0}', '2', 'the larger the sooner');
select is(bookly.dlq_stats()::jsonb -> 'total', to_jsonb(count(*)), 'the total is of all') from bookly_data.dead_letters;
delete from bookly_data.dead_letters where topic like 'many-%';
select bookly.counters_fold() \g /dev/null
select is_empty($$ select * from bookly_data.counters where key like 'many-%' $$, 'gone with the last of them');
select is(bookly.dlq_stats()::jsonb, stats, 'and the others are as before') from truth;

-- lists and refusals
select is((select json_agg(e ->> 'error') from bookly.dlq_list('{pending}', '{topic-1}', '{dlq-test}',
    'bookly.pay-failed', 2, null), json_array_elements(body::json) e)::text, '["e5", "e3"]', 'dlq_list, newest first');
select is((select json_agg(e ->> 'error') from bookly.dlq_list(null, '{topic-1}', null, null, 2,
    (select next::uuid from bookly.dlq_list(null, '{topic-1}', null, null, 2, null))),
    json_array_elements(body::json) e)::text, '["e1"]', 'and its next page');
select is(pg_temp.column_of(t.statement), t.expected, t.statement)
from (values ($$ select bookly.fail_event(null, 'e') $$, '22023 event_id'),
    ($$ select bookly.fail_event('d-1', '') $$, '22023 error'),
    ($$ select bookly.fail_event('d-1', repeat('x', 8001)) $$, '22023 error'),
    ($$ select bookly.fail_event('d-1', 'e', max_attempts => 0) $$, '22023 max_attempts'),
    ($$ select bookly.fail_event('d-1', 'e', repeat('x', 64001)) $$, '22023 stack'),
    ($$ select bookly.fail_event('none', 'e') $$, 'P0002 '),
    ($$ select bookly.event_fail('a', 'd-1', '{"error": 1}') $$, '22023 error'),
    ($$ select bookly.event_fail('a', 'd-1', '{}') $$, '22023 error'),
    ($$ select bookly.event_fail('a', 'd-1', '{"error": "e", "max": 1}') $$, 'BK400 max'),
    ($$ select bookly.event_fail('a', 'd-1', '{"error": "e", "maxAttempts": "3"}') $$, '22023 maxAttempts'),
    ($$ select bookly.event_fail('a', 'd-1', '{"error": "e", "maxAttempts": 1.5}') $$, '22023 maxAttempts'),
    ($$ select bookly.event_fail('a', 'd-1', '{"error": "e", "maxAttempts": 51}') $$, '22023 maxAttempts'),
    ($$ select bookly.dlq_claim(null, 0) $$, '22023 max_records'),
    ($$ select bookly.dlq_claim('', 1) $$, '22023 service'),
    ($$ select bookly.dlq_worker_claim('{"limit": 501}') $$, '22023 limit'),
    ($$ select bookly.dlq_worker_claim('{"limit": "1"}') $$, '22023 limit'),
    ($$ select bookly.dlq_worker_claim('{"service": 1}') $$, '22023 service'),
    ($$ select bookly.dlq_worker_claim('{"services": "s"}') $$, 'BK400 services'),
    ($$ select bookly.dlq_worker_succeed('a', gen_random_uuid(), '{"by": "me"}') $$, 'BK400 by'),
    ($$ select bookly.dlq_worker_succeed('a', gen_random_uuid(), '{"resolution": ""}') $$, '22023 resolution'),
    ($$ select bookly.dlq_worker_succeed('a', gen_random_uuid(), '{"totalAttempts": 51}') $$, '22023 totalAttempts'),
    ($$ select bookly.dlq_worker_succeed('a', gen_random_uuid(), '{}') $$, 'P0002 '),
    ($$ select bookly.dlq_worker_fail(gen_random_uuid(), '{}') $$, '22023 error'),
    ($$ select bookly.dlq_worker_fail(gen_random_uuid(), '{"error": "e", "stack": "s"}') $$, 'BK400 stack'),
    ($$ select bookly.dlq_worker_fail(gen_random_uuid(), '{"error": "e"}') $$, 'P0002 '),
    ($$ select bookly.dlq_succeed(null) $$, '22023 dlq_id'),
    ($$ select bookly.dlq_succeed(gen_random_uuid()) $$, 'P0002 '),
    ($$ select bookly.dlq_fail(gen_random_uuid(), null) $$, '22023 error'),
    ($$ select bookly.dlq_retry(gen_random_uuid(), 'a') $$, 'P0002 '),
    ($$ select bookly.dlq_resolve(gen_random_uuid(), '', 'a') $$, '22023 resolution'),
    ($$ select bookly.dlq_delete(gen_random_uuid(), 'a') $$, 'P0002 ')) t (statement, expected);
-- what folding costs when there is nothing to do, whatever waits in the queue and however old the statistics
select bookly.counters_fold() \g /dev/null
insert into bookly_data.events (id, event_type, normal_type, service, occurred_at)
select 'many-' || i, 'm', 'm', 's', clock_timestamp() from generate_series(1, 2000) i;
insert into bookly_data.dead_letters (id, event_id, event_type, normal_type, service, topic, status, error, max_attempts, due_at)
select gen_random_uuid(), 'many-' || i, 'm', 'm', 's', 'm', 'retrying', 'e', 3, clock_timestamp() + interval '1 hour'
from generate_series(1, 2000) i;
analyze bookly_data.dead_letters;
update bookly_data.dead_letters set status = 'pending', due_at = clock_timestamp() - interval '1 hour' where topic = 'm';
create temp view cost as select seq_tup_read + idx_tup_fetch as rows from pg_stat_xact_user_tables
    where schemaname = 'bookly_data' and relname = 'dead_letters';
create temp table before as select * from cost;
select bookly.counters_fold() \g /dev/null
select ok(c.rows - b.rows < 50, 'folding does not look at dead letters that only wait') from cost c, before b;
select * from finish();
rollback;

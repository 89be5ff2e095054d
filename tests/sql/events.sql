-- publish_event, event_publish, replay_event, event_list, event_get; what they push; what they refuse.
begin;
select no_plan();
\ir helpers.psql

select is(bookly.publish_event('RESOURCE_CREATED', 'resources', '{"n": 12345678901234567890}', 'event-1',
    'Resource', 'r-1', 'c-1', 'k-1', 'u-1', '{"m": true}', null, '2025-01-05T10:00:00Z'), 'event-1',
    'publish_event returns the id given');
select matches(bookly.publish_event('x', 's'), '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]',
    'or makes a UUID of version 7');
select is_empty('select * from pushed', 'nothing is pushed before the end of the transaction');
set constraints all immediate;
select results_eq('select event, channel, key1, key2, key3 from pushed order by id limit 1',
    $$ values ('event:created', 'events', 'resource.created', 'resources', 'Resource') $$,
    'event:created with its filter keys');
select is((select payload::jsonb from pushed order by id limit 1),
    '{"eventId": "event-1", "eventType": "RESOURCE_CREATED", "service": "resources",
      "timestamp": "2025-01-05T10:00:00.000Z", "data": {"n": 12345678901234567890},
      "aggregateType": "Resource", "aggregateId": "r-1", "correlationId": "c-1", "metadata": {"m": true}}',
    'the payload, with numbers as they came');
select is((select array_agg(k order by k) from pushed, json_object_keys(payload::json) k where key1 = 'x'),
    '{data,eventId,eventType,service,timestamp}', 'what is not known is left out');
set constraints all deferred;
select is(bookly.publish_event('other', 'other', event_id => 'event-1'), 'event-1', 'a repeated id');
set constraints all immediate;
select is((select count(*) from pushed where payload like '%event-1%'), 1::bigint, 'is one event');
select is(bookly_data.normal_event_type(t.given), t.normal, t.given || ' compares as ' || t.normal)
from (values ('RESOURCE_CREATED', 'resource.created'), ('bookly.resource-created', 'resource.created'),
    ('Bookly.Bookly.x', 'bookly.x'), ('booklyx', 'booklyx'), ('ÁRBOL_X', 'Árbol.x')) t (given, normal);

-- idempotency keys
select is(bookly.publish_event('i', 'idem', '{"a": 1}', idempotency_key => 'k'),
    bookly.publish_event('i', 'idem', '{"a": 1}', idempotency_key => 'k'), 'a repeated key gives the first id');
select is((select count(*) from bookly_data.events where service = 'idem'), 1::bigint, 'and stores one event');
select throws_ok($$ select bookly.publish_event('i', 'idem', '{"a": 2}', idempotency_key => 'k') $$,
    'BK422', null, 'the same key with another body');
select lives_ok($$ select bookly.publish_event('i', 'idem2', '{"a": 2}', idempotency_key => 'k') $$,
    'is another service''s own');

-- refused arguments
select is(pg_temp.column_of(format('select bookly.publish_event(%s)', t.arguments)), t.expected, t.arguments)
from (values
    ('null, ''s''', '22023 event_type'), (''''', ''s''', '22023 event_type'),
    ('repeat(''x'', 201), ''s''', '22023 event_type'), ('''x'', null', '22023 service'),
    ('''x'', repeat(''x'', 101)', '22023 service'),
    ('''x'', ''s'', event_id => repeat(''x'', 201)', '22023 event_id'),
    ('''x'', ''s'', event_id => ''''', '22023 event_id'),
    ('''x'', ''s'', aggregate_type => repeat(''x'', 101)', '22023 aggregate_type'),
    ('''x'', ''s'', aggregate_id => repeat(''x'', 201)', '22023 aggregate_id'),
    ('''x'', ''s'', user_id => repeat(''x'', 129)', '22023 user_id'),
    ('''x'', ''s'', idempotency_key => repeat(''x'', 201)', '22023 idempotency_key'),
    ('''x'', ''s'', occurred_at => ''infinity''', '22023 occurred_at'),
    ('''x'', ''s'', data => to_jsonb(repeat(''x'', 262144))', '22023 data'),
    ('''x'', ''s'', metadata => to_jsonb(repeat(''x'', 262144))', '22023 metadata'),
    ('repeat(''ñ'', 200), ''s''', 'no error'),
    ('''x'', ''s'', data => to_jsonb(repeat(''x'', 262142))', 'no error')) t (arguments, expected);
select throws_ok($$ select '{"a": "\u0000"}'::jsonb $$, '22P05', null, 'NUL in JSON is refused by the server');
select throws_ok($$ select bookly.publish_event(convert_from('\xff', 'UTF8'), 's') $$, '22021', null,
    'and so is invalid UTF-8');

-- what a crash forgets must not have been delivered
set local synchronous_commit = off;
set local bookly.stream_bound = '';
select bookly.publish_event('x', 's') \g /dev/null
select is(current_setting('synchronous_commit'), 'local', 'what is pushed is flushed, whatever the writer wants');

-- event_publish
select results_eq($$ select status, body::jsonb from bookly.event_publish('a',
    '{"eventType": "e", "service": "p", "eventId": "p-1", "data": null}', null) $$,
    $$ values (201, '{"eventId": "p-1"}'::jsonb) $$, 'an object: 201');
select results_eq($$ select status, body::jsonb from bookly.event_publish('a',
    '{"eventType": "e", "service": "p", "eventId": "p-1"}', null) $$,
    $$ values (200, '{"eventId": "p-1"}'::jsonb) $$, 'its id once more: 200');
select results_eq($$ select status, body::jsonb from bookly.event_publish('a',
    '[{"eventType": "e", "service": "p", "eventId": "p-3", "correlationId": "own"},
      {"eventType": "e", "service": "p", "eventId": "p-2"}]', 'key', 'given') $$,
    $$ values (201, '[{"eventId": "p-3"}, {"eventId": "p-2"}]'::jsonb) $$, 'an array, in its order');
select results_eq($$ select id, correlation_id from bookly_data.events where id in ('p-2', 'p-3') order by position $$,
    $$ values ('p-3', 'own'), ('p-2', 'given') $$, 'stored in that order, with the request''s correlation id');
select results_eq($$ select status, body::jsonb from bookly.event_publish('a',
    '[{"eventType": "e", "service": "p", "eventId": "p-3", "correlationId": "own"},
      {"eventType": "e", "service": "p", "eventId": "p-2"}]', 'key', 'another') $$,
    $$ values (200, '[{"eventId": "p-3"}, {"eventId": "p-2"}]'::jsonb) $$, 'a repeated key: 200');
select throws_ok($$ select bookly.event_publish('a', '[{"eventType": "e", "service": "p"}]', 'key') $$,
    'BK422', null, 'with another body: BK422');
select lives_ok($$ select bookly.event_publish('b', '[{"eventType": "e", "service": "p"}]', 'key') $$,
    'keys are an actor''s own');
select is(pg_temp.column_of(format('select bookly.event_publish(''a'', %L, null)', t.body)), t.expected,
    coalesce(left(t.body, 60), 'null'))
from (values
    (null, '22023 body'), ('5', '22023 body'), ('"x"', '22023 body'), ('[]', '22023 body'), ('[3]', '22023 [0]'),
    ('{"service": "s"}', '22023 eventType'), ('{"eventType": null, "service": "s"}', '22023 eventType'),
    ('{"eventType": 5, "service": "s"}', '22023 eventType'),
    ('{"eventType": "e", "service": "s", "extra": 1}', 'BK400 extra'),
    ('{"eventtype": "e", "service": "s"}', 'BK400 eventtype'),
    ('[{"eventType": "e", "service": "s"}, {"eventType": "e"}]', '22023 [1].service'),
    ('{"eventType": "e", "service": "s", "timestamp": "yesterday"}', '22023 timestamp'),
    ('{"eventType": "e", "service": "s", "timestamp": "2025-02-30T10:00:00Z"}', '22023 timestamp'),
    ('{"eventType": "e", "service": "s", "timestamp": "2025-01-05T10:00:00"}', '22023 timestamp'),
    ('{"eventType": "e", "service": "s", "timestamp": 1736071200}', '22023 timestamp'),
    ('{"eventType": "e", "service": "s", "timestamp": "2024-02-29T10:00:00.5+05:00"}', 'no error'),
    ('{"eventType": "e", "service": "s", "aggregateId": ["a"]}', '22023 aggregateId'),
    ('{"eventType": "e", "service": "s", "userId": "' || repeat('x', 129) || '"}', '22023 userId'),
    ('{"eventType": "e", "service": "s", "data": "' || repeat('x', 262144) || '"}', '22023 data')) t (body, expected);
select is(pg_temp.column_of($$ select bookly.event_publish('a', (select jsonb_agg(
    '{"eventType": "e", "service": "s"}'::jsonb) from generate_series(1, 1001)), null) $$), '22023 body',
    'at most 1000 events');

-- replay
delete from started;
insert into started select max(id) from bookly_data.stream;
select lives_ok($$ select bookly.replay_event('event-1') $$, 'replay_event');
select is((select payload::jsonb - 'replayTimestamp' from pushed where event = 'event:replayed'),
    '{"eventId": "event-1", "eventType": "RESOURCE_CREATED", "service": "resources",
      "timestamp": "2025-01-05T10:00:00.000Z", "data": {"n": 12345678901234567890},
      "aggregateType": "Resource", "aggregateId": "r-1", "correlationId": "c-1", "metadata": {"m": true}}',
    'pushes event:replayed with the event''s fields');
select ok((select bookly_data.is_iso_time(payload::json ->> 'replayTimestamp') from pushed),
    'and the time of the replay');
select throws_ok($$ select bookly.replay_event('none') $$, 'P0002', null, 'of an unknown event');

-- lists
select bookly.publish_event('LIST_A', 'lists', event_id => 'l' || i, aggregate_type => 'T', aggregate_id => 'a' || i % 2,
    occurred_at => '2025-06-01T00:00:00Z'::timestamptz + i * interval '1 hour') is null as ignored
from generate_series(1, 5) i \g /dev/null
create function pg_temp.ids(list text) returns text language sql as
    $$ select string_agg(e ->> 'eventId', ',') from json_array_elements(list::json) e $$;
select results_eq($$ select pg_temp.ids(body), next from bookly.event_list('{bookly.list-a}', null, null, null,
    null, null, 2, null) $$, $$ values ('l5,l4', 'l4') $$, 'newest first, by normalized type');
select results_eq($$ select pg_temp.ids(body), next from bookly.event_list(null, '{lists}', null, null,
    null, null, 3, 'l4') $$, $$ values ('l3,l2,l1', null::text) $$, 'the next page, and no more');
select results_eq($$ select pg_temp.ids(body) from bookly.event_list(null, '{lists,none}', '{T}', 'a1',
    '2025-06-01T02:00:00Z', '2025-06-01T05:00:00Z', null, null) $$, $$ values ('l5,l3') $$, 'by aggregate and time');
select results_eq($$ select body, next from bookly.event_list('{none}', null, null, null, null, null, 10, null) $$,
    $$ values ('[]', null::text) $$, 'nothing is an empty array');
-- a page of large events ends early, whether they can be compressed or not, and the next one goes on
select bookly.publish_event('large', 'large', to_jsonb(case when i % 2 = 0 then repeat('a', 240000)
    else (select string_agg(md5(i::text || ' ' || j::text), '') from generate_series(1, 7500) j) end),
    'large-' || i, occurred_at => now() + i * interval '1 s') from generate_series(1, 36) i \g /dev/null
create function pg_temp.large_page(before text) returns text language sql as
    $$ select concat_ws(' ', json_array_length(body::json), body::json #>> '{0,eventId}', body::json #>> '{-1,eventId}', next)
       from bookly.event_list(null, '{large}', null, null, null, null, 500, before) $$;
select is(pg_temp.large_page(null), '16 large-36 large-21 large-21', 'a page ends before 4 MB');
select is(pg_temp.large_page('large-21'), '16 large-20 large-5 large-5', 'the next one goes on');
select is(pg_temp.large_page('large-5'), '4 large-4 large-1', 'to the last');
select bookly.fail_event('large-' || i, 'broken', topic => 'large') from generate_series(1, 36) i \g /dev/null
select results_eq($$ select json_array_length(a.body::json), json_array_length(b.body::json), json_array_length(c.body::json),
        c.next from bookly.dlq_list(null, '{large}', null, null, 500, null) a,
        bookly.dlq_list(null, '{large}', null, null, 500, a.next::uuid) b,
        bookly.dlq_list(null, '{large}', null, null, 500, b.next::uuid) c $$,
    $$ values (16, 16, 4, null::text) $$, 'so do those of dead letters');
select is(pg_temp.column_of($$ select bookly.event_list(null, null, null, null, null, null, 501, null) $$),
    '22023 limit', 'limit 501');
select is(pg_temp.column_of($$ select bookly.event_list(null, null, null, null, null, null, null, 'none') $$),
    '22023 before', 'an unknown before');
select matches((select cursor from bookly.event_list(null, null, null, null, null, null, 1, null)),
    '^[0-9a-f]{16}\.\d+$', 'a list carries a cursor');
select is(bookly.event_get('event-1')::jsonb ->> 'causationId', 'k-1', 'event_get shows all');
select throws_ok($$ select bookly.event_get('none') $$, 'P0002', null, 'event_get of an unknown event');
select * from finish();
rollback;

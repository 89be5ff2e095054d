-- Inboxes: versions, counts, the limit, roles, what is pushed, what is refused.
begin;
select no_plan();
\ir helpers.psql
create function pg_temp.notify(who text) returns uuid language sql as
    $$ select bookly.notify_user(who, 'info', 'system', 't', 'm') $$;
create function pg_temp.answer(unread int, version int) returns jsonb language sql as
    $$ select jsonb_build_object('success', true, 'unreadCount', unread, 'version', version) $$;
create view pg_temp.last_push as select event, user_id, role, payload::jsonb as payload from pushed order by id desc limit 1;

select bookly.notify_user('ana', 'warning', 'limit', 'Título', 'Mensaje', '{"a": 1}', '/cosas') as first \gset
set constraints all immediate;
select is((select payload - 'createdAt' from last_push), jsonb_build_object('id', :'first', 'userId', 'ana',
    'type', 'warning', 'category', 'limit', 'title', 'Título', 'message', 'Mensaje', 'data', '{"a": 1}'::jsonb,
    'actionUrl', '/cosas', 'read', false, 'unreadCount', 1, 'version', 1), 'notification:created');
select results_eq('select event, user_id, role from last_push',
    $$ values ('notification:created', 'ana', null::text) $$, 'for its user');
select pg_temp.notify('ana') as second \gset
select is(bookly.notification_read('ana', :'first')::jsonb, pg_temp.answer(1, 3), 'read');
select is((select payload from last_push), jsonb_build_object('notificationId', :'first', 'unreadCount', 1,
    'version', 3), 'notification:read');
select is(bookly.notification_read('ana', :'first')::jsonb, pg_temp.answer(1, 3), 'read again: the same answer');
select is((select count(*) from pushed where event = 'notification:read'), 1::bigint, 'and no push');
select is(bookly.notification_unread('ana', :'first')::jsonb, pg_temp.answer(2, 4), 'unread again');
select is((select event from last_push), 'notification:read', 'for which there is no push');
select is(bookly.notification_read_all('ana')::jsonb, pg_temp.answer(0, 6) || '{"count": 2}', 'read-all');
select results_eq($$ select payload::jsonb ->> 'unreadCount', payload::jsonb ->> 'version' from pushed
    where event = 'notification:read' order by id offset 1 $$, $$ values ('1', '5'), ('0', '6') $$,
    'pushes one each, counting down');
select is(bookly.notification_read_all('ana')::jsonb, pg_temp.answer(0, 6) || '{"count": 0}', 'read-all of nothing');
select is(bookly.notification_delete('ana', :'second')::jsonb, pg_temp.answer(0, 7), 'delete');
select is((select event || ' ' || payload::text from last_push), 'notification:deleted '
    || jsonb_build_object('notificationId', :'second', 'unreadCount', 0, 'version', 7)::text, 'notification:deleted');
select throws_ok(format('select bookly.notification_delete(''ana'', %L)', :'second'), 'P0002', null, 'once');
select throws_ok(format('select bookly.notification_read(''eve'', %L)', :'first'), 'P0002', null, 'not by another');
select throws_ok(format('select bookly.notification_get(''eve'', ''{}'', %L)', :'first'), 'P0002', null, 'not shown');
select is(bookly.notification_get('ana', '{}', :'first')::jsonb ->> 'read', 'true', 'notification_get');
select is(bookly.notification_unread_count('ana', '{}')::jsonb, '{"count": 0, "version": 7}', 'the count');
select is(bookly.notification_unread_count('nobody', '{}')::jsonb, '{"count": 0, "version": 0}', 'of an unknown user');
select is((select count(*) from bookly_data.inbox_changes), 0::bigint, 'no note of a change stays behind');

-- several in one transaction
set constraints all deferred;
select count(pg_temp.notify('ben')) from generate_series(1, 3) \g /dev/null
set constraints all immediate;
select results_eq($$ select payload::jsonb ->> 'unreadCount', payload::jsonb ->> 'version' from pushed
    where user_id = 'ben' order by id $$, $$ values ('1', '1'), ('2', '2'), ('3', '3') $$,
    'each of a batch shows the inbox as of itself');

-- the limit
select bookly.settings_put('{"maxNotificationsPerUser": 3}') \g /dev/null
select id as newest from bookly_data.notifications where user_id = 'ben' order by id desc limit 1 \gset
select id as oldest from bookly_data.notifications where user_id = 'ben' order by id limit 1 \gset
select bookly.notification_read('ben', :'newest') \g /dev/null
select pg_temp.notify('ben') \g /dev/null
select is((select event || ' ' || payload::text from last_push), 'notification:deleted ' || jsonb_build_object(
    'notificationId', :'newest', 'unreadCount', 3, 'version', 6)::text, 'over the limit the oldest read one goes first');
select pg_temp.notify('ben') \g /dev/null
select is((select payload ->> 'notificationId' from last_push), :'oldest', 'then the oldest');
set constraints all deferred;
select count(pg_temp.notify('ben')) from generate_series(1, 5) \g /dev/null
set constraints all immediate;
select is((select count(*) from bookly_data.notifications where user_id = 'ben'), 3::bigint, 'also for a batch over it');
select is((select payload -> 'unreadCount' from last_push), '3', 'and the last push has the right count');
select bookly.settings_put('{"maxNotificationsPerUser": 100}') \g /dev/null

-- roles
select body::json ->> 'id' as shared from bookly.notification_create('svc', '{"role": "TEACHER", "type": "info",
    "category": "event", "title": "T", "message": "M"}', null) \gset
select results_eq('select event, user_id, role, payload ? ''unreadCount'', payload ? ''version'' from last_push',
    $$ values ('notification:created', null::text, 'TEACHER', false, false) $$, 'to a role: without figures');
select is(bookly.notification_unread_count('cleo', '{TEACHER}')::jsonb, '{"count": 1, "version": 0}', 'counts for the role');
select is(bookly.notification_unread_count('dan', '{STUDENT}')::jsonb, '{"count": 0, "version": 0}', 'and for no other');
select pg_temp.notify('cleo') as own \gset
select is((select payload -> 'unreadCount' from last_push), '2', 'a push counts with the roles last seen');
select is(bookly.notification_read('cleo', :'shared', '{TEACHER}')::jsonb ->> 'unreadCount', '1', 'read by one');
select is((select user_id || ' ' || (payload ->> 'notificationId') from last_push), 'cleo ' || :'shared', 'pushed to that one');
select is(bookly.notification_unread_count('dora', '{TEACHER}')::jsonb -> 'count', '1', 'unread by another');
select throws_ok(format('select bookly.notification_read(''dan'', %L, ''{STUDENT}'')', :'shared'), 'P0002', null,
    'not for other roles');
select is((select json_agg(n ->> 'read') from bookly.notification_list('cleo', '{TEACHER}', false, null, null, 10, null),
    json_array_elements(body::json) n)::text, '["false", "true"]', 'the list has both, each with its own mark');
select is((select json_agg(n ->> 'id') from bookly.notification_inbox('cleo', '{TEACHER}', true, 10, null),
    json_array_elements(body::json) n)::text, format('["%s"]', :'own'), 'the unread ones');
select results_eq($$ select unread_count, version from bookly.notification_inbox('cleo', '{TEACHER}', true, 10, null) $$,
    $$ values (1, 2::bigint) $$, 'with count and version');
select results_eq($$ select i.ordinal, array(select json_array_elements(i.body::json) ->> 'id'), i.unread_count, i.version
        from bookly.notification_inboxes('[{"userId": "cleo", "roles": ["TEACHER"]}, {"userId": "nobody", "roles": []},
            {"userId": "dora", "roles": ["TEACHER", "STUDENT"]}, {"userId": "cleo", "roles": []}]', true, 10) i $$,
    format($$ values (1, '{%s}'::text[], 1, 2::bigint), (2, '{}', 0, 0), (3, '{%s}', 1, 0), (4, '{%1$s}', 1, 2) $$,
        :'own', :'shared'), 'notification_inboxes: each request answered in its place');
select is((select roles from bookly_data.inboxes where user_id = 'dora'), '{STUDENT,TEACHER}', 'roles are kept');
select is_empty($$ select bookly.notification_inboxes('[]', true, 10) $$, 'no request, no answer');
select is(pg_temp.column_of($$ select bookly.notification_inboxes((select jsonb_agg('{"userId": "x"}'::jsonb)
    from generate_series(1, 501)), true, 10) $$), '22023 requests', 'not too many');
select is(pg_temp.column_of($$ select bookly.notification_inboxes('[]', true, 501) $$), '22023 limit', 'nor too long ones');
select is(bookly.notification_delete('cleo', :'shared', '{TEACHER}')::jsonb ->> 'success', 'true', 'deleted by one');
select is((select count(*) from bookly.notification_list('cleo', '{TEACHER}', false, null, null, 10, null),
    json_array_elements(body::json)), 1::bigint, 'gone for that one');
select is((select count(*) from bookly.notification_list('dora', '{TEACHER}', false, null, null, 10, null),
    json_array_elements(body::json)), 1::bigint, 'there for the other');
select is(bookly.notification_read_all('dora', '{TEACHER}')::jsonb - 'version',
    '{"success": true, "count": 1, "unreadCount": 0}', 'read-all takes the role''s too');
select is(bookly.notification_delete_all('dora', '{TEACHER}')::jsonb - 'version',
    '{"success": true, "count": 1, "unreadCount": 0}', 'and so does delete-all');
select is(bookly.notification_delete_all('ben')::jsonb - 'version',
    '{"success": true, "count": 3, "unreadCount": 0}', 'delete-all of own ones');

-- muting: own ones are not written, those there are hidden, those of roles left out when looking
create function pg_temp.mute(who text, categories text) returns jsonb language sql as $$
    select bookly.notification_preferences_put(who, '{TEACHER}', jsonb_build_object('mutedCategories', categories::jsonb))::jsonb $$;
create function pg_temp.shown(who text) returns text[] language sql as $$
    select array_agg(n ->> 'title' order by at) from bookly.notification_list(who, '{TEACHER}', false, null, null, 100, null),
        jsonb_array_elements(body::jsonb) with ordinality x (n, at) where n ->> 'title' like 'mute%' $$;
create function pg_temp.unread(who text) returns int language sql as $$
    select (bookly.notification_unread_count(who, '{TEACHER}')::jsonb ->> 'count')::int $$;
select bookly.notification_delete_all('mona', '{TEACHER}') \g /dev/null
select bookly.notify_user('mona', 'info', c, 'mute ' || c, 'm') from unnest('{user,limit}'::text[]) c \g /dev/null
select body::json ->> 'id' as muted_shared from bookly.notification_create('svc', '{"role": "TEACHER", "type": "info",
    "category": "limit", "title": "mute shared", "message": "M"}', null) \gset
select is(pg_temp.unread('mona'), 3, 'before muting');
select is(bookly.notification_preferences('mona', '{TEACHER}')::jsonb - 'version', '{"mutedCategories": [], "unreadCount": 3}', 'nothing is muted');
select is(pg_temp.mute('mona', '["limit", "limit", "error"]') - 'version', '{"mutedCategories": ["error", "limit"], "unreadCount": 1}', 'muting hides and uncounts');
select is((select event || ' ' || payload::text from last_push), 'mutes:changed {"muted": "error,limit", "userId": "mona"}', 'the daemons are told');
select is(pg_temp.mute('mona', '["error", "limit"]'), bookly.notification_preferences('mona', '{TEACHER}')::jsonb, 'the same again changes nothing');
select is((select count(*) from pushed where event = 'mutes:changed' and payload like '%mona%'), 1::bigint, 'and tells nobody');
select is(pg_temp.shown('mona'), '{mute user}', 'what is muted is not shown');
select is(pg_temp.unread('mona'), 1, 'nor counted');
select results_eq($$ select jsonb_array_length(body::jsonb), unread_count from bookly.notification_inbox('mona', '{TEACHER}', true, 100, null) $$,
    $$ values (1, 1) $$, 'nor in the inbox');
select results_eq($$ select jsonb_array_length(body::jsonb), unread_count from bookly.notification_inboxes('[{"userId": "mona",
    "roles": ["TEACHER"]}]', true, 100) $$, $$ values (1, 1) $$, 'nor in the first look');
select id as hidden from bookly_data.notifications where title = 'mute limit' \gset
select throws_ok(format('select bookly.%s(''mona'', %L, ''{TEACHER}'')', f, id), 'P0002', null, f || ' of a muted one')
from unnest('{notification_read,notification_unread,notification_delete}'::text[]) f, (values (:'hidden'), (:'muted_shared')) x (id);
select throws_ok(format('select bookly.notification_get(''mona'', ''{TEACHER}'', %L)', :'hidden'), 'P0002', null, 'nor to be had');
select coalesce(max(id), 0) as mark from pushed \gset
set constraints all deferred;
select bookly.notify_user('mona', 'info', c, 'mute late ' || c, 'm') from unnest('{limit,user,limit}'::text[]) c \g /dev/null
set constraints all immediate;
select results_eq(format('select event, key1, payload::jsonb ->> ''unreadCount'' from pushed where id > %s', :'mark'),
    $$ values ('notification:created', 'user', '2') $$, 'of what comes only the rest is written and pushed');
select is((select count(*) from bookly_data.notifications where title = 'mute late limit'), 0::bigint, 'what is muted is not');
select is(bookly.notification_read_all('mona', '{TEACHER}')::jsonb - 'version', '{"success": true, "count": 2, "unreadCount": 0}', 'read-all leaves it alone');
select is(pg_temp.unread('nora'), 1 + (select count(*)::int from bookly_data.notifications where role = 'TEACHER' and id <> :'muted_shared'),
    'others see the role''s');
select bookly.settings_put('{"maxNotificationsPerUser": 3}') \g /dev/null
select bookly.notify_user('mona', 'info', 'user', 'mute more', 'm') \g /dev/null
select bookly.notify_user('mona', 'info', 'user', 'mute more', 'm') \g /dev/null
select bookly.notify_user('mona', 'info', 'user', 'mute more', 'm') \g /dev/null
select is((select payload ->> 'unreadCount' from last_push), '3', 'a muted one that the limit takes counts for nothing');
select is_empty(format($$ select from pushed where event = 'notification:deleted' and payload::jsonb ->> 'notificationId' = %L $$, :'hidden'),
    'and is not told of');
select bookly.settings_put('{"maxNotificationsPerUser": 100}') \g /dev/null
select is(pg_temp.mute('mona', '[]') -> 'mutedCategories', '[]', 'unmuted');
select ok('mute shared' = any (pg_temp.shown('mona')), 'the role''s is back');
select is(pg_temp.column_of(format('select bookly.notification_preferences_put(''mona'', ''{}'', %L)', t.request)), t.expected, t.request)
from (values ('{}', '22023 mutedCategories'), ('{"mutedCategories": "user"}', '22023 mutedCategories'),
    ('{"mutedCategories": ["user", "x"]}', '22023 mutedCategories[1]'), ('{"mutedCategories": [null]}', '22023 mutedCategories[0]'),
    ('{"muted": []}', 'BK400 muted')) t (request, expected);
select is((select count(*) from bookly_data.inbox_changes), 0::bigint, 'no note of a change stays behind');

-- notification_create
select results_eq($$ select status, body::jsonb - 'id' - 'createdAt' from bookly.notification_create('svc', '{"userId": "fay",
    "type": "info", "category": "user", "title": "T", "message": "M", "actionUrl": "https://x.example/"}', 'k') $$,
    $$ values (201, '{"userId": "fay", "type": "info", "category": "user", "title": "T", "message": "M", "data": null,
        "actionUrl": "https://x.example/", "read": false}'::jsonb) $$, 'for a user: the dto');
select is((select status from bookly.notification_create('svc', '{"userId": "fay",
    "type": "info", "category": "user", "title": "T", "message": "M", "actionUrl": "https://x.example/"}', 'k')), 200,
    'repeated: 200');
select is((select count(*) from bookly_data.notifications where user_id = 'fay'), 1::bigint, 'and one notification');
select is((select json_array_length(body::json -> 'ids') from bookly.notification_create('svc', jsonb_build_object('userIds',
    (select jsonb_agg('u' || i) from generate_series(1, 1000) i), 'type', 'info', 'category', 'user', 'title', 'T',
    'message', 'M'), null)), 1000, 'for 1000 users: their ids');
select is(pg_temp.column_of(format('select bookly.notification_create(''svc'', ''{"type": "info", "category": "user",
    "title": "T", "message": "M", "userId": "u"}''::jsonb || %L, null)', t.more)), t.expected, left(t.more, 70))
from (values ('{}', 'no error'), ('{"userId": null}', '22023 userId'), ('{"role": "SECURITY"}', '22023 userId'),
    ('{"role": "X"}', '22023 role'), ('{"userId": ""}', '22023 userId'), ('{"userId": 5}', '22023 userId'),
    ('{"userId": null, "userIds": []}', '22023 userIds'), ('{"userId": null, "userIds": ["a", "a"]}', '22023 userIds'),
    ('{"userId": null, "userIds": ["a", 5]}', '22023 userIds[1]'),
    ('{"type": "fatal"}', '22023 type'), ('{"category": "x"}', '22023 category'), ('{"title": ""}', '22023 title'),
    (format('{"title": "%s"}', repeat('x', 201)), '22023 title'), ('{"message": ["m"]}', '22023 message'),
    (format('{"message": "%s"}', repeat('x', 4001)), '22023 message'), ('{"read": true}', 'BK400 read'),
    ('{"actionUrl": "//evil.example"}', '22023 actionUrl'), ('{"actionUrl": "/\\evil.example"}', '22023 actionUrl'),
    ('{"actionUrl": "javascript:alert(1)"}', '22023 actionUrl'), ('{"actionUrl": "http://x"}', '22023 actionUrl'),
    ('{"actionUrl": "/a\tb"}', '22023 actionUrl'), ('{"actionUrl": "/a?b=c#d"}', 'no error'),
    (format('{"actionUrl": "/%s"}', repeat('x', 2000)), '22023 actionUrl'),
    (format('{"data": "%s"}', repeat('x', 262144)), '22023 data')) t (more, expected);
select is(pg_temp.column_of(format('select bookly.notify_user(%s)', t.arguments)), t.expected, t.arguments)
from (values ('null, ''info'', ''user'', ''t'', ''m''', '22023 user_id'),
    ('repeat(''x'', 129), ''info'', ''user'', ''t'', ''m''', '22023 user_id'),
    ('''u'', ''infos'', ''user'', ''t'', ''m''', '22023 type'),
    ('''u'', ''info'', null, ''t'', ''m''', '22023 category'),
    ('''u'', ''info'', ''user'', null, ''m''', '22023 title'),
    ('''u'', ''info'', ''user'', ''t'', ''''', '22023 message'),
    ('''u'', ''info'', ''user'', ''t'', ''m'', null, ''x''', '22023 action_url')) t (arguments, expected);
select is(pg_temp.column_of($$ select bookly.notification_list('u', '{}', false, 'x', null, 10, null) $$), '22023 type',
    'an unknown type in the list''s filter');
select * from finish();
rollback;

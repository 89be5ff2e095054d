-- Events become notifications: the rules, their templates, their preview, what is refused, what fails.
-- Not in one transaction, as the other files: a step sees what was committed.
select no_plan();
\ir helpers.psql
create function pg_temp.rule(more text) returns jsonb language sql as $$
    select '{"eventType": "test.made", "userField": "userId", "type": "info", "category": "system",
        "title": "T", "message": "M"}'::jsonb || more::jsonb $$;
create function pg_temp.put(id text, more text) returns int language sql as $$
    select status from bookly.notification_rule_put(id, pg_temp.rule(more), 'op') $$;
-- all that there is to do; each round is a transaction of its own
create procedure pg_temp.run_rules() language plpgsql as $$
declare
    again int := 0;
begin
    while again is not null loop
        again := bookly.notification_rules_step();
        commit;
    end loop;
end $$;
create function pg_temp.made(event_id text) returns setof bookly_data.notifications language sql as $$
    select n.* from bookly_data.notifications n where n.data ->> 'eventId' = event_id $$;

-- the defaults
select results_eq($$ select r ->> 'id', r ->> 'eventType', coalesce(r ->> 'userField', ''), coalesce(r ->> 'role', ''),
        r ->> 'type', r ->> 'category', r ->> 'title', coalesce(r ->> 'actionUrl', '')
    from jsonb_array_elements(bookly.notification_rule_list()::jsonb) r $$, $$ values
    ('approval.granted', 'approval.granted', 'userId', '', 'success', 'reservation', 'Solicitud aprobada', ''),
    ('approval.rejected', 'approval.rejected', 'userId', '', 'warning', 'reservation', 'Solicitud rechazada', ''),
    ('approval.requested', 'approval.requested', '', 'PROGRAM_ADMIN', 'action_required', 'reservation',
        'Solicitud pendiente', '/aprobaciones/{approvalId}'),
    ('check_out.overdue', 'check_out.overdue', 'userId', 'SECURITY', 'warning', 'limit', 'Devolución vencida', ''),
    ('component.down', 'infrastructure:status:changed', '', 'GENERAL_ADMIN', 'error', 'error', 'Componente caído', ''),
    ('dlq.failed', 'dlq:event:failed', '', 'GENERAL_ADMIN', 'error', 'error', 'Evento fallido', ''),
    ('maintenance.scheduled', 'maintenance.scheduled', '', 'GENERAL_ADMIN', 'warning', 'resource',
        'Mantenimiento programado', ''),
    ('password.changed', 'password.changed', 'userId', '', 'info', 'user', 'Contraseña cambiada', ''),
    ('report.generated', 'report.generated', 'generatedBy', '', 'success', 'system', 'Reporte listo', ''),
    ('reservation.approved', 'reservation.approved', 'userId', '', 'success', 'reservation', 'Reserva confirmada', ''),
    ('reservation.cancelled', 'reservation.cancelled', 'userId', '', 'warning', 'reservation', 'Reserva cancelada', ''),
    ('reservation.confirmed', 'reservation.confirmed', 'userId', '', 'success', 'reservation', 'Reserva confirmada', ''),
    ('reservation.created', 'reservation.created', 'userId', '', 'success', 'reservation', 'Reserva creada',
        '/reservas/{reservationId}'),
    ('reservation.rejected', 'reservation.rejected', 'userId', '', 'warning', 'reservation', 'Solicitud rechazada', ''),
    ('resource.created', 'resource.created', '', 'GENERAL_ADMIN', 'info', 'resource', 'Recurso creado', '/recursos/{resourceId}'),
    ('resource.deleted', 'resource.deleted', '', 'GENERAL_ADMIN', 'info', 'resource', 'Recurso eliminado', '/recursos/{resourceId}'),
    ('resource.updated', 'resource.updated', '', 'GENERAL_ADMIN', 'info', 'resource', 'Recurso actualizado', '/recursos/{resourceId}'),
    ('role.assigned', 'role.assigned', 'userId', '', 'info', 'user', 'Rol asignado', ''),
    ('service.down', 'service:status:changed', '', 'GENERAL_ADMIN', 'error', 'error', 'Servicio caído', ''),
    ('two_factor.enabled', 'two_factor.enabled', 'userId', '', 'info', 'user', 'Verificación en dos pasos activada', ''),
    ('waiting_list.notified', 'waiting_list.notified', 'userId', '', 'action_required', 'reservation',
        'Recurso disponible', '/lista-espera') $$, 'Bookly''s own rules');
select is_empty($$ select r.id from bookly_data.notification_rules r
    where r.normal_type <> bookly_data.normal_event_type(r.event_type)
        or not bookly_data.check_rule(bookly_data.rule_json(r)::jsonb - 'id' - 'createdAt' - 'updatedAt' - 'updatedBy'
            - 'failures') $$, 'keep the rules for rules');

-- an event becomes a notification, once, whatever the spelling
call pg_temp.run_rules();
select bookly.publish_event('RESERVATION_CREATED', 'availability', '{"reservationId": "r/1 ñ", "resourceName": "Sala 101"}',
    event_id => 'rule-1', user_id => 'rita') \g /dev/null
select bookly.publish_event('bookly.reservation-created', 'availability', '{"reservationId": 7, "userId": "rita"}',
    event_id => 'rule-2') \g /dev/null
call pg_temp.run_rules();
select results_eq($$ select n.user_id, n.type, n.category, n.title, n.message, n.action_url from bookly_data.notifications n
    where n.user_id = 'rita' order by n.id $$, $$ values
    ('rita', 'success', 'reservation', 'Reserva creada', 'Tu reserva de Sala 101 quedó registrada.', '/reservas/r%2F1%20%C3%B1'),
    ('rita', 'success', 'reservation', 'Reserva creada', 'Tu reserva de un recurso quedó registrada.', '/reservas/7') $$,
    'to the event''s userId or that of its data, values encoded, what is missing by the template''s word');
select is((select n.data from pg_temp.made('rule-1') n), '{"ruleId": "reservation.created", "eventId": "rule-1",
    "eventType": "RESERVATION_CREATED", "service": "availability"}', 'with the event''s name and nothing of its data');
select is((select payload::jsonb ->> 'unreadCount' from pushed where user_id = 'rita' order by id desc limit 1), '2',
    'pushed as any other');
select is(bookly.notification_rules_step(), null, 'and nothing is left to do');
call pg_temp.run_rules();
select is((select count(*) from bookly_data.notifications where user_id = 'rita'), 2::bigint, 'once');
select bookly.publish_event('reservation.created', 's', '{"userId": "rita"}', event_id => 'rule-1') \g /dev/null
select bookly.replay_event('rule-1') \g /dev/null
call pg_temp.run_rules();
select is((select count(*) from bookly_data.notifications where user_id = 'rita'), 2::bigint,
    'a repeated event id and a replay notify nobody');
begin;
select bookly.publish_event('reservation.created', 's', '{"userId": "rita"}') \g /dev/null
rollback;
call pg_temp.run_rules();
select is((select count(*) from bookly_data.notifications where user_id = 'rita'), 2::bigint, 'nor what was taken back');

-- a role, both, a list, another field
select bookly.publish_event('approval.requested', 's', '{"approvalId": "a1"}', event_id => 'rule-3') \g /dev/null
select bookly.publish_event('check.out.overdue', 's', '{"userId": "late"}', event_id => 'rule-4') \g /dev/null
select bookly.publish_event('check_out.overdue', 's', '{}', event_id => 'rule-5') \g /dev/null
select bookly.publish_event('report.generated', 's', '{"generatedBy": ["a", "b", "a", 5]}', event_id => 'rule-6') \g /dev/null
select bookly.publish_event('report.generated', 's', '{"generatedBy": []}', event_id => 'rule-7') \g /dev/null
call pg_temp.run_rules();
select results_eq($$ select n.data ->> 'eventId', coalesce(n.user_id, n.role), n.action_url from bookly_data.notifications n
    where n.data ->> 'eventId' between 'rule-3' and 'rule-7' order by 1, 2 $$, $$ values
    ('rule-3', 'PROGRAM_ADMIN', '/aprobaciones/a1'), ('rule-4', 'SECURITY', null), ('rule-4', 'late', null),
    ('rule-5', 'SECURITY', null), ('rule-6', '5', null), ('rule-6', 'a', null), ('rule-6', 'b', null) $$,
    'a role is one row, a user named twice is one, nobody named is nobody');

-- other pushes
select bookly.fail_event('rule-3', 'no disk', max_attempts => 1) as letter \gset
update bookly_data.dead_letters set due_at = clock_timestamp() where id = :'letter';
select bookly.dlq_claim('s', 1) \g /dev/null
select bookly.dlq_fail(:'letter', 'no disk at all') \g /dev/null
select bookly.report_service('rule-service', 'down') \g /dev/null
select bookly.report_service('rule-service', 'up') \g /dev/null
select bookly.report_component('rule-component', 'down') \g /dev/null
select bookly.report_component('rule-component', 'degraded') \g /dev/null
call pg_temp.run_rules();
select results_eq($$ select n.role, n.title, n.message from bookly_data.notifications n where n.category = 'error' order by n.id $$,
    $$ values ('GENERAL_ADMIN', 'Evento fallido', 'El evento approval.requested de s falló 1 veces: no disk at all'),
        ('GENERAL_ADMIN', 'Servicio caído', 'El servicio rule-service está caído.'),
        ('GENERAL_ADMIN', 'Componente caído', 'El componente rule-component está caído.') $$,
    'a dead letter that failed for good and what is down are told to the operators, nothing else of these');

-- templates and values
select is(pg_temp.put('t', '{"title": "{a}{b.c} {data.a}|{metadata.m}", "message": "{eventId} {nothing}{nothing|or} {list} {object|no text}",
    "actionUrl": "/x/{a}?q={list}#{b.c}"}'), 201, 'a rule is made');
select bookly.publish_event('test.made', 's', '{"a": "á&/", "b": {"c": true}, "list": [1, "two", {}], "object": {}, "userId": "tina"}',
    event_id => 'rule-8', metadata => '{"m": 1.50}') \g /dev/null
call pg_temp.run_rules();
select results_eq($$ select n.title, n.message, n.action_url from pg_temp.made('rule-8') n $$,
    $$ values ('á&/true á&/|1.50', 'rule-8 or 1, two no text', '/x/%C3%A1%26%2F?q=1%2C%20two#true') $$, 'fields');
select is(bookly_data.rule_url(t.template, t.event::jsonb), t.expected, t.template || ' ' || t.event)
from (values ('/x/{a}', '{}', null), ('/x/{a|b c}', '{}', '/x/b%20c'), ('/x/{a}', '{"a": ".."}', null),
    ('/{a}/b', '{"a": ""}', null), ('/{a}', '{"a": "/evil.example"}', '/%2Fevil.example'),
    ('/{a}', '{"a": "\\\\evil"}', '/%5C%5Cevil'), ('https://x.example/{a}', '{"a": "@y"}', 'https://x.example/%40y'),
    ('/{a}', format('{"a": "%s"}', repeat('x', 2000)), null), ('/{a}', '{"a": {"b": 1}}', null)) t (template, event, expected);
select is(length(bookly_data.rule_fill('{a}', jsonb_build_object('a', repeat('ñ', 300)), 200)), 200, 'too long is cut');
select alike(bookly_data.rule_fill('{a}', jsonb_build_object('a', repeat('ñ', 300)), 200), '%ñ…', 'with an ellipsis');

-- conditions
select is(pg_temp.put('t', '{"conditions": {"level": ["high", 3], "data.ok": true}}'), 200, 'a rule is replaced');
select bookly.publish_event('test.made', 's', d::jsonb, event_id => 'rule-9' || at)
from (values ('{"level": "high", "ok": true, "userId": "cora"}', 1), ('{"level": 3, "ok": true, "userId": "cora"}', 2),
    ('{"level": "low", "ok": true, "userId": "cora"}', 3), ('{"level": "high", "userId": "cora"}', 4),
    ('{"level": "high", "ok": false, "userId": "cora"}', 5)) x (d, at) \g /dev/null
call pg_temp.run_rules();
select is(array(select n.data ->> 'eventId' from bookly_data.notifications n where n.user_id = 'cora' order by 1),
    '{rule-91,rule-92}', 'every condition, one of its values');
select is(pg_temp.put('t', '{"enabled": false}'), 200, 'switched off');
select bookly.publish_event('test.made', 's', '{"userId": "cora"}') \g /dev/null
call pg_temp.run_rules();
select is((select count(*) from bookly_data.notifications where user_id = 'cora'), 2::bigint, 'it does nothing');

-- a rule that fails: the event is there, the others run, it is noted
select pg_temp.put('t', '{"userField": "who", "title": "{title}"}') \g /dev/null
select pg_temp.put('u', '{}') \g /dev/null
select bookly.publish_event('test.made', 's', d::jsonb, event_id => 'rule-f' || at)
from (values ('{"userId": "fred", "who": {"id": 1}, "title": "x"}', 1), ('{"userId": "fred", "who": "w"}', 2),
    ('{"userId": "fred", "title": "x"}', 3), ('{"who": "w", "title": "x"}', 4),
    (format('{"who": "%s", "title": "x", "userId": "fred"}', repeat('x', 129)), 5)) x (d, at) \g /dev/null
call pg_temp.run_rules();
select is(array(select n.user_id || ' ' || (n.data ->> 'eventId') from bookly_data.notifications n
    where n.data ->> 'eventId' like 'rule-f%' order by n.data ->> 'eventId', 1),
    '{"fred rule-f1","fred rule-f2","fred rule-f3","w rule-f4","fred rule-f5"}', 'each rule for itself');
select is((select count(*) from pushed p where p.event = 'event:created' and p.payload::json ->> 'eventId' like 'rule-f%'),
    5::bigint, 'the events are pushed');
select is(bookly.notification_rule_get('t')::jsonb #- '{failures,lastAt}' -> 'failures',
    '{"count": 4, "eventId": "rule-f5", "error": "who: is no user: must be 1 to 128 characters, or a list of those"}',
    'what failed is counted');
select is(bookly.notification_rule_get('u')::jsonb #- '{failures,lastAt}' -> 'failures',
    '{"count": 1, "eventId": "rule-f4", "error": "userId: the event names nobody"}', 'and that nobody was named');
select is((select count(*) from bookly_data.logs l where l.context = 'NotificationRules' and l.metadata ->> 'ruleId' = 't'),
    1::bigint, 'and said in the log, once a minute');
select pg_temp.put('t', '{}') \g /dev/null
select is(bookly.notification_rule_get('t')::jsonb -> 'failures', 'null', 'a changed rule begins anew');

-- what takes long never comes near the statement time-out, however much of it there is
set statement_timeout = '3s';
select is((select count(bookly_data.rule_url('/x/{a}', x.event)) from
        (select jsonb_build_object('a', repeat('é', 130000)) as event from generate_series(1, 30)) x),
    0::bigint, 'a value that is too long for an address is not encoded');
reset statement_timeout;
select pg_temp.put('slow', '{"eventType": "test.slow"}') \g /dev/null
select bookly.publish_event('TEST_SLOW', 's', jsonb_build_object('userId', u.users), event_id => 'rule-slow-' || i)
from generate_series(1, 80) i, (select jsonb_agg(i::text) as users from generate_series(1, 28000) i) u \g /dev/null
select bookly.publish_event('TEST_SLOW', 's', '{"userId": "tom"}', event_id => 'rule-after') \g /dev/null
select is(bookly.notification_rules_step(), 0, 'a step ends before it has done all that takes long');
select cmp_ok((bookly.notification_rule_get('slow')::jsonb #>> '{failures,count}')::int, '<', 80, 'with some left');
call pg_temp.run_rules();
select is((bookly.notification_rule_get('slow')::jsonb #>> '{failures,count}')::int, 80, 'the next ones do the rest, each once');
select is((select count(*) from pg_temp.made('rule-after')), 1::bigint, 'and what comes after is not kept waiting');
select bookly.notification_rule_delete('slow', 'op') \g /dev/null

-- previewing
create function pg_temp.preview(event text) returns jsonb language sql as $$ select bookly.preview_notifications(event::jsonb) $$;
select bookly.notification_preferences_put('mia', '{}', '{"mutedCategories": ["system"]}') \g /dev/null
select coalesce(max(id), 0) as before from bookly_data.stream \gset
select pg_temp.put('t', '{"userField": "who", "title": "{title}", "role": "SECURITY"}') \g /dev/null
select '{"eventType": "TEST_MADE", "service": "s", "eventId": "rule-p", "data": {"userId": ["pia", "mia"], "title": "Hi", "who": [{}]},
    "metadata": {"m": 1}}' as event \gset
select pg_temp.preview(:'event') as preview \gset
select is((select count(*) from bookly_data.notifications n where n.data ->> 'eventId' = 'rule-p'), 0::bigint, 'a preview writes nothing');
select is(:'preview'::jsonb -> 'failures', '[{"ruleId": "t", "error": "who: is no user: must be 1 to 128 characters, or a list of those"}]',
    'it shows what would fail');
select is(:'preview'::jsonb -> 'muted', '[{"ruleId": "u", "userId": "mia"}]', 'and who would not see it');
select bookly.event_publish('svc', :'event'::jsonb, null) \g /dev/null
call pg_temp.run_rules();
select is((select jsonb_agg(jsonb_build_object('ruleId', n.data -> 'ruleId', 'userId', n.user_id, 'role', n.role, 'type', n.type,
        'category', n.category, 'title', n.title, 'message', n.message, 'data', n.data, 'actionUrl', n.action_url) order by n.id)
    from pg_temp.made('rule-p') n), :'preview'::jsonb -> 'notifications', 'what it showed is what happens');
select is(jsonb_array_length(:'preview'::jsonb -> 'notifications'), 1, 'which is something');
select is(pg_temp.column_of(format('select bookly.preview_notifications(%L)', t.event)), t.expected, t.event)
from (values ('{}', '22023 event.service'), ('{"service": "x"}', '22023 event.eventType'), ('[]', '22023 event'),
    ('{"eventType": "x", "service": "s", "x": 1}', 'BK400 event.x'), ('{"eventType": "x", "service": "s"}', 'no error')) t (event, expected);

-- refused
select is(pg_temp.column_of(format('select bookly.notification_rule_put(''bad'', %L, ''op'')', pg_temp.rule(t.more))), t.expected, left(t.more, 80))
from (values ('{"eventType": null}', '22023 eventType'), ('{"eventType": ""}', '22023 eventType'), ('{"userField": null}', '22023 userField'),
    ('{"userField": "a b"}', '22023 userField'), ('{"userField": "a."}', '22023 userField'), ('{"role": "JANITOR"}', '22023 role'),
    ('{"type": "fatal"}', '22023 type'), ('{"category": "x"}', '22023 category'), ('{"title": ""}', '22023 title'),
    ('{"title": "{"}', '22023 title'), ('{"title": "a}"}', '22023 title'), ('{"title": "{}"}', '22023 title'),
    ('{"message": "{a{b}}"}', '22023 message'), ('{"message": "{a|b|c}"}', 'no error'), ('{"message": "{ a }"}', '22023 message'),
    ('{"actionUrl": "{a}"}', 'no error'), ('{"actionUrl": "//{a}"}', '22023 actionUrl'), ('{"actionUrl": "javascript:{a}"}', '22023 actionUrl'),
    ('{"actionUrl": "https://{a}/"}', '22023 actionUrl'), ('{"actionUrl": "https://x.{a}"}', '22023 actionUrl'),
    ('{"actionUrl": "https://x/{a}"}', 'no error'), ('{"actionUrl": "/a b"}', '22023 actionUrl'),
    ('{"conditions": []}', '22023 conditions'), ('{"conditions": {}}', '22023 conditions'), ('{"conditions": {"a b": 1}}', '22023 conditions.a b'),
    ('{"conditions": {"a": {}}}', '22023 conditions.a'), ('{"conditions": {"a": []}}', '22023 conditions.a'),
    ('{"enabled": "yes"}', '22023 enabled'), ('{"id": "bad"}', 'BK400 id'),
    (format('{"title": "%s"}', repeat('x', 201)), '22023 title'), (format('{"message": "%s"}', repeat('x', 4001)), '22023 message')) t (more, expected)
where t.more <> '{"actionUrl": "{a}"}';
select is(pg_temp.column_of($$ select bookly.notification_rule_put('bad', pg_temp.rule('{"actionUrl": "{a}"}'), 'op') $$), '22023 actionUrl',
    'an address that a value would choose');
select is(pg_temp.column_of($$ select bookly.notification_rule_put('no/id', pg_temp.rule('{}'), 'op') $$), '22023 id', 'a bad id');
select throws_ok($$ select bookly.notification_rule_get('none') $$, 'P0002', null, 'an unknown one');
select throws_ok($$ select bookly.notification_rule_delete('none', 'op') $$, 'P0002', null, 'can''t be deleted');
begin;
select count(pg_temp.put('many-' || i, '{}')) from generate_series(1, 500 - (select count(*) from bookly_data.notification_rules)) i \g /dev/null
select is(pg_temp.column_of($$ select pg_temp.put('one-more', '{}') $$), '22023 id', 'there are 500 at most');
select is(pg_temp.put('many-1', '{}'), 200, 'which can be changed');
rollback;

-- audited, told to the daemons, and not laid again
select is(bookly.notification_rule_delete('u', 'boss')::jsonb ->> 'id', 'u', 'deleted, and shown as it was');
select results_eq($$ select a.actor, a.action, a.subject, a.details #>> '{before,id}', a.details #>> '{after,id}'
    from bookly_data.audit a where a.subject in ('u') order by a.id $$, $$ values ('op', 'notification_rule_put', 'u', null, 'u'),
    ('boss', 'notification_rule_delete', 'u', 'u', null) $$, 'who did what is kept');
select is((select s.event || ' ' || s.channel from bookly_data.stream s order by s.id desc limit 1), 'rules:changed control',
    'the daemons are told');
select bookly.notification_rule_delete('t', 'op') \g /dev/null
call pg_temp.run_rules();
select * from finish();

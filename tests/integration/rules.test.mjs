// Events that become notifications, and categories that a user has muted: REST, SQL and sockets together.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connect } from './support/client.mjs';
import { assertKeys, assertTime } from './support/facts.mjs';
import { settled } from './support/marker.mjs';
import { adminCaller, assertProblem, caller, serviceCaller } from './support/rest.mjs';
import { notifyUser, publishEvent, sql, transaction } from './support/sql.mjs';
import { follow, poll } from './support/stream.mjs';
import { unique } from './support/token.mjs';
import { waitFor } from './support/wait.mjs';

const rule = (values = {}) => ({
    eventType: unique('made'), userField: 'userId', type: 'info', category: 'user',
    title: 'About {thing}', message: 'It is {thing|something}', actionUrl: '/things/{thing}', ...values,
});

/** A rule that goes when the test ends. */
async function keepRule(t, admin, values) {
    const id = unique('rule');
    const made = await admin.put(`/notification-rules/${id}`, rule(values));
    assert.equal(made.status, 201, made.text);
    t.after(() => admin.remove(`/notification-rules/${id}`));
    return made.json;
}

const mute = async (user, ...mutedCategories) => {
    const answer = await user.put('/notifications/preferences', { mutedCategories });
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
};

const roleNotification = async (role, values = {}) => {
    const answer = await serviceCaller().post('/notifications', {
        role, type: 'info', category: 'resource', title: unique('title'), message: 'm', ...values,
    });
    assert.equal(answer.status, 201, answer.text);
    return answer.json.id;
};

describe('rules', () => {
    test('while a step waits for a lock, clients are answered', async (t) => {
        const user = unique('user');
        const { eventType } = await keepRule(t, adminCaller());
        const client = await connect(t, { user });
        await client.subscribe(['notifications']);
        await transaction(async (query) => {
            await query('select from bookly_data.notification_rules_position for update');
            await publishEvent({ event_type: eventType, service: 'rooms', data: { thing: 'a room' }, user_id: user });
            await waitFor(async () => (await sql(`select from pg_locks l join pg_stat_activity a using (pid)
                where not l.granted and a.application_name = 'bookly-pushd jobs'`)).length > 0, 'a step that waits');
            assert.deepEqual((await client.command('notifications:get')).notifications, []);
        });
        await client.push('notification:created', ({ title }) => title === 'About a room');
    });

    test('are made, shown, replaced and deleted', async () => {
        const admin = adminCaller();
        const id = unique('rule');
        const path = `/notification-rules/${id}`;
        assertProblem(await admin.get(path), 404, 'not_found');
        const given = rule({ conditions: { level: ['high', 'low'] } });
        const made = await admin.put(path, given);
        assert.equal(made.status, 201, made.text);
        const { createdAt, updatedAt, ...shown } = made.json;
        assertTime(createdAt);
        assertTime(updatedAt);
        assert.deepEqual(shown, { id, ...given, role: null, enabled: true, updatedBy: admin.user, failures: null });
        assert.deepEqual((await admin.get(path)).json, made.json);
        const changed = await admin.put(path, { ...given, conditions: null, role: 'SECURITY', enabled: false });
        assert.equal(changed.status, 200);
        assert.deepEqual([changed.json.role, changed.json.enabled, changed.json.conditions], ['SECURITY', false, null]);
        const list = await admin.get('/notification-rules');
        assert.ok(list.headers['x-stream-cursor'] && list.headers.etag);
        assert.deepEqual(list.json.find((item) => item.id === id), changed.json);
        assert.deepEqual((await admin.remove(path)).json, changed.json);
        assertProblem(await admin.remove(path), 404, 'not_found');
        const audit = await sql('select actor, action from bookly_data.audit where subject = $1 order by id', [id]);
        assert.deepEqual(audit.map(({ actor, action }) => `${actor} ${action}`),
            ['put', 'put', 'delete'].map((action) => `${admin.user} notification_rule_${action}`));
    });

    test('bad ones are refused, and change nothing', async () => {
        const admin = adminCaller();
        const id = unique('rule');
        const cases = [
            [{ eventType: null }, 'eventType'], [{ userField: null }, 'userField'], [{ role: 'JANITOR' }, 'role'],
            [{ type: 'fatal' }, 'type'], [{ title: '{' }, 'title'], [{ message: '' }, 'message'],
            [{ actionUrl: 'http://{host}' }, 'actionUrl'], [{ conditions: { 'a b': 1 } }, 'conditions.a b'],
        ];
        for (const [values, field] of cases) {
            assertProblem(await admin.put(`/notification-rules/${id}`, rule(values)), 400, 'invalid_value', field);
        }
        assertProblem(await admin.put(`/notification-rules/${id}`, rule({ when: 1 })), 400, 'unknown_field', 'when');
        assertProblem(await admin.put('/notification-rules/a%20b', rule()), 400, 'invalid_value', 'id');
        assertProblem(await admin.get(`/notification-rules/${id}`), 404, 'not_found');
        assertProblem(await admin.get('/notification-rules/preview'), 405, 'method_not_allowed');
        for (const roles of [[], ['SERVICE'], ['PROGRAM_ADMIN']]) {
            const other = caller(roles);
            assertProblem(await other.get('/notification-rules'), 403, 'forbidden');
            assertProblem(await other.put(`/notification-rules/${id}`, rule()), 403, 'forbidden');
            assertProblem(await other.post('/notification-rules/preview', { event: {} }), 403, 'forbidden');
        }
    });

    test('an event reaches its user\'s sockets as a notification, as was previewed', async (t) => {
        const admin = adminCaller();
        const made = await keepRule(t, admin);
        const user = unique('user');
        const client = await connect(t, { user });
        await client.subscribe(['notifications']);
        const event = { eventType: made.eventType.toUpperCase(), service: 'tests', userId: user, data: { thing: 'a b' }, eventId: unique('event') };
        const preview = await admin.post('/notification-rules/preview', { event });
        assert.equal(preview.status, 200, preview.text);
        assert.deepEqual([preview.json.muted, preview.json.failures], [[], []]);
        assert.equal(preview.json.notifications.length, 1);
        await settled(client, user);
        assert.equal(client.all('notification:created', ({ title }) => title !== 'marker').length, 0, 'a preview makes nothing');
        assert.equal((await serviceCaller().post('/events', event)).status, 201);
        const push = await client.push('notification:created', ({ title }) => title === 'About a b');
        const { ruleId, role, ...expected } = preview.json.notifications[0];
        assert.deepEqual([ruleId, role], [made.id, null]);
        const { id, read, createdAt, unreadCount, version, ...shown } = push.data;
        assert.deepEqual(shown, expected);
        assert.equal(shown.actionUrl, '/things/a%20b');
        assert.deepEqual([read, unreadCount], [false, 2]);
        assertTime(createdAt);
        assert.ok(id && version);
    });

    test('everybody with a role gets Bookly\'s own, of SQL and REST events and of what is down', async (t) => {
        const client = await connect(t, { user: unique('admin'), roles: ['GENERAL_ADMIN'] });
        await client.subscribe(['notifications']);
        const resourceId = unique('resource');
        await publishEvent({ event_type: 'RESOURCE_CREATED', service: 'resources', data: { resourceId, name: 'Sala 7' } });
        const created = await client.push('notification:created', ({ actionUrl }) => actionUrl === `/recursos/${resourceId}`);
        assert.deepEqual([created.data.title, created.data.message, created.data.userId], ['Recurso creado', 'Se creó Sala 7.', null]);
        const service = unique('service');
        await serviceCaller().put(`/services/${service}/status`, { status: 'down' });
        const down = await client.push('notification:created', ({ message }) => message.includes(service));
        assert.deepEqual([down.data.title, down.data.type, down.data.category], ['Servicio caído', 'error', 'error']);
        const rows = await sql(`select count(*)::int as n from bookly_data.notifications where message like '%' || $1 || '%'`, [service]);
        assert.equal(rows[0].n, 1, 'one row, however many see it');
    });

    test('one that fails leaves the event and the other rules alone, and is noted', async (t) => {
        const admin = adminCaller();
        const good = await keepRule(t, admin);
        const bad = await keepRule(t, admin, { eventType: good.eventType, userField: 'owner', role: null });
        const user = unique('user');
        const client = await connect(t, { user, roles: ['GENERAL_ADMIN'] });
        await client.subscribe(['notifications', 'events', 'logs']);
        const eventId = await publishEvent({ event_type: good.eventType, service: 'tests', user_id: user, data: { owner: {} } });
        await client.push('event:created', (event) => event.eventId === eventId);
        await client.push('notification:created', ({ data }) => data?.eventId === eventId);
        const line = await client.push('log:warning', ({ metadata }) => metadata?.ruleId === bad.id);
        assert.equal(line.data.metadata.eventId, eventId);
        const { failures } = (await admin.get(`/notification-rules/${bad.id}`)).json;
        assertKeys(failures, ['count', 'lastAt', 'eventId', 'error']);
        assert.deepEqual([failures.count, failures.eventId], [1, eventId]);
        assert.equal((await admin.get(`/notification-rules/${good.id}`)).json.failures, null);
    });

    test('each of many events makes one notification a receiver', async (t) => {
        const admin = adminCaller();
        const made = await keepRule(t, admin, { userField: 'users' });
        const users = [unique('user'), unique('user')];
        await Promise.all(Array.from({ length: 8 }, () => transaction(async (query) => {
            for (let number = 0; number < 10; number += 1) {
                await publishEvent({ event_type: made.eventType, service: 'tests', data: { users } }, query);
            }
        })));
        const counts = () => sql(`select user_id, count(*)::int as n, count(distinct data ->> 'eventId')::int as events
            from bookly_data.notifications where user_id = any ($1) group by user_id`, [users]);
        await waitFor(async () => (await counts()).reduce((sum, { n }) => sum + n, 0) >= 160, 'all notifications');
        assert.deepEqual((await counts()).map(({ n, events }) => [n, events]), [[80, 80], [80, 80]]);
    });
});

describe('preferences', () => {
    test('are shown, changed and checked', async () => {
        const user = caller();
        assert.deepEqual((await user.get('/notifications/preferences')).json, { mutedCategories: [], unreadCount: 0, version: 0 });
        const muted = await mute(user, 'user', 'error', 'user');
        assert.deepEqual(muted.mutedCategories, ['error', 'user']);
        assert.ok(muted.version > 0);
        assert.deepEqual(await mute(user, 'error', 'user'), muted, 'the same again changes nothing');
        assert.deepEqual((await user.get('/notifications/preferences')).json, muted);
        const refusals = [[{}, 'mutedCategories', 'invalid_value'], [{ mutedCategories: 'user' }, 'mutedCategories', 'invalid_value'],
            [{ mutedCategories: ['user', 'x'] }, 'mutedCategories[1]', 'invalid_value'],
            [{ mutedCategories: [5] }, 'mutedCategories[0]', 'invalid_value'], [{ mutedCategories: [], userId: 'other' }, 'userId', 'unknown_field']];
        for (const [body, field, code] of refusals) {
            assertProblem(await user.put('/notifications/preferences', body), 400, code, field);
        }
        assert.deepEqual((await user.get('/notifications/preferences')).json, muted);
        assert.deepEqual((await mute(user)).mutedCategories, []);
    });

    test('what is muted is not shown, counted, marked or pushed; unmuted, what was there is back', async (t) => {
        const person = caller(['TEACHER']);
        const client = await connect(t, { user: person.user, roles: ['TEACHER'] });
        await client.subscribe(['notifications']);
        const titles = async () => (await person.get('/notifications')).json.map(({ id }) => id);
        const count = async () => (await person.get('/notifications/unread/count')).json.count;
        const others = await count(); // what other tests have sent to teachers
        const before = await notifyUser(person.user, { category: 'resource' });
        const shared = await roleNotification('TEACHER');
        await client.push('notification:created', ({ id }) => id === shared);
        assert.equal(await count(), others + 2);
        const { cursor } = await poll(person, { channels: 'notifications' });

        const resources = async () => (await person.get('/notifications?category=resource&unreadOnly=true')).json.length;
        const hidden = await resources();
        const muted = await mute(person, 'resource');
        assert.equal(muted.unreadCount, others + 2 - hidden);
        assert.equal(await count(), others + 2 - hidden);
        const own = await notifyUser(person.user, { category: 'resource' });
        const late = await roleNotification('TEACHER');
        const marker = await notifyUser(person.user, { title: 'marker' });
        const push = await client.push('notification:created', ({ id }) => id === marker);
        assert.equal(push.data.unreadCount, others + 3 - hidden);
        assert.equal(client.all('notification:created', ({ id }) => id === own || id === late).length, 0, 'nothing muted is pushed');
        for (const id of [before, shared, own, late]) {
            assertProblem(await person.get(`/notifications/${id}`), 404, 'not_found');
            assertProblem(await person.post(`/notifications/${id}/read`), 404, 'not_found');
            assert.ok(!(await titles()).includes(id));
        }
        const answer = await client.command('notifications:get', { limit: 500 });
        assert.ok(answer.notifications.every(({ category }) => category !== 'resource'));
        const messages = await follow(person, { channels: 'notifications' }, cursor,
            (all) => all.some(({ data }) => data.id === marker));
        assert.deepEqual(messages.filter(({ data }) => data.id === own || data.id === late), []);
        const other = await connect(t, { user: unique('user'), roles: ['TEACHER'] });
        await other.subscribe(['notifications']);
        const heard = await roleNotification('TEACHER');
        await other.push('notification:created', ({ id }) => id === heard);
        assert.equal((await person.post('/notifications/read-all')).json.unreadCount, 0);

        assert.equal((await mute(person)).unreadCount, hidden + 2, 'what was muted was not marked as read');
        const seen = await titles();
        assert.deepEqual([before, shared, late, own].map((id) => seen.includes(id)), [true, true, true, false]);
        const again = await roleNotification('TEACHER');
        await client.push('notification:created', ({ id }) => id === again);
    });

    test('a client that subscribes later hears nothing that is muted', async (t) => {
        const person = caller(['SECURITY']);
        await mute(person, 'resource');
        const client = await connect(t, { user: person.user, roles: ['SECURITY'] });
        await client.subscribe(['notifications']);
        const id = await roleNotification('SECURITY');
        const loud = await roleNotification('SECURITY', { category: 'limit' });
        await client.push('notification:created', (data) => data.id === loud);
        assert.equal(client.all('notification:created', (data) => data.id === id).length, 0);
    });
});

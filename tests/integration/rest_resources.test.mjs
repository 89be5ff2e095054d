// Each endpoint does what it says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertKeys, assertTime, UUID } from './support/facts.mjs';
import { adminCaller, assertProblem, caller, serviceCaller } from './support/rest.mjs';
import { failEvent, notifyUser, publishEvent, sql, writeLog } from './support/sql.mjs';
import { unique } from './support/token.mjs';

const note = (values) => ({ type: 'info', category: 'system', title: 'A title', message: 'A message', ...values });

test('a notification is made, counted, read, unread and deleted', async () => {
    const service = serviceCaller();
    const user = caller(['STUDENT']);
    const made = await service.post('/notifications', note({ userId: user.user, data: { n: 1 }, actionUrl: '/a' }));
    assert.equal(made.status, 201, made.text);
    assertKeys(made.json, ['id', 'userId', 'type', 'category', 'title', 'message', 'data', 'actionUrl', 'read', 'createdAt']);
    assertTime(made.json.createdAt);
    const { id } = made.json;
    assert.deepEqual((await user.get(`/notifications/${id}`)).json, made.json);
    assert.deepEqual((await user.get('/notifications?type=info&category=system')).json, [made.json]);
    assert.deepEqual((await user.get('/notifications?type=error')).json, []);

    const before = (await user.get('/notifications/unread/count')).json;
    assert.equal(before.count, 1);
    const read = (await user.post(`/notifications/${id}/read`)).json;
    assertKeys(read, ['success', 'unreadCount', 'version']);
    assert.equal(read.unreadCount, 0);
    assert.ok(read.version > before.version);
    assert.deepEqual((await user.post(`/notifications/${id}/read`)).json, read, 'read twice changes nothing');
    assert.deepEqual((await user.get('/notifications?unreadOnly=true')).json, []);
    assert.equal((await user.post(`/notifications/${id}/unread`)).json.unreadCount, 1);
    assert.equal((await user.remove(`/notifications/${id}`)).json.success, true);
    assertProblem(await user.get(`/notifications/${id}`), 404, 'not_found');
    assertProblem(await user.remove(`/notifications/${id}`), 404, 'not_found');
});

test('read-all and delete-all count what they changed', async () => {
    const user = caller();
    await notifyUser(user.user);
    await notifyUser(user.user);
    const read = (await user.post('/notifications/read-all')).json;
    assert.deepEqual([read.success, read.count, read.unreadCount], [true, 2, 0]);
    assert.equal((await user.post('/notifications/read-all', {})).json.count, 0);
    const gone = (await user.remove('/notifications')).json;
    assert.deepEqual([gone.success, gone.count, gone.unreadCount], [true, 2, 0]);
    assert.deepEqual((await user.get('/notifications')).json, []);
});

test("another user's notification is nowhere", async () => {
    const id = await notifyUser(unique('owner'));
    for (const other of [caller(), adminCaller()]) {
        assertProblem(await other.get(`/notifications/${id}`), 404, 'not_found');
        assertProblem(await other.post(`/notifications/${id}/read`), 404, 'not_found');
        assertProblem(await other.post(`/notifications/${id}/unread`), 404, 'not_found');
        assertProblem(await other.remove(`/notifications/${id}`), 404, 'not_found');
    }
    assertProblem(await caller().get('/notifications/notif-123'), 404, 'not_found');
});

test('several users, or a role, are notified at once', async () => {
    const service = serviceCaller();
    const users = [caller(), caller()];
    const many = await service.post('/notifications', note({ userIds: users.map((user) => user.user) }));
    assert.equal(many.status, 201, many.text);
    assert.equal(many.json.ids.length, 2);
    for (const user of users) {
        assert.equal((await user.get('/notifications')).json.length, 1);
    }
    const title = unique('for guards');
    const role = await service.post('/notifications', note({ role: 'SECURITY', title }));
    assert.equal(role.json.role, 'SECURITY');
    assert.match(role.json.id, UUID);
    const titles = async (user) => (await user.get('/notifications')).json.map((item) => item.title);
    assert.ok((await titles(caller(['SECURITY']))).includes(title));
    assert.ok(!(await titles(caller(['TEACHER']))).includes(title));
});

test('events are published one by one or together, found, and may fail', async () => {
    const admin = adminCaller();
    const service = serviceCaller();
    const name = unique('service');
    const eventId = unique('event/with slash');
    const one = await service.post('/events', {
        eventId, eventType: 'RESOURCE_CREATED', service: name, aggregateType: 'Room', aggregateId: 'r 1',
        data: { big: 1 }, metadata: { m: true }, timestamp: '2025-01-05T10:00:00.000Z',
    }, { headers: { 'X-Correlation-ID': 'corr-7' } });
    assert.equal(one.status, 201, one.text);
    assert.deepEqual(one.json, { eventId });
    const stored = (await admin.get(`/events/${encodeURIComponent(eventId)}`)).json;
    assert.equal(stored.timestamp, '2025-01-05T10:00:00.000Z');
    assert.equal(stored.correlationId, 'corr-7');
    assert.deepEqual(stored.data, { big: 1 });
    const again = await service.post('/events', { eventId, eventType: 'RESOURCE_CREATED', service: name });
    assert.equal(again.status, 200, 'a repeated eventId is one event');

    const many = await service.post('/events', [1, 2].map((n) => ({ eventType: 'room.changed', service: name, data: { n } })));
    assert.equal(many.status, 201);
    assert.equal(many.json.length, 2);
    const found = async (query) => (await admin.get(`/events?services=${name}&${query}`)).json.length;
    assert.equal(await found('eventTypes=resource.created'), 1);
    assert.equal(await found('eventTypes=bookly.room-changed&eventTypes=RESOURCE_CREATED'), 3);
    assert.equal(await found('eventTypes=room.changed,resource_created'), 3);
    assert.equal(await found('aggregateTypes=Room&aggregateId=r+1'), 1);
    assert.equal(await found('to=2025-01-06T00:00:00Z'), 1);
    assert.equal(await found('from=2025-01-06T00:00:00Z'), 2);

    const failed = await service.post(`/events/${encodeURIComponent(eventId)}/fail`, { error: 'no room', topic: 'rooms' });
    assert.equal(failed.status, 201, failed.text);
    assert.match(failed.json.dlqId, UUID);
    assertProblem(await service.post('/events/none/fail', { error: 'x' }), 404, 'not_found');
    assertProblem(await admin.get('/events/none'), 404, 'not_found');
});

test('numbers keep their digits', async () => {
    const service = serviceCaller();
    const body = `{"eventType":"n","service":"${unique('s')}","data":{"n":9007199254740993}}`;
    const { json } = await service.post('/events', body);
    assert.match((await service.get(`/events/${json.eventId}`)).text, /9007199254740993/);
});

test('an idempotency key makes a repeat harmless, also at the same time', async () => {
    const service = serviceCaller();
    const headers = { 'Idempotency-Key': unique('key') };
    const name = unique('service');
    const body = { eventType: 'x', service: name };
    const answers = await Promise.all([1, 2, 3, 4].map(() => service.post('/events', body, { headers })));
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 200, 200, 201]);
    assert.equal(new Set(answers.map((answer) => answer.text)).size, 1);
    assert.equal((await service.get(`/events?services=${name}`)).json.length, 1);
    const retried = await service.post('/events', body, { headers: { ...headers, 'X-Correlation-ID': 'another' } });
    assert.equal(retried.status, 200, 'another correlation id is the same request');
    assertProblem(await service.post('/events', { ...body, data: 1 }, { headers }), 422, 'idempotency_mismatch');
    assert.equal((await serviceCaller().post('/events', body, { headers })).status, 201, 'keys belong to a sub');
});

test('dead letters are listed, retried, resolved and deleted by operators', async () => {
    const admin = adminCaller();
    const name = unique('service');
    const eventId = await publishEvent({ event_type: 'A_B', service: name, data: { n: 1 } });
    const dlqId = await failEvent({ event_id: eventId, error: 'broken', topic: 'rooms' });
    const [record] = (await admin.get(`/dlq?service=${name}&status=pending&topic=rooms&eventType=a.b`)).json;
    assert.equal(record.dlqId, dlqId);
    assert.equal(record.error, 'broken');
    assert.deepEqual((await admin.get(`/dlq/${dlqId}`)).json, record);
    const retried = await admin.post(`/dlq/${dlqId}/retry`);
    assert.equal(retried.status, 200, retried.text);
    assert.equal(retried.json.attemptCount, 0);
    const resolved = await admin.post(`/dlq/${dlqId}/resolve`, { resolution: 'by hand' });
    assert.equal(resolved.json.status, 'resolved', resolved.text);
    assert.equal(resolved.json.resolution, 'by hand');
    assert.equal(resolved.json.resolvedBy, admin.user);
    const stats = (await admin.get('/dlq/stats')).json;
    assertKeys(stats, ['total', 'pending', 'retrying', 'failed', 'resolved', 'byTopic', 'byService', 'byEventType']);
    assert.equal((await admin.remove(`/dlq/${dlqId}`)).json.dlqId, dlqId);
    assertProblem(await admin.get(`/dlq/${dlqId}`), 404, 'not_found');
    assertProblem(await admin.post(`/dlq/${dlqId}/retry`), 404, 'not_found');
});

test('logs come as one object, an array or lines, all or nothing', async () => {
    const admin = adminCaller();
    const service = serviceCaller();
    const name = unique('service');
    const entry = (values) => ({ level: 'error', service: name, message: 'm', ...values });
    const lines = { 'Content-Type': 'application/x-ndjson' };
    const recent = async (query = '') => (await admin.get(`/notifications/logs/recent?service=${name}${query}`)).json;
    const count = async () => (await sql('select count(*)::int as n from bookly_data.logs where service = $1', [name]))[0].n;

    const one = await service.post('/logs', entry({ context: 'EventBus', metadata: { password: 'x', ok: 1 } }));
    assert.deepEqual([one.status, one.json], [202, { accepted: 1 }]);
    const [stored] = await recent();
    assertKeys(stored, ['id', 'timestamp', 'level', 'service', 'context', 'message', 'metadata', 'stack']);
    assert.deepEqual(stored.metadata, { password: '[redacted]', ok: 1 });
    assert.deepEqual((await service.post('/logs', [entry(), entry({ level: 'info' })])).json, { accepted: 2 });
    const text = `${JSON.stringify(entry({ level: 'warn' }))}\n\n${JSON.stringify(entry({ level: 'debug' }))}\n`;
    assert.deepEqual((await service.post('/logs', text, { headers: lines })).json, { accepted: 2 });
    assert.equal(await count(), 5);
    assert.equal((await recent('&level=warn&level=debug')).length, 2);
    assert.equal((await recent('&minLevel=warn')).length, 3);
    assert.equal((await recent('&context=ventB')).length, 1);

    const badLine = await service.post('/logs', `${text}{"level":"loud","service":"${name}","message":"m"}\n`, { headers: lines });
    assertProblem(badLine, 400, 'invalid_value');
    assert.match(badLine.json.detail, /^line 4: .*level|^line 4: level/);
    const noJson = await service.post('/logs', `${text}{"level"`, { headers: lines });
    assertProblem(noJson, 400, 'invalid_json');
    assert.match(noJson.json.detail, /^line 4: /);
    assertProblem(await service.post('/logs', [entry(), entry({ level: 1 })]), 400, 'invalid_value', '[1].level');
    assertProblem(await service.post('/logs', entry({ level: 'loud' })), 400, 'invalid_value', 'level');
    assert.equal(await count(), 5, 'nothing of a refused body is stored');
});

test('the statistics of logs name the newest errors', async () => {
    const message = unique('newest error');
    await writeLog({ level: 'error', service: unique('s'), context: 'c', message });
    const stats = (await adminCaller().get('/notifications/logs/stats')).json;
    assertKeys(stats, ['total', 'byLevel', 'byService', 'recentErrors']);
    assert.ok(stats.recentErrors.length <= 10);
    assert.ok(stats.recentErrors.some((entry) => entry.message === message));
});

test('services and components report themselves', async () => {
    const admin = adminCaller();
    const service = serviceCaller();
    for (const [list, key] of [['/services', 'service'], ['/infrastructure', 'component']]) {
        const name = unique('part/of it');
        const path = `${list}/${encodeURIComponent(name)}/status`;
        const put = await service.put(path, { status: 'degraded', details: { queue: 7 } });
        assert.equal(put.status, 200, put.text);
        assertKeys(put.json, [key, 'status', 'since', 'lastSeen', 'details']);
        const row = (await admin.get(list)).json.find((item) => item[key] === name);
        assert.deepEqual(row, put.json);
        assertProblem(await service.put(path, { status: 'fine' }), 400, 'invalid_value', 'status');
        assertProblem(await service.put(path, { status: 'up', extra: 1 }), 400, 'unknown_field', 'extra');
    }
});

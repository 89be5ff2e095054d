// Bad input by REST: a clear 4xx that names the field, and nothing is stored.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, test } from 'node:test';
import { CHANNEL_ROLES, mayRead, ROLES } from './support/facts.mjs';
import { rest } from './support/http.mjs';
import { adminCaller, assertProblem, caller, serviceCaller } from './support/rest.mjs';
import { sql } from './support/sql.mjs';
import { stack } from './support/stack.mjs';
import { refusedTokens, unique } from './support/token.mjs';

const MEGABYTE = 1048576;
const JSON_TYPE = { 'Content-Type': 'application/json' };
const mark = unique('refused'); // the service of all that is sent here
const event = (values) => ({ eventType: 'x', service: mark, ...values });
const note = (values) => ({
    userId: mark, type: 'info', category: 'system', title: 't', message: 'm', ...values,
});
const line = (values) => ({ level: 'info', service: mark, message: 'm', ...values });

after(async () => {
    const [row] = await sql(
        `select (select count(*) from bookly_data.events where service = $1)::int as events,
                (select count(*) from bookly_data.logs where service = $1)::int as logs,
                (select count(*) from bookly_data.notifications where user_id = $1)::int as notifications`,
        [mark],
    );
    assert.deepEqual(row, { events: 0, logs: 0, notifications: 0 }, 'nothing refused was stored');
});

test('a token is needed, and every broken kind is refused', async () => {
    const none = await rest('GET', '/notifications');
    assertProblem(none, 401, 'token_missing');
    assert.match(none.headers['www-authenticate'], /^Bearer/);
    assertProblem(await rest('GET', '/notifications?userId=user-123'), 401, 'token_missing');
    for (const [name, value, code] of refusedTokens('somebody')) {
        if (value.length > 8000 || /[^\x20-\x7e]/.test(value)) {
            continue; // no header can carry it
        }
        const answer = await rest('GET', '/notifications', { headers: { Authorization: `Bearer ${value}` } });
        assertProblem(answer, 401, code);
        assert.match(answer.headers['www-authenticate'], /error="invalid_token"/, name);
    }
    const token = caller().token;
    assertProblem(await rest('GET', `/notifications?token=${token}`), 401, 'token_missing');
});

test('roles decide as they do for channels', async () => {
    const reads = {
        events: ['/events'],
        dlq: ['/dlq', '/dlq/stats'],
        dashboard: ['/services', '/infrastructure', '/events/metrics', '/events/dashboard'],
        logs: ['/notifications/logs/recent', '/notifications/logs/stats'],
        notifications: ['/notifications', '/notifications/unread/count'],
    };
    assert.deepEqual(Object.keys(reads).sort(), Object.keys(CHANNEL_ROLES).sort());
    for (const role of ROLES) {
        const user = caller([role]);
        for (const [channel, paths] of Object.entries(reads)) {
            for (const path of paths) {
                const answer = await user.get(path);
                assert.equal(answer.status, mayRead(channel, [role]) ? 200 : 403, `${role} ${path}`);
            }
        }
    }
    const id = '0190f6a0-1111-7222-8333-444455556666';
    for (const user of [caller(), caller(['STUDENT', 'PROGRAM_ADMIN', 'general_admin'])]) {
        for (const [method, path, body] of [
            ['POST', '/notifications', note()], ['POST', '/events', event()], ['POST', '/logs', line()],
            ['POST', '/events/x/fail', { error: 'x' }], ['PUT', `/services/${mark}/status`, { status: 'up' }],
            ['PUT', `/infrastructure/${mark}/status`, { status: 'up' }],
        ]) {
            assertProblem(await user.call(method, path, { body }), 403, 'forbidden');
        }
    }
    for (const [method, path] of [['POST', `/dlq/${id}/retry`], ['POST', `/dlq/${id}/resolve`], ['DELETE', `/dlq/${id}`]]) {
        assertProblem(await serviceCaller().call(method, path), 403, 'forbidden');
    }
});

test('query fields are known, typed and given once', async () => {
    const admin = adminCaller();
    for (const [path, field, code = 'invalid_value'] of [
        ['/notifications?userId=somebody', 'userId', 'unknown_field'],
        ['/notifications?Limit=1', 'Limit', 'unknown_field'],
        ['/notifications/unread/count?x=1', 'x', 'unknown_field'],
        ['/dlq/stats?x=1', 'x', 'unknown_field'],
        ['/health?x=1', 'x', 'unknown_field'],
        ['/notifications?limit=0', 'limit'],
        ['/notifications?limit=501', 'limit'],
        ['/notifications?limit=1.5', 'limit'],
        ['/notifications?limit=', 'limit'],
        ['/notifications?limit=9007199254740993', 'limit'],
        ['/notifications?limit=1&limit=2', 'limit'],
        ['/notifications?unreadOnly=yes', 'unreadOnly'],
        ['/notifications?before=notif-123', 'before'],
        ['/notifications?type=loud', 'type'],
        ['/notifications?category=other', 'category'],
        [`/notifications?category=${'x'.repeat(201)}`, 'category'],
        ['/events?from=yesterday', 'from'],
        ['/events?to=2025-02-30T00:00:00Z', 'to'],
        [`/events?services=${'x'.repeat(201)}`, 'services'],
        ['/events?eventTypes=', 'eventTypes'],
        ['/dlq?status=open', 'status'],
        ['/dlq?before=1', 'before'],
        ['/notifications/logs/recent?level=fatal', 'level'],
        ['/notifications/logs/recent?minLevel=all', 'minLevel'],
        ['/notifications/logs/recent?before=x', 'before'],
    ]) {
        assertProblem(await admin.get(path), 400, code, field);
    }
});

test('paths with NUL, invalid UTF-8 or broken escapes are 400, whoever reads them first', async () => {
    const admin = adminCaller();
    for (const path of ['/events/%00', '/events/a%00b', '/events?services=%00', '/events/%FF',
        '/events/%C0%AF', '/events?services=%C3', '/events/%zz']) {
        const answer = await admin.get(path, { described: false });
        assert.ok([400, 404].includes(answer.status), `${path}: ${answer.status}`);
    }
    for (const path of ['/dlq/x', '/dlq/0190f6a0-1111-7222-8333-44445555666', '/notifications/1']) {
        assertProblem(await admin.get(path), 404, 'not_found');
    }
});

test('a body is JSON of the right type', async () => {
    const service = serviceCaller();
    const { raw } = service;
    const good = JSON.stringify(event());
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1',
        'application/x-ndjson', '']) {
        assertProblem(await raw('POST', '/events', good, type ? { 'Content-Type': type } : {}), 415,
            'unsupported_media_type');
    }
    const pieces = [
        '', ' ', '{', good + good, `${good},`, good.replace('}', ',}'), good.replaceAll('"', "'"), `\ufeff${good}`,
        good.replace('"x"', '"x\\u0000"'), good.replace('"x"', '"\\ud800"'), good.replace('"x"', '01'),
        good.replace('"x"', 'NaN'), good.replace('"x"', '"\u0001"'), good.replace('{', '{"service":"other",'),
        good.replace('}', ',"data":{"a":1,"a":2}}'), good.replace('}', `,"data":${'['.repeat(200)}${']'.repeat(200)}}`),
    ];
    for (const body of pieces) {
        assertProblem(await raw('POST', '/events', body, JSON_TYPE), 400, 'invalid_json');
    }
    const bytes = Buffer.concat([Buffer.from('{"eventType":"'), Buffer.from([0xc3, 0x28]), Buffer.from(`","service":"${mark}"}`)]);
    assertProblem(await raw('POST', '/events', bytes, JSON_TYPE), 400, 'invalid_json', 'eventType');
    for (const body of ['1', 'null', '"x"', 'true']) {
        assertProblem(await raw('POST', '/events', body, JSON_TYPE), 400, 'invalid_value');
    }
});

test('every member of an event is checked', async () => {
    const service = serviceCaller();
    const long = 'x'.repeat(1001);
    for (const [values, field] of [
        [{ extra: 1 }, 'extra'], [{ eventType: undefined }, 'eventType'], [{ eventType: 1 }, 'eventType'],
        [{ eventType: '' }, 'eventType'], [{ eventType: long }, 'eventType'], [{ eventId: long }, 'eventId'],
        [{ eventId: 9007199254740993n.toString() * 1 }, 'eventId'], [{ service: [mark] }, 'service'],
        [{ aggregateType: long }, 'aggregateType'], [{ aggregateId: 7 }, 'aggregateId'],
        [{ userId: long }, 'userId'], [{ timestamp: 'now' }, 'timestamp'], [{ timestamp: '2025-02-30T00:00:00Z' }, 'timestamp'],
        [{ data: 'x'.repeat(300000) }, 'data'],
    ]) {
        const answer = await service.post('/events', event(values));
        assertProblem(answer, 400, field === 'extra' ? 'unknown_field' : 'invalid_value', field);
        const array = await service.post('/events', [event(), event(values)]);
        assertProblem(array, 400, answer.json.code, `[1].${field}`);
    }
    assertProblem(await service.post('/events', []), 400, 'invalid_value');
    assertProblem(await service.post('/events', [1]), 400, 'invalid_value');
    const numbers = `{"eventType":"x","service":"${mark}","data":[${Array(2000).fill('1e131000').join()}]}`;
    const answer = await service.post('/events', numbers);
    assert.equal(answer.status, 400, answer.text);
});

test('every member of a notification is checked', async () => {
    const service = serviceCaller();
    for (const [values, field] of [
        [{ extra: 1 }, 'extra'], [{ type: 'loud' }, 'type'], [{ category: 'other' }, 'category'],
        [{ title: '' }, 'title'], [{ title: 'x'.repeat(201) }, 'title'], [{ message: null }, 'message'],
        [{ message: 'x'.repeat(4001) }, 'message'], [{ actionUrl: 'javascript:alert(1)' }, 'actionUrl'],
        [{ actionUrl: '//evil.example' }, 'actionUrl'], [{ userId: 'x'.repeat(129) }, 'userId'],
        [{ userId: undefined, role: 'KING' }, 'role'], [{ userId: undefined, userIds: [] }, 'userIds'],
    ]) {
        const answer = await service.post('/notifications', note(values));
        assertProblem(answer, 400, field === 'extra' ? 'unknown_field' : 'invalid_value', field);
    }
    assert.equal((await service.post('/notifications', note({ userId: undefined }))).status, 400);
    assert.equal((await service.post('/notifications', note({ role: 'SECURITY' }))).status, 400);
    assertProblem(await service.post('/notifications', [note()]), 400, 'invalid_value');
    assertProblem(await service.post('/notifications', note(), { headers: { 'Idempotency-Key': 'two words' } }), 400,
        'invalid_value', 'Idempotency-Key');
});

test('members of the other bodies are checked', async () => {
    const admin = adminCaller();
    const id = '0190f6a0-1111-7222-8333-444455556666';
    for (const [path, body, code, field] of [
        [`/dlq/${id}/resolve`, {}, 'invalid_value', 'resolution'],
        [`/dlq/${id}/resolve`, { resolution: 1 }, 'invalid_value', 'resolution'],
        [`/dlq/${id}/resolve`, { resolution: 'x', by: 'me' }, 'unknown_field', 'by'],
        [`/dlq/${id}/retry`, { now: true }, 'unknown_field', 'now'],
        ['/notifications/read-all', { userId: 'x' }, 'unknown_field', 'userId'],
    ]) {
        assertProblem(await admin.post(path, body), 400, code, field);
    }
    const { json } = await admin.post('/events', { eventType: 'x', service: unique('s') });
    for (const [body, field] of [[{}, 'error'], [{ error: 1 }, 'error'], [{ error: 'x', maxAttempts: 1.5 }, 'maxAttempts'],
        [{ error: 'x', extra: 1 }, 'extra']]) {
        const answer = await admin.post(`/events/${json.eventId}/fail`, body);
        assertProblem(answer, 400, field === 'extra' ? 'unknown_field' : 'invalid_value', field);
    }
    const beyond = await admin.post(`/events/${json.eventId}/fail`, '{"error":"x","maxAttempts":9007199254740993}');
    assert.equal(beyond.status, 400);
    assert.equal(beyond.json.field, 'maxAttempts', beyond.text);
});

/** Sends in chunks, without a length. */
function chunked(user, path, size, headers) {
    return new Promise((resolve, reject) => {
        const outgoing = http.request(`${stack.url}/api/v1${path}`, {
            method: 'POST', agent: false, headers: { Authorization: `Bearer ${user.token}`, ...headers },
        }, (incoming) => {
            const parts = [];
            incoming.on('data', (part) => parts.push(part));
            incoming.on('end', () => {
                const text = Buffer.concat(parts).toString();
                resolve({ status: incoming.statusCode, headers: incoming.headers, text, json: JSON.parse(text) });
            });
        });
        outgoing.on('error', reject);
        for (let sent = 0; sent < size; sent += 65536) {
            outgoing.write(Buffer.alloc(Math.min(65536, size - sent), ' '));
        }
        outgoing.end();
    });
}

test('a body may have a megabyte, and not one byte more', async () => {
    const user = serviceCaller();
    const entry = JSON.stringify({ ...line(), service: unique('s') });
    const whole = entry + ' '.repeat(MEGABYTE - entry.length);
    assert.equal((await user.raw('POST', '/logs', whole, JSON_TYPE)).status, 202);
    assertProblem(await user.raw('POST', '/logs', `${JSON.stringify(line())}${' '.repeat(MEGABYTE)}`, JSON_TYPE), 413, 'too_large');
    assertProblem(await chunked(user, '/logs', MEGABYTE + 1, JSON_TYPE), 413, 'too_large');
    assertProblem(await chunked(user, '/events', 3 * MEGABYTE, JSON_TYPE), 413, 'too_large');
    assertProblem(await chunked(user, '/logs', 1000, JSON_TYPE), 400, 'invalid_json');
});

test('a body past what the front server reads is too large as well, whatever its length', async () => {
    assertProblem(await chunked(serviceCaller(), '/logs', 65 * MEGABYTE, JSON_TYPE), 413, 'too_large');
});

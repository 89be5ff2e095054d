// The documents themselves: each request that openapi.json shows and each command of asyncapi.json is sent as it stands
// there, and what differs from them is noticed.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { describe, test } from 'node:test';
import { connect } from './support/client.mjs';
import { asyncapi, checkAcknowledgement, checkAnswer, checkFrame, checkPush, checkTaken, openapi } from './support/described.mjs';
import { request, rest } from './support/http.mjs';
import { serviceCaller } from './support/rest.mjs';
import { failEvent, notifyUser, publishEvent, sql } from './support/sql.mjs';
import { stack } from './support/stack.mjs';
import { token, unique } from './support/token.mjs';

const shown = Object.entries(openapi.paths).flatMap(([path, item]) => Object.entries(item)
    .filter(([, operation]) => operation.requestBody?.content?.['application/json']?.example)
    .map(([method, operation]) => ({ method: method.toUpperCase(), path, ...operation })));

const DLQ_SERVICE = 'documented-service'; // as the examples have it

/** A dead letter; claimed: by a worker, as its first attempt. */
async function deadLetter(claimed) {
    const event_id = await publishEvent({ event_type: 'DOCUMENTED_EVENT', service: DLQ_SERVICE });
    const id = await failEvent({ event_id, error: 'at first' });
    if (claimed) {
        await sql(`update bookly_data.dead_letters set status = 'retrying', attempt_count = 1, total_attempts = 1,
            due_at = clock_timestamp() + interval '1 hour' where id = $1`, [id]);
    }
    return id;
}

/** What stands in the place of a path's names. */
const places = {
    '/api/v1/events/{id}/fail': () => publishEvent({ event_type: 'DOCUMENTED_EVENT', service: DLQ_SERVICE }),
    '/api/v1/dlq/{id}/resolve': () => deadLetter(false),
    '/api/v1/dlq/{id}/succeed': () => deadLetter(true),
    '/api/v1/dlq/{id}/fail': () => deadLetter(true),
    '/api/v1/notification-rules/{id}': () => unique('documented').replace(/[^A-Za-z0-9]/g, '-'),
    '/api/v1/services/{name}/status': () => DLQ_SERVICE,
    '/api/v1/infrastructure/{component}/status': () => 'documented-component',
};

describe('each request that openapi.json shows', () => {
    test('there is one for every request with a body', () => {
        const without = Object.entries(openapi.paths).filter(([path]) => path.startsWith('/api/v1') && !path.endsWith('/ws'))
            .flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => [`${method} ${path}`, operation]))
            .filter(([, { requestBody }]) => requestBody && !requestBody.content['application/json'].example);
        assert.deepEqual(without.map(([name]) => name), []);
        assert.ok(shown.length > 15);
    });
    for (const { method, path, requestBody } of shown) {
        test(`${method} ${path}`, async () => {
            const bearer = token(unique('documented'), ['GENERAL_ADMIN']);
            const place = places[path] && await places[path]();
            const address = path.replace(/\{\w+\}/, encodeURIComponent(place)).replace('/api/v1', '');
            const { example } = requestBody.content['application/json'];
            const answer = await rest(method, address, { token: bearer, body: example });
            assert.ok(answer.status >= 200 && answer.status < 300, `${answer.status} ${answer.text}`);
            if (method === 'PUT' && path.includes('rules')) {
                assert.equal((await rest('DELETE', address, { token: bearer })).status, 200);
            }
            const lines = requestBody.content['application/x-ndjson']?.example;
            if (lines) {
                const taken = await rest(method, address, { token: bearer, body: lines, headers: { 'Content-Type': 'application/x-ndjson' } });
                assert.equal(taken.status, 202, taken.text);
            }
        });
    }
});

test('each command that asyncapi.json shows', async (t) => {
    const user = unique('documented');
    const bearer = token(user, ['GENERAL_ADMIN']);
    const client = await connect(t, { token: bearer });
    const cursor = (await client.push('sync:ready')).data.cursor;
    const known = { token: () => bearer, cursor: () => cursor, notificationId: () => notifyUser(user) };
    const commands = Object.values(asyncapi.components.messages).filter(({ examples }) => examples);
    assert.equal(commands.length, 8);
    // before the first subscribe
    commands.sort((one, other) => (other.name === 'resume') - (one.name === 'resume'));
    for (const { name, examples: [{ payload }] } of commands) {
        const given = { ...payload };
        for (const field of Object.keys(given).filter((one) => known[one])) {
            given[field] = await known[field]();
        }
        const answer = await client.command(name, given);
        assert.equal(answer.success, true, `${name}: ${JSON.stringify(answer)}`);
    }
});

test('each bound that openapi.json states for a body is the server\'s own', async () => {
    const service = serviceCaller();
    const { schema } = openapi.paths['/api/v1/events'].post.requestBody.content['application/json'];
    const { properties, required } = schema.anyOf[0];
    const good = { eventType: 'DOCUMENTED_EVENT', service: DLQ_SERVICE };
    assert.deepEqual(required, Object.keys(good));
    const bounded = Object.entries(properties).filter(([, { maxLength }]) => maxLength);
    assert.ok(bounded.length >= 8);
    for (const [name, { maxLength }] of bounded) {
        const longest = unique(name).padEnd(maxLength, 'x');
        assert.equal((await service.post('/events', { ...good, [name]: longest })).status, 201, name);
        const answer = await service.post('/events', { ...good, [name]: `${longest}x` });
        assert.deepEqual([answer.status, answer.json.field], [400, name]);
    }
});

describe('what differs from the documents is noticed', () => {
    const address = `${stack.url}/api/v1/notifications/unread/count`;
    const headers = { 'content-type': 'application/json', 'x-request-id': 'x', etag: '"x"' };
    const answer = { status: 200, headers, text: '{"count":1,"version":2}' };
    const differing = {
        'a field more': { text: '{"count":1,"version":2,"extra":3}' },
        'a field less': { text: '{"count":1}' },
        'another type': { text: '{"count":"1","version":2}' },
        'another status': { status: 202 },
        'another Content-Type': { headers: { ...headers, 'content-type': 'text/html' } },
        'a header less': { headers: { ...headers, etag: undefined } },
        'a body with a 304': { status: 304 },
        'a refusal with the code of another status': {
            status: 401,
            headers: { ...headers, 'content-type': 'application/problem+json', 'www-authenticate': 'Bearer' },
            text: JSON.stringify({ type: 'x', title: 'x', status: 401, detail: 'x', code: 'not_found', message: 'x' }),
        },
    };
    test('the answer as it is described is taken', () => {
        checkAnswer('GET', address, answer);
        checkAnswer('GET', address, { ...answer, status: 304, headers: { etag: '"x"' }, text: '' });
    });
    for (const [what, difference] of Object.entries(differing)) {
        test(what, () => assert.throws(() => checkAnswer('GET', address, { ...answer, ...difference }), /^Error: not as described/));
    }
    test('a path that is not described', () => {
        assert.throws(() => checkAnswer('GET', `${stack.url}/api/v1/nowhere`, answer), /there is no such answer/);
        assert.throws(() => checkAnswer('PUT', address, answer), /there is no such answer/);
    });
    test('a body that was taken and should not have been', () => {
        const events = `${stack.url}/api/v1/events`;
        checkTaken('POST', events, '{"eventType":"A","service":"b"}', 'application/json');
        assert.throws(() => checkTaken('POST', events, '{"eventType":"A","service":"b","x":1}', 'application/json'), /not as described/);
    });
    test('pushes, acknowledgements and frames', () => {
        checkPush('sync:ready', { cursor: 'a.1' });
        const ofRole = { notificationId: '0190f6a0-1111-7222-8333-444455556666' }; // gone at the role's limit: no figures
        checkPush('notification:deleted', ofRole);
        assert.throws(() => checkPush('notification:read', ofRole), /not as described/);
        assert.throws(() => checkPush('sync:ready', { cursor: 'a.1', more: 1 }), /not as described/);
        assert.throws(() => checkPush('sync:nothing', {}), /there is no such push/);
        checkAcknowledgement('unsubscribe', { success: true, channels: ['logs'] });
        assert.throws(() => checkAcknowledgement('unsubscribe', { success: true, channels: ['other'] }), /not as described/);
        assert.throws(() => checkAcknowledgement('nothing', { success: true }), /not as described/);
        assert.throws(() => checkAcknowledgement('unsubscribe', { success: true, channels: [] }, { channel: ['logs'] }), /not as described/);
        assert.throws(() => checkFrame({ event: 'sync:ready', data: { cursor: 'a.1' }, more: 1 }), /not as described/);
    });
    test('an answer that is not described rejects the request itself', async (t) => {
        const server = createServer((_, response) => response.writeHead(200, headers).end('{"status":"fine"}'));
        await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
        t.after(() => server.close());
        const url = `http://127.0.0.1:${server.address().port}/api/v1/health`;
        await assert.rejects(request('GET', url), /not as described: GET \/api\/v1\/health 200/);
        assert.equal((await request('GET', url, { described: false })).json.status, 'fine');
    });
});

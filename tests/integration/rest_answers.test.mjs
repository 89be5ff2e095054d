// What every answer has in common: headers, entity tags, HEAD, OPTIONS, CORS, paging.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CURSOR } from './support/client.mjs';
import { request, rest } from './support/http.mjs';
import { adminCaller, allPages, assertProblem, caller } from './support/rest.mjs';
import { notifyUser, publishEvent } from './support/sql.mjs';
import { stack } from './support/stack.mjs';
import { unique } from './support/token.mjs';

const LISTS = ['/notifications', '/events', '/dlq', '/notifications/logs/recent', '/services',
    '/infrastructure', '/connections'];
const OBJECTS = ['/notifications/unread/count', '/notifications/logs/stats', '/dlq/stats', '/events/metrics',
    '/events/dashboard', '/health'];

const listed = (value) => (value ?? '').split(',').map((word) => word.trim().toLowerCase());

test('every answer says who may keep it, and lists name their place in the stream', async () => {
    const admin = adminCaller();
    for (const path of [...LISTS, ...OBJECTS]) {
        const answer = await admin.get(path);
        assert.equal(answer.status, 200, `${path}: ${answer.text}`);
        assert.match(answer.headers['content-type'], /^application\/json/);
        assert.equal(answer.headers['cache-control'], 'private, no-cache');
        assert.ok(['origin', 'authorization'].every((name) => listed(answer.headers.vary).includes(name)));
        assert.equal(answer.headers['x-content-type-options'], 'nosniff');
        assert.equal(Array.isArray(answer.json), LISTS.includes(path), path);
        if (LISTS.includes(path)) {
            assert.match(answer.headers['x-stream-cursor'], CURSOR, path);
        }
    }
});

test('an entity tag saves the body while nothing changes', async () => {
    const user = caller();
    const id = await notifyUser(user.user);
    for (const path of ['/notifications', `/notifications/${id}`, '/notifications/unread/count']) {
        const first = await user.get(path);
        const { etag } = first.headers;
        assert.match(etag, /^"[^"]+"$/, path);
        for (const value of [etag, `W/${etag}`, `"x", ${etag}`, '*', etag.replace(/"$/, '-gzip"')]) {
            const same = await user.get(path, { headers: { 'If-None-Match': value } });
            assert.equal(same.status, 304, `${path} ${value}`);
            assert.equal(same.text, '');
            assert.equal(same.headers.etag, etag);
        }
        assert.equal((await user.get(path, { headers: { 'If-None-Match': '"x"' } })).status, 200);
    }
    const { etag } = (await user.get('/notifications/unread/count')).headers;
    await notifyUser(user.user);
    const changed = await user.get('/notifications/unread/count', { headers: { 'If-None-Match': etag } });
    assert.equal(changed.status, 200);
    assert.equal(changed.json.count, 2);
});

test('compressed answers keep their tag usable', async () => {
    const user = caller();
    await notifyUser(user.user, { message: 'x'.repeat(3000) });
    const zipped = await user.get('/notifications', { headers: { 'Accept-Encoding': 'gzip' } });
    const again = await user.get('/notifications', {
        headers: { 'Accept-Encoding': 'gzip', 'If-None-Match': zipped.headers.etag },
    });
    assert.equal(again.status, 304, zipped.headers.etag);
});

test('HEAD is GET without the body', async () => {
    const admin = adminCaller();
    for (const path of ['/notifications', '/events', '/dlq/stats']) {
        const answer = await admin.head(path);
        assert.equal(answer.status, 200);
        assert.equal(answer.text, '');
        assert.match(answer.headers.etag, /^"/);
    }
    assert.equal((await admin.head('/nothing')).status, 404);
});

test('OPTIONS and 405 name the methods of the path', async () => {
    const admin = adminCaller();
    const options = await rest('OPTIONS', '/notifications');
    assert.equal(options.status, 204);
    assert.deepEqual(listed(options.headers.allow).sort(), ['delete', 'get', 'head', 'options', 'post']);
    for (const [method, path, allowed] of [
        ['PUT', '/events', 'POST'],
        ['DELETE', '/dlq/stats', 'GET'],
        ['GET', '/notifications/read-all', 'POST'],
        ['PATCH', '/services', 'GET'],
    ]) {
        const answer = await admin.call(method, path);
        assertProblem(answer, 405, 'method_not_allowed');
        assert.ok(answer.headers.allow.split(', ').includes(allowed), answer.headers.allow);
    }
    for (const path of ['/nothing', '/events/', '//events', '/Events', '/notifications/x/y/z', '/wsx']) {
        assertProblem(await admin.get(path), 404, 'not_found');
    }
});

test('a browser origin is echoed with credentials, and a preflight says what is allowed', async () => {
    const origin = stack.url;
    const plain = await rest('GET', '/health', { headers: { Origin: origin } });
    assert.equal(plain.headers['access-control-allow-origin'], origin);
    assert.equal(plain.headers['access-control-allow-credentials'], 'true');
    assert.deepEqual(listed(plain.headers['access-control-expose-headers']).sort(),
        ['etag', 'link', 'retry-after', 'x-stream-cursor']);
    const preflight = await rest('OPTIONS', '/events', {
        headers: {
            Origin: origin,
            'Access-Control-Request-Method': 'POST',
            'Access-Control-Request-Headers': 'authorization, content-type',
        },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers['access-control-allow-origin'], origin);
    assert.equal(preflight.headers['access-control-max-age'], '600');
    assert.ok(listed(preflight.headers['access-control-allow-methods']).includes('post'));
    assert.deepEqual(listed(preflight.headers['access-control-allow-headers']).sort(), [
        'authorization', 'content-type', 'idempotency-key', 'if-none-match', 'last-event-id', 'x-correlation-id',
    ]);
    const refused = await rest('GET', '/notifications', { headers: { Origin: 'null' } });
    assertProblem(refused, 403, 'origin_denied');
    assert.equal(refused.headers['access-control-allow-origin'], undefined);
    const error = await rest('GET', '/notifications', { headers: { Origin: origin } });
    assertProblem(error, 401, 'token_missing');
    assert.equal(error.headers['access-control-allow-origin'], origin);
});

test('pages follow each other without a hole, with the same query', async () => {
    const admin = adminCaller();
    const service = unique('paged service');
    const published = [];
    for (let i = 0; i < 7; i += 1) {
        published.unshift(await publishEvent({ event_type: i % 2 ? 'A_B' : 'C_D', service }));
    }
    const query = new URLSearchParams({ services: service, limit: 3 });
    const pages = await allPages(admin, `/events?${query}`);
    assert.deepEqual(pages.map((page) => page.json.length), [3, 3, 1]);
    assert.deepEqual(pages.flatMap((page) => page.json.map((event) => event.eventId)), published);

    const user = caller();
    const ids = [];
    for (let i = 0; i < 5; i += 1) {
        ids.unshift(await notifyUser(user.user));
    }
    const inbox = await allPages(user, '/notifications?limit=2&unreadOnly=true');
    assert.deepEqual(inbox.flatMap((page) => page.json.map((item) => item.id)), ids);
});

test('a correlation id comes back, and every answer has an id of its own', async () => {
    const first = await rest('GET', '/health', { headers: { 'X-Correlation-ID': 'abc-1' } });
    const second = await rest('GET', '/health');
    assert.equal(first.headers['x-correlation-id'], 'abc-1');
    assert.equal(second.headers['x-correlation-id'], undefined);
    assert.notEqual(first.headers['x-request-id'], second.headers['x-request-id']);
    for (const value of ['two words', 'x'.repeat(129)]) {
        const answer = await rest('GET', '/health', { headers: { 'X-Correlation-ID': value } });
        assertProblem(answer, 400, 'invalid_value', 'X-Correlation-ID');
    }
});

test('a POST without a body needs no length', async () => {
    const user = caller();
    const answer = await request('POST', `${stack.url}/api/v1/notifications/read-all`, {
        headers: { Authorization: `Bearer ${user.token}` },
    });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json.success, true);
});

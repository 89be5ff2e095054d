// Many connections, slow ones, bodies and headers without end: on pushd's ports and on the front server's.
// ATTACK_CONNECTIONS: how many slow ones (by hand up to 20000, with as many descriptors and some more).
import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { test } from 'node:test';
import { connect } from '../integration/support/client.mjs';
import { request, rest } from '../integration/support/http.mjs';
import { stack } from '../integration/support/stack.mjs';
import { service, token, unique } from '../integration/support/token.mjs';
import { Attack, MEGABYTE, beside, watchedDaemon } from './support/attack.mjs';

const CONNECTIONS = Number(process.env.ATTACK_CONNECTIONS ?? 600);
const POLLING = '/socket.io/?EIO=4&transport=polling';
const REFUSALS = 'bookly_http_refusals_total';

const head = (method, path, lines = []) => `${method} ${path} HTTP/1.1\r\nHost: x\r\n${lines.map((line) => `${line}\r\n`).join('')}`;

/** Says nothing; half of its headers; half of a body; one request and then no more. */
const slow = (path) => ({
    first: ['', head('GET', path), `${head('POST', path, ['Content-Length: 1000'])}\r\na`, `${head('GET', path)}\r\n`],
    drip: ['', 'X-Slow: y\r\n', 'a', ''],
    again: 20,
});

async function answers(url, path, expected = 200) {
    const { status, text } = await request('GET', `${url}${path}`);
    assert.equal(status, expected, text);
}

/** A client that was slow to ask, and had to give way to a new connection, asks again. */
async function persistently(work) {
    for (let attempt = 1; ; attempt += 1) {
        try {
            return await work();
        } catch (error) {
            if (attempt === 5 || !['ECONNRESET', 'EPIPE'].includes(error.code)) {
                throw error;
            }
        }
    }
}

async function client(t, daemon) {
    const good = await connect(t, { url: daemon.url, user: unique('good'), transports: ['websocket'] });
    return { good, command: () => good.command('notifications:get') };
}

/** The processes of bookly.fcgi of the stack under test. */
function programs() {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
        try {
            return readlinkSync(`/proc/${pid}/exe`).startsWith(`${stack.state}/bin/bookly.fcgi`);
        } catch {
            return false;
        }
    }).map(Number);
}

test('slow requests on the push port: the longest waiting ones give way', async (t) => {
    const daemon = await watchedDaemon(t, { PUSH_MAX_WAITING: 256 });
    const { good, command } = await client(t, daemon);
    const before = await daemon.metrics();
    const handshake = () => persistently(() => answers(daemon.url, POLLING));
    const { grown } = await beside([command, handshake], () => new Attack('hold', {
        url: daemon.url, count: CONNECTIONS, ...slow('/socket.io/?EIO=4&transport=none'),
    }), { pids: [daemon.child.pid], enough: ({ opened }) => opened > CONNECTIONS });
    assert.ok(grown < 30 * MEGABYTE, `${grown} bytes more`);
    await daemon.counted(before, REFUSALS, { reason: 'waiting' }, CONNECTIONS - 256);
    assert.deepEqual(good.disconnects, []);
});

test('slow requests on the administrative port', async (t) => {
    const daemon = await watchedDaemon(t);
    const { good, command } = await client(t, daemon);
    const metrics = () => persistently(() => answers(daemon.adminUrl, '/metrics'));
    const { grown } = await beside([command, metrics], () => new Attack('hold', {
        url: daemon.adminUrl, count: CONNECTIONS, ...slow('/readyz'),
    }), { pids: [daemon.child.pid], enough: ({ opened }) => opened > CONNECTIONS });
    assert.ok(grown < 30 * MEGABYTE, `${grown} bytes more`);
    assert.deepEqual(good.disconnects, []);
});

for (const path of ['/api/v1/health', '/socket.io/?EIO=4&transport=none', '/']) {
    test(`slow requests on the front server: ${path}`, async () => {
        const health = () => answers(stack.url, '/api/v1/health');
        const handshake = () => answers(stack.url, POLLING);
        const page = () => answers(stack.url, '/');
        const count = Math.min(CONNECTIONS, 3000); // fewer than Apache has threads
        const { grown } = await beside([health, page, ...(path === '/' ? [handshake] : [])],
            () => new Attack('hold', { url: stack.url, count, ...slow(path) }),
            { pids: programs(), enough: ({ opened }) => opened >= count });
        assert.ok(grown < 10 * MEGABYTE, `${grown} bytes more`);
    });
}

test('sockets by the thousand from one address: it gets its share, others theirs', async (t) => {
    const count = Math.min(CONNECTIONS, 4000); // fewer than PUSH_MAX_WAITING, so that each is answered
    const share = Math.floor(count / 3);
    const daemon = await watchedDaemon(t, { WEBSOCKET_MAX_PER_ADDRESS: share });
    const { good, command } = await client(t, daemon);
    const upgrade = head('GET', '/socket.io/?EIO=4&transport=websocket', ['Upgrade: websocket', 'Connection: Upgrade',
        'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']);
    const before = await daemon.metrics();
    const { told, grown } = await beside([command], () => new Attack('hold', {
        url: daemon.url, from: '127.0.0.2', count, first: [`${upgrade}\r\n`], drip: [''],
    }), { pids: [daemon.child.pid], enough: ({ statuses }) => statuses[429] >= count - share && statuses[101] >= share });
    assert.equal(told.statuses[101], share);
    assert.ok(grown < 10 * MEGABYTE + share * 10000, `${grown} bytes more`);
    await daemon.counted(before, 'bookly_sessions_limited_total', { of: 'address' }, count - share);
    await daemon.counted(before, 'bookly_handshakes_total', { outcome: 'rate_limited' }, count - share);
    assert.deepEqual(good.disconnects, []);
});

const PADDING = 'x'.repeat(60000);
const LINES = `X-A: ${'y'.repeat(100)}\r\n`.repeat(600);
const CHUNK = `ea60\r\n${PADDING}\r\n`;

/** name, requests, what follows without end, the answer, the metric's reason. */
const ENDLESS = [
    ['a body of a terabyte', [`${head('POST', POLLING, ['Content-Length: 1000000000000'])}\r\n`], PADDING, 413, 'body'],
    ['a chunked body without end', [`${head('POST', POLLING, ['Transfer-Encoding: chunked'])}\r\n`], CHUNK, 413, 'body'],
    ['headers without end', [head('GET', POLLING)], LINES, 431, 'head'],
    ['one header without end', [`${head('GET', POLLING)}X-A: `], PADDING, 431, 'head'],
    ['a request line without end', ['GET /'], PADDING, 431, 'head'],
    ['a chunk extension without end', [`${head('POST', POLLING, ['Transfer-Encoding: chunked'])}\r\n1;`], PADDING, 400, 'malformed'],
    ['bytes that are nothing', ['\x16\x03\x01'], PADDING, 400, 'malformed'],
];

for (const [name, requests, endless, status, reason] of ENDLESS) {
    test(`${name} on the push port`, async (t) => {
        const daemon = await watchedDaemon(t);
        const { good, command } = await client(t, daemon);
        const before = await daemon.metrics();
        const { told, grown } = await beside([command],
            () => new Attack('ask', { url: daemon.url, count: 8, requests, endless }),
            { pids: [daemon.child.pid], enough: ({ statuses }) => statuses[status] >= 8 });
        assert.deepEqual(Object.keys(told.statuses), [String(status)]);
        assert.ok(grown < 40 * MEGABYTE, `${grown} bytes more`);
        await daemon.counted(before, REFUSALS, { reason }, 8);
        assert.deepEqual(good.disconnects, []);
    });
}

test('bodies under way fill what there is for them, and no more', async (t) => {
    const daemon = await watchedDaemon(t);
    const { good, command } = await client(t, daemon);
    const before = await daemon.metrics();
    const { told, grown } = await beside([command], () => new Attack('hold', {
        url: daemon.url, count: 120, first: [`${head('POST', POLLING, ['Content-Length: 1000000'])}\r\n${'x'.repeat(990000)}`], drip: ['x'],
    }), { pids: [daemon.child.pid], enough: ({ statuses }) => statuses[503] >= 20 });
    // 408: on a machine that takes half a minute for all this
    assert.ok(Object.keys(told.statuses).every((status) => ['408', '503'].includes(status)), JSON.stringify(told));
    assert.ok(grown < 200 * MEGABYTE, `${grown} bytes more`);
    await daemon.counted(before, REFUSALS, { reason: 'bodies' }, 20);
    assert.deepEqual(good.disconnects, []);
});

const json = (body, more = []) => `${head('POST', '/api/v1/events', [`Authorization: Bearer ${service()}`,
    'Content-Type: application/json', 'Connection: close', `Content-Length: ${Buffer.byteLength(body)}`, ...more])}\r\n${body}`;
const names = Array.from({ length: 70000 }, (_, index) => `"n${index}":1`).join();

/** name, requests, what follows without end, the answers that may come. */
const REST = [
    ['bodies without end', [`${head('POST', '/api/v1/logs', ['Content-Length: 1000000000000', 'Connection: close'])}\r\n`], PADDING, ['413']],
    ['JSON bombs: depth', [json('['.repeat(900000))], undefined, ['400']],
    ['JSON bombs: members', [json(`{${names}}`), json(`{"eventType":"X","service":"s","data":{${names},"n1":2}}`)], undefined, ['400']],
    ['JSON bombs: numbers', [json(`{"eventType":"X","service":"s","data":${'9'.repeat(900000)}}`), json(`[${'1e99999,'.repeat(100000)}1]`)], undefined, ['400']],
    ['compressed bodies', [json('\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03', ['Content-Encoding: gzip'])], undefined, ['400', '415']],
    ['headers without end', [head('GET', '/api/v1/health')], LINES, ['400', '431']],
];

for (const [name, requests, endless, statuses] of REST) {
    test(`${name}, through the front server`, async () => {
        const good = token(unique('good'));
        const unread = async () => {
            const answer = await rest('GET', '/notifications/unread/count', { token: good });
            assert.equal(answer.status, 200, answer.text);
        };
        const { told, grown } = await beside([unread], () => new Attack('ask', { url: stack.url, count: 4, requests, endless }),
            { pids: programs(), enough: (told) => statuses.some((status) => told.statuses[status] >= 8) });
        assert.ok(Object.keys(told.statuses).every((status) => statuses.includes(status)), JSON.stringify(told));
        assert.ok(grown < 80 * MEGABYTE, `${grown} bytes more`);
    });
}

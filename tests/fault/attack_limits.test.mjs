// One address, one user, slow senders: each meets a limit of its own, and nobody else does.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { connect, open } from '../integration/support/client.mjs';
import { request } from '../integration/support/http.mjs';
import { Plain } from '../integration/support/plain.mjs';
import { scrape, adminUrl } from '../integration/support/metrics.mjs';
import { stack, stackSettings } from '../integration/support/stack.mjs';
import { token, unique } from '../integration/support/token.mjs';
import { waitFor, within } from '../integration/support/wait.mjs';
import { Attack, MEGABYTE, beside, talk, watchedDaemon } from './support/attack.mjs';

const ENGINEIO = '/socket.io/?EIO=4&transport=polling';
const handshake = (headers = []) =>
    `GET ${ENGINEIO} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`;
const status = (answer) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
const begin = async (url, from, headers) => status(await talk(url, handshake(headers), { from }));
const LIMITED = 'bookly_sessions_limited_total';

test('an address has its share of the places, and no more', async (t) => {
    const daemon = await watchedDaemon(t, { WEBSOCKET_MAX_PER_ADDRESS: 3 });
    const before = await daemon.metrics();
    for (let i = 0; i < 3; i += 1) {
        assert.equal(await begin(daemon.url, '127.0.0.2'), 200);
    }
    const answer = await talk(daemon.url, handshake(), { from: '127.0.0.2' });
    assert.match(answer, /^HTTP\/1\.1 429 [^]*\r\nRetry-After: \d+\r\n[^]*"code":"rate_limited"/);
    // a peer that is no trusted proxy says what it likes about addresses
    for (const lie of ['X-Forwarded-For: 198.51.100.1', 'X-Forwarded-For: 127.0.0.1', 'Forwarded: for=198.51.100.1', 'X-Real-IP: 127.0.0.1']) {
        assert.equal(await begin(daemon.url, '127.0.0.2', [lie]), 429, lie);
    }
    const stream = await talk(daemon.url, `GET /api/v1/sse?channels=notifications HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token('u')}\r\nConnection: close\r\n\r\n`, { from: '127.0.0.2' });
    assert.equal(status(stream), 429);
    assert.equal(await begin(daemon.url, '127.0.0.3'), 200, 'its neighbour');
    // what a trusted proxy appends is the address; the client's own words before it are not
    for (let i = 0; i < 3; i += 1) {
        assert.equal(await begin(daemon.url, '127.0.0.1', [`X-Forwarded-For: 198.51.100.${i}, 192.0.2.7`]), 200);
    }
    assert.equal(await begin(daemon.url, '127.0.0.1', ['X-Forwarded-For: 198.51.100.9, 192.0.2.7']), 429);
    for (const last of [1, 2, 3]) { // a /64 is one
        assert.equal(await begin(daemon.url, '127.0.0.1', [`X-Forwarded-For: 2001:db8::${last}`]), 200);
    }
    assert.equal(await begin(daemon.url, '127.0.0.1', ['X-Forwarded-For: 2001:db8::ffff:4']), 429);
    assert.equal(await begin(daemon.url, '127.0.0.1', ['X-Forwarded-For: 2001:db8:0:1::1']), 200);
    assert.equal(await begin(daemon.url, '127.0.0.1'), 200, 'the proxy itself is not counted');
    await daemon.counted(before, LIMITED, { of: 'address' }, 8);
    assert.equal((await daemon.metrics()).of(LIMITED, { of: 'address' }) - before.of(LIMITED, { of: 'address' }), 8);
});

test('the front server hands over the address that it sees, whatever the client says of it', async () => {
    const share = Number(stackSettings().WEBSOCKET_MAX_PER_ADDRESS);
    assert.ok(share > 0 && share < 100, 'the stack of this test has a small WEBSOCKET_MAX_PER_ADDRESS');
    const before = await scrape(adminUrl());
    const [one, other] = randomBytes(2);
    const from = `127.${one}.${other}.9`;
    const statuses = {};
    for (let i = 0; i < share + 20; i += 1) {
        const answer = await begin(stack.url, from, i % 2 ? [`X-Forwarded-For: 203.0.113.${i}`, `Forwarded: for=203.0.113.${i}`] : []);
        statuses[answer] = (statuses[answer] ?? 0) + 1;
    }
    assert.deepEqual(statuses, { 200: share, 429: 20 });
    assert.equal(await begin(stack.url, `127.${one}.${other}.10`), 200);
    assert.equal((await scrape(adminUrl())).of(LIMITED, { of: 'address' }) - before.of(LIMITED, { of: 'address' }), 20);
});

test('a user has so many clients, and who comes back takes its own place', async (t) => {
    const daemon = await watchedDaemon(t, { WEBSOCKET_MAX_PER_USER: 3 });
    const before = await daemon.metrics();
    const user = unique('user');
    const { url } = daemon;
    const first = await connect(t, { url, user, transports: ['websocket'] });
    await connect(t, { url, user, transports: ['polling'] });
    const plain = await Plain.connect(t, { url, user });
    const closed = (client) => within(new Promise((resolve) => {
        client.socket.io.engine.once('close', (reason, details) => resolve(details?.context?.code ?? reason));
    }), 'the end of one too many');
    assert.equal(await closed(open(t, { url, user, transports: ['websocket'] })), 4429);
    const second = new Plain(t, { url });
    await second.opened();
    second.send({ event: 'auth', data: { token: token(user) } });
    assert.equal((await second.closed()).code, 4429);
    const stream = await request('GET', `${url}/api/v1/sse?channels=notifications`, { headers: { Authorization: `Bearer ${token(user)}` } });
    assert.deepEqual([stream.status, stream.json.code], [429, 'rate_limited']);
    assert.match(stream.headers['retry-after'], /^\d+$/);
    await connect(t, { url, user: unique('another'), transports: ['websocket'] });
    // its session is still here: the newer connection of it wins
    const again = await connect(t, { url, transports: ['websocket'], auth: { token: token(user), pid: first.socket._pid } });
    assert.equal(again.socket._pid, first.socket._pid);
    plain.socket.close();
    await plain.closed();
    await daemon.counted(before, LIMITED, { of: 'user' }, 3);
    await daemon.counted(before, 'bookly_joins_total', { outcome: 'rate_limited' }, 3);
    await daemon.counted(before, 'bookly_sessions_closed_total', { reason: 'limit' }, 3);
    await connect(t, { url, user, transports: ['websocket'] });
});

test('unfinished messages of many clients fill what there is for them, and no more', async (t) => {
    const daemon = await watchedDaemon(t);
    const good = await connect(t, { url: daemon.url, user: unique('good'), transports: ['websocket'] });
    const { told, grown } = await beside([() => good.command('notifications:get')], () => new Attack('flood', {
        url: daemon.url, path: '/socket.io/?EIO=4&transport=websocket', count: 120,
        // the first one is kept for good; as long as nothing else comes, nothing is wrong with it
        frames: [{ opcode: 1, size: 999000, text: '4', fin: false }], times: 1, once: true,
    }), { pids: [daemon.child.pid], enough: ({ codes }) => (codes[1013] ?? 0) >= 20 });
    assert.deepEqual(Object.keys(told.codes), ['1013']);
    assert.ok(grown < 200 * MEGABYTE, `${grown} bytes more`);
    const now = await daemon.metrics();
    assert.ok(now.of('bookly_sessions_closed_total', { reason: 'crowded' }) >= 20);
    assert.deepEqual(good.disconnects, []);
    // and they are free again
    await waitFor(async () => (await daemon.metrics()).of('bookly_held_bytes') === 0, 'nothing to be held', 60000);
});

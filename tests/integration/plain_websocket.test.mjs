// /api/v1/ws without a client library: who gets in, commands and their answers, pushes, bad messages, pings.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import net from 'node:net';
import { describe, test } from 'node:test';
import { CURSOR } from './support/client.mjs';
import { startPushd } from './support/daemon.mjs';
import { assertKeys, assertRefused } from './support/facts.mjs';
import { request } from './support/http.mjs';
import { Plain } from './support/plain.mjs';
import { makeTicket } from './support/sse.mjs';
import { notifyUser, publishEvent, writeLog } from './support/sql.mjs';
import { stack } from './support/stack.mjs';
import { admin, refusedTokens, token, unique } from './support/token.mjs';
import { waitFor, within } from './support/wait.mjs';

function assertException(frame, code, command) {
    assertKeys(frame.data, ['status', 'message', 'code', 'command']);
    assert.equal(frame.data.status, 'error');
    assert.equal(frame.data.code, code);
    assert.equal(frame.data.command, command);
    assert.notEqual(frame.data.message, '');
}

describe('who it is', () => {
    test('a first message with a token', async (t) => {
        const plain = new Plain(t);
        await plain.opened();
        plain.send({ event: 'auth', data: { token: token(unique('user')) } });
        await plain.push('sync:ready');
        assert.equal(plain.frames[0].event, 'sync:ready');
        assert.deepEqual(Object.keys(plain.frames[0]), ['event', 'data', 'cursor']);
        assert.match(plain.frames[0].cursor, CURSOR);
        assert.equal(plain.frames[0].data.cursor, plain.frames[0].cursor);
    });

    test('an answer where the first message asks for one', async (t) => {
        const plain = new Plain(t);
        await plain.opened();
        plain.send({ event: 'auth', data: { token: admin() }, id: 0 });
        await waitFor(() => plain.frames.length >= 2, 'two frames');
        assert.equal(plain.frames[0].event, 'sync:ready');
        assert.deepEqual(plain.frames[1], { ack: 0, data: { success: true } });
    });

    test('Authorization', async (t) => {
        const plain = await Plain.connect(t, { hello: false, headers: { Authorization: `Bearer ${admin()}` } });
        assert.equal((await plain.command('notifications:get')).success, true);
    });

    test('?userId= alone, in development mode', async (t) => {
        const plain = await Plain.connect(t, { hello: false, query: { userId: unique('user') } });
        assert.equal((await plain.command('subscribe', { channels: ['logs'] })).success, true);
    });

    test('a ticket, once', async (t) => {
        const query = { ticket: await makeTicket(admin()) };
        const plain = await Plain.connect(t, { hello: false, query });
        assert.equal((await plain.command('subscribe', { channels: ['logs'] })).success, true);
        const second = new Plain(t, { query });
        await second.opened();
        assert.equal((await second.closed()).code, 4401);
        assertException(second.frames[0], 'token_invalid', 'auth');
    });

    test('what is sent with the first message, without waiting, is served in order', async (t) => {
        const user = unique('admin');
        const plain = new Plain(t);
        await plain.opened();
        plain.send({ event: 'auth', data: { token: admin(user) } });
        plain.send({ event: 'subscribe', data: { channels: ['logs'] }, id: 1 });
        plain.send({ event: 'subscribe', data: { channels: ['events'] }, id: 2 });
        plain.send({ event: 'unsubscribe', data: { channels: ['logs'] }, id: 3 });
        const answer = await waitFor(() => plain.frames.find((frame) => frame.ack === 3), 'the third answer');
        assert.deepEqual(plain.frames.filter((frame) => frame.ack).map((frame) => frame.ack), [1, 2, 3]);
        assert.deepEqual(answer.data.channels, ['events']);
        assert.equal(plain.frames[0].event, 'sync:ready');
    });

    for (const [name, value, code] of refusedTokens(unique('user'))) {
        test(`${name}: ${code}`, async (t) => {
            const plain = new Plain(t, { url: stack.pushUrl });
            await plain.opened();
            plain.send({ event: 'auth', data: { token: value } });
            assert.equal((await plain.closed()).code, 4401);
            assert.equal(plain.frames.length, 1);
            assertException(plain.frames[0], code, 'auth');
        });
    }

    test('a wrong token in the header', async (t) => {
        const plain = new Plain(t, { headers: { Authorization: 'Bearer wrong' } });
        await plain.opened();
        assert.equal((await plain.closed()).code, 4401);
        assertException(plain.frames[0], 'token_invalid', 'auth');
    });

    test('a refused first message with an id is answered', async (t) => {
        const plain = new Plain(t);
        await plain.opened();
        plain.send({ event: 'auth', data: { token: 'x' }, id: 5 });
        assert.equal((await plain.closed()).code, 4401);
        assert.equal(plain.frames[0].ack, 5);
        assertRefused(plain.frames[0].data, 'token_invalid');
    });

    for (const [name, message] of [['no token', { event: 'auth', data: {} }], ['no data', { event: 'auth' }],
        ['data that is no object', { event: 'auth', data: 'x' }]]) {
        test(`${name}: token_missing`, async (t) => {
            const plain = new Plain(t);
            await plain.opened();
            plain.send(message);
            assert.equal((await plain.closed()).code, 4401);
            assertException(plain.frames[0], 'token_missing', 'auth');
        });
    }

    test('a command before the token', async (t) => {
        const plain = new Plain(t);
        await plain.opened();
        plain.send({ event: 'subscribe', data: { channels: ['notifications'] } });
        assert.equal((await plain.closed()).code, 4401);
        assert.equal(plain.frames.length, 1);
        assertException(plain.frames[0], 'token_missing', 'subscribe');
    });

    test('a token in the URL is nobody\'s', async (t) => {
        const plain = new Plain(t, { query: { token: admin() } });
        await plain.opened();
        plain.send({ event: 'notifications:get' });
        assert.equal((await plain.closed()).code, 4401);
    });

    test('?userId= of somebody else', async (t) => {
        const daemon = await startPushd(t, { AUTH_MODE: 'token' });
        const plain = new Plain(t, { url: daemon.url, query: { userId: unique('other') } });
        await plain.opened();
        plain.send({ event: 'auth', data: { token: admin() } });
        assert.equal((await plain.closed()).code, 4401);
        assertException(plain.frames[0], 'user_mismatch', 'auth');
    });

    test('nothing said for ten seconds', async (t) => {
        const plain = new Plain(t);
        await plain.opened();
        const since = Date.now();
        assert.equal((await plain.closed()).code, 4401);
        assert.ok(Date.now() - since > 8000);
    });
});

describe('commands and pushes', () => {
    test('every command is answered under its id', async (t) => {
        const user = unique('user');
        const plain = await Plain.connect(t, { user });
        const id = await notifyUser(user);
        const got = await plain.command('notifications:get', { unreadOnly: true });
        assert.deepEqual(got.notifications.map((one) => one.id), [id]);
        assert.equal((await plain.command('notifications:read', { notificationId: id })).unreadCount, 0);
        assert.equal((await plain.command('notifications:read-all')).count, 0);
        assert.equal((await plain.command('notifications:delete', { notificationId: id })).success, true);
        assertRefused(await plain.command('notifications:delete', { notificationId: id }), 'not_found');
        assertRefused(await plain.command('nothing'), 'unknown_command');
        assertRefused(await plain.command('subscribe', { channels: ['nope'] }), 'unknown_channel');
        assertRefused(await plain.command('subscribe', ['logs']), 'invalid_value');
        assertRefused(await plain.command('subscribe', { channels: ['logs'] }), 'forbidden');
    });

    test('without an id a refusal is an exception, and success says nothing', async (t) => {
        const plain = await Plain.connect(t, { user: unique('user') });
        plain.send({ event: 'unsubscribe', data: { channels: ['logs'] } });
        plain.send({ event: 'subscribe', data: { channels: ['logs'] } });
        const frame = await plain.push('exception');
        assertException(frame, 'forbidden', 'subscribe');
        assert.match(frame.cursor, CURSOR);
        assert.deepEqual(plain.frames.filter((one) => 'ack' in one), []);
    });

    test('pushes carry event, data and cursor, and filters hold', async (t) => {
        const [own, other] = [unique('service'), unique('service')];
        const plain = await Plain.connect(t, { user: unique('admin'), roles: ['GENERAL_ADMIN'] });
        await plain.subscribe(['events', 'logs'], {
            eventFilters: { services: own }, logFilters: { service: own, minLevel: 'warn' },
        });
        await publishEvent({ event_type: 'RESOURCE_CREATED', service: other, data: {} });
        await writeLog({ level: 'info', service: own, context: 'test', message: 'quiet' });
        await publishEvent({ event_type: 'RESOURCE_CREATED', service: own, data: { text: 'ñ "quoted"\n€ 😀' } });
        await writeLog({ level: 'error', service: own, context: 'test', message: 'loud' });
        const log = await plain.push('log:error');
        const event = await plain.push('event:created');
        assert.deepEqual(Object.keys(log), ['event', 'data', 'cursor']);
        assert.equal(log.data.message, 'loud');
        assert.match(log.cursor, CURSOR);
        assert.equal(event.data.service, own);
        assert.deepEqual(event.data.data, { text: 'ñ "quoted"\n€ 😀' });
        assert.deepEqual(plain.all('event:created').length, 1);
        assert.deepEqual(plain.all('log:entry'), []);
        assert.ok(BigInt(log.cursor.split('.').at(-1)) > BigInt(event.cursor.split('.').at(-1)));
    });

    test('notifications: the unread ones at once, then each as it comes', async (t) => {
        const user = unique('user');
        const first = await notifyUser(user, { title: 'one' });
        const plain = await Plain.connect(t, { user });
        await plain.subscribe(['notifications']);
        assert.deepEqual((await plain.push('notifications:initial')).data.map((one) => one.id), [first]);
        const second = await notifyUser(user, { title: 'two' });
        await plain.push('notification:created', (data) => data.id === second);
        await notifyUser(unique('other'));
        // the first may come once more, by the stream, where the daemon had not read up to it
        assert.deepEqual(plain.all('notification:created').map(({ data }) => data.id).filter((id) => id !== first), [second]);
    });

    test('it is listed beside Socket.IO clients in the log', async (t) => {
        const user = unique('user');
        const daemon = await startPushd(t);
        const plain = await Plain.connect(t, { user, url: daemon.url });
        await plain.subscribe(['notifications']);
        plain.socket.close();
        await waitFor(() => daemon.log.includes(`userId=${user}, reason=client_closed`), 'the end in the log');
        assert.match(daemon.log, new RegExp(`WebSocket client connected: clientId=[\\w-]+, userId=${user}`));
        assert.match(daemon.log, new RegExp(`channels=\\['notifications'\\], clientId=[\\w-]+, userId=${user}`));
    });

    test('a large payload, and a frame in pieces', async (t) => {
        const plain = await Plain.connect(t, { user: unique('user') });
        const text = JSON.stringify({ event: 'notifications:get', data: null, id: 77 });
        plain.socket.send(text.slice(0, 10), { fin: false });
        plain.socket.send(text.slice(10), { fin: true });
        const answer = await waitFor(() => plain.frames.find((frame) => frame.ack === 77), 'the answer');
        assert.equal(answer.data.success, true);
        assertRefused(await plain.command('x'.repeat(900000)), 'unknown_command');
        plain.send('x'.repeat(1000001));
        assert.equal((await plain.closed()).code, 1009);
    });
});

describe('from a cursor', () => {
    async function written(t) {
        const own = unique('service');
        const plain = await Plain.connect(t, { user: unique('admin'), roles: ['GENERAL_ADMIN'] });
        await plain.subscribe(['events'], { eventFilters: { services: own } });
        for (const count of [1, 2, 3]) {
            await publishEvent({ event_type: 'RESOURCE_CREATED', service: own, data: { count } });
        }
        const { cursor } = await plain.push('event:created', (data) => data.data.count === 1);
        await plain.push('event:created', (data) => data.data.count === 3);
        return { own, cursor };
    }

    async function assertFollows(plain, own) {
        await plain.subscribe(['events'], { eventFilters: { services: own } });
        await publishEvent({ event_type: 'RESOURCE_CREATED', service: own, data: { count: 4 } });
        await plain.push('event:created', (data) => data.data.count === 4);
        assert.deepEqual(plain.all('event:created').map((frame) => frame.data.data.count), [2, 3, 4]);
        assert.deepEqual(plain.all('sync:gap'), []);
    }

    test('?cursor=, and with a resume key', async (t) => {
        for (const key of ['', '~key']) {
            const { own, cursor } = await written(t);
            const plain = await Plain.connect(t, {
                user: unique('admin'), roles: ['GENERAL_ADMIN'], query: { cursor: `${cursor}${key}` },
            });
            await assertFollows(plain, own);
        }
    });

    test('`resume` before the first subscribe', async (t) => {
        const { own, cursor } = await written(t);
        const plain = await Plain.connect(t, { user: unique('admin'), roles: ['GENERAL_ADMIN'] });
        plain.send({ event: 'resume', data: { cursor } });
        await assertFollows(plain, own);
        assertRefused(await plain.command('resume', { cursor }), 'conflict');
    });

    test('one that is none: sync:gap, never silence', async (t) => {
        for (const [cursor, reason] of [['forged', 'invalid'], ['0000000000000000.1', 'epoch']]) {
            const plain = await Plain.connect(t, { user: unique('user'), query: { cursor } });
            const gap = await plain.push('sync:gap');
            assert.equal(gap.data.reason, reason);
            assert.equal(gap.data.from, cursor);
            assert.match(gap.data.to, CURSOR);
        }
    });

    test('`auth` once more refreshes the token', async (t) => {
        const user = unique('user');
        const plain = await Plain.connect(t, { user });
        const answer = await plain.command('auth', { token: token(user) });
        assert.equal(answer.success, true);
        assertRefused(await plain.command('auth', { token: token(unique('other')) }), /^(user_mismatch|forbidden)$/);
    });
});

describe('messages that are none', () => {
    const cases = [
        ['words', 'hello', 'invalid_json'],
        ['an empty message', '', 'invalid_json'],
        ['half an object', '{"event":"subscribe"', 'invalid_json'],
        ['two objects', '{"event":"a"}{"event":"b"}', 'invalid_json'],
        ['an array', '["subscribe"]', 'invalid_value'],
        ['a number', '7', 'invalid_value'],
        ['no event', '{"data":{}}', 'invalid_value'],
        ['an empty event', '{"event":""}', 'invalid_value'],
        ['an event that is no text', '{"event":7}', 'invalid_value'],
        ['an unknown member', '{"event":"subscribe","payload":{}}', 'unknown_field'],
        ['a negative id', '{"event":"subscribe","id":-1}', 'invalid_value'],
        ['an id that is text', '{"event":"subscribe","id":"1"}', 'invalid_value'],
        ['an id with a fraction', '{"event":"subscribe","id":1.5}', 'invalid_value'],
        ['an id beyond 2^53', '{"event":"subscribe","id":9007199254740993}', 'invalid_value'],
        ['a name twice', '{"event":"a","event":"b"}', 'invalid_json'],
        ['NUL in a text', '{"event":"a\\u0000b"}', 'invalid_json'],
    ];
    for (const [name, text, code] of cases) {
        test(`${name}: ${code}, and it goes on`, async (t) => {
            const plain = await Plain.connect(t, { user: unique('user') });
            plain.send(text);
            assertException(await plain.push('exception'), code, '');
            assert.equal((await plain.command('notifications:get')).success, true);
        });
    }

    test('the tenth ends it', async (t) => {
        const plain = await Plain.connect(t, { user: unique('user') });
        for (let i = 0; i < 12; i += 1) {
            plain.send('hello');
        }
        assert.equal((await plain.closed()).code, 1002);
        assert.equal(plain.all('exception').length, 10);
    });

    test('a binary message: 1003', async (t) => {
        const plain = await Plain.connect(t, { user: unique('user') });
        plain.socket.send(Buffer.from('{"event":"notifications:get"}'));
        assert.equal((await plain.closed()).code, 1003);
    });

    test('text that is not UTF-8: 1007', async (t) => {
        const plain = await Plain.connect(t, { user: unique('user'), url: stack.pushUrl });
        plain.socket.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false });
        assert.equal((await plain.closed()).code, 1007);
    });
});

describe('the way in', () => {
    test('without an upgrade: 426', async () => {
        for (const path of ['/api/v1/ws', '/api/v1/ws/']) {
            const answer = await request('GET', `${stack.url}${path}`);
            assert.equal(answer.status, 426);
            assert.equal(answer.json.code, 'upgrade_required');
            // a hop-by-hop header, which a front server may keep to itself (lighttpd 1.4.79 does)
            assert.equal((await request('GET', `${stack.pushUrl}${path}`)).headers.upgrade, 'websocket');
        }
    });

    test('a foreign origin: 403 before the upgrade', async (t) => {
        const daemon = await startPushd(t, { AUTH_MODE: 'token', CORS_ORIGIN: 'https://bookly.example' });
        const foreign = new Plain(t, { url: daemon.url, headers: { Origin: 'https://evil.example' } });
        await assert.rejects(foreign.opened(), { status: 403 });
        const own = new Plain(t, { url: daemon.url, headers: { Origin: 'https://bookly.example' } });
        await own.opened();
    });

    test('switched off: 503', async (t) => {
        const daemon = await startPushd(t, { WEBSOCKET_ENABLED: 'false' }, 503);
        await assert.rejects(new Plain(t, { url: daemon.url }).opened(), { status: 503 });
    });

    test('a last slash in the path changes nothing', async (t) => {
        const plain = await Plain.connect(t, { user: unique('user'), path: '/api/v1/ws/' });
        assert.equal((await plain.command('notifications:get')).success, true);
    });
});

describe('a connection that lasts', () => {
    test('WebSocket pings come at the interval', async (t) => {
        const daemon = await startPushd(t, { WEBSOCKET_PING_INTERVAL: '200', WEBSOCKET_PING_TIMEOUT: '5000' });
        const plain = await Plain.connect(t, { user: unique('user'), url: daemon.url });
        await waitFor(() => plain.pings >= 3, 'three pings');
        assert.equal((await plain.command('notifications:get')).success, true);
        assert.deepEqual(plain.frames.filter((frame) => frame.event === undefined && !('ack' in frame)), []);
    });

    test('one that answers no ping is closed', async (t) => {
        const daemon = await startPushd(t, { WEBSOCKET_PING_INTERVAL: '200', WEBSOCKET_PING_TIMEOUT: '300' });
        const { hostname, port } = new URL(daemon.url);
        const socket = net.connect(Number(port), hostname);
        t.after(() => socket.destroy());
        socket.write('GET /api/v1/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
            + `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n`
            + `Authorization: Bearer ${admin()}\r\n\r\n`);
        let received = Buffer.alloc(0);
        socket.on('data', (chunk) => {
            received = Buffer.concat([received, chunk]);
        });
        await waitFor(() => received.includes(Buffer.from([0x89, 0x01])), 'a ping');
        await waitFor(() => received.includes(Buffer.from([0x88, 0x02, 0x03, 0xe8])), 'the close frame');
        await waitFor(() => daemon.log.includes('reason=ping_timeout'), 'the reason in the log');
    });

    test('a restart closes it with 1012', async (t) => {
        const daemon = await startPushd(t);
        const plain = await Plain.connect(t, { user: unique('user'), url: daemon.url });
        daemon.child.kill('SIGTERM');
        assert.equal((await plain.closed()).code, 1012);
        assert.equal(await within(daemon.exited, 'the end'), 0);
    });

    test('one that reads nothing is closed as slow_consumer, the others hear everything', async (t) => {
        const daemon = await startPushd(t, { WEBSOCKET_MAX_QUEUE_FRAMES: '16' });
        const own = unique('service');
        const join = async () => {
            const plain = await Plain.connect(t, { user: unique('admin'), roles: ['GENERAL_ADMIN'], url: daemon.url });
            await plain.subscribe(['events'], { eventFilters: { services: own } });
            return plain;
        };
        const stalled = await join();
        const reader = await join();
        stalled.socket.pause();
        const data = { text: 'x'.repeat(60000) };
        let count = 0;
        await waitFor(async () => {
            await publishEvent({ event_type: 'RESOURCE_CREATED', service: own, data: { ...data, count } });
            count += 1;
            return daemon.log.includes('reason=slow_consumer');
        }, 'slow_consumer in the log', 60000);
        await waitFor(() => reader.all('event:created').length === count, `${count} events`);
        assert.deepEqual(reader.all('event:created').map((frame) => frame.data.data.count),
            [...Array(count).keys()]);
        stalled.socket.resume();
        assert.ok([4408, 1006].includes((await stalled.closed()).code));
    });
});

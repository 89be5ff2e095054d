// Coming in: every client, transport, path and namespace; and the namespace that does not exist.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CURSOR, FLAVOURS, NAMESPACES, PATHS, connect, refused } from './support/client.mjs';
import { RawPolling, RawWebSocket } from './support/raw.mjs';
import { stack } from './support/stack.mjs';
import { admin, token, unique } from './support/token.mjs';
import { request } from './support/http.mjs';
import { waitFor } from './support/wait.mjs';

describe('every client comes in', () => {
    for (const { name, version, transports } of FLAVOURS) {
        for (const path of PATHS) {
            for (const namespace of NAMESPACES) {
                test(`${name}, ${path}, ${namespace}`, async (t) => {
                    const client = await connect(t, {
                        user: unique('user'), version, transports, path, namespace,
                    });
                    assert.match(client.socket.id, /^[\w-]{20}$/);
                    const ready = await client.push('sync:ready');
                    assert.equal(client.pushes[0], ready, 'sync:ready is the first push');
                    assert.match(ready.data.cursor, CURSOR);
                    assert.deepEqual(Object.keys(ready.data), ['cursor']);
                    const answer = await client.subscribe(['notifications']);
                    assert.deepEqual(answer, { success: true, channels: ['notifications'] });
                    if (transports === undefined) {
                        await waitFor(
                            () => client.socket.io.engine.transport.name === 'websocket',
                            'the upgrade',
                        );
                        assert.equal((await client.command('notifications:get')).success, true);
                    }
                });
            }
        }
    }
});

test('the path may also be spelled without the last slash, or with it', async () => {
    for (const path of ['/socket.io', '/socket.io/', '/api/v1/ws', '/api/v1/ws/']) {
        const raw = await RawPolling.open({ path });
        assert.match(raw.sid, /^[\w-]{20}$/, path);
        assert.equal((await raw.post('1')).status, 200);
    }
});

test('the handshake offers the upgrade, the intervals and the limit', async (t) => {
    const polling = await RawPolling.open();
    assert.deepEqual(polling.handshake, {
        sid: polling.sid, upgrades: ['websocket'], pingInterval: 25000, pingTimeout: 20000, maxPayload: 1000000,
    });
    const raw = await RawWebSocket.open(t);
    assert.deepEqual(JSON.parse(raw.messages[0].slice(1)).upgrades, []);
    await polling.post('1');
});

test('CONNECT is answered with sid and pid, then sync:ready', async (t) => {
    for (const namespace of NAMESPACES) {
        const raw = await RawWebSocket.open(t);
        const text = await raw.join(namespace, { token: token(unique('user')) });
        const prefix = namespace === '/' ? '40' : `40${namespace},`;
        assert.ok(text.startsWith(`${prefix}{`), text);
        const answer = JSON.parse(text.slice(prefix.length));
        assert.deepEqual(Object.keys(answer).sort(), ['pid', 'sid']);
        assert.match(answer.sid, /^[\w-]{20}$/);
        assert.match(answer.pid, /^[\w-]{20}$/);
        assert.notEqual(answer.sid, answer.pid);
        const pushed = await raw.next((message) => message.includes('sync:ready'));
        const args = JSON.parse(pushed.slice(pushed.indexOf('[')));
        assert.equal(args.length, 3);
        assert.equal(args[2], args[1].cursor, 'a push ends with the cursor');
    }
});

test('an unknown pid and offset give a fresh session', async (t) => {
    const raw = await RawWebSocket.open(t);
    const text = await raw.join('/', {
        token: token(unique('user')), pid: 'abcdefghijklmnopqrst', offset: 'nowhere.17',
    });
    assert.notEqual(JSON.parse(text.slice(2)).pid, 'abcdefghijklmnopqrst');
});

describe('a namespace that does not exist', () => {
    for (const { name, version, transports } of FLAVOURS) {
        test(name, async (t) => {
            const error = await refused(t, { user: unique('user'), version, transports, namespace: '/nope' });
            assert.equal(error.message, 'Invalid namespace');
            assert.equal(error.data, undefined);
        });
    }

    test('to the letter, and the connection stays usable', async (t) => {
        const raw = await RawWebSocket.open(t);
        assert.equal(await raw.join('/nope', { token: admin() }), '44/nope,{"message":"Invalid namespace"}');
        assert.equal(await raw.join('/', { token: 'wrong' }).then((text) => text.slice(0, 2)), '44');
        assert.match(await raw.join('/api/v1/ws', { token: admin() }), /^40\/api\/v1\/ws,\{/);
    });
});

test('two namespaces on one connection are two peers of it', async (t) => {
    const user = unique('user');
    const first = await connect(t, { user, transports: ['websocket'] });
    const manager = first.socket.io;
    const socket = manager.socket('/api/v1/ws', { auth: { token: token(user) } });
    const pushes = [];
    socket.onAny((event) => pushes.push(event));
    t.after(() => socket.disconnect());
    if (!socket.active) {
        socket.connect();
    }
    await waitFor(() => socket.connected, 'the second namespace');
    assert.notEqual(socket.id, first.socket.id);
    assert.equal(socket.io.engine, first.socket.io.engine);

    await first.subscribe(['notifications']);
    const get = (command) => new Promise((resolve) => { socket.emit(command, resolve); });
    assert.equal((await get('notifications:get')).success, true);
    assert.ok(!pushes.includes('notifications:initial'), 'subscribing in one says nothing to the other');

    socket.disconnect();
    assert.equal((await first.command('notifications:get')).success, true);
    assert.equal(first.socket.connected, true);
});

test('the Engine.IO refusals', async () => {
    const at = (query) => request('GET', `${stack.socketUrl}/socket.io/?${query}`);
    const cases = [
        ['EIO=4&transport=polling&sid=nobody', 1, 'Session ID unknown'],
        ['EIO=4&transport=pigeon', 0, 'Transport unknown'],
        ['EIO=3&transport=polling', 5, 'Unsupported protocol version'],
        ['transport=polling', 5, 'Unsupported protocol version'],
    ];
    for (const [query, code, message] of cases) {
        const answer = await at(query);
        assert.equal(answer.status, 400, query);
        assert.deepEqual(answer.json, { code, message }, query);
    }
    const posted = await request('POST', `${stack.socketUrl}/socket.io/?EIO=4&transport=polling`, { body: '40' });
    assert.equal(posted.status, 400);
    assert.deepEqual(posted.json, { code: 2, message: 'Bad handshake method' });
});

test('a client that leaves is gone, and may come back', async (t) => {
    const user = unique('user');
    const client = await connect(t, { user });
    const before = client.socket.id;
    client.socket.disconnect();
    client.socket.connect();
    await waitFor(() => client.socket.connected && client.socket.id !== before, 'the second connection');
    assert.deepEqual(await client.subscribe(['notifications']), { success: true, channels: ['notifications'] });
});

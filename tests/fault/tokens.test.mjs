// Tokens that live and die on live connections.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import WebSocket from 'ws';
import { connect, refused } from '../integration/support/client.mjs';
import { request, rest } from '../integration/support/http.mjs';
import { RawWebSocket } from '../integration/support/raw.mjs';
import { notifyUser } from '../integration/support/sql.mjs';
import { stack } from '../integration/support/stack.mjs';
import { admin, claimsOf, now, signToken, token, unique } from '../integration/support/token.mjs';
import { waitFor, within } from '../integration/support/wait.mjs';
import { EventStreamParser } from './clients/sse.mjs';
import { Daemon } from './support/control.mjs';
import { listener, network, resumed } from './support/resuming.mjs';

const SHORT_S = 6; // time enough to connect, on a busy machine
const LONGEST_MS = 60000;
const lasting = (user, seconds, roles = ['GENERAL_ADMIN'], extra = {}) =>
    signToken(claimsOf(user, roles, { exp: now() + seconds, ...extra }));

const revoke = (body) => rest('POST', '/auth/revoke', { token: admin(), body });

describe('expiry', { concurrency: 8 }, () => {
    for (const transports of [['websocket'], ['polling']]) {
        test(`socket.io over ${transports}: told, closed, and resumed with a new token`, async (t) => {
            const user = unique('admin');
            let bearer = lasting(user, SHORT_S);
            const auth = (give) => give({ token: bearer });
            const one = await listener(t, { user, auth, transports });
            const expiring = await one.client.push('auth:expiring');
            assert.ok(expiring.data.expiresIn <= SHORT_S, JSON.stringify(expiring.data));
            await one.source.publish();
            await one.source.heardBy(one.client.pushes);
            bearer = lasting(user, 3600);
            await waitFor(() => one.client.all('auth:expired').length > 0, 'auth:expired', LONGEST_MS);
            await one.source.publish();
            await resumed(one);
            await one.source.heardBy(one.client.pushes);
            assert.ok(one.client.disconnects.every((reason) => reason !== 'io server disconnect'), String(one.client.disconnects));
        });
    }

    test('the WebSocket closes with 4401, after the grace', async (t) => {
        const raw = await RawWebSocket.open(t);
        const exp = now() + SHORT_S;
        await raw.join('/', { token: signToken(claimsOf(unique('user'), [], { exp })) });
        const { code } = await within(raw.ended, 'the close', LONGEST_MS);
        assert.equal(code, 4401);
        assert.ok(Date.now() / 1000 > exp + 9, 'ten seconds of grace');
        assert.ok(raw.messages.some((message) => message.startsWith('42["auth:expired"')));
    });

    test('a plain WebSocket', async (t) => {
        const bearer = lasting(unique('user'), SHORT_S);
        const socket = new WebSocket(`${stack.socketUrl.replace(/^http/, 'ws')}/api/v1/ws`, { headers: { Authorization: `Bearer ${bearer}` } });
        t.after(() => socket.terminate());
        const events = [];
        socket.on('message', (text) => events.push(JSON.parse(text).event));
        const code = await within(new Promise((resolve) => { socket.on('close', resolve); }), 'the close', LONGEST_MS);
        assert.equal(code, 4401);
        assert.equal(events[0], 'sync:ready');
        assert.deepEqual(events.filter((event) => event.startsWith('auth:')), ['auth:expiring', 'auth:expired']);
    });

    test('server-sent events', async (t) => {
        const abort = new AbortController();
        t.after(() => abort.abort());
        const answer = await fetch(`${stack.socketUrl}/api/v1/sse?channels=notifications`, {
            headers: { Authorization: `Bearer ${lasting(unique('user'), SHORT_S)}` }, signal: abort.signal,
        });
        assert.equal(answer.status, 200);
        const events = [];
        const parser = new EventStreamParser(({ event }) => events.push(event));
        const decoder = new TextDecoder();
        const reader = answer.body.getReader();
        const read = (async () => {
            for (let part = await reader.read(); !part.done; part = await reader.read()) {
                parser.feed(decoder.decode(part.value, { stream: true }));
            }
        })();
        await within(read, 'the end of the stream', LONGEST_MS);
        assert.deepEqual(events.filter((event) => event.startsWith('auth:')), ['auth:expiring', 'auth:expired']);
    });

    test('a minute before the end', async (t) => {
        const client = await connect(t, { token: lasting(unique('user'), 62) });
        const { data } = await client.push('auth:expiring');
        assert.ok(data.expiresIn > 50 && data.expiresIn <= 61, JSON.stringify(data));
    });

    test('auth:refresh keeps the connection', async (t) => {
        const user = unique('admin');
        const one = await listener(t, { user, roles: ['GENERAL_ADMIN'], auth: { token: lasting(user, SHORT_S) } });
        const exp = now() + 600;
        const answer = await one.client.command('auth:refresh', { token: signToken(claimsOf(user, ['GENERAL_ADMIN'], { exp })) });
        assert.equal(answer.success, true, JSON.stringify(answer));
        const expiresAt = typeof answer.expiresAt === 'number' ? answer.expiresAt * 1000 : Date.parse(answer.expiresAt);
        assert.equal(Math.floor(expiresAt / 1000), exp);
        const until = Date.now() + (SHORT_S + 12) * 1000;
        await waitFor(() => Date.now() > until, 'the first token\'s end', LONGEST_MS);
        await one.source.publish();
        await one.source.heardBy(one.client.pushes);
        assert.deepEqual([one.client.disconnects, one.client.all('auth:expired')], [[], []]);
    });
});

describe('auth:refresh', () => {
    test('ends what the new roles do not allow, and tells', async (t) => {
        const one = await listener(t);
        await one.client.subscribe(['notifications']);
        const answer = await one.client.command('auth:refresh', { token: token(one.user, ['STUDENT']) });
        assert.equal(answer.success, true);
        const ended = await one.client.push('subscription:ended');
        assert.deepEqual(ended.data, { channel: 'events', code: 'forbidden' });
        await one.source.publish();
        const id = await notifyUser(one.user);
        await one.client.push('notification:created', (data) => data.id === id);
        assert.deepEqual(one.source.numbers(one.client.pushes), []);
        const left = await one.client.command('unsubscribe', { channels: ['logs'] });
        assert.deepEqual(left.channels, ['notifications']);
    });

    test('takes no other user\'s token, and no broken one; the old one goes on', async (t) => {
        const one = await listener(t);
        for (const [given, code] of [
            [token(unique('other'), ['GENERAL_ADMIN']), 'user_mismatch'],
            ['wrong', 'token_invalid'],
            [signToken(claimsOf(one.user, [], { exp: now() - 5 })), 'token_expired'],
            [signToken(claimsOf(one.user, [], { temp: true })), 'token_purpose'],
        ]) {
            const answer = await one.client.command('auth:refresh', { token: given });
            assert.deepEqual([answer.success, answer.code], [false, code]);
        }
        await one.source.publish();
        await one.source.heardBy(one.client.pushes);
    });
});

describe('revocation', () => {
    const identified = (user, extra = {}) => token(user, ['GENERAL_ADMIN'], { jti: unique('jti'), ...extra });

    /** Resolves with milliseconds until the client's transport was closed. */
    const closed = async (client, began) => {
        await waitFor(() => client.disconnects.length > 0, 'the transport to be closed');
        return Date.now() - began;
    };

    test('of one token: its sockets go on every daemon within a second, REST at once, others stay', async (t) => {
        const daemon = await new Daemon().start();
        t.after(() => daemon.close());
        const user = unique('admin');
        const jti = unique('jti');
        const doomed = token(user, ['GENERAL_ADMIN'], { jti });
        const kept = identified(user);
        const options = { reconnection: false, transports: ['websocket'] };
        const going = await Promise.all([stack.socketUrl, daemon.url].map((url) => connect(t, { token: doomed, url, ...options })));
        const staying = await Promise.all([stack.socketUrl, daemon.url].map((url) => connect(t, { token: kept, url, ...options })));
        assert.equal((await rest('GET', '/notifications', { token: doomed })).status, 200);
        const began = Date.now();
        const answer = await revoke({ jti });
        assert.equal(answer.status, 200, answer.text);
        assert.deepEqual(answer.json, { revoked: true, closed: 2 });
        const again = await rest('GET', '/notifications', { token: doomed });
        assert.deepEqual([again.status, again.json.code], [401, 'token_revoked']);
        for (const client of going) {
            const took = await closed(client, began);
            assert.ok(took < 2000, `closed after ${took} ms`);
            assert.notEqual(client.disconnects[0], 'io server disconnect');
        }
        assert.equal((await refused(t, { token: doomed })).data.code, 'token_revoked');
        staying.forEach((client) => assert.deepEqual(client.disconnects, []));
        assert.equal((await rest('GET', '/notifications', { token: kept })).status, 200);
    });

    test('of a user: every token so far, and none that is issued later', async (t) => {
        const user = unique('admin');
        const bearers = [identified(user), token(user, ['GENERAL_ADMIN']), signToken({ sub: user, roles: [], exp: now() + 600 })];
        const sockets = await Promise.all(bearers.map((bearer) => connect(t, { token: bearer })));
        const stranger = await connect(t, { token: identified(unique('admin')) });
        const began = Date.now();
        const answer = await revoke({ userId: user });
        assert.deepEqual([answer.status, answer.json], [200, { revoked: true, closed: bearers.length }]);
        // all of them before REST is asked: a busy front server must not count as a late end
        for (const took of await Promise.all(sockets.map((client) => closed(client, began)))) {
            assert.ok(took < 2000, `closed after ${took} ms`);
        }
        for (const bearer of bearers) {
            assert.equal((await rest('GET', '/notifications', { token: bearer })).json.code, 'token_revoked');
        }
        assert.deepEqual(stranger.disconnects, []);
        const second = now();
        await waitFor(() => now() > second, 'the next second');
        const client = await connect(t, { token: identified(user) });
        await client.push('sync:ready');
    });

    test('of a user in the middle of upgrades: nobody is left waiting on either transport', async (t) => {
        const proxy = await network(t);
        const user = unique('admin');
        const over = (transport) => (link) => link.request.includes(`transport=${transport}`);
        proxy.holdBack(over('websocket'));
        const sockets = await Promise.all(Array.from({ length: 8 }, () =>
            connect(t, { token: identified(user), url: proxy.url, reconnection: false })));
        const witness = await connect(t, { token: identified(user), transports: ['websocket'], reconnection: false });
        proxy.holdBack(over('polling')); // the probes are answered, the polls not yet ended
        await waitFor(() => sockets.every(({ socket }) => socket.io.engine.upgrading), 'the upgrades');
        const began = Date.now();
        assert.equal((await revoke({ userId: user })).json.closed, sockets.length + 1);
        await closed(witness, began);
        for (let turn = 0; turn < 3; turn += 1) { // whatever went to the sockets has passed the network too
            await request('GET', `${proxy.url}/healthz`);
        }
        proxy.holdBack(() => false);
        for (const took of await Promise.all(sockets.map((client) => closed(client, began)))) {
            assert.ok(took < 2000, `closed after ${took} ms`);
        }
    });

    test('a revoked session does not resume', async (t) => {
        const user = unique('admin');
        const jti = unique('jti');
        const one = await listener(t, { user, auth: { token: token(user, ['GENERAL_ADMIN'], { jti }) } });
        const refusal = new Promise((resolve) => { one.client.socket.on('connect_error', resolve); });
        await revoke({ jti });
        assert.equal((await within(refusal, 'the refusal')).data?.code, 'token_revoked');
        assert.equal(one.client.socket.connected, false);
    });
});

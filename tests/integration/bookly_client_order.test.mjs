// What the site's client does with what comes late, twice, or from a transport that another has followed; and its size.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { connect } from '../../apache/htdocs/bookly.js';
import { Bookly } from './support/bookly.mjs';
import { rest } from './support/http.mjs';
import { notifyUser } from './support/sql.mjs';
import { token, unique } from './support/token.mjs';
import { waitFor } from './support/wait.mjs';

test('bookly.js is under 6 kB, as it is served', () => {
    const { length } = gzipSync(readFileSync(new URL('../../apache/htdocs/bookly.js', import.meta.url)), { level: 9 });
    assert.ok(length < 6000, `${length} bytes`);
});

/** An `io` whose only socket the test speaks for: {io, push(event, data, cursor), sent, fire(event, …)}. */
function puppet() {
    const listeners = new Map();
    const sent = [];
    let any;
    const socket = {
        connected: false,
        recovered: false,
        on: (event, listener) => listeners.set(event, listener),
        onAny: (listener) => { any = listener; },
        off: () => { listeners.clear(); return socket; },
        offAny: () => { any = null; return socket; },
        disconnect: () => { socket.connected = false; },
        timeout: () => ({
            emit: (name, payload, acknowledge) => {
                sent.push([name, payload]);
                queueMicrotask(() => acknowledge(null, { success: true, channels: payload.channels }));
            },
        }),
        io: { engine: { transport: { name: 'websocket' }, on: () => {}, close: () => {} } },
    };
    return {
        sent,
        socket,
        push: (...values) => any?.(...values),
        fire: (event, ...values) => listeners.get(event)?.(...values),
        io: (url, options) => {
            options.auth((identity) => {
                sent.push(['CONNECT', identity]);
                socket.connected = true;
                setImmediate(() => listeners.get('connect')?.());
            });
            return socket;
        },
    };
}

/** A client at the end of such a socket, with what it delivers: [event, data]. */
async function led(t, options = {}) {
    const strings = puppet();
    const client = connect({ url: 'http://127.0.0.1:9', token: token('somebody'), io: strings.io, ...options });
    t.after(() => client.close());
    const heard = [];
    client.on('*', (data, event) => heard.push([event, data]));
    await client.subscribe(['events']);
    return { client, heard, ...strings };
}

describe('pushes', () => {
    test('what comes twice is delivered once; what is made anew has its neighbour\'s place', async (t) => {
        const { client, heard, push } = await led(t);
        push('event:created', { eventId: 'a' }, 'e.1');
        push('event:created', { eventId: 'a' }, 'e.1');
        push('event:failed', { eventId: 'a' }, 'e.1');
        push('dashboard:metrics:updated', { metrics: 1 }, 'e.1');
        push('dashboard:metrics:updated', { metrics: 2 }, 'e.1');
        push('event:created', { eventId: 'b' }, 'e.2');
        assert.deepEqual(heard.map(([event]) => event), ['event:created', 'event:failed',
            'dashboard:metrics:updated', 'dashboard:metrics:updated', 'event:created']);
        assert.equal(client.cursor, 'e.2');
    });

    test('an event that is replayed is another message', async (t) => {
        const { heard, push } = await led(t);
        push('event:replayed', { eventId: 'a', replayTimestamp: 1 }, 'e.1');
        push('event:replayed', { eventId: 'a', replayTimestamp: 2 }, 'e.2');
        assert.equal(heard.length, 2);
    });

    test('the cursor is that of the push while its listeners run, and of the last one for the next connection', async (t) => {
        const { client, push, fire, sent } = await led(t, { cursor: 'e.0' });
        assert.deepEqual(sent[0][1].cursor, 'e.0');
        const places = [];
        client.on('event:created', () => places.push(client.cursor));
        push('event:created', {}, 'e.1');
        push('event:created', {}, 'e.2');
        assert.deepEqual(places, ['e.1', 'e.2']);
        fire('disconnect', 'transport close');
        assert.equal(client.state.status, 'connecting');
    });

    test('closed, nothing is delivered any more', async (t) => {
        const { client, heard, push } = await led(t);
        push('event:created', {}, 'e.1');
        client.close();
        push('event:created', {}, 'e.2');
        assert.equal(heard.length, 1);
    });

    test('a fresh session is told what is wanted, filters included; a recovered one is not', async (t) => {
        const { client, sent, fire, socket } = await led(t);
        await client.subscribe(['logs', 'dlq'], { logFilters: { level: 'error' }, dlqFilters: { status: 'failed' } });
        await client.unsubscribe(['dlq']);
        sent.length = 0;
        fire('connect');
        await waitFor(() => sent.length > 0, 'the subscription');
        assert.deepEqual(sent, [['subscribe', { channels: ['events', 'logs'], logFilters: { level: 'error' } }]]);
        socket.recovered = true;
        fire('connect');
        await client.subscribe(['dashboard']);
        assert.deepEqual(sent.length, 2, 'only what is asked for now');
    });
});

/** Holds the answers of the requests that `choose` takes, until release(). */
function holding(t, choose) {
    const real = globalThis.fetch;
    let release;
    const held = new Promise((resolve) => { release = resolve; });
    let count = 0;
    globalThis.fetch = async (target, options) => {
        const answer = await real(target, options);
        if (choose(options.method, new URL(target).pathname)) {
            count += 1;
            await held;
        }
        return answer;
    };
    t.after(() => { globalThis.fetch = real; });
    return { release, held: (number = 1) => waitFor(() => count >= number, 'the answer to be held') };
}

describe('the inbox', () => {
    async function withInbox(t) {
        const user = unique('user');
        const first = await notifyUser(user);
        const bookly = new Bookly(t, { user, roles: [] });
        await bookly.client.subscribe(['notifications']);
        await waitFor(() => bookly.client.notifications.items.length === 1 && bookly.client.notifications.version > 0, 'the inbox');
        const told = []; // ids and count, at each change
        bookly.client.on('notifications', ({ items, unreadCount }) => told.push([items.map(({ id }) => id), unreadCount]));
        const bearer = token(user);
        return { user, first, bookly, inbox: bookly.client.notifications, told, bearer };
    }

    test('a list that is late takes away nothing that came meanwhile', async (t) => {
        const { user, first, bookly, inbox, told } = await withInbox(t);
        const late = holding(t, (method, path) => method === 'GET' && path.endsWith('/notifications'));
        const answer = inbox.get();
        await late.held();
        const second = await notifyUser(user);
        await bookly.push('notification:created', ({ id }) => id === second);
        late.release();
        assert.deepEqual((await answer).notifications.map(({ id }) => id), [second, first]);
        assert.ok(told.every(([ids, count]) => ids.includes(second) && count === 2), JSON.stringify(told));
    });

    test('a list that is late brings nothing back that was deleted meanwhile', async (t) => {
        const { first, bookly, inbox, told, bearer } = await withInbox(t);
        const late = holding(t, (method, path) => method === 'GET' && path.endsWith('/notifications'));
        const answer = inbox.get();
        await late.held();
        await rest('DELETE', `/notifications/${first}`, { token: bearer });
        await bookly.push('notification:deleted', ({ notificationId }) => notificationId === first);
        late.release();
        assert.deepEqual((await answer).notifications, []);
        assert.ok(told.every(([ids, count]) => ids.length === 0 && count === 0), JSON.stringify(told));
    });

    test('an answer that is late does not set the badge back', async (t) => {
        const { user, first, bookly, inbox, told } = await withInbox(t);
        const late = holding(t, (method) => method === 'POST');
        const answer = inbox.read(first);
        await late.held();
        await bookly.push('notification:read', ({ notificationId }) => notificationId === first);
        const second = await notifyUser(user);
        await bookly.push('notification:created', ({ id }) => id === second);
        assert.equal(inbox.unreadCount, 1);
        late.release();
        assert.equal((await answer).unreadCount, 0, 'as it was then');
        assert.equal(inbox.unreadCount, 1);
        assert.deepEqual(told.map(([, count]) => count), [0, 1, 1]);
    });

    test('a push that is late does not undo what is newer', async (t) => {
        const { client, push } = await led(t);
        const { notifications } = client;
        push('notification:created', { id: 'a', read: false, unreadCount: 2, version: 5 }, 'e.1');
        push('notification:read', { notificationId: 'a', unreadCount: 0, version: 4 }, 'e.2');
        assert.deepEqual([notifications.items[0].read, notifications.unreadCount, notifications.version], [false, 2, 5]);
        push('notification:read', { notificationId: 'a', unreadCount: 1, version: 6 }, 'e.3');
        assert.deepEqual([notifications.items[0].read, notifications.unreadCount, notifications.version], [true, 1, 6]);
        push('notification:created', { id: 'b', read: false }, 'e.4'); // to a role: without figures
        assert.deepEqual([notifications.items.map(({ id }) => id), notifications.unreadCount], [['b', 'a'], 2]);
    });

    test('marked unread and read again, here and elsewhere', async (t) => {
        const { first, inbox, bearer } = await withInbox(t);
        await inbox.read(first);
        const { version } = inbox;
        await inbox.unread(first);
        assert.deepEqual([inbox.items[0].read, inbox.unreadCount], [false, 1]);
        await rest('POST', `/notifications/${first}/read`, { token: bearer });
        await waitFor(() => inbox.items[0].read && inbox.unreadCount === 0, 'what was done elsewhere');
        assert.ok(inbox.version > version);
    });

    test('no more than 100, the newest', async (t) => {
        const { user, inbox } = await withInbox(t);
        let last;
        for (let i = 0; i < 105; i += 1) {
            last = await notifyUser(user, { title: `${i}` });
        }
        await waitFor(() => inbox.items[0]?.id === last, 'the last one');
        assert.equal(inbox.items.length, 100);
        assert.deepEqual(inbox.items.map(({ title }) => title), Array.from({ length: 100 }, (_, i) => `${104 - i}`));
        assert.equal(inbox.unreadCount, 100);
    });
});

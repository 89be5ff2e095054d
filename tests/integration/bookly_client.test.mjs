// The client of the site against the real stack: one interface, whatever transport carries it.
import assert from 'node:assert/strict';
import net from 'node:net';
import { describe, test } from 'node:test';
import { readToken } from '../../apache/htdocs/bookly.js';
import { Bookly, WAYS } from './support/bookly.mjs';
import { startCutter } from './support/cutter.mjs';
import { freePort } from './support/daemon.mjs';
import { rest } from './support/http.mjs';
import { failEvent, notifyUser, publishEvent, sql, writeLog } from './support/sql.mjs';
import { stack } from './support/stack.mjs';
import { positionOf } from './support/stream.mjs';
import { admin, claimsOf, now, signToken, token, unique } from './support/token.mjs';
import { waitFor, within } from './support/wait.mjs';

/** Events of one service, counted from 1. */
function source() {
    const service = unique('service');
    let count = 0;
    return {
        service,
        filter: { eventFilters: { services: service } },
        async publish(times = 1) {
            for (let i = 0; i < times; i += 1) {
                count += 1;
                await publishEvent({ event_type: 'test.numbered', service, data: { number: count } });
            }
        },
        /** Waits for the last, and asserts: all, once and in order. */
        async heardBy(bookly, from = 1) {
            const numbers = () => bookly.all('event:created', (data) => data.service === service).map(({ data }) => data.data.number);
            await waitFor(() => numbers().includes(count), `event ${count}; ${bookly}`);
            assert.deepEqual(numbers(), Array.from({ length: count - from + 1 }, (_, index) => index + from));
        },
    };
}

for (const [way, options] of Object.entries(WAYS)) {
    describe(way, { concurrency: 8 }, () => {
        test('pushes come as they are published, once and in order, with their places', async (t) => {
            const [one, other] = [source(), source()];
            const bookly = new Bookly(t, options);
            const answer = await bookly.client.subscribe(['events'], one.filter);
            assert.deepEqual(answer, { channels: ['events'], denied: [] });
            const { status, transport, recovered, user, expiresAt, gaps, error } = bookly.client.state;
            assert.deepEqual([status, recovered, user, gaps, error], ['connected', false, bookly.user, 0, null]);
            assert.ok({ 'SSE': 'sse', 'REST polling': 'rest' }[way] === transport || /^(websocket|polling)$/.test(transport), transport);
            assert.ok(expiresAt > Date.now() && Object.isFrozen(bookly.client.state));
            await one.publish(3);
            await other.publish();
            await one.publish(30);
            await one.heardBy(bookly);
            const places = bookly.all('event:created').map(({ cursor }) => positionOf(cursor));
            assert.ok(places.every((place, index) => index === 0 || place >= places[index - 1]), String(places));
            assert.equal(bookly.all('event:created').length, 33, 'nothing of the other service');
        });

        test('from a place on', async (t) => {
            const numbered = source();
            const first = new Bookly(t, options);
            await first.client.subscribe(['events'], numbered.filter);
            await numbered.publish(2);
            await numbered.heardBy(first);
            const { cursor } = first.client;
            first.client.close();
            await numbered.publish(3);
            const second = new Bookly(t, { ...options, user: first.user, cursor });
            await second.client.subscribe(['events'], numbered.filter);
            await numbered.publish();
            await numbered.heardBy(second, 3);
            assert.equal(second.client.state.recovered, true);
            assert.equal(first.client.state.status, 'closed');
            assert.equal(first.all('event:created').length, 2, 'closed is closed');
        });

        test('a place that nobody knows is a gap', async (t) => {
            const numbered = source();
            const bookly = new Bookly(t, { ...options, cursor: 'forged' });
            await bookly.client.subscribe(['events'], numbered.filter);
            const { data } = await bookly.push('sync:gap');
            assert.deepEqual([data.from, data.reason], ['forged', 'invalid']);
            assert.deepEqual([bookly.client.state.gaps, bookly.client.state.recovered], [1, false]);
            await numbered.publish();
            await numbered.heardBy(bookly);
        });

        test('what is not allowed, and what is wrong', async (t) => {
            const student = new Bookly(t, { ...options, user: unique('student'), roles: ['STUDENT'] });
            const answer = await student.client.subscribe(['logs', 'notifications']);
            assert.deepEqual(answer, { channels: ['notifications'], denied: [{ channel: 'logs', code: 'forbidden' }] });
            await assert.rejects(student.client.subscribe(['dlq', 'events']), { code: 'forbidden' });
            const bookly = new Bookly(t, options);
            await assert.rejects(bookly.client.subscribe(['nothing']), { code: 'unknown_channel' });
            await assert.rejects(bookly.client.subscribe(['logs'], { logFilters: { minLevel: 'loud' } }), /minLevel/);
            assert.deepEqual(await bookly.client.subscribe(['dlq']), { channels: ['dlq'], denied: [] });
            const id = await notifyUser(student.user);
            await student.push('notification:created', (data) => data.id === id);
        });

        test('a filter that is replaced and taken away; a channel that is left', async (t) => {
            const [one, other] = [source(), source()];
            const user = unique('admin');
            const bookly = new Bookly(t, { ...options, user });
            await bookly.client.subscribe(['events', 'notifications'], one.filter);
            await bookly.client.subscribe(['events'], other.filter);
            await one.publish();
            await other.publish();
            await other.heardBy(bookly);
            assert.equal(bookly.all('event:created').length, 1);
            await bookly.client.subscribe(['events'], { eventFilters: null });
            await one.publish();
            await bookly.push('event:created', (data) => data.service === one.service);
            assert.deepEqual(await bookly.client.unsubscribe(['events']), { channels: ['notifications'] });
            await one.publish();
            const id = await notifyUser(user);
            await bookly.push('notification:created', (data) => data.id === id);
            assert.equal(bookly.all('event:created', (data) => data.service === one.service).length, 1);
        });

        test('the periodic pushes', async (t) => {
            const bookly = new Bookly(t, options);
            await bookly.client.subscribe(['dashboard', 'dlq']);
            for (const event of ['dashboard:metrics:updated', 'dlq:stats:updated']) {
                await waitFor(() => bookly.all(event).length > 1, `${event} again; ${bookly}`);
            }
            const [{ data: { metrics, dashboard, timestamp } }] = bookly.all('dashboard:metrics:updated');
            assert.equal(metrics.brokerType, 'postgres');
            assert.ok(Array.isArray(dashboard.topEventTypes) && Number.isFinite(Date.parse(timestamp)));
            assert.equal(typeof bookly.all('dlq:stats:updated')[0].data.stats.pending, 'number');
        });

        test('a service in the filter of the logs and none in that of the dead letters', async (t) => {
            const [own, other] = [unique('service'), unique('service')];
            const bookly = new Bookly(t, options);
            await bookly.client.subscribe(['logs', 'dlq'], { logFilters: { service: own, minLevel: 'warn' }, dlqFilters: { topic: own } });
            const log = (service, level) => writeLog({ level, service, context: 'test', message: service });
            await log(other, 'error');
            await log(own, 'info');
            await log(own, 'error');
            const event_id = await publishEvent({ event_type: 'test.dead', service: other });
            await failEvent({ event_id, error: 'broken', topic: unique('topic') });
            await failEvent({ event_id: await publishEvent({ event_type: 'test.dead', service: other }), error: 'broken', topic: own });
            await bookly.push('dlq:event:added', (data) => data.originalEvent.service === other);
            assert.deepEqual(bookly.pushes.filter(({ event }) => /^(log|dlq:event):/.test(event)).map(({ event }) => event),
                ['log:error', 'dlq:event:added']);
        });

        test('the inbox: every action, and another client that sees it', async (t) => {
            const user = unique('user');
            const before = await notifyUser(user);
            const [one, other] = [0, 1].map(() => new Bookly(t, { ...options, user, roles: [] }));
            for (const { client } of [one, other]) {
                await client.subscribe(['notifications']);
            }
            const both = (accept, what) => Promise.all([one, other].map(({ client }) =>
                waitFor(() => accept(client.notifications), `${what}: ${JSON.stringify(client.notifications.items)}`)));
            const shows = (unreadCount, ids) => both((inbox) => inbox.unreadCount === unreadCount &&
                inbox.items.map(({ id, read }) => `${id} ${read}`).join() === ids.map(([id, read]) => `${id} ${read}`).join(),
            `${unreadCount} ${ids}`);
            await shows(1, [[before, false]]);
            let changes = 0;
            other.client.on('notifications', (inbox) => { changes += inbox === other.client.notifications ? 1 : 0; });
            const second = await notifyUser(user);
            const third = await notifyUser(user);
            await shows(3, [[third, false], [second, false], [before, false]]);
            const answer = await one.client.notifications.read(second);
            assert.equal(answer.unreadCount, 2);
            await shows(2, [[third, false], [second, true], [before, false]]);
            assert.equal((await one.client.notifications.unread(second)).unreadCount, 3);
            assert.equal(one.client.notifications.items[1].read, false, 'at once where it was done');
            await other.client.notifications.get(); // no push tells of it
            await shows(3, [[third, false], [second, false], [before, false]]);
            await other.client.notifications.delete(third);
            await shows(2, [[second, false], [before, false]]);
            assert.equal((await other.client.notifications.readAll()).count, 2);
            await shows(0, [[second, true], [before, true]]);
            assert.deepEqual((await one.client.notifications.get({ unreadOnly: true })).notifications, []);
            assert.equal(one.client.notifications.items.length, 2, 'a part of the inbox is not the inbox');
            assert.equal((await one.client.notifications.clear()).count, 2);
            await shows(0, []);
            assert.ok(changes >= 6, `${changes} changes were told`);
            assert.deepEqual((await one.client.notifications.mute(['system'])).mutedCategories, ['system']);
            assert.deepEqual((await one.client.notifications.preferences()).mutedCategories, ['system']);
        });

        test('one to a role is counted', async (t) => {
            const bookly = new Bookly(t, { ...options, user: unique('guard'), roles: ['SECURITY'] });
            await bookly.client.subscribe(['notifications']);
            await waitFor(() => bookly.client.notifications.version >= 0, 'the inbox');
            const { unreadCount } = bookly.client.notifications;
            const body = { role: 'SECURITY', type: 'info', category: 'system', title: unique('guards'), message: 'x' };
            const made = await rest('POST', '/notifications', { token: admin(), body });
            await bookly.push('notification:created', (data) => data.id === made.json.id);
            await waitFor(() => bookly.client.notifications.unreadCount > unreadCount, 'the badge');
            await bookly.client.notifications.read(made.json.id);
            // others are notified at the same time
            await waitFor(async () => {
                const { data: { count } } = await bookly.client.rest('/notifications/unread/count');
                return bookly.client.notifications.unreadCount === count;
            }, 'the same count on both sides');
        });

        test('setToken: roles that are fewer end what they do not allow; a wrong one changes nothing', async (t) => {
            const numbered = source();
            const bookly = new Bookly(t, options);
            await bookly.client.subscribe(['events', 'logs'], numbered.filter);
            const exp = now() + 600;
            const next = signToken(claimsOf(bookly.user, ['PROGRAM_ADMIN'], { exp }));
            await assert.rejects(bookly.client.setToken(admin()), { code: 'user_mismatch' });
            await assert.rejects(bookly.client.setToken(signToken(claimsOf(bookly.user, [], { exp: now() - 5 }))), { code: 'token_expired' });
            assert.equal(bookly.client.state.status, 'connected');
            assert.deepEqual(await bookly.client.setToken(next), { expiresAt: exp * 1000 });
            assert.equal(bookly.client.state.expiresAt, exp * 1000);
            assert.deepEqual((await bookly.push('subscription:ended')).data, { channel: 'logs', code: 'forbidden' });
            await numbered.publish();
            await numbered.heardBy(bookly);
            assert.deepEqual((await bookly.client.subscribe(['events'])).channels, ['events']);
        });

        test('a token that has run out, or none: onToken is asked', async (t) => {
            const numbered = source();
            for (const given of [signToken(claimsOf('someone', [], { exp: now() - 5 })), undefined]) {
                const user = given ? 'someone' : unique('admin');
                const reasons = [];
                const onToken = async (reason) => {
                    reasons.push(reason);
                    return token(user, ['GENERAL_ADMIN']);
                };
                const bookly = new Bookly(t, { ...options, token: given, onToken });
                await bookly.client.subscribe(['events'], numbered.filter);
                assert.deepEqual(reasons, ['expired']);
                assert.equal(bookly.client.state.user, user);
            }
        });

        test('without another token it stops, and says why; setToken begins anew', async (t) => {
            for (const [claims, status, code] of [[{ exp: now() - 5 }, 'expired', 'token_expired'], [{ temp: true }, 'refused', 'token_purpose']]) {
                const user = unique('admin');
                let asked = 0;
                const bookly = new Bookly(t, { ...options, token: signToken(claimsOf(user, [], claims)), onToken: () => { asked += 1; } });
                const state = await bookly.state({ status });
                assert.deepEqual([state.error.code, state.transport, asked], [code, null, 1]);
                await bookly.client.setToken(token(user, ['GENERAL_ADMIN']));
                await bookly.client.subscribe(['events']);
                assert.equal(bookly.client.state.error, null);
            }
        });

        test('a revoked token: onToken is asked once, then it is refused', async (t) => {
            const jti = unique('jti');
            const user = unique('admin');
            const reasons = [];
            const revoked = token(user, ['GENERAL_ADMIN'], { jti });
            const bookly = new Bookly(t, { ...options, token: revoked, onToken: (reason) => { reasons.push(reason); return revoked; } });
            await bookly.client.subscribe(['events']);
            await rest('POST', '/auth/revoke', { token: admin(), body: { jti } });
            const { error } = await bookly.state({ status: 'refused' });
            assert.equal(error.code, 'token_revoked');
            assert.deepEqual(reasons, ['expired']);
            await assert.rejects(bookly.client.rest('/events'), { status: 401, code: 'token_revoked' });
        });
    });
}

describe('while the connection is cut', { concurrency: 4 }, () => {
    for (const way of ['Socket.IO', 'Socket.IO by polling', 'SSE']) {
        test(`${way}: it goes on where it was`, async (t) => {
            const cutter = await startCutter(t, stack.url);
            const numbered = source();
            const bookly = new Bookly(t, { ...WAYS[way], url: cutter.url });
            await bookly.client.subscribe(['events'], numbered.filter);
            for (let round = 0; round < 3; round += 1) {
                await numbered.publish(5);
                if (way === 'Socket.IO') { // cut in the middle of its upgrade, the library waits for its next ping
                    await bookly.state({ status: 'connected', transport: 'websocket' });
                }
                const { length } = bookly.states;
                await waitFor(() => {
                    cutter.cut(); // again: it may have been between two polls
                    return bookly.states.slice(length).some(({ status }) => status === 'connecting');
                }, `the loss; ${bookly}`);
                await numbered.publish(5);
                const { recovered } = await bookly.state({ status: 'connected' });
                assert.equal(recovered, true);
                await numbered.heardBy(bookly);
            }
            assert.equal(bookly.client.state.gaps, 0);
        });
    }

    test('what is asked for meanwhile is done afterwards, in order', async (t) => {
        const cutter = await startCutter(t, stack.url);
        const [one, other] = [source(), source()];
        const bookly = new Bookly(t, { url: cutter.url });
        await bookly.client.subscribe(['events'], one.filter);
        cutter.cut();
        const done = await Promise.all([
            bookly.client.subscribe(['logs']),
            bookly.client.unsubscribe(['logs']),
            bookly.client.subscribe(['events', 'notifications'], other.filter),
        ]);
        assert.deepEqual(done.map(({ channels }) => channels.join()), ['events,logs', 'events', 'events,notifications']);
        await one.publish();
        await other.publish();
        await other.heardBy(bookly);
        assert.equal(bookly.all('event:created').length, 1);
    });
});

describe('tokens on a live connection', { concurrency: 4 }, () => {
    for (const way of ['Socket.IO', 'SSE']) {
        test(`${way}: a minute before the end it asks, and the connection stays`, async (t) => {
            const user = unique('admin');
            const reasons = [];
            const bookly = new Bookly(t, {
                ...WAYS[way],
                token: signToken(claimsOf(user, ['GENERAL_ADMIN'], { exp: now() + 63 })),
                onToken: (reason) => {
                    reasons.push(reason);
                    return token(user, ['GENERAL_ADMIN']);
                },
            });
            await bookly.client.subscribe(['notifications']);
            const { expiresAt } = bookly.client.state;
            await waitFor(() => bookly.client.state.expiresAt > expiresAt, `the next token; ${bookly}`);
            assert.deepEqual(reasons, ['expiring']);
            const id = await notifyUser(user);
            await bookly.push('notification:created', (data) => data.id === id);
            assert.ok(bookly.states.every(({ status }) => status === 'connected'), String(bookly));
        });
    }
});

describe('which transport', { concurrency: 4 }, () => {
    test('without socket.io-client it begins with SSE', async (t) => {
        const bookly = new Bookly(t, { io: undefined });
        await bookly.client.subscribe(['notifications']);
        assert.deepEqual([bookly.client.state.transport, bookly.client.socket], ['sse', null]);
    });

    test('a server that is not there: offline, and connected once it is', async (t) => {
        const port = await freePort();
        const bookly = new Bookly(t, { url: `http://127.0.0.1:${port}` });
        const { error, transport } = await bookly.state({ status: 'offline' });
        assert.deepEqual([error.code, transport], ['offline', null]);
        await assert.rejects(bookly.client.rest('/events'), { code: 'offline', status: 0 });
        const waits = bookly.client.subscribe(['events']);
        const cutter = await startCutter(t, stack.url, port);
        assert.deepEqual((await waits).channels, ['events']);
        await bookly.state({ transport: 'websocket' });
        assert.ok(cutter.url.endsWith(`:${port}`));
    });

    test('one that takes every connection and says nothing is given up, and found again', async (t) => {
        const silent = net.createServer(() => {});
        const open = new Set();
        silent.on('connection', (socket) => open.add(socket));
        const port = await freePort();
        await new Promise((resolve) => { silent.listen(port, '127.0.0.1', resolve); });
        const bookly = new Bookly(t, { url: `http://127.0.0.1:${port}`, transports: ['sse', 'rest'] });
        await bookly.state({ status: 'offline' }, 60000);
        silent.close();
        open.forEach((socket) => socket.destroy());
        await startCutter(t, stack.url, port);
        await bookly.client.subscribe(['events']);
        await bookly.state({ transport: 'sse' }, 60000);
    });

    test('closed: what waits is told, and nothing is left', async (t) => {
        const bookly = new Bookly(t, { url: `http://127.0.0.1:${await freePort()}` });
        const waits = bookly.client.subscribe(['events']);
        await bookly.state({ status: 'offline' });
        bookly.client.close();
        await assert.rejects(waits, { code: 'closed' });
        assert.equal(bookly.client.state.status, 'closed');
    });
});

describe('rest', { concurrency: 4 }, () => {
    test('lists by pages, with the place from which to follow', async (t) => {
        const service = unique('service');
        for (let i = 0; i < 5; i += 1) {
            await publishEvent({ event_type: 'test.page', service, data: { i } });
        }
        const { client } = new Bookly(t);
        const found = [];
        for (let path = `/events?services=${service}&limit=2`, query; path;) {
            const { data, status, next, cursor } = await client.rest(path, { query });
            assert.deepEqual([status, typeof cursor], [200, 'string']);
            found.push(...data.map((event) => event.data.i));
            path = next;
        }
        assert.deepEqual(found, [4, 3, 2, 1, 0]);
        const { data } = await client.rest('/events', { query: { services: [service, unique('other')], limit: 1, from: undefined, to: '' } });
        assert.equal(data.length, 1);
    });

    test('writes, and says in words what is wrong', async (t) => {
        const { client } = new Bookly(t);
        const service = unique('service');
        const made = await client.rest('/events', { method: 'POST', body: { eventType: 'TEST_REST', service } });
        assert.equal(made.status, 201);
        assert.equal((await client.rest(`/events/${made.data.eventId}`)).data.service, service);
        const lines = [1, 2].map((n) => JSON.stringify({ level: 'info', service, context: 'test', message: `line ${n}` })).join('\n');
        const logged = await client.rest('/logs', { method: 'POST', body: lines, headers: { 'Content-Type': 'application/x-ndjson' } });
        assert.equal(logged.data.accepted, 2);
        await assert.rejects(client.rest('/events', { query: { colour: 'red' } }), { status: 400, code: 'unknown_field', message: /colour/ });
        await assert.rejects(client.rest(`/dlq/${made.data.eventId}`), { status: 404, code: 'not_found' });
        const control = new AbortController();
        const stopped = client.rest('/events', { signal: control.signal });
        control.abort();
        await assert.rejects(stopped, { name: 'AbortError' });
    });

    test('many that are refused at once ask for one token', async (t) => {
        const user = unique('admin');
        let asked = 0;
        const onToken = async () => { asked += 1; return token(user, ['GENERAL_ADMIN']); };
        const { client } = new Bookly(t, { token: signToken(claimsOf(user, [], { exp: now() - 5 })), onToken });
        const answers = await Promise.all([1, 2, 3, 4].map(() => client.rest('/events', { query: { limit: 1 } })));
        assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200, 200]);
        assert.equal(asked, 1);
    });
});

test('a listener that throws is reported, and stops nobody else', async (t) => {
    const runners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    t.after(() => runners.forEach((listener) => process.on('uncaughtException', listener)));
    const reported = new Promise((resolve) => { process.once('uncaughtException', resolve); });
    const bookly = new Bookly(t, { roles: [] }); // nobody else notifies it
    const heard = [];
    bookly.client.on('notification:created', () => { throw new Error('mine'); });
    const off = bookly.client.on('notification:created', ({ id }) => heard.push(id));
    await bookly.client.subscribe(['notifications']);
    const id = await notifyUser(bookly.user);
    assert.equal((await within(reported, 'the report')).message, 'mine');
    assert.deepEqual(heard, [id]);
    off();
});

test('what a token says', () => {
    const exp = now() + 60;
    assert.deepEqual(readToken(signToken({ sub: 'señora 😀', exp })), { user: 'señora 😀', expiresAt: exp * 1000 });
    for (const none of [undefined, '', 'x', 'a.b.c', null]) {
        assert.deepEqual(readToken(none), {});
    }
});

// Resume, case by case, where no part of the stack has to end: networks that break, cursors that cannot be, sessions
// that are over.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connect, open } from '../integration/support/client.mjs';
import { settled } from '../integration/support/marker.mjs';
import { RawWebSocket } from '../integration/support/raw.mjs';
import { notifyUser, sql } from '../integration/support/sql.mjs';
import { stack } from '../integration/support/stack.mjs';
import { token, unique } from '../integration/support/token.mjs';
import { waitFor, within } from '../integration/support/wait.mjs';
import { parseCursor } from './oracle/record.mjs';
import { Daemon } from './support/control.mjs';
import { RECONNECTING, Source, breakNetwork, interrupt, listener, mend, network, resumed, target } from './support/resuming.mjs';

const TRANSPORTS = { websocket: ['websocket'], polling: ['polling'], default: undefined };

const connectAnswer = (text) => JSON.parse(text.slice(text.indexOf('{')));

/** CONNECT by hand with this auth: {sid, pid, raw, pushes()}. */
async function joinByHand(t, auth, url = stack.socketUrl) {
    const raw = await RawWebSocket.open(t, { url });
    const answer = connectAnswer(await raw.join('/', auth));
    const pushes = () => raw.messages.filter((message) => message.startsWith('42['))
        .map((message) => JSON.parse(message.slice(2)))
        .map(([event, data]) => ({ event, data }));
    return { ...answer, raw, pushes };
}

/** What an unmodified client would send next. */
const ticket = (client) => ({ pid: client.socket._pid, offset: client.socket._lastOffset });

const forged = {
    epoch: ({ epoch, id }) => `${epoch.startsWith('1') ? '2' : '1'}${epoch.slice(1)}.${id}`,
    invalid: ({ epoch, id }) => `${epoch}.${id + 1000000}`,
};

describe('resume', { concurrency: 4 }, () => {
    for (const [name, transports] of Object.entries(TRANSPORTS)) {
        test(`${name}: a cut connection`, async (t) => {
            const one = await listener(t, { transports });
            await one.source.publish(3);
            await one.source.heardBy(one.client.pushes);
            await breakNetwork(one.proxy, one.client);
            await one.source.publish(3);
            mend(one.proxy);
            await resumed(one);
            await one.source.publish(2);
            await one.source.heardBy(one.client.pushes);
        });

        test(`${name}: before anything was received`, async (t) => {
            const one = await listener(t, { transports });
            await breakNetwork(one.proxy, one.client);
            await one.source.publish(2);
            mend(one.proxy);
            await resumed(one);
            await one.source.heardBy(one.client.pushes);
        });

        test(`${name}: before anything was asked for`, async (t) => {
            const proxy = await network(t);
            const client = await connect(t, { user: unique('user'), url: proxy.url, transports, ...RECONNECTING });
            await client.push('sync:ready');
            const sid = client.socket.id;
            await interrupt(proxy, client);
            await waitFor(() => client.socket.connected, 'the client to come back');
            assert.equal(client.socket.recovered, true);
            assert.equal(client.socket.id, sid);
        });

        test(`${name}: again and again`, async (t) => {
            const one = await listener(t, { transports });
            for (let time = 1; time <= 6; time += 1) {
                await one.source.publish(2);
                await interrupt(one.proxy, one.client);
                await waitFor(() => one.recoveries.length >= time && one.client.socket.connected, `return ${time}`);
            }
            await one.source.publish();
            await one.source.heardBy(one.client.pushes);
            await resumed(one, 6);
        });
    }

    test('while the transport is being upgraded', async (t) => {
        const one = await listener(t, { transports: ['polling', 'websocket'] });
        for (let time = 0; time < 4; time += 1) {
            const { engine } = one.client.socket.io;
            const upgrading = engine.transport?.name === 'polling'
                ? new Promise((resolve) => { engine.once('upgrading', resolve); engine.once('upgrade', resolve); engine.once('close', resolve); })
                : Promise.resolve();
            await one.source.publish();
            await upgrading;
            const before = one.recoveries.length;
            await interrupt(one.proxy, one.client);
            await waitFor(() => one.recoveries.length > before && one.client.socket.connected, 'the client to come back');
        }
        await one.source.publish();
        await one.source.heardBy(one.client.pushes);
        assert.ok(one.recoveries.every(Boolean));
        assert.equal(one.client.socket.id, one.sid);
    });

    test('an Engine.IO close packet keeps the session', async (t) => {
        const one = await listener(t);
        one.client.socket.io.engine.close();
        await one.source.publish(2);
        await resumed(one);
        await one.source.heardBy(one.client.pushes);
    });

    test('DISCONNECT ends the session', async (t) => {
        const one = await listener(t);
        const { pid, offset } = ticket(one.client);
        one.client.socket.disconnect();
        const again = await joinByHand(t, { token: one.bearer, pid, offset });
        assert.notEqual(again.pid, pid);
        assert.notEqual(again.sid, one.sid);
        const [answer] = await again.raw.command(1, '["unsubscribe",{"channels":["logs"]}]');
        assert.deepEqual(answer.channels, []);
    });

    test('filters, channels and what was unsubscribed are restored; what is pushed once is not pushed again', async (t) => {
        const one = await listener(t);
        await one.client.subscribe(['notifications', 'logs', 'dlq', 'dashboard'], { logFilters: { minLevel: 'error' } });
        await one.client.push('notifications:initial');
        await one.client.command('unsubscribe', { channels: ['dashboard', 'dlq'] });
        const mark = one.client.mark;
        await interrupt(one.proxy, one.client);
        await resumed(one);
        await settled(one.client, one.user);
        assert.deepEqual(one.client.all('notifications:initial', undefined, mark), []);
        const answer = await one.client.command('unsubscribe', { channels: ['dlq'] });
        assert.deepEqual(answer.channels.sort(), ['events', 'logs', 'notifications']);
        const other = new Source();
        await other.publish();
        await sql(`select bookly.write_log('info', $1, 'c', 'm'), bookly.write_log('error', $1, 'c', 'm')`, [other.service]);
        await settled(one.client, one.user);
        const heard = one.client.pushes.slice(mark).filter(({ data }) => data?.service === other.service);
        assert.deepEqual(heard.map(({ event }) => event), ['log:error']);
    });

    test('what the offset names, not what the daemon sent, is where it goes on', async (t) => {
        const one = await listener(t, { reconnection: false });
        await one.source.publish(5);
        await one.source.heardBy(one.client.pushes);
        const { pid } = ticket(one.client);
        const third = one.client.all('event:created')[2];
        const again = await joinByHand(t, { token: one.bearer, pid, offset: third.cursor });
        assert.equal(again.pid, pid);
        assert.equal(again.sid, one.sid);
        await one.source.heardBy(again.pushes, 4);
    });

    test('the newer transport wins, and the older one is closed', async (t) => {
        const one = await listener(t, { reconnection: false });
        const { pid, offset } = ticket(one.client);
        const again = await joinByHand(t, { token: one.bearer, pid, offset });
        assert.equal(again.pid, pid);
        await waitFor(() => one.client.disconnects.length > 0, 'the end of the older transport');
        // not as a DISCONNECT, after which a client would not come back
        assert.deepEqual(one.client.disconnects, ['transport close']);
        await one.source.publish(2);
        await one.source.heardBy(again.pushes);
        assert.deepEqual(one.source.numbers(one.client.pushes), []);
    });

    test('half-open: the daemon still believes in the old connection', async (t) => {
        const one = await listener(t);
        await one.source.publish();
        await one.source.heardBy(one.client.pushes);
        one.proxy.chosen().forEach((link) => link.halfOpen());
        await one.source.publish(2);
        await resumed(one);
        await one.source.publish();
        await one.source.heardBy(one.client.pushes);
    });

    test('another daemon on the same database', async (t) => {
        const daemon = await new Daemon().start();
        t.after(() => daemon.close());
        const one = await listener(t, { url: stack.pushUrl });
        const back = [daemon.url, stack.pushUrl, daemon.url];
        for (const [index, url] of back.entries()) {
            await one.source.publish();
            one.proxy.target = target(url);
            // the first daemon is not told that its connection is dead
            one.proxy.chosen().forEach((link) => (index === 1 ? link.halfOpen() : link.cut()));
            await one.source.publish();
            await waitFor(() => one.recoveries.length > index && one.client.socket.connected, 'the client to come back');
        }
        await resumed(one, back.length);
        await one.source.publish();
        await one.source.heardBy(one.client.pushes);
    });

    test('a transport that another daemon still holds is closed there', async (t) => {
        const daemon = await new Daemon().start();
        t.after(() => daemon.close());
        const one = await listener(t, { url: stack.pushUrl, reconnection: false });
        const again = await joinByHand(t, { token: one.bearer, ...ticket(one.client) }, daemon.url);
        assert.equal(again.sid, one.sid);
        await waitFor(() => one.client.disconnects.length > 0, 'the end of the transport at the first daemon');
        assert.deepEqual(one.client.disconnects, ['transport close']);
        await one.source.publish(2);
        await one.source.heardBy(again.pushes);
    });

    test('a pid is useless to another user', async (t) => {
        const one = await listener(t);
        await one.source.publish();
        const { pid, offset } = ticket(one.client);
        const thief = await joinByHand(t, { token: token(unique('thief'), ['GENERAL_ADMIN']), pid, offset });
        assert.notEqual(thief.pid, pid);
        assert.notEqual(thief.sid, one.sid);
        await one.source.publish();
        await one.source.heardBy(one.client.pushes);
        assert.deepEqual(thief.pushes().map(({ event }) => event).filter((event) => event !== 'sync:ready'), []);
        assert.deepEqual(one.client.disconnects, []);
        await interrupt(one.proxy, one.client);
        await resumed(one);
    });

    test('an unknown pid is a fresh session', async (t) => {
        const user = unique('user');
        for (const pid of ['AAAAAAAAAAAAAAAAAAAA', '', 'x'.repeat(5000), 7, null, { a: 1 }]) {
            const joined = await joinByHand(t, { token: token(user), pid });
            assert.equal(typeof joined.sid, 'string');
            assert.notEqual(joined.pid, pid);
        }
    });

    for (const [title, given, from] of [
        ['delivers from now on', {}, 3],
        ['and a cursor: from there', (cursor) => ({ cursor }), 2],
    ]) {
        test(`an unknown pid with an offset ${title}`, async (t) => {
            const one = await listener(t);
            await one.source.publish(1);
            await one.source.heardBy(one.client.pushes);
            const { offset } = ticket(one.client);
            await one.source.publish(1);
            await one.source.heardBy(one.client.pushes);
            const extra = typeof given === 'function' ? given(offset) : given;
            const again = await joinByHand(t, { token: one.bearer, pid: 'AAAAAAAAAAAAAAAAAAAA', offset, ...extra });
            await again.raw.command(1, JSON.stringify(['subscribe', { channels: ['events'], ...one.source.filter }]));
            await one.source.publish(1);
            await one.source.heardBy(again.pushes, from);
        });
    }

    test('an unknown pid with an offset of another epoch is told of the gap', async (t) => {
        const one = await listener(t);
        const { offset } = ticket(one.client);
        const from = forged.epoch(parseCursor(offset));
        const again = await joinByHand(t, { token: one.bearer, pid: 'AAAAAAAAAAAAAAAAAAAA', offset: from });
        await waitFor(() => again.pushes().some(({ event }) => event === 'sync:gap'), 'sync:gap');
        const { data } = again.pushes().find(({ event }) => event === 'sync:gap');
        assert.deepEqual([data.from, data.reason], [from, 'epoch']);
    });

    test('roles are checked again: a channel no longer allowed is ended and told', async (t) => {
        const one = await listener(t, { reconnection: false });
        await one.client.subscribe(['notifications']);
        const { pid, offset } = ticket(one.client);
        const again = await joinByHand(t, { token: token(one.user, ['STUDENT']), pid, offset });
        assert.equal(again.pid, pid);
        await waitFor(() => again.pushes().some(({ event }) => event === 'subscription:ended'), 'subscription:ended');
        const { data } = again.pushes().find(({ event }) => event === 'subscription:ended');
        assert.deepEqual(data, { channel: 'events', code: 'forbidden' });
        await one.source.publish();
        const id = await notifyUser(one.user);
        await waitFor(() => again.pushes().some((push) => push.event === 'notification:created' && push.data.id === id), 'the notification');
        assert.deepEqual(one.source.numbers(again.pushes()), []);
    });

    test('a new socket goes on from auth.cursor', async (t) => {
        const one = await listener(t);
        await one.source.publish(4);
        await one.source.heardBy(one.client.pushes);
        const second = one.client.all('event:created')[1].cursor;
        one.client.close();
        await one.source.publish();
        const again = await connect(t, { auth: { token: one.bearer, cursor: second }, transports: ['websocket'] });
        assert.equal(again.socket.recovered, false);
        const ready = await again.push('sync:ready');
        assert.equal(ready.cursor, second, 'a resume before the subscription would lose nothing');
        await again.subscribe(['events'], one.source.filter);
        await one.source.publish();
        await one.source.heardBy(again.pushes, 3);
    });

    test('three thousand missed, with a filter and without', async (t) => {
        const one = await listener(t);
        const all = await listener(t);
        await all.client.command('subscribe', { channels: ['events'], eventFilters: null });
        await one.source.publish();
        await one.source.heardBy(one.client.pushes);
        await all.client.push('event:created', (data) => data.service === one.source.service);
        await Promise.all([one, all].map(({ proxy, client }) => breakNetwork(proxy, client)));
        await one.source.flood(3000);
        [one, all].forEach(({ proxy }) => mend(proxy));
        await Promise.all([resumed(one), resumed(all)]);
        await one.source.publish(3);
        await one.source.heardBy(one.client.pushes);
        await one.source.heardBy(all.client.pushes);
    });

    for (const [reason, forge] of Object.entries(forged)) {
        test(`a forged offset is answered by sync:gap (${reason})`, async (t) => {
            const one = await listener(t, { reconnection: false });
            await one.source.publish();
            await one.source.heardBy(one.client.pushes);
            const { pid, offset } = ticket(one.client);
            const from = forge(parseCursor(offset));
            const again = await joinByHand(t, { token: one.bearer, pid, offset: from });
            await waitFor(() => again.pushes().some(({ event }) => event === 'sync:gap'), 'sync:gap');
            const { data } = again.pushes().find(({ event }) => event === 'sync:gap');
            assert.equal(data.from, from);
            assert.equal(data.reason, reason);
            assert.ok(parseCursor(data.to).id >= parseCursor(offset).id, data.to);
            assert.notEqual(again.pid, pid, 'so that the client does not believe it was recovered');
            await one.source.publish();
            await one.source.heardBy(again.pushes, 2);
        });

        test(`a forged auth.cursor is answered by sync:gap (${reason})`, async (t) => {
            const source = new Source();
            const bearer = token(unique('admin'), ['GENERAL_ADMIN']);
            const first = await connect(t, { token: bearer });
            const { cursor } = await first.push('sync:ready');
            const from = forge(parseCursor(cursor));
            const client = await connect(t, { auth: { token: bearer, cursor: from } });
            await client.subscribe(['events'], source.filter);
            const gap = await client.push('sync:gap');
            assert.deepEqual([gap.data.from, gap.data.reason], [from, reason]);
            await source.publish();
            await source.heardBy(client.pushes);
        });
    }

    test('a client whose token is refused on resume is told why', async (t) => {
        const one = await listener(t, { reconnection: false });
        const { pid, offset } = ticket(one.client);
        const client = open(t, { auth: { token: 'wrong', pid, offset }, transports: ['websocket'] });
        const error = await within(new Promise((resolve) => { client.socket.once('connect_error', resolve); }), 'the refusal');
        assert.equal(error.data.code, 'token_invalid');
    });
});

// PostgreSQL goes away, or keeps its connections and answers nothing: clients stay, are told, and miss nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { request, rest } from '../integration/support/http.mjs';
import { RawWebSocket } from '../integration/support/raw.mjs';
import { pushdLog, stack } from '../integration/support/stack.mjs';
import { sql } from '../integration/support/sql.mjs';
import { token, unique } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { PlainWebSocket } from './clients/plain.mjs';
import { SseByHand } from './clients/sse.mjs';
import { end, freezePostgres, handshake, startPostgres } from './support/control.mjs';
import { follow } from './support/follower.mjs';
import { listener } from './support/resuming.mjs';

const AT_ONCE_MS = 1500; // on a busy machine
const PINGS = 3;

const named = (pushes, event) => pushes.filter((push) => push.event === event);

async function timed(promise) {
    const began = Date.now();
    return [await promise, Date.now() - began];
}

/** Clients of four kinds listen while `away` takes the database away; it returns what brings it back. */
async function withoutDatabase(t, away) {
    const sockets = await Promise.all([['websocket'], ['polling']].map((transports) => listener(t, { transports })));
    const [{ source }] = sockets;
    await sockets[1].client.subscribe(['events'], source.filter);
    const wanted = { events: { services: source.service } };
    const others = [
        await follow(t, PlainWebSocket, { user: unique('admin'), wanted }),
        await follow(t, SseByHand, { user: unique('admin'), wanted }),
    ];
    const everybody = [...sockets.map(({ client }) => client.pushes), ...others.map(({ pushes }) => pushes)];
    const pings = await RawWebSocket.open(t);
    await pings.join('/', { token: token(unique('user')) });
    let pinged = 0;
    pings.socket.on('message', (message) => { pinged += message.toString() === '2' ? 1 : 0; });
    await source.publish(2);
    for (const pushes of everybody) {
        await source.heardBy(pushes);
    }

    const began = Date.now();
    const back = await away();
    try {
        for (const pushes of everybody) {
            await waitFor(() => named(pushes, 'sync:stalled').length > 0, 'sync:stalled', 30000);
        }
        const [{ data }] = named(everybody[0], 'sync:stalled');
        assert.ok(Math.abs(Date.parse(data.since) - began) < 30000, `since ${data.since}`);
        for (const { client } of sockets) {
            const [answer, took] = await timed(client.command('notifications:get'));
            assert.deepEqual([answer.success, answer.code], [false, 'unavailable']);
            assert.ok(took < AT_ONCE_MS, `a command was answered after ${took} ms`);
        }
        const refused = await handshake(stack.socketUrl);
        assert.equal(refused.status, 503);
        assert.match(refused.headers['retry-after'], /^\d+$/);
        pinged = 0;
        const [[answer, took]] = await Promise.all([
            timed(rest('GET', '/notifications', { token: token(unique('user')) })),
            waitFor(() => pinged >= PINGS, 'pings to go on', 30000),
        ]);
        assert.equal(answer.status, 503, answer.text);
        assert.match(answer.headers['retry-after'], /^\d+$/);
        t.diagnostic(`REST answered 503 in ${took} ms`);
    } finally {
        await back();
    }
    await waitFor(() => sql('select 1'), 'PostgreSQL');
    await source.publish(2);
    for (const pushes of everybody) {
        await source.heardBy(pushes);
        assert.equal(named(pushes, 'sync:stalled').length, 1);
        assert.equal(named(pushes, 'sync:resumed').length, 1);
    }
    sockets.forEach(({ client }) => assert.deepEqual(client.disconnects, []));
    others.forEach(({ tally }) => assert.ok(Object.keys(tally.counts).every((name) => / joined$/.test(name)), String(tally)));
    await waitFor(async () => (await sockets[0].client.command('notifications:get')).success, 'commands');
    await waitFor(async () => (await request('GET', `${stack.url}/api/v1/health`)).status === 200, 'REST');
    await waitFor(async () => (await handshake(stack.socketUrl)).status === 200, 'handshakes');
}

test('PostgreSQL is gone', async (t) => {
    await withoutDatabase(t, async () => {
        const logged = pushdLog().length;
        await end('postgres', 'SIGKILL');
        return async () => {
            const tries = pushdLog().slice(logged).split('\n').filter((line) => /\[Database\]/.test(line)).length;
            assert.ok(tries < 60, `${tries} lines about the database: a back-off has fewer`);
            await startPostgres();
        };
    });
});

test('a tarpit in place of PostgreSQL', async (t) => {
    await withoutDatabase(t, async () => freezePostgres());
});

// The site's client while parts of the stack end: from Socket.IO to SSE and REST polling and back on one cursor. Every
// event comes once and in order, whatever carried it.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { Bookly } from '../support/bookly.mjs';
import { startCutter } from '../support/cutter.mjs';
import { rest } from '../support/http.mjs';
import { endPart, startPart } from '../support/parts.mjs';
import { notifyUser, publishEvent, sql } from '../support/sql.mjs';
import { stack } from '../support/stack.mjs';
import { admin, token, unique } from '../support/token.mjs';
import { waitFor } from '../support/wait.mjs';

const LONGEST_MS = 60000;

/** Publishes numbered events, one after another, until stop(); resolves with how many there are. */
function writer(service) {
    let writing = true;
    const done = (async () => {
        let count = 0;
        for (; writing; count += 1) {
            const event = { event_type: 'test.numbered', service, data: { number: count }, event_id: randomUUID() };
            await waitFor(() => publishEvent(event), `event ${count} to be taken`, LONGEST_MS); // PostgreSQL may be away
        }
        return count;
    })();
    return {
        stop: () => {
            writing = false;
            return done;
        },
    };
}

const numbersOf = (bookly, service) =>
    bookly.all('event:created', (data) => data.service === service).map(({ data }) => data.data.number);

async function assertComplete(bookly, service, count) {
    await waitFor(() => numbersOf(bookly, service).includes(count - 1), `event ${count - 1}; ${bookly}`, LONGEST_MS);
    assert.deepEqual(numbersOf(bookly, service), [...Array(count).keys()]);
    assert.equal(bookly.client.state.gaps, 0);
}

/** Several clients, one a way; they listen to events of one service and to their own notifications. */
async function listeners(t, options = {}) {
    const service = unique('service');
    const all = [{}, { transports: ['socket.io', 'rest'] }, { io: undefined }, { transports: ['rest'] }]
        .map((way) => new Bookly(t, { ...way, ...options }));
    for (const { client } of all) {
        await client.subscribe(['events', 'notifications'], { eventFilters: { services: service } });
    }
    return { service, all, best: ['websocket', 'websocket', 'sse', 'rest'] };
}

const passed = (bookly) => [...new Set(bookly.states.map((state) => state.transport).filter(Boolean))];

test('pushd killed: polling meanwhile, and back', { timeout: 4 * LONGEST_MS }, async (t) => {
    const { service, all, best } = await listeners(t);
    const writing = writer(service);
    await waitFor(() => all.every((each) => numbersOf(each, service).length > 0), 'the first events');
    await endPart('pushd', 'SIGKILL');
    t.after(() => startPart('pushd'));
    for (const each of all) {
        await each.state({ status: 'connected', transport: 'rest' }, LONGEST_MS);
    }
    const id = await notifyUser(all[0].user); // is seen while polling
    await all[0].push('notification:created', (data) => data.id === id);
    await waitFor(() => all[0].client.notifications.items[0]?.id === id, 'it in the inbox');
    await all[0].client.notifications.read(id);
    assert.deepEqual((await all[0].client.subscribe(['logs'])).channels, ['events', 'notifications', 'logs']);
    const meanwhile = all.map((each) => numbersOf(each, service).length);
    await waitFor(() => all.every((each, i) => numbersOf(each, service).length > meanwhile[i]), 'events while polling');

    await startPart('pushd');
    for (const [i, each] of all.entries()) {
        await each.state({ status: 'connected', transport: best[i] }, LONGEST_MS);
        assert.equal(each.client.state.recovered, i < 3);
    }
    const after = all.map((each) => numbersOf(each, service).length);
    await waitFor(() => all.every((each, i) => numbersOf(each, service).length > after[i]), 'events after it');
    const count = await writing.stop();
    for (const each of all) {
        await assertComplete(each, service, count);
    }
    assert.ok(all.slice(0, 3).every((each) => passed(each).includes('rest')));
    t.diagnostic(`${count} events; ${all.map((each) => passed(each).join(' ')).join(', ')}`);
});

test('one that only loses its way to pushd stays with Socket.IO', async (t) => {
    const cutter = await startCutter(t, stack.url);
    const service = unique('service');
    const bookly = new Bookly(t, { url: cutter.url });
    await bookly.client.subscribe(['events'], { eventFilters: { services: service } });
    const writing = writer(service);
    for (let round = 0; round < 3; round += 1) {
        await bookly.state({ transport: 'websocket' });
        cutter.cut();
        await bookly.state({ status: 'connecting' });
    }
    await bookly.state({ transport: 'websocket' });
    await assertComplete(bookly, service, await writing.stop());
    assert.deepEqual(passed(bookly).filter((transport) => !/websocket|polling/.test(transport)), []);
});

test('PostgreSQL killed: stalled, and nothing is missing', { timeout: 4 * LONGEST_MS }, async (t) => {
    const { service, all } = await listeners(t);
    const writing = writer(service);
    await waitFor(() => all.every((each) => numbersOf(each, service).length > 0), 'the first events');
    await endPart('postgres', 'SIGKILL');
    let late;
    try {
        for (const each of all) {
            await each.state({ status: 'stalled' }, LONGEST_MS);
        }
        assert.equal(all[0].client.state.transport, 'websocket');
        assert.equal(all[0].client.socket.connected, true);
        await assert.rejects(all[0].client.rest('/notifications'), { status: 503, code: 'unavailable' });
        late = new Bookly(t); // comes while the database is away
        await late.state({ status: 'stalled' }, LONGEST_MS);
    } finally {
        await startPart('postgres');
    }
    await waitFor(() => sql('select 1'), 'PostgreSQL');
    for (const each of [...all, late]) {
        await each.state({ status: 'connected' }, LONGEST_MS);
    }
    await late.client.subscribe(['events'], { eventFilters: { services: service } });
    const before = all.map((each) => numbersOf(each, service).length);
    await waitFor(() => all.every((each, i) => numbersOf(each, service).length > before[i]), 'events after it', LONGEST_MS);
    const count = await writing.stop();
    for (const each of all) {
        await assertComplete(each, service, count);
    }
    await late.state({ transport: 'websocket' }, LONGEST_MS);
    // a client that just came up has what came meanwhile still before it
    await waitFor(() => numbersOf(late, service).at(-1) >= count - 1, 'the last event', LONGEST_MS);
    assert.equal(numbersOf(late, service).at(-1), count - 1);
});

test('the front server is restarted', { timeout: 4 * LONGEST_MS }, async (t) => {
    const { service, all, best } = await listeners(t);
    const writing = writer(service);
    await waitFor(() => all.every((each) => numbersOf(each, service).length > 0), 'the first events');
    await endPart(stack.front, 'SIGTERM');
    t.after(() => startPart(stack.front));
    for (const each of all) {
        const { error } = await each.state({ status: 'offline' }, LONGEST_MS);
        assert.equal(error.code, 'offline');
    }
    await startPart(stack.front);
    for (const [i, each] of all.entries()) {
        await each.state({ status: 'connected', transport: best[i] }, LONGEST_MS);
    }
    const count = await writing.stop();
    for (const each of all) {
        await assertComplete(each, service, count);
    }
});

test('while pushd is away a token is renewed; then all of the user\'s are revoked', { timeout: 4 * LONGEST_MS }, async (t) => {
    const user = unique('admin');
    const service = unique('service');
    const jti = unique('jti');
    const reasons = [];
    let next = token(user, ['GENERAL_ADMIN']);
    const onToken = (reason) => {
        reasons.push(reason);
        return next;
    };
    const bookly = new Bookly(t, { user, token: token(user, ['GENERAL_ADMIN'], { jti }), onToken });
    await bookly.client.subscribe(['events'], { eventFilters: { services: service } });
    const writing = writer(service);
    await endPart('pushd', 'SIGKILL');
    t.after(() => startPart('pushd'));
    await bookly.state({ status: 'connected', transport: 'rest' }, LONGEST_MS);
    await rest('POST', '/auth/revoke', { token: admin(), body: { jti } });
    await waitFor(() => reasons.length > 0, `the question for a token; ${bookly}`);
    await bookly.state({ status: 'connected', transport: 'rest' });
    await startPart('pushd');
    await bookly.state({ status: 'connected', transport: 'websocket' }, LONGEST_MS);
    assert.deepEqual(reasons, ['expired']);
    await assertComplete(bookly, service, await writing.stop());

    next = null;
    await rest('POST', '/auth/revoke', { token: admin(), body: { userId: user } });
    const { error } = await bookly.state({ status: 'refused' });
    assert.equal(error.code, 'token_revoked');
    assert.deepEqual(reasons, ['expired', 'expired']);
});

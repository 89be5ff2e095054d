// Replays and redrives at full speed and at a cap: what live events wait for beside one, how long another takes, that
// they survive what does them, and that nothing is asked while there is none. TASKS_EVENTS=100000 measures: on a machine
// that does other things at the same time the waits are the machine's, so they are judged in that form only.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '../support/client.mjs';
import { startPushd } from '../support/daemon.mjs';
import { settled } from '../support/marker.mjs';
import { endPart, startPart } from '../support/parts.mjs';
import { countQueries } from '../support/queries.mjs';
import { adminCaller } from '../support/rest.mjs';
import { publishEvent, sql } from '../support/sql.mjs';
import { stack } from '../support/stack.mjs';
import { unique } from '../support/token.mjs';
import { waitFor } from '../support/wait.mjs';

const MEASURES = process.env.TASKS_EVENTS !== undefined;
const EVENTS = Number(process.env.TASKS_EVENTS ?? 6000);
const A_SECOND = 2000; // events that replays push
const EVERY_MS = 10; // between live events
const DELAY_MAX_MS = 50;
const CHUNK = 10000;
const RECORDS = 10000;
const REDRIVE_MAX_MS = 5000;
const CAP = 100; // records a second
const CAPPED = 400;
const ATTEMPTS = 3;

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

async function listener(t, filters, url = stack.socketUrl) {
    const user = unique('admin');
    const client = await connect(t, { user, roles: ['GENERAL_ADMIN'], transports: ['websocket'], url });
    await client.subscribe(['notifications']);
    await settled(client, user);
    await client.subscribe(['events'], { eventFilters: filters });
    client.socket.offAny();
    return client;
}

/** Stored in chunks, so that no statement takes too long. → the service that they are of. */
async function storeEvents(count) {
    const service = unique('service');
    for (let first = 1; first <= count; first += CHUNK) {
        await sql(`select count(bookly.publish_event('ROOM_BOOKED', $1, jsonb_build_object('n', i)))
            from generate_series($2::int, $3::int) i`, [service, first, Math.min(count, first + CHUNK - 1)]);
    }
    return service;
}

const progress = async (admin, path) => (await admin.get(path)).json;

const finished = (admin, path) => waitFor(async () => {
    const { status, json } = await admin.get(path);
    return status === 200 && json.status !== 'running' && json;
}, `the end of ${path}`);

async function begin(admin, path, body) {
    const answer = await admin.post(path, body);
    assert.equal(answer.status, 202, answer.text);
    return `${path}/${answer.json.id}`;
}

/** The numbers of the events as the stream has their replays, in order. */
const replayed = async (service) => (await sql(`select (payload::json -> 'data' ->> 'n')::int as n
    from bookly_data.stream_pushes where event = 'event:replayed' and key2 = $1 order by id`, [service])).map(({ n }) => n);
const numbers = (count) => Array.from({ length: count }, (_, index) => index + 1);

test(`live events beside a replay of ${EVENTS}`, async (t) => {
    const admin = adminCaller();
    const service = await storeEvents(EVENTS);
    const live = unique('live');
    const replays = await listener(t, { services: service });
    const heard = [];
    replays.socket.on('event:replayed', ({ data }) => heard.push(data.n));
    const waits = [];
    const client = await listener(t, { services: live });
    client.socket.on('event:created', ({ data }) => waits.push(performance.timeOrigin + performance.now() - data.at));

    // publishes until `enough` says so: what each event waited for, sorted
    const measure = async (enough) => {
        waits.length = 0;
        let count = 0;
        while (!await enough()) {
            await publishEvent({ event_type: 'LIVE', service: live, data: { at: performance.timeOrigin + performance.now() } });
            count += 1;
            await pause(EVERY_MS);
        }
        await waitFor(() => waits.length === count, 'all live events');
        return [...waits].sort((one, other) => one - other);
    };
    const lasting = (ms) => {
        const end = Date.now() + ms;
        return () => Date.now() > end;
    };
    const alone = await measure(lasting(Math.min(20000, EVENTS / A_SECOND * 1000)));
    const path = await begin(admin, '/events/replay', { services: service });
    const beside = await measure(() => heard.length >= EVENTS);
    for (const [name, share] of [['p50', 0.5], ['p99', 0.99], ['max', 1]]) {
        t.diagnostic(`${name}: ${percentile(alone, share).toFixed(2)} ms alone (${alone.length} events), `
            + `${percentile(beside, share).toFixed(2)} ms beside the replay (${beside.length} events)`);
    }
    const { status, done, createdAt, finishedAt } = await finished(admin, path);
    t.diagnostic(`replayed in ${Date.parse(finishedAt) - Date.parse(createdAt)} ms`);
    assert.deepEqual([status, done], ['completed', EVENTS]);
    assert.deepEqual(heard, numbers(EVENTS), 'each once, in order');
    if (MEASURES) {
        const delay = percentile(beside, 0.99) - percentile(alone, 0.99);
        assert.ok(delay <= DELAY_MAX_MS, `the 99th percentile grows by ${delay} ms`);
    }
});

test(`a redrive of ${RECORDS} dead letters`, async (t) => {
    const admin = adminCaller();
    const service = await storeEvents(RECORDS);
    for (let first = 1; first <= RECORDS; first += CHUNK / 2) {
        await sql(`select count(bookly.fail_event(id, 'e', topic => $1)) from (
            select id from bookly_data.events where service = $1 order by position offset $2 limit $3) x`,
        [service, first - 1, CHUNK / 2]);
    }
    const path = await begin(admin, '/dlq/redrive', { filter: { topic: service } });
    const { status, done, skipped, createdAt, finishedAt } = await finished(admin, path);
    const took = Date.parse(finishedAt) - Date.parse(createdAt);
    t.diagnostic(`redriven in ${took} ms`);
    assert.deepEqual([status, done, skipped], ['completed', RECORDS, 0]);
    assert.ok(took <= REDRIVE_MAX_MS, `${took} ms`);
});

test('a cap is kept within 5 %', async (t) => {
    const admin = adminCaller();
    const service = await storeEvents(CAPPED);
    await sql(`select count(bookly.fail_event(id, 'e', topic => $1)) from bookly_data.events where service = $1`, [service]);
    // A machine that stands still for a moment makes a redrive late, never early.
    let rate = 0;
    for (let attempt = 1; attempt <= ATTEMPTS && rate <= CAP * 0.95; attempt += 1) {
        const path = await begin(admin, '/dlq/redrive', { filter: { topic: service }, ratePerSecond: CAP });
        const { done, createdAt, finishedAt } = await finished(admin, path);
        assert.equal(done, CAPPED);
        rate = done / ((Date.parse(finishedAt) - Date.parse(createdAt)) / 1000);
        t.diagnostic(`${rate} a second`);
        assert.ok(rate < CAP * 1.05, `${rate} a second`);
    }
    assert.ok(rate > CAP * 0.95, `${rate} a second`);
});

for (const part of ['pushd', 'postgres']) {
    test(`${part} killed in the middle: restarted, it goes on where it was`, async () => {
        const admin = adminCaller();
        const service = await storeEvents(4000);
        const path = await begin(admin, '/events/replay', { services: service });
        await waitFor(async () => (await progress(admin, path)).done > 0, 'the first slice');
        await endPart(part, 'SIGKILL');
        await startPart(part);
        const { status, done } = await finished(admin, path);
        assert.deepEqual([status, done], ['completed', 4000]);
        assert.deepEqual(await replayed(service), numbers(4000), 'each once, in order');
    });
}

test('a daemon killed in the middle: another goes on', async (t) => {
    const admin = adminCaller();
    await startPushd(t);
    const service = await storeEvents(4000);
    const [{ at }] = await sql('select clock_timestamp() as at');
    const path = await begin(admin, '/events/replay', { services: service });
    await waitFor(async () => (await progress(admin, path)).done > 0, 'the first slice');
    await endPart('pushd', 'SIGKILL');
    t.after(() => startPart('pushd'));
    await finished(admin, path);
    assert.deepEqual(await replayed(service), numbers(4000));
    const spent = await sql(`select count(*)::int as rows from bookly_data.stream where at >= $1 and event = 'event:replayed'`, [at]);
    assert.deepEqual(spent, [{ rows: 4000 }], 'two daemons do nothing twice');
});

test('a daemon asks for slices while there are any, and not at all without', async (t) => {
    const queries = await countQueries(t);
    await startPushd(t, { DATABASE_URL: queries.url });
    const steps = () => queries.count(/tasks_step/);
    const quiet = () => waitFor(async () => {
        queries.clear();
        await waitFor(() => queries.count(/stream_try_sleep|stream_read/) >= 3, 'three looks at the stream');
        return steps() === 0;
    }, 'no question');
    await waitFor(() => steps() > 0, 'a question at the start');
    await quiet();
    const admin = adminCaller();
    await finished(admin, await begin(admin, '/events/replay', { services: await storeEvents(1) }));
    await waitFor(() => steps() > 0, 'a question');
    await quiet();
});

// Many clients over every transport, writers that commit, faults at random, and the oracle's verdict: nothing lost,
// nothing twice, nothing out of order. FAULT_SEED repeats a run's choices, FAULT_SECONDS is its length, FAULT_EACH the
// number of clients of each kind, FAULT_KINDS and FAULT_CALM=1 leave kinds of clients and all faults out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from '../integration/support/sql.mjs';
import { stack } from '../integration/support/stack.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { Tally } from './clients/client.mjs';
import { FINDINGS, describe, expectations, explain, judgeAll, readStream } from './oracle/oracle.mjs';
import { Chaos } from './support/chaos.mjs';
import { Daemon, healthy } from './support/control.mjs';
import { KINDS, ROLES, crowd, subscriptionFor, users } from './support/crowd.mjs';
import { Proxy } from './support/proxy.mjs';
import { Random } from './support/random.mjs';
import { Writers } from './support/writers.mjs';

const SEED = process.env.FAULT_SEED || String(Date.now() % 1000000);
const SECONDS = Number(process.env.FAULT_SECONDS || 20);
const EACH = Number(process.env.FAULT_EACH || 4);
const CALM = process.env.FAULT_CALM === '1';
const FAULT_PAUSE_MS = Number(process.env.FAULT_PAUSE_MS || 500);
const WRITERS = Number(process.env.FAULT_WRITERS || 4);
const WRITER_PAUSE_MS = Number(process.env.FAULT_WRITER_PAUSE_MS || 25);
const kinds = KINDS.filter(({ kind }) => kind.includes(process.env.FAULT_KINDS ?? ''));
const trace = process.env.FAULT_TRACE ? (text) => process.stderr.write(`${new Date().toISOString()} ${text}\n`) : () => {};

const port = (url) => ({ host: '127.0.0.1', port: Number(new URL(url).port) });

/** Resolves when nobody has a row to come any more; gives up silently, the oracle then tells what is missing. */
async function drained(clients, query, from) {
    const rows = await readStream(query, from);
    const last = clients.map(({ record }) => Math.max(0, ...expectations(record, rows).due));
    const behind = () => clients.filter(({ record }, index) => record.placeId < last[index] || record.wish);
    await waitFor(() => behind().length === 0, 'everybody to catch up', 30000).catch(() => {
        trace(`behind: ${behind().map(({ record }) => `${record.name} at ${record.placeId}`).join('; ')}`);
    });
    return rows;
}

async function everybodySubscribed(clients) {
    const missing = () => clients.filter(({ record }) => record.subscriptions.length === 0);
    await waitFor(() => missing().length === 0, 'everybody to be subscribed', 60000).catch((error) => {
        const who = missing().map(({ record }) => `${record.name} (${record.notes.map(({ text }) => text).join(', ')})`);
        throw new Error(`${error.message}: ${who.join('; ')}`);
    });
}

test(`${SECONDS} s of faults`, async (t) => {
    const random = new Random(SEED);
    const tally = new Tally();
    const faults = new Tally();
    const prefix = `f${Date.now().toString(36)}`;
    t.diagnostic(`seed ${SEED}`);

    const daemon = await new Daemon().start();
    t.after(() => daemon.close());
    const networks = {
        front: await new Proxy(port(stack.url)).listen(),
        direct: await new Proxy(port(stack.pushUrl)).listen(),
        roaming: await new Proxy(port(daemon.url)).listen(),
    };
    t.after(() => Object.values(networks).forEach((network) => network.close()));
    const [{ id: from }] = await sql('select coalesce(max(id), 0) as id from bookly_data.stream');
    const clients = crowd({
        random: random.fork('crowd'), tally, networks, prefix, each: EACH, kinds, stay: [1500, 5000],
    });
    const writers = (name) => new Writers(random.fork(name), {
        count: WRITERS, users: users(prefix), roles: ROLES, pauseMs: WRITER_PAUSE_MS, prefix: `${prefix}-${name}`,
    });
    const chaosRandom = random.fork('chaos');
    const chaos = new Chaos({
        random: chaosRandom, tally: faults, networks, daemon, clients,
        change: (client) => subscriptionFor(chaosRandom, client.record.roles),
    });
    chaos.trace = trace;
    const work = writers('work');
    t.after(() => clients.forEach((client) => client.stopped || client.stop()));

    clients.forEach((client) => client.start());
    work.start();
    t.after(() => work.stop());
    await everybodySubscribed(clients);
    const end = Date.now() + SECONDS * 1000;
    await (CALM ? pause(SECONDS * 1000) : chaos.run(end, FAULT_PAUSE_MS));
    await chaos.calm();
    await healthy([stack.url, stack.pushUrl, daemon.url]);
    await work.stop();
    clients.forEach((client) => client.rest?.());
    await drained(clients, sql, from);
    // what comes twice would come before these
    const last = writers('last');
    last.start();
    t.after(() => last.stop());
    await waitFor(() => last.transactions > 40, 'the last rows');
    await last.stop();
    const rows = await drained(clients, sql, from);
    clients.forEach((client) => client.stop());

    const total = judgeAll(clients.map(({ record }) => record), rows);
    t.diagnostic(`${clients.length} clients, ${work.transactions} transactions (${work.unknown} failed), ${rows.length} rows`);
    t.diagnostic(`deliveries ${total.deliveries}, due ${total.due}; ${FINDINGS.map((name) => `${total[name]} ${name}`).join(', ')}`);
    t.diagnostic(`faults: ${faults}`);
    t.diagnostic(`clients: ${tally}`);
    for (const result of total.worst.slice(0, 20)) {
        t.diagnostic(describe(result));
        t.diagnostic(`  ${explain(result.record, result, rows)}`);
    }

    await t.test('what was committed is in the stream once, what was undone is not', () => {
        const events = new Map();
        rows.filter((row) => row.event === 'event:created').forEach((row) => events.set(row.eventId, (events.get(row.eventId) ?? 0) + 1));
        const all = [work, last];
        assert.deepEqual(all.flatMap((each) => each.committed).filter((id) => events.get(id) !== 1), []);
        assert.deepEqual(all.flatMap((each) => each.undone).filter((id) => events.has(id)), []);
    });
    for (const name of FINDINGS) {
        await t.test(`none ${name}`, () => assert.equal(total[name], 0));
    }
    await t.test('nobody was told of a gap, and everybody saw one epoch', () => {
        assert.deepEqual(clients.flatMap(({ record }) => record.gaps), []);
        assert.deepEqual(clients.filter(({ record }) => record.epochs.size !== 1).map(({ record }) => record.name), []);
    });
    await t.test('every session that had subscribed was recovered', () => {
        assert.deepEqual(Object.keys(tally.counts).filter((name) => /NOT RECOVERED|refused: (?!unavailable)/.test(name)), []);
    });
});

// One client in a hundred stalls: what the others wait for a message, with and without it, in turns. Long form only:
// on a busy machine the figures are the machine's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '../integration/support/client.mjs';
import { publishEvent } from '../integration/support/sql.mjs';
import { unique } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { Daemon } from './support/control.mjs';
import { Source, network } from './support/resuming.mjs';

const CLIENTS = 100;
const ROUNDS = 10;
const MESSAGES = 150;
const EVERY_MS = 20;
const NOISE_MS = 2;
const PADDING = 4000; // a stalled reader's queue is full after a second
const PATIENT = { WEBSOCKET_PING_INTERVAL: 300000, WEBSOCKET_PING_TIMEOUT: 300000 };

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

test(`${CLIENTS} clients, of which one stalls`, async (t) => {
    const daemon = await new Daemon(PATIENT).start();
    t.after(() => daemon.close());
    const source = new Source();
    const waits = [];
    const options = { roles: ['GENERAL_ADMIN'], transports: ['websocket'] };
    let heard = 0;
    for (let index = 0; index < CLIENTS - 1; index += 1) {
        const client = await connect(t, { ...options, user: unique('admin'), url: daemon.url });
        await client.subscribe(['events'], source.filter);
        client.socket.offAny();
        client.socket.on('event:created', ({ data }) => {
            heard += 1;
            waits.push(performance.timeOrigin + performance.now() - data.at);
        });
    }

    const round = async () => {
        waits.length = 0;
        heard = 0;
        for (let number = 0; number < MESSAGES; number += 1) {
            const at = performance.timeOrigin + performance.now();
            await publishEvent({
                event_type: 'fault.latency', service: source.service, data: { at, padding: 'x'.repeat(PADDING) },
            });
            await pause(EVERY_MS);
        }
        await waitFor(() => heard === MESSAGES * (CLIENTS - 1), 'everybody to hear everything');
        return [...waits];
    };
    const stalled = async () => {
        const proxy = await network(t, daemon.url);
        const client = await connect(t, { ...options, user: unique('stalled'), url: proxy.url });
        await client.subscribe(['events'], source.filter);
        proxy.swallowAll();
        const result = await round();
        client.close();
        proxy.close();
        return result;
    };

    await round();
    const without = [];
    const beside = [];
    for (let number = 0; number < ROUNDS; number += 1) {
        without.push(...await round());
        beside.push(...await stalled());
    }
    const closed = daemon.log.split('\n').filter((line) => line.includes('reason=slow_consumer')).length;
    [without, beside].forEach((list) => list.sort((one, other) => one - other));
    for (const [name, share] of [['p50', 0.5], ['p90', 0.9], ['p99', 0.99]]) {
        const [one, other] = [without, beside].map((list) => percentile(list, share).toFixed(2));
        t.diagnostic(`${name}: ${one} ms without, ${other} ms beside a stalled client (${without.length} deliveries each)`);
    }
    assert.equal(closed, ROUNDS, 'each stalled client was closed as slow_consumer');
    const [one, other] = [without, beside].map((list) => percentile(list, 0.99));
    assert.ok(other <= one * 1.1 + NOISE_MS, `${other} ms beside a stalled client, ${one} ms without`);
});

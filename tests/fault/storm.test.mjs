// Everybody is dropped at once and comes back at once: how long until all have caught up, and what it costs the
// database. STORM_CLIENTS is their number; the load client is that of the bench.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Load } from '../bench/support/load.mjs';
import { sql } from '../integration/support/sql.mjs';
import { stack } from '../integration/support/stack.mjs';
import { token, unique } from '../integration/support/token.mjs';
import { end, startPushd } from './support/control.mjs';
import { logLength, logStatements, statementsSince } from './support/statements.mjs';

const CLIENTS = Number(process.env.STORM_CLIENTS || 500);
const PROGRAMS = resolve(dirname(fileURLToPath(import.meta.url)), '../../.build/tests/bench');
const NAMESPACE = '/api/v1/ws';
const LONGEST_MS = 120000;
const BACK_MS = 10000;
const MOST_STATEMENTS = 100;
const ROLE = 'bookly_pushd';
// the reading of the stream goes on whether anybody comes back or not
const READING = ['stream_read', 'stream_try_sleep', 'stream_wake', 'stream_stalls'];

/** Messages as the load client knows them, numbered from 1, in one transaction each time. */
class Source {
    service = unique('storm');
    count = 0;

    async flood(count) {
        await sql(`select bookly.publish_event(event_type => 'fault.numbered', service => $1,
                       data => jsonb_build_object('bench', 1, 'n', $2::int + n))
                     from generate_series(1, $3::int) n`, [this.service, this.count, count]);
        this.count += count;
    }
}

/** The crowd, all of it subscribed; those that are dropped come back at once, all together. */
async function crowdOf(t, service) {
    const work = mkdtempSync(join(tmpdir(), 'storm-'));
    t.after(() => rmSync(work, { recursive: true }));
    const tokens = join(work, 'tokens');
    const user = unique('storm');
    const lines = Array.from({ length: CLIENTS }, (_, index) => token(`${user}-${index}`, ['PROGRAM_ADMIN']));
    writeFileSync(tokens, `${lines.join('\n')}\n`, { mode: 0o600 });
    const crowd = new Load({ programs: PROGRAMS, work }, {
        url: `ws://127.0.0.1:${new URL(stack.pushUrl).port}${NAMESPACE}`, wire: 'socketio-ws', namespace: NAMESPACE, tokens,
        subscribe: JSON.stringify(['subscribe', { channels: ['events'], eventFilters: { services: service } }]),
        clients: CLIENTS, opening: CLIENTS, resume: true, consecutive: true,
    });
    t.after(() => crowd.end());
    const { seconds } = await crowd.open();
    t.diagnostic(`subscribed in ${seconds} s`);
    await crowd.reset();
    return crowd;
}

for (const signal of ['SIGKILL', 'SIGTERM']) {
    test(`${CLIENTS} clients dropped by ${signal}`, async (t) => {
        await logStatements(t, ROLE);
        await end('pushd', 'SIGTERM');
        await startPushd();
        const source = new Source();
        const crowd = await crowdOf(t, source.service);
        const everything = () => crowd.wait(source.count * CLIENTS, LONGEST_MS);
        await source.flood(20);
        await everything();

        const length = logLength();
        await end('pushd', signal);
        await source.flood(20);
        await startPushd();
        const back = await everything();
        const backMs = (back.last_us - back.lost_us) / 1000;
        const statements = statementsSince(length, ROLE);
        const others = Object.entries(statements).filter(([name]) => !READING.includes(name));
        const count = others.reduce((sum, [, times]) => sum + times, 0);
        t.diagnostic(`all back after ${(back.back_us - back.lost_us) / 1000} ms, caught up after ${backMs} ms; `
            + `${back.attempts} attempts`);
        t.diagnostic(`${count} SQL statements beside the reading: ${JSON.stringify(statements)}`);

        await source.flood(3);
        const last = await everything();
        assert.deepEqual(
            { open: last.open, closed: last.closed, reconnected: last.reconnected, recovered: last.recovered },
            { open: CLIENTS, closed: CLIENTS, reconnected: CLIENTS, recovered: CLIENTS });
        assert.deepEqual(
            { lost: last.lost, repeated: last.repeated, disordered: last.disordered, fewest: last.fewest, most: last.most },
            { lost: 0, repeated: 0, disordered: 0, fewest: source.count, most: source.count });
        assert.ok(count <= MOST_STATEMENTS, `${count} statements`);
        assert.ok(backMs <= BACK_MS, `${backMs} ms`);
    });
}

// Everybody is dropped at once and comes back at once: how long until all have caught up, and what it costs the
// database. STORM_CLIENTS is their number; STORM_PROGRAM the load client, storm.c.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { stack } from '../integration/support/stack.mjs';
import { token, unique } from '../integration/support/token.mjs';
import { within } from '../integration/support/wait.mjs';
import { end, startPushd } from './support/control.mjs';
import { Source } from './support/resuming.mjs';
import { logLength, logStatements, statementsSince } from './support/statements.mjs';

const CLIENTS = Number(process.env.STORM_CLIENTS || 500);
const PROGRAM = process.env.STORM_PROGRAM
    || resolve(dirname(fileURLToPath(import.meta.url)), '../../.build/tests/fault/storm');
const LONGEST_MS = 120000;
const BACK_MS = 10000;
const MOST_STATEMENTS = 100;
const ROLE = 'bookly_pushd';
// the reading of the stream goes on whether anybody comes back or not
const READING = ['stream_read', 'stream_try_sleep', 'stream_wake', 'stream_stalls'];

class Storm {
    constructor(t, service) {
        this.child = spawn(PROGRAM, [new URL(stack.pushUrl).port, service], { stdio: ['pipe', 'pipe', 'inherit'] });
        t.after(() => this.child.kill('SIGKILL'));
        this.reports = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
        const user = unique('storm');
        for (let index = 0; index < CLIENTS; index += 1) {
            this.child.stdin.write(`${token(`${user}-${index}`, ['PROGRAM_ADMIN'])}\n`);
        }
        this.child.stdin.write('\n');
    }

    async report() {
        const { value, done } = await within(this.reports.next(), 'a report', LONGEST_MS);
        assert.ok(!done, 'the load client has ended');
        return JSON.parse(value);
    }

    command(text) {
        this.child.stdin.write(`${text}\n`);
        return this.report();
    }
}

for (const signal of ['SIGKILL', 'SIGTERM']) {
    test(`${CLIENTS} clients dropped by ${signal}`, async (t) => {
        await logStatements(t, ROLE);
        await end('pushd', 'SIGTERM');
        await startPushd();
        const source = new Source();
        const storm = new Storm(t, source.service);
        const ready = await storm.report();
        t.diagnostic(`subscribed in ${ready.ms} ms`);
        await source.flood(20);
        await storm.command(`expect ${source.count}`);

        const length = logLength();
        await end('pushd', signal);
        await source.flood(20);
        await startPushd();
        const back = await storm.command(`expect ${source.count}`);
        const statements = statementsSince(length, ROLE);
        const others = Object.entries(statements).filter(([name]) => !READING.includes(name));
        const count = others.reduce((sum, [, times]) => sum + times, 0);
        t.diagnostic(`all back after ${back.backMs} ms, caught up after ${back.ms} ms; ${back.attempts - CLIENTS} attempts`);
        t.diagnostic(`${count} SQL statements beside the reading: ${JSON.stringify(statements)}`);

        await source.publish(3);
        await storm.command(`expect ${source.count}`);
        const last = await storm.command('end');
        assert.deepEqual(
            { recovered: last.recovered, fresh: last.fresh, otherSid: last.otherSid, refused: last.refused },
            { recovered: CLIENTS, fresh: 0, otherSid: 0, refused: 0 });
        assert.deepEqual(
            { duplicated: last.duplicated, disordered: last.disordered, fewest: last.fewest, most: last.most, alike: last.alike },
            { duplicated: 0, disordered: 0, fewest: source.count, most: source.count, alike: CLIENTS });
        assert.ok(count <= MOST_STATEMENTS, `${count} statements`);
        assert.ok(back.ms <= BACK_MS, `${back.ms} ms`);
    });
}

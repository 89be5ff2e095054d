// One allocation fails, somewhere in a client's life: pushd serves on, or says what it lacks and aborts.
// MEMORY_AT=all tries every one of them, MEMORY_AT=17,18 these; a few, chosen by a seed, without it.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import WebSocket from 'ws';
import { temporaryFolder } from '../integration/support/daemon.mjs';
import { request } from '../integration/support/http.mjs';
import { notifyUser } from '../integration/support/sql.mjs';
import { admin, unique, token } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { Daemon, handshake } from './support/control.mjs';
import { Random } from './support/random.mjs';

const preload = fileURLToPath(new URL('../../.build/tests/preload/memory.so', import.meta.url));
const FEW = 12;
const BACK_MS = 60000; // an answer that libpq has lost is given up after a while, and that connection made anew
const PATIENCE_MS = 1500; // a client whose request fell to the failure waits no longer

/** Handshakes, joins, subscribes, hears, asks and leaves, over a WebSocket and over polling. → whether all was answered. */
async function life(daemon, user) {
    const polled = await handshake(daemon.url).catch(() => ({}));
    const socket = new WebSocket(`${daemon.url.replace('http', 'ws')}/api/v1/ws`);
    const frames = [];
    const ended = new Promise((resolve) => { socket.on('close', () => resolve(false)); });
    socket.on('error', () => {});
    const heard = (accept) => new Promise((resolve) => {
        socket.on('message', (data) => {
            frames.push(JSON.parse(data));
            if (accept(frames.at(-1))) {
                resolve(true);
            }
        });
    });
    const say = (message) => socket.send(JSON.stringify(message));
    const story = async () => {
        await new Promise((resolve) => { socket.once('open', resolve); });
        const ready = heard(({ event }) => event === 'sync:ready');
        say({ event: 'auth', data: { token: token(user, ['GENERAL_ADMIN']) } });
        await ready;
        const subscribed = heard(({ ack }) => ack === 1);
        say({ event: 'subscribe', data: { channels: ['notifications', 'events'], eventFilters: { eventTypes: ['A', 'B'] } }, id: 1 });
        await subscribed;
        const told = heard(({ event }) => event === 'notification:created');
        await notifyUser(user);
        await told;
        const asked = heard(({ ack }) => ack === 2);
        say({ event: 'notifications:get', data: { limit: 5 }, id: 2 });
        await asked;
        return polled.status === 200;
    };
    let timer;
    const late = new Promise((resolve) => { timer = setTimeout(() => resolve(false), PATIENCE_MS); });
    const whole = await Promise.race([story(), ended, late]);
    clearTimeout(timer);
    socket.terminate();
    await request('GET', `${daemon.url}/api/v1/sse?channels=nothing`, { headers: { Authorization: `Bearer ${admin()}` } }).catch(() => {});
    return whole;
}

class Subject {
    constructor(t) {
        this.daemon = new Daemon({ LOG_LEVEL: 'warn' });
        this.file = join(temporaryFolder(t), 'failing');
        Object.assign(this.daemon.environment, { LD_PRELOAD: preload, FAULTS_FILE: this.file });
        this.user = unique('user');
        t.after(() => this.daemon.close());
    }

    get ended() {
        return this.daemon.child.exitCode !== null || this.daemon.child.signalCode !== null;
    }

    /** The next allocations are counted, the `failing`-th fails; → how many there were before, or null if it has ended. */
    async countTo(failing) {
        const before = this.daemon.log.length;
        writeFileSync(this.file, `${failing}`);
        this.daemon.child.kill('SIGUSR2');
        const found = await waitFor(() => this.ended || /^allocations: (\d+)/m.exec(this.daemon.log.slice(before)), 'the count');
        return found === true ? null : Number(found[1]);
    }
}

/** What became of the daemon when that allocation failed: 'served', or 'aborted' as documented. */
async function outcome(subject, failing) {
    await subject.daemon.start();
    const from = subject.daemon.log.length;
    await subject.countTo(failing);
    await life(subject.daemon, subject.user);
    const counted = await subject.countTo(0);
    if (counted === null || subject.ended) {
        await subject.daemon.exited;
        const said = subject.daemon.log.slice(from);
        assert.equal(subject.daemon.child.signalCode, 'SIGABRT', `allocation ${failing}: ${said}`);
        assert.match(said, /^\S+ error (\S+ )?\[\w+\] .+$|^\(libev\) cannot allocate \d+ bytes, aborting\.$/m, `allocation ${failing}`);
        return 'aborted';
    }
    const again = await waitFor(() => life(subject.daemon, subject.user), `a whole life after allocation ${failing}`, BACK_MS);
    assert.ok(again);
    return counted >= failing ? 'served' : 'not reached';
}

test('whichever allocation of a client\'s life fails', async (t) => {
    const subject = new Subject(t);
    await subject.daemon.start();
    assert.ok(await life(subject.daemon, subject.user), 'a life without failures');
    await subject.countTo(0);
    assert.ok(await life(subject.daemon, subject.user));
    const all = await subject.countTo(0);
    assert.ok(all > 100, `${all} allocations`);
    const at = process.env.MEMORY_AT;
    const random = new Random(process.env.FAULT_SEED ?? Date.now());
    const chosen = at === 'all' ? Array.from({ length: all }, (_, i) => i + 1)
        : at?.split(',').map(Number) ?? Array.from({ length: FEW }, () => random.between(1, all));
    t.diagnostic(`FAULT_SEED=${random.seed}`);
    const outcomes = {};
    for (const failing of chosen) {
        const came = await outcome(subject, failing);
        outcomes[came] = (outcomes[came] ?? 0) + 1;
    }
    t.diagnostic(`${all} allocations; of ${chosen.length}: ${JSON.stringify(outcomes)}`);
    assert.ok((outcomes.served ?? 0) + (outcomes.aborted ?? 0) > 0, JSON.stringify(outcomes));
});

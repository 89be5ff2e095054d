// An attack in a thread of its own, who is served beside it, and what it costs the program that is attacked.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { scrape } from '../../integration/support/metrics.mjs';
import { freePort } from '../../integration/support/daemon.mjs';
import { waitFor, within } from '../../integration/support/wait.mjs';
import { Daemon } from './control.mjs';

const SAMPLES = 25;
const RATIO = 100; // of medians: between served and not served lie seconds
const LEAST_MS = 2; // of the quiet median: below it the machine's own noise is compared
const LOOK_MS = 40;
const LONGEST_MS = 60000;
const PAUSE_MS = 5;

export const MEGABYTE = 2 ** 20;

/** Resident bytes of a process. */
export function resident(pid) {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;
}

export class Attack {
    /** kind: one of attacker.mjs; options as there. */
    constructor(kind, options) {
        this.worker = new Worker(new URL('attacker.mjs', import.meta.url), { workerData: { kind, ...options } });
        this.failure = new Promise((_, reject) => { this.worker.once('error', reject); });
        this.failure.catch(() => {});
    }

    async ask(what) {
        const answer = new Promise((resolve) => { this.worker.once('message', ({ told }) => resolve(told)); });
        this.worker.postMessage(what);
        return within(Promise.race([answer, this.failure]), 'the attacker', LONGEST_MS);
    }
}

const median = (values) => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];

async function times(works, enough) {
    const taken = works.map(() => []);
    while (taken[0].length < SAMPLES || !(await enough())) {
        for (const [index, work] of works.entries()) {
            const begin = performance.now();
            await work();
            taken[index].push(performance.now() - begin);
            await pause(PAUSE_MS); // a well-behaved client does not ask at full speed
        }
    }
    return taken.map(median);
}

/**
 * Does each of `works` (what well-behaved clients do; each throws when it is not served) again and again, first in
 * quiet and then while the attack lasts, until `enough(told)`; its medians may differ by a hundredfold, since the
 * attack takes its share of the same machine. → {told, grown}: what became of the attack, and bytes that the
 * processes `pids` held more at most.
 */
export async function beside(works, attack, { pids = [], enough = () => true } = {}) {
    const quiet = await times(works, () => true);
    const before = pids.map(resident);
    let grown = 0;
    const look = () => { grown = Math.max(grown, ...pids.map((pid, index) => resident(pid) - before[index])); };
    const looking = setInterval(look, LOOK_MS);
    const running = attack();
    const end = Date.now() + LONGEST_MS;
    try {
        const during = await times(works, async () => {
            const told = await running.ask('told');
            assert.ok(Date.now() < end, `the attack does what it should: ${JSON.stringify(told)}`);
            return enough(told);
        });
        look();
        during.forEach((took, index) => assert.ok(took < RATIO * Math.max(quiet[index], LEAST_MS),
            `${works[index].name}: ${took.toFixed(1)} ms beside the attack, ${quiet[index].toFixed(1)} ms without it`));
        return { told: await running.ask('stop'), grown };
    } finally {
        clearInterval(looking);
        await running.worker.terminate();
    }
}

// attackers answer no pings and join nothing: what ends them is to be the limit that is looked at
const PATIENT = { WEBSOCKET_PING_INTERVAL: 300000, WEBSOCKET_CONNECT_TIMEOUT: 300000 };

/** A daemon of its own that can be asked for its metrics. */
export async function watchedDaemon(t, settings = {}) {
    const admin = await freePort();
    const daemon = await new Daemon({ PUSH_ADMIN_PORT: admin, ...PATIENT, ...settings }).start();
    t.after(() => daemon.close());
    daemon.adminUrl = `http://127.0.0.1:${admin}`;
    daemon.metrics = () => scrape(daemon.adminUrl);
    /** Until this series has grown by `least` since `before`. */
    daemon.counted = (before, name, labels, least = 1) => waitFor(async () =>
        (await daemon.metrics()).of(name, labels) - before.of(name, labels) >= least,
    `${name} ${JSON.stringify(labels)} to count ${least}`);
    return daemon;
}

/** Bytes to a port, from an address of the loopback; → all that came back until the other side closed, or `until`. */
export function talk(url, bytes, { from, until = () => false, close = false } = {}) {
    const { hostname, port } = new URL(url);
    const answer = new Promise((resolve, reject) => {
        const socket = net.connect({ host: hostname, port: Number(port), localAddress: from }, () => {
            socket.write(bytes);
            if (close) {
                socket.end();
            }
        });
        let received = '';
        const done = () => {
            socket.destroy();
            resolve(received);
        };
        socket.on('data', (chunk) => {
            received += chunk.toString('latin1');
            if (until(received)) {
                done();
            }
        });
        socket.on('end', done);
        socket.on('close', done);
        socket.on('error', (error) => (received ? done() : reject(error)));
    });
    return within(answer, `an answer of ${url} to ${JSON.stringify(bytes.slice(0, 100))}`, 30000);
}

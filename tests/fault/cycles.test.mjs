// Clients come and go, one after the other, and pushd does not grow. CYCLES: how many.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { test } from 'node:test';
import { claimsOf, now, signToken, unique } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { Daemon } from './support/control.mjs';

const CYCLES = Number(process.env.CYCLES ?? 3000);
const WARM = 12000; // pools, tables and the heap have their size then
const AT_ONCE = 32;
const DRIFT = 0.02;
const PAGE = 4096;

const resident = (daemon) => Number(readFileSync(`/proc/${daemon.child.pid}/statm`, 'utf8').split(' ')[1]) * PAGE;

/** A masked text frame with a mask of nothing but zeros. */
function frame(text) {
    const payload = Buffer.from(text);
    const head = Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 255, 0, 0, 0, 0]);
    return Buffer.concat([head, payload]);
}

/** One plain WebSocket: opens, says who it is, hears sync:ready and is gone; every second one without a word. */
function cycle(port, auth, polite) {
    return new Promise((resolve, reject) => {
        const socket = net.connect(port, '127.0.0.1');
        let came = '';
        socket.on('connect', () => socket.write(`GET /api/v1/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n`
            + 'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'));
        socket.on('data', (bytes) => {
            const before = came.includes('\r\n\r\n');
            came += bytes.toString('latin1');
            if (!before && came.includes('\r\n\r\n')) {
                socket.write(auth);
            }
            if (came.includes('sync:ready')) {
                if (polite) {
                    socket.end();
                } else {
                    socket.resetAndDestroy();
                }
                resolve();
            }
        });
        socket.on('error', reject);
        socket.on('close', () => reject(new Error(`closed after ${came}`)));
    });
}

async function cycles(daemon, count) {
    const user = unique('user');
    const auth = frame(JSON.stringify({ event: 'auth', data: { token: signToken(claimsOf(user, ['STUDENT'], { exp: now() + 86400 })) } }));
    let left = count;
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
        while (left > 0) {
            left -= 1;
            await cycle(daemon.port, auth, left % 2 === 0);
        }
    }));
}

test(`${CYCLES} clients come and go`, async (t) => {
    const daemon = new Daemon({ LOG_LEVEL: 'warn', WEBSOCKET_MAX_PER_USER: '0', WEBSOCKET_MAX_PER_ADDRESS: '0' });
    t.after(() => daemon.close());
    await daemon.start();
    await cycles(daemon, WARM);
    const before = resident(daemon);
    const begun = Date.now();
    await cycles(daemon, CYCLES);
    const took = (Date.now() - begun) / 1000;
    const bound = before * (1 + DRIFT);
    const after = await waitFor(() => resident(daemon) <= bound && resident(daemon),
        () => `${resident(daemon)} bytes to be at most ${bound}, 2 % more than before`);
    t.diagnostic(`${Math.round(CYCLES / took)} cycles a second; ${before} bytes before, ${after} after (${((after / before - 1) * 100).toFixed(2)} %)`);
    assert.equal(await daemon.end(), 0);
});

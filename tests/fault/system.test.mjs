// The system does less than it is asked: short reads and writes, interrupted calls, no descriptors left, a full disk,
// a clock that jumps. Inside of a real pushd (tests/preload/system.c).
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect } from '../integration/support/client.mjs';
import { temporaryFolder } from '../integration/support/daemon.mjs';
import { Plain } from '../integration/support/plain.mjs';
import { notifyUser } from '../integration/support/sql.mjs';
import { claimsOf, now, signToken, unique } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { Daemon, handshake } from './support/control.mjs';

const preload = fileURLToPath(new URL('../../.build/tests/preload/system.so', import.meta.url));
const HOUR_S = 3600;
const LONG = 'x'.repeat(900);

/** A daemon on such a system, and `change` to make it worse or better. */
async function daemonOn(t, settings = {}) {
    const file = join(temporaryFolder(t), 'system');
    const daemon = new Daemon({ LOG_LEVEL: 'debug', ...settings });
    t.after(() => daemon.close());
    Object.assign(daemon.environment, { LD_PRELOAD: preload, FAULTS_FILE: file });
    await daemon.start();
    const said = () => daemon.log.split('the system has changed').length;
    const change = async ({ clock = 0, short = false, lacking = false }) => {
        const before = said();
        writeFileSync(file, `${clock} ${Number(short)} ${Number(lacking)}\n`);
        daemon.child.kill('SIGUSR2');
        await waitFor(() => said() > before, 'the system to change');
    };
    return { daemon, change };
}

/** Good for a day on either side, whatever the clock says. */
const lasting = (user) => signToken(claimsOf(user, ['GENERAL_ADMIN'], { iat: now() - 6 * HOUR_S, exp: now() + 6 * HOUR_S }));

/** What is written from here on reaches the client whole. */
async function hears(client, user) {
    const title = unique('title');
    await notifyUser(user, { title, message: LONG });
    const { data } = await client.push('notification:created', (sent) => (sent.notification ?? sent).title === title);
    assert.equal((data.notification ?? data).message, LONG);
}

async function listens(t, url, user, kind) {
    const client = kind === 'plain'
        ? await Plain.connect(t, { url, token: lasting(user) })
        : await connect(t, { url, token: lasting(user), transports: [kind] });
    assert.equal((await client.command('subscribe', { channels: ['notifications'] })).success, true);
    return client;
}

test('a few bytes at a time, and interrupted', async (t) => {
    const { daemon, change } = await daemonOn(t);
    const user = unique('user');
    const early = await listens(t, daemon.url, user, 'plain');
    await change({ short: true });
    const clients = [early, ...await Promise.all(['plain', 'polling', 'websocket'].map((kind) => listens(t, daemon.url, user, kind)))];
    for (let turn = 0; turn < 3; turn += 1) {
        await Promise.all(clients.map((client) => hears(client, user)));
    }
    assert.equal(await daemon.end(), 0);
});

test('without descriptors: newcomers are refused at once, the others hear on, and there is an end to it', async (t) => {
    const { daemon, change } = await daemonOn(t);
    const user = unique('user');
    const early = await listens(t, daemon.url, user, 'plain');
    await change({ lacking: true });
    for (let turn = 0; turn < 5; turn += 1) {
        await assert.rejects(handshake(daemon.url), { code: 'ECONNRESET' });
    }
    await hears(early, user);
    await change({});
    const late = await listens(t, daemon.url, user, 'plain');
    await Promise.all([early, late].map((client) => hears(client, user)));
    assert.equal(await daemon.end(), 0);
});

test('the clock jumps: nobody is dropped, and all hear as before', async (t) => {
    const { daemon, change } = await daemonOn(t);
    const user = unique('user');
    const early = await Promise.all(['plain', 'websocket'].map((kind) => listens(t, daemon.url, user, kind)));
    for (const clock of [2 * HOUR_S, -2 * HOUR_S, 0]) {
        await change({ clock });
        const late = await listens(t, daemon.url, user, 'plain');
        await Promise.all([...early, late].map((client) => hears(client, user)));
        assert.equal(early[0].socket.readyState, 1, `${clock}`);
        assert.deepEqual(early[1].disconnects, []);
    }
    assert.equal(await daemon.end(), 0);
});

test('a full disk takes no line of the log, and nothing else', async (t) => {
    const { daemon } = await daemonOn(t, { LOG_FILE: '/dev/full' });
    const user = unique('user');
    const client = await listens(t, daemon.url, user, 'websocket');
    await hears(client, user);
    daemon.child.kill('SIGHUP'); // opens it again
    await hears(client, user);
    assert.equal(await daemon.end(), 0);
});

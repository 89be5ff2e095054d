// GET /connections: who is connected, how, since when, to which daemon.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from './support/client.mjs';
import { startPushd } from './support/daemon.mjs';
import { assertKeys, assertTime } from './support/facts.mjs';
import { rest } from './support/http.mjs';
import { RawPolling } from './support/raw.mjs';
import { adminCaller, assertProblem, caller } from './support/rest.mjs';
import { token, unique } from './support/token.mjs';
import { waitFor } from './support/wait.mjs';

const admin = adminCaller();

async function connections() {
    const answer = await admin.get('/connections');
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
}

const of = (users) => async () => (await connections()).filter(({ userId }) => users.includes(userId));

/** Waits until the list holds these users in this order, each with these channels. */
async function listed(expected) {
    const find = of(expected.map(([user]) => user));
    return waitFor(async () => {
        const rows = await find();
        const shown = rows.map(({ userId, channels }) => [userId, channels]);
        if (JSON.stringify(shown) !== JSON.stringify(expected)) {
            throw new Error(JSON.stringify(shown));
        }
        return rows;
    }, `the list to be ${JSON.stringify(expected)}`);
}

test('connections are listed newest first, with what they subscribed', async (t) => {
    const [first, second] = [unique('first'), unique('second')];
    const socket = await connect(t, { user: first, roles: ['GENERAL_ADMIN'], transports: ['websocket'] });
    await socket.subscribe(['notifications', 'events']);
    await listed([[first, ['events', 'notifications']]]);
    const poller = await connect(t, { user: second, transports: ['polling'] });
    const rows = await listed([[second, []], [first, ['events', 'notifications']]]);
    assert.deepEqual(rows.map(({ sid }) => sid), [poller.socket.id, socket.socket.id]);
    assert.deepEqual(rows.map(({ transport }) => transport), ['polling', 'websocket']);
    for (const row of rows) {
        assertKeys(row, ['sid', 'userId', 'transport', 'since', 'channels', 'daemon']);
        assertTime(row.since);
        assert.equal(typeof row.daemon, 'string');
        assert.notEqual(row.daemon, '');
    }
    await socket.command('unsubscribe', { channels: ['events'] });
    await listed([[second, []], [first, ['notifications']]]);
    socket.close();
    await listed([[second, []]]);
    poller.close();
    await waitFor(async () => (await of([first, second])()).length === 0, 'nobody to be listed');
});

test('a transport that was upgraded is listed as what it became', async (t) => {
    const user = unique('user');
    const client = await connect(t, { user });
    await waitFor(() => client.socket.io.engine.transport.name === 'websocket', 'the upgrade');
    await waitFor(async () => (await of([user])())[0]?.transport === 'websocket', 'the list to say websocket');
});

test('one that was upgraded late is listed likewise', async (t) => {
    const user = unique('user');
    const polling = await RawPolling.open();
    await polling.post(`40${JSON.stringify({ token: token(user) })}`);
    const joined = Date.now();
    await polling.next((packet) => packet.startsWith('40'));
    await waitFor(async () => (await of([user])())[0]?.transport === 'polling' && Date.now() - joined > 1500, 'its row to be old');
    const websocket = await polling.upgrade(t);
    await waitFor(async () => (await of([user])())[0]?.transport === 'websocket', `the list to say websocket; ${websocket.messages}`);
});

test('each daemon has its name, and is listed with its clients while it lives', async (t) => {
    const [here, there] = [unique('here'), unique('there')];
    const daemon = await startPushd(t);
    await connect(t, { user: here });
    await connect(t, { user: there, url: daemon.url, transports: ['websocket'] });
    const find = of([here, there]);
    const rows = await waitFor(async () => {
        const found = await find();
        return found.length === 2 && found;
    }, 'both to be listed');
    assert.equal(new Set(rows.map((row) => row.daemon)).size, 2, JSON.stringify(rows));
    daemon.child.kill('SIGTERM');
    await daemon.exited;
    await waitFor(async () => (await find()).map(({ userId }) => userId).join() === here, 'the other daemon to be gone');
});

test('a revocation tells how many of them it ends, and they end', async (t) => {
    const [ended, bystander] = [unique('ended'), unique('bystander')];
    const clients = await Promise.all([['websocket'], ['polling'], undefined].map((transports) =>
        connect(t, { user: ended, transports })));
    const other = await connect(t, { user: bystander, transports: ['websocket'] });
    const find = of([ended, bystander]);
    await waitFor(async () => (await find()).length === 4, 'all to be listed');
    const answer = await admin.post('/auth/revoke', { userId: ended });
    assert.deepEqual(answer.json, { revoked: true, closed: 3 });
    await waitFor(() => clients.every((client) => client.disconnects.length === 1), 'the ends of all three');
    await waitFor(async () => (await find()).map(({ userId }) => userId).join() === bystander, 'one to be left');
    assert.deepEqual(other.disconnects, []);
});

test('only for operators', async () => {
    for (const roles of [[], ['SERVICE'], ['PROGRAM_ADMIN'], ['SECURITY']]) {
        assertProblem(await caller(roles).get('/connections'), 403, 'forbidden');
    }
    assertProblem(await rest('GET', '/connections'), 401, 'token_missing');
    assertProblem(await admin.get('/connections?limit=5'), 400, 'unknown_field', 'limit');
    assertProblem(await admin.remove('/connections'), 405, 'method_not_allowed');
});

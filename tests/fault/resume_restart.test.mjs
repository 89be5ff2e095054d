// Resume where a part of the stack ends: what was acknowledged outlives every crash.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { refused } from '../integration/support/client.mjs';
import { rest } from '../integration/support/http.mjs';
import { RawWebSocket } from '../integration/support/raw.mjs';
import { sql } from '../integration/support/sql.mjs';
import { stack } from '../integration/support/stack.mjs';
import { admin, token, unique } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { parseCursor } from './oracle/record.mjs';
import { Daemon, end, restoredCopy, startPushd, up } from './support/control.mjs';
import { breakNetwork, interrupt, listener, mend, resumed, target } from './support/resuming.mjs';

const kinds = [['websocket'], ['polling']];

for (const [signal, closeCode] of [['SIGKILL', 1006], ['SIGTERM', 1012]]) {
    test(`pushd ended by ${signal}`, async (t) => {
        const all = await Promise.all([...kinds, ...kinds].map((transports) => listener(t, { transports })));
        const raw = await RawWebSocket.open(t);
        await raw.join('/', { token: token(unique('user')) });
        for (const one of all) {
            await one.source.publish(2);
        }
        await end('pushd', signal);
        assert.equal((await raw.closed()).code, closeCode);
        assert.deepEqual(raw.messages.filter((message) => message.startsWith('41')), [], 'no DISCONNECT');
        await waitFor(() => !all[0].client.socket.connected, 'a client to notice');
        const emitted = all[0].client.command('subscribe', { channels: ['notifications'] });
        for (const one of all) {
            await one.source.publish(2);
        }
        await startPushd();
        for (const one of all) {
            await resumed(one);
            await one.source.publish();
            await one.source.heardBy(one.client.pushes);
            assert.ok(one.client.disconnects.every((reason) => reason !== 'io server disconnect'), String(one.client.disconnects));
        }
        assert.equal((await emitted).success, true, 'what is emitted before connect');
    });
}

test('kill -9 right after the acknowledgement: subscribed and unsubscribed are durable', async (t) => {
    const one = await listener(t);
    const other = await listener(t);
    const [before] = await Promise.all([
        one.client.command('subscribe', { channels: ['logs', 'events'], eventFilters: null, logFilters: { service: one.source.service } }),
        other.client.command('unsubscribe', { channels: ['events'] }),
    ]);
    await end('pushd', 'SIGKILL');
    assert.equal(before.success, true);
    await one.source.publish();
    await other.source.publish();
    await sql(`select bookly.write_log('info', $1, 'c', 'm')`, [one.source.service]);
    await startPushd();
    await Promise.all([resumed(one), resumed(other)]);
    await one.client.push('log:entry', (data) => data.service === one.source.service);
    await one.source.heardBy(one.client.pushes);
    await other.source.heardBy(one.client.pushes);
    const left = await other.client.command('unsubscribe', { channels: ['logs'] });
    assert.deepEqual(left.channels, []);
    assert.deepEqual(other.source.numbers(other.client.pushes), []);
});

test('kill -9 right after auth:refresh and a revocation: the new token holds, the revoked one does not', async (t) => {
    const user = unique('admin');
    const jti = unique('jti');
    const given = { token: token(user, ['GENERAL_ADMIN']) };
    const one = await listener(t, { user, auth: (give) => give(given) });
    given.token = token(user, ['GENERAL_ADMIN'], { jti: unique('jti') });
    assert.equal((await one.client.command('auth:refresh', { token: given.token })).success, true);
    assert.equal((await rest('POST', '/auth/revoke', { token: admin(), body: { jti } })).status, 200);
    await end('pushd', 'SIGKILL');
    await startPushd();
    await resumed(one);
    await one.source.publish();
    await one.source.heardBy(one.client.pushes);
    const revoked = token(user, ['GENERAL_ADMIN'], { jti });
    assert.equal((await refused(t, { token: revoked })).data.code, 'token_revoked');
});

test('two restarts before the client is back', async (t) => {
    const one = await listener(t);
    await breakNetwork(one.proxy, one.client);
    for (let time = 0; time < 2; time += 1) {
        await one.source.publish();
        await end('pushd', time ? 'SIGKILL' : 'SIGTERM');
        await one.source.publish();
        await startPushd();
    }
    await one.source.flood(1500);
    mend(one.proxy);
    await resumed(one);
    await one.source.heardBy(one.client.pushes);
});

test('PostgreSQL and pushd killed together', async (t) => {
    const all = await Promise.all(kinds.map((transports) => listener(t, { transports })));
    for (const one of all) {
        await one.source.publish(2);
    }
    await end('postgres', 'SIGKILL');
    await end('pushd', 'SIGKILL');
    await up();
    await waitFor(() => sql('select 1'), 'PostgreSQL');
    for (const one of all) {
        await one.source.publish(2);
        await resumed(one);
        await one.source.heardBy(one.client.pushes);
    }
});

test('beyond the retention: sync:gap, a new pid, the subscriptions restored, then what there is', async (t) => {
    const one = await listener(t);
    await one.source.publish(3);
    await one.source.heardBy(one.client.pushes);
    const offset = one.client.socket._lastOffset;
    const pid = one.client.socket._pid;
    await breakNetwork(one.proxy, one.client);
    await end('pushd', 'SIGKILL');
    await one.source.publish(2);
    // as stream_upkeep leaves it after dropping a partition
    await sql('update bookly_data.stream_floor set id = (select max(id) from bookly_data.stream)');
    await one.source.publish();
    await startPushd();
    mend(one.proxy);
    const gap = await one.client.push('sync:gap');
    assert.deepEqual([gap.data.from, gap.data.reason], [offset, 'retention']);
    assert.notEqual(one.client.socket._pid, pid);
    assert.equal(one.client.socket.recovered, false);
    await one.source.publish();
    await waitFor(() => one.source.numbers(one.client.pushes).includes(7), 'the last event');
    assert.deepEqual(one.source.numbers(one.client.pushes), [1, 2, 3, 6, 7]);
    const again = one.client.socket._pid;
    await interrupt(one.proxy, one.client);
    await waitFor(() => one.recoveries.length > 1 && one.client.socket.connected, 'the client to come back');
    assert.equal(one.client.socket.recovered, true, 'the new pid is as good');
    assert.equal(one.client.socket._pid, again);
});

test('restored from a dump: another epoch, so a gap; the subscriptions are restored', async (t) => {
    const one = await listener(t, { url: stack.pushUrl });
    await one.source.publish(2);
    await one.source.heardBy(one.client.pushes);
    const offset = one.client.socket._lastOffset;
    const copy = await restoredCopy(t);
    const daemon = await new Daemon({ DATABASE_URL: copy.programs }).start();
    t.after(() => daemon.close());
    one.proxy.target = target(daemon.url);
    await interrupt(one.proxy, one.client);
    const gap = await one.client.push('sync:gap');
    assert.deepEqual([gap.data.from, gap.data.reason], [offset, 'epoch']);
    assert.notEqual(parseCursor(gap.data.to).epoch, parseCursor(offset).epoch);
    assert.equal(one.client.socket.recovered, false);
    const there = new pg.Client({ connectionString: copy.owner });
    await there.connect();
    await there.query(`select bookly.publish_event('fault.numbered', $1, data => '{"number": 3}')`, [one.source.service]);
    await there.end();
    one.source.count = 3;
    await one.source.heardBy(one.client.pushes);
});

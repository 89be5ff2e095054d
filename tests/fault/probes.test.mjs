// The daemon that probes dies, freezes or loses the database: another one takes over, and nobody is told of
// changes that are none. The stack's own daemon is ended meanwhile.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { connect } from '../integration/support/client.mjs';
import { rest } from '../integration/support/http.mjs';
import { sql } from '../integration/support/sql.mjs';
import { target } from '../integration/support/targets.mjs';
import { admin, unique } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { Daemon, end, startPushd, superuserUrl } from './support/control.mjs';

const [steady, flaky] = [unique('steady'), unique('flaky')];
const targets = {};
const daemons = [];
const cleaning = [];

before(async () => {
    const scope = { after: (clean) => cleaning.push(clean) };
    targets.steady = await target(scope);
    targets.flaky = await target(scope);
    const settings = {
        SERVICE_HEALTH_INTERVAL: 200,
        SERVICE_HEALTH_URLS: Object.entries({ [steady]: targets.steady, [flaky]: targets.flaky })
            .map(([name, { address }]) => `${name}=http://${address}/`).join(),
    };
    daemons.push(await new Daemon(settings).start(), await new Daemon(settings).start());
    await end('pushd', 'SIGTERM');
});

after(async () => {
    await startPushd();
    for (const daemon of daemons) {
        await daemon.close();
    }
    cleaning.forEach((clean) => clean());
});

/** The numbers of the daemons' connections that hold the lock. */
const holders = async () => (await sql(`select l.pid from pg_locks l
    where l.locktype = 'advisory' and l.classid = 1651209272 and l.granted`)).map(({ pid }) => pid);

const holding = async () => waitFor(async () => {
    const count = daemons.map((daemon) => daemon.log.match(/this daemon probes/g)?.length ?? 0);
    const pids = await holders();
    return pids.length === 1 && { pid: pids[0], count };
}, 'one daemon to hold the lock');

const listening = async (t, daemon) => {
    const client = await connect(t, { user: unique('admin'), roles: ['GENERAL_ADMIN'], url: daemon.url });
    await client.subscribe(['dashboard']);
    return client;
};
const changesIn = (client, name) => client.all('service:status:changed', (data) => data.service === name)
    .map(({ data }) => data.status);
const shown = async (name) => (await rest('GET', '/services', { token: admin() })).json.find((row) => row.service === name);

test('kill -9 of the daemon that probes', async (t) => {
    const { count } = await holding();
    const dying = count[0] > count[1] ? 0 : 1;
    const other = daemons[1 - dying];
    const client = await listening(t, other);
    await waitFor(async () => await shown(steady) && shown(flaky), 'both services');
    await daemons[dying].end('SIGKILL');
    await waitFor(() => other.log.includes('this daemon probes'), 'the other to take over');
    const seen = targets.steady.requests.length;
    targets.flaky.answer = (_, response) => response.writeHead(500).end();
    await waitFor(() => changesIn(client, flaky).includes('down'), 'down');
    targets.flaky.answer = (_, response) => response.end();
    await waitFor(() => changesIn(client, flaky).at(-1) === 'up', 'up');
    assert.ok(targets.steady.requests.length > seen);
    assert.deepEqual(changesIn(client, flaky).slice(-2), ['down', 'up']);
    assert.ok(!changesIn(client, steady).includes('down'), 'what was there all the time did not change');
    await daemons[dying].start();
});

test('its connection is ended: the lock goes to one of them, once', async (t) => {
    const { pid } = await holding();
    const clients = await Promise.all(daemons.map((daemon) => listening(t, daemon)));
    const marks = await Promise.all([steady, flaky].map(shown));
    const superuser = new pg.Client(await superuserUrl());
    await superuser.connect();
    await superuser.query('select pg_terminate_backend($1)', [pid]);
    await superuser.end();
    await waitFor(async () => {
        const pids = await holders();
        return pids.length === 1 && pids[0] !== pid;
    }, 'another connection to hold the lock');
    const seen = [targets.steady.requests.length, targets.flaky.requests.length];
    await waitFor(() => targets.steady.requests.length > seen[0] + 5 && targets.flaky.requests.length > seen[1] + 5, 'probes');
    assert.deepEqual(await Promise.all([steady, flaky].map(shown)), marks);
    clients.forEach((client) => assert.deepEqual(client.all('service:status:changed'), []));
});

test('what changed while nobody probed is found', async (t) => {
    for (const daemon of daemons) {
        await daemon.end('SIGKILL');
    }
    targets.flaky.answer = (_, response) => response.writeHead(500).end();
    const seen = targets.flaky.requests.length;
    await daemons[0].start();
    const client = await listening(t, daemons[0]);
    const row = await waitFor(async () => {
        const found = await shown(flaky);
        return found.status === 'down' && found;
    }, 'down');
    assert.ok(targets.flaky.requests.length >= seen + 3, 'three failures of its own');
    assert.deepEqual(changesIn(client, steady), []);
    assert.ok(Date.parse(row.lastSeen) < Date.parse(row.since));
});

// Services and the front server that are probed, good ones and all kinds of bad ones; pushd and PostgreSQL as
// components. One daemon of a database probes, so the stack's own is ended for it: this file runs alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../support/client.mjs';
import { checkSettings, startPushd } from '../support/daemon.mjs';
import { assertTime } from '../support/facts.mjs';
import { request } from '../support/http.mjs';
import { endPart, startPart } from '../support/parts.mjs';
import { adminCaller } from '../support/rest.mjs';
import { sql } from '../support/sql.mjs';
import { stack } from '../support/stack.mjs';
import { endless, hanging, refusing, status, target } from '../support/targets.mjs';
import { unique } from '../support/token.mjs';
import { waitFor } from '../support/wait.mjs';

const FAST = { SERVICE_HEALTH_INTERVAL: 150, SERVICE_HEALTH_TIMEOUT: 400 };
const CHANGED = 'service:status:changed';
const admin = adminCaller();

/** targets: {name: {address, path?}}. The setting that probes them. */
const listOf = (targets) => Object.entries(targets)
    .map(([name, { address, path = '/health' }]) => `${name}=http://${address}${path}`).join(', ');

/** A daemon with these settings that probes instead of the stack's own. → the daemon, with a client on the dashboard. */
async function probing(t, settings, environment = {}) {
    // The stack's own probes first, so that ours begins when it ends: with its client listening.
    await waitFor(async () => (await sql(`select from pg_locks where locktype = 'advisory' and granted
        and 1651209272 in (classid::bigint, objid::bigint)`)).length > 0, 'the lock of the daemon that probes');
    const daemon = await startPushd(t, { ...FAST, ...settings }, 200, environment);
    daemon.client = await connect(t, { user: unique('admin'), roles: ['GENERAL_ADMIN'], url: daemon.url });
    await daemon.client.subscribe(['dashboard']);
    t.after(() => startPart('pushd'));
    await endPart('pushd', 'SIGTERM');
    return daemon;
}

const shown = async (list, name) => (await admin.get(list)).json.find((row) => (row.service ?? row.component) === name);

test('what is probed, up and down for every reason there is', async (t) => {
    const elsewhere = await target(t);
    const proxy = await target(t);
    const user = unique('user');
    const answering = await target(t);
    const closed = await target(t);
    const targets = {
        good: answering,
        empty: await target(t, status(204)),
        secretive: { ...closed, address: `${user}:hunter2@${closed.address}` },
        talkative: await endless(t, 'HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(8192)),
        broken: await target(t, status(500)),
        redirecting: await target(t, status(302, { Location: `http://${elsewhere.address}/` })),
        hanging: await hanging(t),
        refusing: await refusing(),
        slow: await endless(t, 'HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n', 'x', 50),
        wordy: await endless(t, 'HTTP/1.1 200 OK\r\n', `X-Word: ${'x'.repeat(4000)}\r\n`),
        foreign: await endless(t, 'SSH-2.0-server\r\n', 'x', 50),
    };
    const ups = ['good', 'empty', 'secretive', 'talkative'];
    const mark = unique('probed');
    const named = Object.fromEntries(Object.entries(targets).map(([name, value]) => [`${mark}-${name}`, value]));
    const daemon = await probing(t, { SERVICE_HEALTH_URLS: listOf(named) },
        { http_proxy: `http://${proxy.address}`, ALL_PROXY: `http://${proxy.address}` });
    const of = (name) => daemon.client.all(CHANGED, (data) => data.service === `${mark}-${name}`).map(({ data }) => data);

    await waitFor(() => Object.keys(targets).every((name) => of(name).length > 0), 'a word on each of them');
    // the loop goes on beside them
    const slowest = await answerTimes(daemon.url, 20);
    assert.ok(slowest < 300, `an answer took ${slowest} ms`);
    // and so do the probes of the others
    const seen = answering.requests.length;
    const rows = await statusRows(mark);
    await waitFor(() => answering.requests.length >= seen + 10, 'ten rounds');
    assert.equal(await statusRows(mark), rows, 'what stays the same is not written');

    for (const name of Object.keys(targets)) {
        const [push, ...more] = of(name);
        assert.deepEqual([push.status, more], [ups.includes(name) ? 'up' : 'down', []], name);
        assertTime(push.timestamp);
        const row = await shown('/services', `${mark}-${name}`);
        assert.deepEqual([row.status, row.since], [push.status, push.timestamp], name);
        assert.deepEqual(Object.keys(row.details.probe).sort(), [/broken|redir/.test(name) || row.status === 'up'
            ? 'httpStatus' : 'error', 'status'], name);
    }
    assert.equal((await shown('/services', `${mark}-broken`)).details.probe.httpStatus, 500);
    assert.equal((await shown('/services', `${mark}-hanging`)).details.probe.error, 'Timeout was reached');
    assert.deepEqual([elsewhere.requests, proxy.requests], [[], []], 'neither redirects nor proxies are followed');
    assert.equal(closed.requests[0].headers.authorization, `Basic ${Buffer.from(`${user}:hunter2`).toString('base64')}`);
    const [first] = answering.requests;
    assert.deepEqual([first.method, first.url, first.headers['user-agent']], ['GET', '/health', 'bookly-pushd']);
    const secrets = /hunter2|127\.0\.0\.1/;
    assert.doesNotMatch(daemon.log.replaceAll(/listening on.*/g, ''), secrets);
    assert.doesNotMatch(JSON.stringify(await sql('select * from bookly_data.statuses')), secrets);
    assert.match(daemon.log, new RegExp(`\\[Probe\\] service ${mark}-broken is down`));
});

/** The longest of `count` answers one after another, in milliseconds. */
async function answerTimes(url, count) {
    let slowest = 0;
    for (let i = 0; i < count; i += 1) {
        const begun = Date.now();
        assert.equal((await request('GET', `${url}/healthz`)).status, 200);
        slowest = Math.max(slowest, Date.now() - begun);
    }
    return slowest;
}

async function statusRows(mark) {
    const rows = await sql('select s.*, s.xmin::text from bookly_data.statuses s where s.name like $1 order by s.name', [`${mark}%`]);
    return JSON.stringify(rows);
}

test('down after three failures in a row, up at the first success, whatever it says of itself', async (t) => {
    const name = unique('flaky');
    const flaky = await target(t);
    let failures = 0; // still to come
    flaky.answer = (_, response) => {
        failures -= 1;
        response.writeHead(failures >= 0 ? 503 : 200).end();
    };
    const { client } = await probing(t, { SERVICE_HEALTH_URLS: listOf({ [name]: flaky }) });
    const changes = () => client.all(CHANGED, (data) => data.service === name).map(({ data }) => data.status);
    const rounds = async (count) => {
        const seen = flaky.requests.length;
        await waitFor(() => flaky.requests.length >= seen + count, `${count} probes`);
    };
    await waitFor(() => changes().length === 1, 'up');
    failures = 2;
    await rounds(5);
    failures = 2;
    await rounds(5);
    assert.deepEqual(changes(), ['up'], 'two failures are none');
    const before = Date.now();
    failures = 3;
    await waitFor(() => changes().length === 3, 'down and up');
    assert.deepEqual(changes(), ['up', 'down', 'up']);

    failures = Infinity;
    await waitFor(() => changes().length === 4, 'down');
    const row = await shown('/services', name);
    assert.ok(Date.parse(row.lastSeen) >= before && Date.parse(row.lastSeen) < Date.parse(row.since), JSON.stringify(row));
    await admin.put(`/services/${name}/status`, { status: 'up', details: { version: 7 } });
    const both = await shown('/services', name);
    assert.deepEqual([both.status, both.details], ['down', { version: 7, probe: { status: 'down', httpStatus: 503 } }]);
    failures = 0;
    await waitFor(() => changes().length === 5, 'up');
    await admin.put(`/services/${name}/status`, { status: 'degraded' });
    await rounds(5);
    assert.equal((await shown('/services', name)).status, 'degraded');
    assert.deepEqual(changes(), ['up', 'down', 'up', 'down', 'up', 'degraded']);
});

test('the front server, pushd and PostgreSQL are components', async (t) => {
    const component = (name, state) => waitFor(async () => {
        const row = await shown('/infrastructure', name);
        return row?.status === state && row;
    }, `${name} to be ${state}`);
    await component('web-server', 'up');
    const postgres = await component('postgresql', 'up');
    assert.match(postgres.details.version, /^\d+/);
    assert.ok(postgres.details.connections >= 1 && postgres.details.connections <= postgres.details.maxConnections);
    // one that has just begun is not counted yet
    await waitFor(async () => (await component('pushd', 'up')).details.daemons.length === 1, 'one daemon');

    const daemon = await probing(t, {});
    const changes = (name) => daemon.client.all('infrastructure:status:changed', (data) => data.component === name)
        .map(({ data }) => data.status);
    await waitFor(() => /this daemon probes 1 targets/.test(daemon.log), 'the probing to be taken over');
    assert.deepEqual(changes('web-server'), [], 'another daemon finds the same: no change');
    await endPart(stack.front, 'SIGTERM');
    try {
        await waitFor(() => changes('web-server').includes('down'), 'the front server to be down');
    } finally {
        await startPart(stack.front);
    }
    await waitFor(() => changes('web-server').includes('up'), 'the front server to be up');
    assert.deepEqual(changes('web-server'), ['down', 'up']);
    const { data } = await daemon.client.push('dashboard:metrics:updated', ({ metrics }) =>
        metrics.infrastructure['web-server'].status === 'up', daemon.client.mark);
    assert.deepEqual(Object.keys(data.metrics.infrastructure).filter((name) => /^(postgresql|pushd|web-server)$/.test(name)),
        ['postgresql', 'pushd', 'web-server']);

    daemon.child.kill('SIGTERM');
    await daemon.exited;
    const gone = await component('pushd', 'down');
    assert.deepEqual(gone.details.daemons, []);
    assertTime(gone.since);
    assert.deepEqual(await shown('/infrastructure', 'pushd'), gone, 'since it was noticed');
    await startPart('pushd');
    assert.ok(Date.parse((await component('pushd', 'up')).since) >= Date.parse(gone.since));
});

test('what is no target any more is forgotten', async (t) => {
    const [kept, dropped] = [unique('kept'), unique('dropped')];
    const some = await target(t);
    const first = await probing(t, { SERVICE_HEALTH_URLS: listOf({ [kept]: some, [dropped]: some }) });
    await waitFor(async () => await shown('/services', kept) && await shown('/services', dropped), 'both');
    await startPart('pushd');
    const second = await startPushd(t, { ...FAST, SERVICE_HEALTH_URLS: listOf({ [kept]: some }) });
    await endPart('pushd', 'SIGTERM');
    first.child.kill('SIGTERM');
    await waitFor(async () => !await shown('/services', dropped), 'one to be forgotten');
    await waitFor(async () => (await shown('/services', kept))?.status === 'up', 'the other one');
    assert.equal(second.code, undefined);
});

test('bad settings are refused by name, without what they hold', async (t) => {
    const many = Array.from({ length: 101 }, (_, i) => `n${i}=http://h/`).join();
    for (const [name, value] of [
        ['SERVICE_HEALTH_URLS', 'mail=ftp://user:hunter2@mail/'], ['SERVICE_HEALTH_URLS', 'http://user:hunter2@mail/'],
        ['SERVICE_HEALTH_URLS', 'a=http://a/,a=http://user:hunter2@b/'], ['SERVICE_HEALTH_URLS', many],
        ['FRONT_HEALTH_URL', 'user:hunter2@mail'], ['SERVICE_HEALTH_INTERVAL', '1'], ['SERVICE_HEALTH_TIMEOUT', 'soon'],
    ]) {
        const { code, log } = await checkSettings(t, { [name]: value });
        assert.notEqual(code, 0, name);
        assert.match(log, new RegExp(`^bookly-pushd: ${name}: [^\n]*\n$`));
        assert.doesNotMatch(log, /hunter2/);
    }
    assert.equal((await checkSettings(t, { SERVICE_HEALTH_URLS: ' mail=http://mail/ , ' })).code, 0);
});

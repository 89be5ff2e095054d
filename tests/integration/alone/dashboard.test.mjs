// The dashboard's figures, by push and by REST: the same, true, and of all daemons. Needs a stack where nothing else
// happens, and ends pushd and PostgreSQL, so this file runs alone.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connect } from '../support/client.mjs';
import { startPushd } from '../support/daemon.mjs';
import { assertKeys } from '../support/facts.mjs';
import { request } from '../support/http.mjs';
import { endPart, startPart } from '../support/parts.mjs';
import { countQueries } from '../support/queries.mjs';
import { adminCaller, assertProblem, caller } from '../support/rest.mjs';
import { call, failEvent, publishEvent, sql } from '../support/sql.mjs';
import { openStream } from '../support/sse.mjs';
import { stack } from '../support/stack.mjs';
import { token, unique } from '../support/token.mjs';
import { waitFor } from '../support/wait.mjs';

const METRICS = 'dashboard:metrics:updated';
const admin = adminCaller();

const asAdmin = (t, options = {}) =>
    connect(t, { user: unique('admin'), roles: ['GENERAL_ADMIN'], transports: ['websocket'], ...options });

async function half(name) {
    const answer = await admin.get(`/events/${name}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
}

/** Waits until REST shows these figures of the metrics. */
const shows = (figure, expected) => waitFor(async () => {
    const { [figure]: shown } = await half('metrics');
    if (JSON.stringify(shown) !== JSON.stringify(expected)) {
        throw new Error(JSON.stringify(shown));
    }
    return true;
}, `${figure} to be ${JSON.stringify(expected)}`);

/** Without what changes while nothing happens: uptime and process go on, deliveries are forgotten. */
const steady = ({ uptime, process, avgLatency, recentLatencies, throughput, ...rest }) => JSON.stringify(rest);

/** A push between two REST answers that are the same: [metrics before, the push, metrics after, the other half]. */
function between(client) {
    return waitFor(async () => {
        const [before, events] = [await half('metrics'), await half('dashboard')];
        const { data } = await client.push(METRICS, undefined, client.mark);
        const [after, eventsAfter] = [await half('metrics'), await half('dashboard')];
        return steady(before) === steady(after) && JSON.stringify(events) === JSON.stringify(eventsAfter)
            && [before, data, after, events];
    }, 'a push between two answers that are the same', 60000);
}

test('pushes and REST show the same, whichever daemon pushes', async (t) => {
    const other = await startPushd(t);
    const clients = [await asAdmin(t), await asAdmin(t, { url: other.url })];
    const service = unique('service');
    await clients[0].subscribe(['dashboard', 'events'], { eventFilters: { services: service } });
    await clients[1].subscribe(['dashboard']);
    for (let number = 0; number < 12; number += 1) {
        const event_id = await publishEvent({ event_type: `TEST_${number}`, service, data: { number } });
        await clients[0].push('event:created', (data) => data.eventId === event_id);
    }
    await shows('connections', { websocket: 2, polling: 0, sse: 0 });
    for (const client of clients) {
        const [before, { metrics, dashboard, ...rest }, after, events] = await between(client);
        assertKeys(rest, ['timestamp']);
        assertKeys(metrics, Object.keys(before));
        assert.equal(steady(metrics), steady(before));
        assert.deepEqual(dashboard, events);
        assert.ok(before.uptime <= metrics.uptime && metrics.uptime <= after.uptime, `${metrics.uptime}`);
        const rss = metrics.process.rss / after.process.rss;
        assert.ok(rss > 0.5 && rss < 2, JSON.stringify([metrics.process, after.process]));
    }
});

test('latencies are those of the deliveries', async (t) => {
    const service = unique('service');
    const client = await asAdmin(t);
    await client.subscribe(['events'], { eventFilters: { services: service } });
    const took = [];
    for (let number = 0; number < 15; number += 1) {
        const begun = performance.now();
        const event_id = await publishEvent({ event_type: 'test.latency', service });
        await client.push('event:created', (data) => data.eventId === event_id);
        took.push(performance.now() - begun);
    }
    const longest = Math.max(...took);
    const metrics = await waitFor(async () => {
        const shown = await half('metrics');
        return shown.recentLatencies.length === 10 && shown.recentLatencies.every((ms) => ms <= longest) && shown;
    }, `ten latencies up to ${longest} ms`);
    assert.ok(metrics.recentLatencies.every((ms) => ms > 0), JSON.stringify(metrics.recentLatencies));
    assert.ok(metrics.avgLatency > 0);
    assert.ok(metrics.throughput >= 0.25, `${metrics.throughput} events a second`);
});

test('what is counted agrees with the tables', async () => {
    const service = unique('service');
    for (let number = 0; number < 3; number += 1) {
        const event_id = await publishEvent({ event_type: 'test.counted', service });
        await failEvent({ event_id, error: 'broken', max_attempts: 1 });
    }
    const claimed = (await half('metrics')).retryCount;
    await waitFor(async () => {
        await sql('select * from bookly.dlq_claim(service => $1)', [service]);
        return (await half('metrics')).retryCount === claimed + 3;
    }, 'three attempts');
    const counts = async () => (await sql(`select
        (select count(*) from bookly_data.events)::int as total,
        (select count(*) from bookly_data.stream where event = 'event:created'
            and (at at time zone 'UTC')::date = (clock_timestamp() at time zone 'UTC')::date)::int as today,
        (select count(*) from bookly_data.stream where event = 'event:failed')::int as failed,
        (select json_agg(json_build_object('service', s.service, 'count', s.count) order by s.count desc, s.service)
            from (select service, count(*) from bookly_data.events group by 1) s) as services,
        (select json_agg(t.count) from (select count(*) from bookly_data.events group by normal_type
            order by 1 desc limit 10) t) as types,
        (select json_agg(r.id order by r.occurred_at desc, r.position desc) from (select * from bookly_data.events
            order by occurred_at desc, position desc limit 20) r) as recent`))[0];
    const [metrics, dashboard, expected] = [await half('metrics'), await half('dashboard'), await counts()];
    assert.deepEqual({
        total: metrics.totalEvents,
        today: dashboard.eventsToday,
        failed: metrics.failedEvents,
        services: dashboard.eventsByService,
        types: dashboard.topEventTypes.map(({ count }) => count),
        recent: dashboard.recentEvents.map(({ eventId }) => eventId),
    }, expected);
    assert.equal(dashboard.totalEvents, metrics.totalEvents);
});

test('connections are those of all daemons, and fall and rise with them', async (t) => {
    const other = await startPushd(t);
    await shows('connections', { websocket: 0, polling: 0, sse: 0 });
    const back = { reconnection: true, reconnectionDelay: 100, reconnectionDelayMax: 500 };
    const clients = await Promise.all([
        asAdmin(t, back), asAdmin(t, back), asAdmin(t, { ...back, transports: ['polling'] }), asAdmin(t, { url: other.url }),
    ]);
    await openStream(t, { channels: 'events' }, { url: other.url, token: token(unique('admin'), ['GENERAL_ADMIN']) });
    await shows('connections', { websocket: 3, polling: 1, sse: 1 });
    const both = await half('metrics');

    other.child.kill('SIGTERM');
    await other.exited;
    await shows('connections', { websocket: 2, polling: 1, sse: 0 });
    const one = await half('metrics');
    assert.ok(one.process.rss < both.process.rss && one.process.rss > 1e6, `${one.process.rss} of ${both.process.rss}`);

    await endPart('pushd', 'SIGKILL');
    try {
        await shows('connections', { websocket: 0, polling: 0, sse: 0 });
        const { uptime, process } = await half('metrics');
        assert.deepEqual({ uptime, process }, { uptime: 0, process: { rss: 0, cpu: 0 } });
    } finally {
        await startPart('pushd');
    }
    await shows('connections', { websocket: 2, polling: 1, sse: 0 });
    const { uptime } = await half('metrics');
    assert.ok(uptime > 0 && uptime < one.uptime, `${uptime} after ${one.uptime}`);
    clients.forEach((client) => client.close());
    await shows('connections', { websocket: 0, polling: 0, sse: 0 });
});

test('a crash of PostgreSQL takes the figures along, and the daemon leaves them again', async (t) => {
    await asAdmin(t);
    await shows('connections', { websocket: 1, polling: 0, sse: 0 });
    const { uptime } = await half('metrics');
    await endPart('postgres', 'SIGKILL');
    await startPart('postgres');
    await waitFor(() => sql('select 1'), 'PostgreSQL');
    await shows('connections', { websocket: 1, polling: 0, sse: 0 });
    const metrics = await half('metrics');
    assert.ok(metrics.uptime > uptime && metrics.process.rss > 1e6, JSON.stringify(metrics));
    await waitFor(async () => {
        const answer = await request('GET', `${stack.socketUrl}/socket.io/?EIO=4&transport=polling`);
        return answer.status === 200;
    }, 'handshakes, for those who come next');
});

describe('what it costs', () => {
    const transactions = async () => (await sql('select pg_snapshot_xmax(pg_current_snapshot())::text as next'))[0].next;

    test('a dashboard that is looked at while nothing happens writes nothing', async (t) => {
        const client = await asAdmin(t);
        await client.subscribe(['dashboard']);
        await waitFor(async () => {
            const [before, from] = [await transactions(), client.mark];
            await waitFor(() => client.all(METRICS, undefined, from).length >= 5, 'five pushes');
            return await transactions() === before;
        }, 'five pushes without a transaction that writes', 90000);
    });

    test('many deliveries cost a write a second at most, and none follows them', async (t) => {
        const queries = await countQueries(t);
        const daemon = await startPushd(t, { DATABASE_URL: queries.url });
        const service = unique('service');
        const client = await asAdmin(t, { url: daemon.url });
        await client.subscribe(['events'], { eventFilters: { services: service } });
        const begun = Date.now();
        queries.clear();
        let events = 0;
        while (Date.now() - begun < 5000) {
            events += 1;
            await publishEvent({ event_type: 'test.busy', service });
        }
        await waitFor(() => client.all('event:created').length === events, 'every event');
        const [writes, seconds] = [queries.count(/daemon_report/), (Date.now() - begun) / 1000];
        assert.ok(writes >= 1 && writes <= seconds + 1, `${writes} writes in ${seconds} s for ${events} events`);
        await waitFor(async () => {
            queries.clear();
            await waitFor(() => queries.count(/stream_try_sleep|stream_read/) >= 5, 'five looks at the stream');
            return queries.count(/daemon_report/) === 0;
        }, 'no more writes');
    });
});

test('the state of all services: 503 when one is down', async () => {
    const component = unique('component');
    await call('report_component', { component, status: 'down' });
    const down = await admin.get('/health/services');
    assert.equal(down.status, 503, down.text);
    assert.equal(down.headers['retry-after'], '30');
    assert.match(down.headers['content-type'], /^application\/json/);
    assertKeys(down.json, ['status', 'services', 'infrastructure']);
    assert.equal(down.json.status, 'down');
    assertKeys(down.json.infrastructure[component], ['status', 'since', 'lastSeen', 'details']);
    assert.equal(down.json.infrastructure[component].status, 'down');

    // what other tests have left behind
    for (const [path, kind] of [['/services', 'service'], ['/infrastructure', 'component']]) {
        for (const row of (await admin.get(path)).json.filter(({ status }) => status !== 'up')) {
            await call(`report_${kind}`, { [kind]: row[kind], status: 'up' });
        }
    }
    const up = await admin.get('/health/services');
    assert.equal(up.status, 200, up.text);
    assert.equal(up.json.status, 'up');
    assert.equal(up.json.infrastructure[component].status, 'up');
    const same = await admin.get('/health/services', { headers: { 'If-None-Match': up.headers.etag } });
    assert.equal(same.status, 304);
    await call('report_component', { component, status: 'degraded' });
    const degraded = await admin.get('/health/services');
    assert.deepEqual([degraded.status, degraded.json.status], [200, 'degraded']);
});

test('an entity tag saves the half that has not changed, and strangers see none of them', async () => {
    const paths = ['/events/metrics', '/events/dashboard', '/health/services'];
    await waitFor(async () => {
        const { etag } = (await admin.get('/events/dashboard')).headers;
        return (await admin.get('/events/dashboard', { headers: { 'If-None-Match': etag } })).status === 304;
    }, 'a dashboard that has not changed');
    for (const path of paths) {
        for (const roles of [[], ['SERVICE'], ['STUDENT', 'SECURITY']]) {
            assertProblem(await caller(roles).get(path), 403, 'forbidden');
        }
        assert.ok([200, 503].includes((await caller(['PROGRAM_ADMIN']).get(path)).status));
        assertProblem(await admin.get(`${path}?limit=1`), 400, 'unknown_field', 'limit');
        assertProblem(await admin.post(path), 405, 'method_not_allowed');
    }
});

// dashboard:metrics:updated and dlq:stats:updated: on subscribing, at their intervals, and true.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connect } from './support/client.mjs';
import { startPushd } from './support/daemon.mjs';
import { assertKeys, assertTime } from './support/facts.mjs';
import { settled } from './support/marker.mjs';
import { call, failEvent, publishEvent, sql } from './support/sql.mjs';
import { unique } from './support/token.mjs';
import { waitFor } from './support/wait.mjs';

const METRICS = 'dashboard:metrics:updated';
const STATS = 'dlq:stats:updated';

const asAdmin = (t, options = {}) => connect(t, { user: unique('admin'), roles: ['GENERAL_ADMIN'], transports: ['websocket'], ...options });

describe('on subscribing', () => {
    for (const [channel, event] of [['dashboard', METRICS], ['dlq', STATS]]) {
        test(`${channel}: at once, after the acknowledgement`, async (t) => {
            const slow = await startPushd(t, { WEBSOCKET_METRICS_INTERVAL: 3600000, WEBSOCKET_DLQ_INTERVAL: 3600000 });
            const client = await asAdmin(t, { url: slow.url });
            const before = await new Promise((resolve) => {
                client.socket.emit('subscribe', { channels: [channel] }, () => resolve(client.all(event).length));
            });
            assert.equal(before, 0, 'the acknowledgement comes first');
            const push = await client.push(event);
            assert.equal(push.args.length, 2);
            assertTime(push.data.timestamp);
        });
    }

    test('all three initial pushes in the order of the channels', async (t) => {
        // no periodic one may come in between
        const slow = await startPushd(t, { WEBSOCKET_METRICS_INTERVAL: 3600000, WEBSOCKET_DLQ_INTERVAL: 3600000 });
        const client = await asAdmin(t, { url: slow.url });
        await client.subscribe(['events', 'dlq', 'dashboard', 'notifications', 'logs']);
        const initial = [STATS, METRICS, 'notifications:initial'];
        await Promise.all(initial.map((event) => client.push(event)));
        const first = initial.map((event) => client.pushes.findIndex((push) => push.event === event));
        assert.deepEqual([...first].sort((a, b) => a - b), first);
    });
});

test('at their intervals, to those subscribed and nobody else', async (t) => {
    const daemon = await startPushd(t, { WEBSOCKET_METRICS_INTERVAL: 200, WEBSOCKET_DLQ_INTERVAL: 400 });
    const [both, none, left] = [
        await asAdmin(t, { url: daemon.url }), await asAdmin(t, { url: daemon.url }), await asAdmin(t, { url: daemon.url }),
    ];
    await none.subscribe(['logs']);
    await left.subscribe(['dashboard', 'dlq']);
    await left.command('unsubscribe', { channels: ['dashboard', 'dlq'] });
    const leftAt = left.mark;
    await both.subscribe(['dashboard', 'dlq']);
    const pushes = await waitFor(() => {
        const list = both.all(METRICS);
        return list.length >= 9 && list;
    }, 'nine pushes');
    const span = pushes.at(-1).at - pushes[1].at;
    const average = span / (pushes.length - 2);
    assert.ok(average > 150 && average < 400, `every ${average} ms`);
    const stats = both.all(STATS).length;
    assert.ok(stats >= 3 && stats <= 7, `${stats} statistics beside ${pushes.length} metrics`);
    assert.deepEqual([...none.all(METRICS), ...none.all(STATS)], []);
    assert.deepEqual([...left.all(METRICS, undefined, leftAt), ...left.all(STATS, undefined, leftAt)], []);
});

test('the figures of the dashboard', async (t) => {
    const client = await asAdmin(t);
    await client.subscribe(['dashboard', 'events']);
    const [service, eventType] = [unique('service'), unique('test.type')];
    const first = (await client.push(METRICS)).data;
    for (let number = 0; number < 5; number += 1) {
        await publishEvent({ event_type: eventType, service, data: { number } });
    }
    const failing = await publishEvent({ event_type: eventType, service });
    await failEvent({ event_id: failing, error: 'broken' });
    const status = unique('service');
    const component = unique('component');
    await call('report_service', { service: status, status: 'degraded' });
    await call('report_component', { component, status: 'up' });
    await client.push('event:created', (data) => data.eventId === failing);
    // other tests publish too, and only the newest twenty are shown
    const fresh = unique('service');
    const refresher = setInterval(() => publishEvent({ event_type: eventType, service: fresh }).catch(() => {}), 100);
    t.after(() => clearInterval(refresher));
    const { data } = await client.push(METRICS, ({ metrics, dashboard }) =>
        metrics.totalEvents >= first.metrics.totalEvents + 6
        && metrics.failedEvents > first.metrics.failedEvents
        && metrics.services?.[status] !== undefined
        && metrics.infrastructure?.[component] !== undefined
        && dashboard.recentEvents.some((event) => event.service === fresh)
        && metrics.recentLatencies.length > 0);
    clearInterval(refresher);

    assertKeys(data, ['metrics', 'dashboard', 'timestamp']);
    const { metrics, dashboard } = data;
    assertKeys(metrics, [
        'brokerType', 'avgLatency', 'throughput', 'totalEvents', 'failedEvents', 'retryCount', 'eventStoreEnabled',
        'uptime', 'recentLatencies', 'connections', 'process', 'services', 'infrastructure',
    ]);
    assert.equal(metrics.brokerType, 'postgres');
    assert.equal(metrics.eventStoreEnabled, true);
    assert.ok(metrics.throughput > 0);
    assert.ok(metrics.avgLatency > 0 && metrics.avgLatency < 10000, `avgLatency ${metrics.avgLatency}`);
    assert.ok(metrics.recentLatencies.length <= 10);
    assert.ok(metrics.recentLatencies.every((value) => typeof value === 'number' && value >= 0));
    assert.ok(metrics.uptime > 0);
    assert.ok(metrics.retryCount >= 0);
    assertKeys(metrics.connections, ['websocket', 'polling', 'sse']);
    assert.ok(metrics.connections.websocket >= 1);
    assertKeys(metrics.process, ['rss', 'cpu']);
    assert.ok(metrics.process.rss > 1e6 && metrics.process.cpu >= 0);

    assertKeys(dashboard, [
        'totalEvents', 'eventsToday', 'eventsThisHour', 'topEventTypes', 'eventsByService', 'recentEvents',
    ]);
    assert.equal(dashboard.totalEvents, metrics.totalEvents);
    assert.ok(dashboard.topEventTypes.length <= 10);
    for (const row of dashboard.topEventTypes) {
        assertKeys(row, ['eventType', 'count']);
    }
    assert.ok(dashboard.recentEvents.length <= 20);
    const own = dashboard.eventsByService.find((row) => row.service === service);
    assert.deepEqual(own, { service, count: 6 });
    assert.ok(dashboard.eventsToday <= dashboard.totalEvents && dashboard.eventsThisHour <= dashboard.eventsToday);
    assert.ok(dashboard.eventsThisHour >= 6 || new Date().getMinutes() === 0);
});

test('the figures of the dead-letter queue follow every step', async (t) => {
    const client = await asAdmin(t);
    await client.subscribe(['dlq']);
    const [service, topic] = [unique('service'), unique('topic')];
    const eventType = unique('test.type');
    const letters = [];
    for (let number = 0; number < 3; number += 1) {
        const event_id = await publishEvent({ event_type: eventType, service });
        letters.push(await failEvent({ event_id, error: 'broken', topic, max_attempts: 1 }));
    }
    const counted = async (what) => {
        const { data } = await client.push(STATS, what, 0);
        assertKeys(data, ['stats', 'timestamp']);
        const { stats } = data;
        assertKeys(stats, ['total', 'pending', 'retrying', 'failed', 'resolved', 'byTopic', 'byService', 'byEventType']);
        assert.equal(stats.total, stats.pending + stats.retrying + stats.failed + stats.resolved);
        assert.equal(stats.byTopic[topic], 3);
        assert.equal(stats.byService[service], 3);
        assert.equal(stats.byEventType[eventType], 3);
        return stats;
    };
    await counted(({ stats }) => stats.byTopic[topic] === 3);
    await waitFor(async () => {
        await sql('select * from bookly.dlq_claim(service => $1)', [service]);
        const rows = await sql(`select status, count(*)::int as count from jsonb_to_recordset(
            (select body::jsonb from bookly.dlq_list(null, null, array[$1], null, 10, null))) as r(status text)
            group by status`, [service]);
        return rows.length === 1 && rows[0].status === 'retrying' && rows[0].count === 3;
    }, 'all three claimed');
    await call('dlq_succeed', { dlq_id: letters[0] });
    await call('dlq_fail', { dlq_id: letters[1], error: 'no' });
    await client.push('dlq:event:failed', (data) => data.dlqId === letters[1]);

    // other tests change the queue as well: compare with a count taken before and after, both the same
    const count = async () => JSON.stringify((await sql(`select
        count(*)::int as total,
        count(*) filter (where status = 'pending')::int as pending,
        count(*) filter (where status = 'retrying')::int as retrying,
        count(*) filter (where status = 'failed')::int as failed,
        count(*) filter (where status = 'resolved')::int as resolved
        from bookly_data.dead_letters`))[0]);
    await waitFor(async () => {
        const from = client.mark;
        const before = await count();
        const { data: { stats } } = await client.push(STATS, undefined, from);
        const { total, pending, retrying, failed, resolved } = stats;
        return before === await count()
            && JSON.stringify({ total, pending, retrying, failed, resolved }) === before;
    }, 'statistics that agree with the table', 40000);
});

test('a dashboard nobody looks at costs no query', async (t) => {
    const daemon = await startPushd(t, { WEBSOCKET_METRICS_INTERVAL: 100, WEBSOCKET_DLQ_INTERVAL: 100 });
    const user = unique('admin');
    const client = await asAdmin(t, { url: daemon.url, user });
    await client.subscribe(['notifications']);
    await settled(client, user);
    assert.deepEqual([...client.all(METRICS), ...client.all(STATS)], []);
});

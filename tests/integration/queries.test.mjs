// What a daemon asks the database: nothing for nobody, no more for many clients than for one, and no faster than
// it answers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from './support/client.mjs';
import { startPushd } from './support/daemon.mjs';
import { countQueries } from './support/queries.mjs';
import { unique } from './support/token.mjs';
import { waitFor } from './support/wait.mjs';

const METRICS = 'dashboard:metrics:updated';
const STATS = 'dlq:stats:updated';
const PERIODIC = /dashboard|dlq_stats|notification_inbox/; // rules are stepped for events of others, too
const ALL = ['events', 'dlq', 'dashboard', 'notifications', 'logs'];

const summary = (queries) => {
    const counts = {};
    for (const text of queries.all) {
        counts[text.slice(0, 60)] = (counts[text.slice(0, 60)] ?? 0) + 1;
    }
    return JSON.stringify(counts, null, 1);
};

test('the periodic figures are asked for while somebody listens, and once for everybody', async (t) => {
    const queries = await countQueries(t);
    const daemon = await startPushd(t, {
        DATABASE_URL: queries.url, WEBSOCKET_METRICS_INTERVAL: 100, WEBSOCKET_DLQ_INTERVAL: 100,
    });
    const admin = (options) => connect(t, {
        user: unique('admin'), roles: ['GENERAL_ADMIN'], transports: ['websocket'], url: daemon.url, ...options,
    });

    // the stream is read by itself once a second at least: three of these and ten intervals each
    const idle = await admin();
    await idle.subscribe(['events', 'notifications', 'logs']);
    await idle.push('notifications:initial');
    queries.clear();
    await waitFor(() => queries.count(/stream_try_sleep|stream_read/) >= 3, 'three looks at the stream');
    assert.equal(queries.count(PERIODIC), 0, summary(queries));

    const first = await admin();
    await first.subscribe(['dashboard', 'dlq']);
    await first.push(METRICS);
    const others = await Promise.all(Array.from({ length: 40 }, () => admin()));
    await Promise.all(others.map((client) => client.subscribe(['dashboard', 'dlq'])));
    const last = others.at(-1);
    await last.push(STATS);
    queries.clear();
    const from = first.mark;
    await waitFor(() => first.all(METRICS, undefined, from).length >= 10, 'ten more metrics');
    const pushes = first.all(METRICS, undefined, from).length;
    const asked = queries.count(/dashboard/);
    assert.ok(asked >= 5 && asked <= 3 * (pushes + 2), `${asked} for ${pushes} pushes: ${summary(queries)}`);
    assert.ok(queries.count(/dlq_stats/) <= 3 * (pushes + 2), summary(queries));

    await Promise.all([first, ...others].map((client) => client.command('unsubscribe', { channels: ['dashboard', 'dlq'] })));
    queries.clear();
    await waitFor(() => queries.count(/stream_try_sleep|stream_read/) >= 3, 'three looks at the stream');
    assert.equal(queries.count(PERIODIC), 0, summary(queries));
});

test('a slow database is not asked for the figures again before it has answered', async (t) => {
    const queries = await countQueries(t);
    const daemon = await startPushd(t, {
        DATABASE_URL: queries.url, WEBSOCKET_METRICS_INTERVAL: 100, WEBSOCKET_DLQ_INTERVAL: 100,
    });
    const client = await connect(t, {
        user: unique('admin'), roles: ['GENERAL_ADMIN'], transports: ['websocket'], url: daemon.url,
    });
    await client.subscribe(['dashboard', 'dlq']);
    await client.push(STATS);
    queries.hold();
    queries.clear();
    const since = Date.now();
    await waitFor(() => Date.now() - since > 1500, 'fifteen intervals');
    assert.ok(queries.count(/dashboard/) <= 1 && queries.count(/dlq_stats/) <= 1, summary(queries));
    const from = client.mark;
    queries.release();
    await client.push(METRICS, undefined, from);
});

test('a hundred clients that come and subscribe at once cost no query each', async (t) => {
    const queries = await countQueries(t);
    const daemon = await startPushd(t, { DATABASE_URL: queries.url });
    const clients = await Promise.all(Array.from({ length: 100 }, () => connect(t, {
        user: unique('admin'), roles: ['GENERAL_ADMIN'], transports: ['websocket'], url: daemon.url,
    })));
    queries.clear();
    await Promise.all(clients.map((client) => client.subscribe(ALL)));
    await Promise.all(clients.flatMap((client) =>
        [STATS, METRICS, 'notifications:initial'].map((event) => client.push(event))));
    const own = queries.all.filter((text) => !/stream_|counters_fold/.test(text)).length;
    assert.ok(own <= 40, `${own} queries for 100 clients: ${summary(queries)}`);
});

// A daemon whose database is away, or answers nothing, says so: /readyz, /metrics, and by whom it is asked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { request } from '../integration/support/http.mjs';
import { adminUrl, Metrics, scrape } from '../integration/support/metrics.mjs';
import { serviceCaller } from '../integration/support/rest.mjs';
import { stack } from '../integration/support/stack.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { end, freezePostgres, healthy, startPostgres } from './support/control.mjs';

const FROM_DATABASE = ['bookly_relay_lag_rows', 'bookly_stream_in_flight_seconds', 'bookly_stream_partitions'];

/** /readyz at both addresses says no for this reason, while /healthz says yes. */
async function notReady(reason) {
    for (const url of [adminUrl(), stack.pushUrl]) {
        const answer = await waitFor(async () => {
            const said = await request('GET', `${url}/readyz`);
            return said.json?.reasons?.includes(reason) && said;
        }, `${url}/readyz to name ${reason}`, 30000);
        assert.equal(answer.status, 503);
        assert.equal(answer.headers['retry-after'], '1');
        assert.equal((await request('GET', `${url}/healthz`)).status, 200);
    }
}

async function readyAgain() {
    await waitFor(async () => (await request('GET', `${adminUrl()}/readyz`)).status === 200, 'to be ready again', 60000);
    const seen = await scrape(adminUrl());
    assert.equal(seen.of('bookly_ready'), 1);
    assert.ok(FROM_DATABASE.every((name) => seen.has(name)), 'what only the database knows');
}

test('PostgreSQL is away', async () => {
    await readyAgain();
    await end('postgres', 'SIGINT');
    try {
        await notReady('database');
        const seen = await scrape(adminUrl());
        assert.equal(seen.of('bookly_ready'), 0);
        for (const connection of ['relay', 'commands']) {
            assert.equal(seen.of('bookly_database_up', { connection }), 0);
        }
        assert.deepEqual(FROM_DATABASE.filter((name) => seen.has(name)), []);
        const rest = await serviceCaller().get('/metrics');
        assert.equal(rest.status, 200, 'a token that cannot be looked up is taken at its word');
        assert.ok(new Metrics(rest.text).has('bookly_rest_requests_total'));
    } finally {
        await startPostgres();
    }
    await healthy([stack.pushUrl]);
    await readyAgain();
});

test('PostgreSQL is there and answers nothing', async () => {
    const thaw = await freezePostgres();
    try {
        await notReady('lag');
        const seen = await scrape(adminUrl());
        assert.equal(seen.of('bookly_ready'), 0);
        assert.ok(seen.of('bookly_relay_lag_seconds') > 1, 'lag');
        assert.deepEqual(FROM_DATABASE.filter((name) => seen.has(name)), []);
    } finally {
        await thaw();
    }
    await healthy([stack.pushUrl]);
    await readyAgain();
});

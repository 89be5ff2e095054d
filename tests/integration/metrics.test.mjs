// What pushd tells at its administrative address, and REST to those who may know.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { connect, refused } from './support/client.mjs';
import { checkSettings, freePort, startPushd } from './support/daemon.mjs';
import { request, rest } from './support/http.mjs';
import { assertMetrics, FCGI, Metrics, PUSHD, scrape, SHARED, TEXT_FORMAT } from './support/metrics.mjs';
import { adminCaller, assertProblem, caller, serviceCaller } from './support/rest.mjs';
import { publishEvent } from './support/sql.mjs';
import { stack, stackSettings } from './support/stack.mjs';
import { token, unique } from './support/token.mjs';
import { waitFor } from './support/wait.mjs';

const adminOf = (daemon) => daemon.url.replace(/:\d+$/, `:${daemon.adminPort}`);

async function startWithAdmin(t, overrides = {}) {
    const adminPort = await freePort();
    const daemon = await startPushd(t, { PUSH_ADMIN_PORT: adminPort, ...overrides });
    return Object.assign(daemon, { adminPort });
}

describe('pushd', () => {
    test('tells every row of its tables, and promtool has nothing to say', async (t) => {
        const daemon = await startWithAdmin(t);
        const { text } = await scrape(adminOf(daemon));
        assertMetrics(text, SHARED, PUSHD);
        const scrapes = await Promise.all(Array.from({ length: 8 }, () => scrape(adminOf(daemon))));
        assert.ok(scrapes.every(({ series }) => series.size > 100));
    });

    test('counts its clients, from the handshake to the end', async (t) => {
        const daemon = await startWithAdmin(t);
        const before = await scrape(adminOf(daemon)); // one session: of the test that it answers
        const service = unique('service');
        const options = { url: daemon.url, user: unique('admin'), roles: ['GENERAL_ADMIN'], transports: ['websocket'] };
        const client = await connect(t, options);
        await client.subscribe(['events'], { eventFilters: { services: [service] } });
        assert.equal((await client.command('unsubscribe', { channels: ['nothing'] })).success, false);
        assert.equal((await client.command('no:such')).success, false);
        await refused(t, { ...options, token: 'none of ours' });
        await publishEvent({ event_type: 'METRICS_SEEN', service });
        await client.push('event:created', (event) => event.service === service);

        const during = await waitFor(async () => {
            const seen = await scrape(adminOf(daemon));
            return seen.of('bookly_commit_to_socket_seconds_count') > 0 && seen;
        }, 'a latency');
        const grew = (name, labels) => during.of(name, labels) - before.of(name, labels);
        assert.equal(during.of('bookly_sessions', { transport: 'websocket', state: 'joined' }), 1);
        assert.equal(grew('bookly_sessions_opened_total', { transport: 'websocket' }), 2);
        assert.equal(grew('bookly_handshakes_total', { outcome: 'ok' }), 2);
        assert.equal(grew('bookly_joins_total', { outcome: 'ok' }), 1);
        assert.equal(grew('bookly_joins_total', { outcome: 'token_invalid' }), 1);
        assert.equal(during.of('bookly_commands_total', { command: 'subscribe', outcome: 'ok' }), 1);
        assert.equal(during.of('bookly_commands_total', { command: 'unsubscribe', outcome: 'unknown_channel' }), 1);
        assert.equal(during.of('bookly_commands_total', { command: 'unknown', outcome: 'unknown_command' }), 1);
        assert.equal(during.of('bookly_deliveries_total', { event: 'event:created' }), 1);
        assert.ok(during.of('bookly_pushes_total', { event: 'event:created' }) >= 1);
        assert.ok(during.of('bookly_deliveries_total', { event: 'sync:ready' }) >= 2);
        assert.equal(during.of('bookly_commit_to_socket_seconds_count'), 1);
        assert.equal(during.of('bookly_commit_to_socket_seconds_bucket', { le: '+Inf' }), 1);
        assert.ok(during.of('bookly_commit_to_socket_seconds_sum') > 0);
        assert.equal(during.of('bookly_subscriptions', { channel: 'events' }), 1);
        assert.equal(during.of('bookly_audiences', { channel: 'events' }), 1);
        assert.equal(grew('bookly_token_verifications_total', { result: 'refused' }), 1);
        assert.equal(grew('bookly_token_verifications_total', { result: 'verified' }), 1);

        const closed = { reason: 'client_closed' };
        client.close();
        await waitFor(async () => {
            const after = await scrape(adminOf(daemon));
            return after.of('bookly_sessions', { transport: 'websocket', state: 'joined' }) === 0
                && after.of('bookly_sessions_closed_total', closed) === during.of('bookly_sessions_closed_total', closed) + 1;
        }, 'its end');
    });

    test('tells where the stream stands', async (t) => {
        const daemon = await startWithAdmin(t);
        await publishEvent({ event_type: 'METRICS_SEEN', service: unique('service') });
        const seen = await scrape(adminOf(daemon));
        assert.equal(seen.of('bookly_ready'), 1);
        assert.ok(seen.of('bookly_relay_position') > 0);
        assert.ok(seen.of('bookly_relay_lag_seconds') < 5, 'lag');
        assert.ok(seen.has('bookly_relay_lag_rows') && seen.has('bookly_stream_in_flight_seconds'));
        assert.ok(seen.of('bookly_stream_partitions') >= 8, 'a week ahead');
        const ahead = seen.of('bookly_stream_partitions_ahead_seconds');
        assert.ok(ahead > 6.9 * 86400 && ahead <= 8 * 86400, `${ahead} s ahead`);
        for (const connection of ['relay', 'commands']) {
            assert.equal(seen.of('bookly_database_up', { connection }), 1);
        }
        assert.ok(seen.of('bookly_statements_total', { statement: 'STREAM_READ', result: 'ok' }) > 0);
        assert.ok(seen.of('bookly_statement_seconds_total', { statement: 'STREAM_READ' }) > 0);
        assert.ok(Math.abs(seen.of('process_start_time_seconds') - Date.now() / 1000) < 60, 'its start');
        assert.ok(seen.of('process_resident_memory_bytes') > 1e6);
        assert.ok(seen.of('process_open_fds') > 5);
    });

    test('is asked at that address alone', async (t) => {
        const daemon = await startWithAdmin(t);
        for (const url of [daemon.url, stack.pushUrl, stack.url]) {
            assert.equal((await request('GET', `${url}/metrics`)).status, 404, url);
        }
        assert.equal((await request('GET', `${adminOf(daemon)}/socket.io/?EIO=4&transport=polling`, { described: false })).status, 404);
        assert.equal((await request('POST', `${adminOf(daemon)}/metrics`)).status, 405);
        assert.equal((await request('HEAD', `${adminOf(daemon)}/metrics`)).status, 200);
    });

    test('is alive and ready there and at its own port', async (t) => {
        const daemon = await startWithAdmin(t);
        for (const url of [adminOf(daemon), daemon.url]) {
            for (const path of ['/healthz', '/readyz']) {
                const answer = await request('GET', url + path);
                assert.deepEqual([answer.status, answer.json], [200, { status: 'ok' }], url + path);
            }
        }
    });

    test('without the setting nobody listens; a taken or wrong address is named', async (t) => {
        const daemon = await startPushd(t, { PUSH_ADMIN_PORT: 0 });
        assert.equal((await request('GET', `${daemon.url}/readyz`)).status, 200);
        const taken = await startWithAdmin(t);
        await assert.rejects(startPushd({ after: () => {} }, { PUSH_ADMIN_PORT: taken.adminPort }),
            new RegExp(`PUSH_ADMIN_PORT: cannot listen on 127.0.0.1 port ${taken.adminPort}`));
        for (const [setting, value] of [['PUSH_ADMIN_BIND', 'localhost'], ['PUSH_ADMIN_PORT', '65536'],
            ['PUSH_ADMIN_PORT', stackSettings().PUSH_PORT], ['PUSH_READY_LAG', '0'], ['LOG_FORMAT', 'xml']]) {
            const { code, log } = await checkSettings(t, { [setting]: value });
            assert.equal(code, 2, `${setting}=${value}`);
            assert.match(log, new RegExp(`${setting}: must`));
        }
    });
});

describe('REST', () => {
    test('tells every row of its tables to services and administrators', async () => {
        for (const user of [serviceCaller(), adminCaller()]) {
            const answer = await user.get('/metrics');
            assert.equal(answer.status, 200, answer.text);
            assert.equal(answer.headers['content-type'], TEXT_FORMAT);
            assertMetrics(answer.text, SHARED, FCGI);
        }
    });

    test('and to nobody else', async () => {
        assertProblem(await rest('GET', '/metrics'), 401, 'token_missing');
        assertProblem(await rest('GET', '/metrics', { headers: { 'X-Forwarded-For': '127.0.0.1' } }), 401, 'token_missing');
        assertProblem(await caller(['STUDENT']).get('/metrics'), 403, 'forbidden');
        assertProblem(await caller(['PROGRAM_ADMIN']).get('/metrics'), 403, 'forbidden');
        const { user, ...revoked } = serviceCaller();
        assert.equal((await adminCaller().post('/auth/revoke', { userId: user })).status, 200);
        assertProblem(await revoked.get('/metrics'), 401, 'token_revoked');
    });

    test('takes no query and no body', async () => {
        assertProblem(await adminCaller().get('/metrics?all=1'), 400, 'unknown_field', 'all');
    });

    test('counts by route and status', async () => {
        const user = adminCaller();
        const seen = async () => new Metrics((await user.get('/metrics')).text);
        const before = await seen();
        await user.get('/events/replay/not-a-uuid');
        await user.get('/events/replay/0190f6a0-1111-7222-8333-444455556666');
        await user.get('/no/such/path');
        const after = await seen();
        const grew = (name, labels) => after.of(name, labels) - before.of(name, labels);
        // others ask, too
        assert.ok(grew('bookly_rest_requests_total', { route: 'GET /events/replay/:id', status: 404 }) >= 2);
        assert.ok(grew('bookly_rest_requests_total', { route: 'none', status: 404 }) >= 1);
        assert.ok(grew('bookly_rest_request_duration_seconds_count', { route: 'GET /events/replay/:id' }) >= 2);
        assert.ok(grew('bookly_statements_total', { statement: 'EVENT_REPLAY_GET', result: 'refused' }) >= 1);
        assert.ok(after.of('bookly_rest_process_starts_total') >= 1);
    });
});

test('the dashboard is a JSON document', () => {
    const file = new URL('../../apache/monitoring/grafana.json', import.meta.url);
    const { panels } = JSON.parse(readFileSync(file, 'utf8'));
    assert.ok(panels.length > 20);
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length, 'ids');
});

test('a token in the metrics? never', async (t) => {
    const daemon = await startWithAdmin(t);
    const user = unique('user');
    const secret = token(user);
    await connect(t, { url: daemon.url, token: secret });
    const { text } = await scrape(adminOf(daemon));
    for (const word of [user, secret, stack.secret]) {
        assert.ok(!text.includes(word), 'something of one user');
    }
});

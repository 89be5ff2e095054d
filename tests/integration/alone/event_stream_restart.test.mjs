// A browser's EventSource gives up for good on any status but 200: while pushd is away, the front server has to keep it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rest } from '../support/http.mjs';
import { endPart, startPart } from '../support/parts.mjs';
import { Source, makeTicket, openStream } from '../support/sse.mjs';
import { writeLog } from '../support/sql.mjs';
import { stack } from '../support/stack.mjs';
import { admin, unique } from '../support/token.mjs';
import { waitFor } from '../support/wait.mjs';

test('EventSource through the front server comes back after kill -9 of pushd', async (t) => {
    const service = unique('service');
    const log = (message) => writeLog({ level: 'error', service, context: 'test', message });
    const source = new Source(t, { channels: 'logs', service, ticket: await makeTicket(admin()) }, { url: stack.url });
    await source.event('sync:ready');
    await log('before');
    await source.event('log:error', ({ message }) => message === 'before');
    await endPart('pushd', 'SIGKILL');
    t.after(() => startPart('pushd'));
    await log('between');
    const opens = source.opens;
    await waitFor(() => source.opens > opens, 'an attempt while pushd is away', 20000);
    const fresh = await openStream(t, { channels: 'logs', service }, { url: stack.url, token: admin() });
    assert.equal(fresh.status, 503, 'one that never was there is told the truth');
    await startPart('pushd');
    await log('after');
    await source.event('log:error', ({ message }) => message === 'after');
    assert.deepEqual(source.all('log:error').map(({ data }) => data.message), ['before', 'between', 'after']);
    assert.deepEqual(source.all('sync:gap'), []);
    assert.equal((await rest('GET', '/health')).status, 200);
});

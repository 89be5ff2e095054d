// Log lines from every door to every reader: batches that are refused, secrets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from './support/client.mjs';
import { settled } from './support/marker.mjs';
import { adminCaller, assertProblem, serviceCaller } from './support/rest.mjs';
import { sql, writeLog } from './support/sql.mjs';
import { unique } from './support/token.mjs';

const LINES = { headers: { 'Content-Type': 'application/x-ndjson; charset=utf-8' } };

async function listener(t, logFilters) {
    const user = unique('admin');
    const client = await connect(t, { user, roles: ['GENERAL_ADMIN'], transports: ['websocket'] });
    await client.subscribe(['logs', 'notifications'], { logFilters });
    return async () => {
        await settled(client, user);
        return client.pushes.filter(({ event }) => event.startsWith('log:'));
    };
}

test('one bad line refuses all, and is named; nobody hears of the others', async (t) => {
    const [service, writer] = [unique('batch'), serviceCaller()];
    const heard = await listener(t, { service });
    const good = JSON.stringify({ level: 'error', service, message: 'm' });
    for (const [bad, code, detail] of [
        ['{"level":"error"', 'invalid_json', /^line 4: /], ['[]', 'invalid_value', /^line 4: /], ['7', 'invalid_value', /^line 4: /],
        [JSON.stringify({ level: 'ERROR', service, message: 'm' }), 'invalid_value', /^line 4: level/],
        [JSON.stringify({ level: 'error', service, message: 'm', at: 1 }), 'unknown_field', /^line 4: at/],
    ]) {
        const answer = await writer.post('/logs', `${good}\n\r\n${good}\n${bad}\n${good}`, LINES);
        assertProblem(answer, 400, code);
        assert.match(answer.json.detail, detail);
    }
    assert.deepEqual(await heard(), []);
    assert.deepEqual(await sql('select id from bookly_data.logs where service = $1', [service]), []);
});

test('no secret is stored, pushed or listed, whichever way it came', async (t) => {
    const [service, writer] = [unique('secrets'), serviceCaller()];
    const heard = await listener(t, { service });
    const metadata = {
        Authorization: 'Bearer hunter2', deep: [{ 'Set-Cookie': ['hunter2'], user: { PASSWORD: 'hunter2', name: 'ada' } }],
        api_key: { key: 'hunter2' }, tokens: 3, kept: 'password',
    };
    const redacted = {
        Authorization: '[redacted]', deep: [{ 'Set-Cookie': '[redacted]', user: { PASSWORD: '[redacted]', name: 'ada' } }],
        api_key: '[redacted]', tokens: '[redacted]', kept: 'password',
    };
    const line = { level: 'error', service, message: 'm', metadata };
    await writeLog({ ...line, context: 'sql' });
    for (const [body, options] of [[line], [[line]], [JSON.stringify(line), LINES]]) {
        assert.equal((await writer.post('/logs', body, options)).status, 202);
    }
    const pushes = await heard();
    const listed = (await adminCaller().get(`/notifications/logs/recent?service=${service}`)).json;
    assert.deepEqual([pushes.length, listed.length], [4, 4]);
    for (const entry of [...pushes.map(({ data }) => data), ...listed]) {
        assert.deepEqual(entry.metadata, redacted);
    }
    const rows = await sql(`select id::text from bookly_data.logs where logs::text like '%hunter2%'
        union all select id::text from bookly_data.stream where payload like '%hunter2%'`);
    assert.deepEqual(rows, []);
});

// A megabyte of log lines at once. They push everybody else's out of the buffer, so this file runs alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../support/client.mjs';
import { settled } from '../support/marker.mjs';
import { adminCaller, serviceCaller } from '../support/rest.mjs';
import { sql } from '../support/sql.mjs';
import { unique } from '../support/token.mjs';

const LINES = { headers: { 'Content-Type': 'application/x-ndjson; charset=utf-8' } };
const LEVELS = ['debug', 'info', 'info', 'debug', 'info', 'warn', 'info', 'debug', 'info'];

test('NDJSON of a megabyte is taken line by line, in order; a threshold lets through what it should', async (t) => {
    const [service, writer] = [unique('batch'), serviceCaller()];
    const user = unique('admin');
    const client = await connect(t, { user, roles: ['GENERAL_ADMIN'], transports: ['websocket'] });
    await client.subscribe(['logs', 'notifications'], { logFilters: { service, minLevel: 'error' } });
    const lines = Array.from({ length: 8000 }, (_, n) => JSON.stringify({
        level: n % 100 === 99 ? 'error' : LEVELS[n % 9], service, message: `line ${n}`, context: 'Batch' }));
    // blank lines and ends of lines of all kinds, none behind the last
    const body = lines.map((line, n) => line + ['\n', '\r\n', '\n\n', '\n \t\r\n'][n % 4]).join('').trimEnd();
    assert.ok(body.length > 600000 && body.length < 1048576, `${body.length} bytes`);
    const answer = await writer.post('/logs', body, LINES);
    assert.deepEqual([answer.status, answer.json], [202, { accepted: 8000 }], answer.text);
    const expected = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'error').map(({ message }) => message);
    assert.equal(expected.length, 80);
    await settled(client, user);
    const pushes = client.pushes.filter(({ event }) => event.startsWith('log:'));
    assert.deepEqual(pushes.map(({ data }) => data.message), expected);
    assert.ok(pushes.every(({ event }) => event === 'log:error'));
    const [{ first, last, count }] = await sql(`select count(*)::int, min(substr(message, 6)::int) as first,
        max(substr(message, 6)::int) as last from bookly_data.logs where service = $1`, [service]);
    assert.ok(count === last - first + 1 && last === 7999, 'what is kept is the newest, without a hole');
    const recent = (await adminCaller().get(`/notifications/logs/recent?service=${service}&minLevel=warn&limit=3`)).json;
    assert.deepEqual(recent.map(({ message }) => message), expected.concat(
        lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'warn').map(({ message }) => message))
        .sort((a, b) => b.slice(5) - a.slice(5)).slice(0, 3));
    const stats = (await adminCaller().get('/notifications/logs/stats')).json;
    const { error, warn, info, debug } = stats.byLevel;
    assert.equal(stats.total, 1000, 'of the buffer');
    assert.equal(error + warn + info + debug, stats.total);
    assert.equal(Object.values(stats.byService).reduce((sum, count) => sum + count), stats.total);
    assert.deepEqual(stats.recentErrors.map(({ message }) => message), expected.slice(-10).reverse());
});

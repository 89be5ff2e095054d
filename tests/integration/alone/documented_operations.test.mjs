// What apache/docs/operations.md shows, exactly as it stands there: bringing a database along, a backup and its way back.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import pg from 'pg';
import { documented, root } from '../support/documented.mjs';
import { publishEvent } from '../support/sql.mjs';
import { stack } from '../support/stack.mjs';
import { unique } from '../support/token.mjs';

const OPERATIONS = 'apache/docs/operations.md';
const run = promisify(execFile);
const postgres = '/usr/lib/postgresql';
const newest = readdirSync(postgres).sort((one, other) => Number(one) - Number(other)).at(-1);
const PATH = `${join(root, 'sql')}:${join(postgres, newest, 'bin')}:${process.env.PATH}`; // as an installation has it

function scriptOf(t, heading) {
    const folder = mkdtempSync(join(tmpdir(), 'bookly-operations-'));
    t.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'script.sh'), `set -eu\n${documented(OPERATIONS, heading, 'sh')}`);
    return (environment) => run('sh', ['script.sh'], { cwd: folder, env: { PATH, ...environment } });
}

test('upgrading: a database that is up to date stays as it is', async (t) => {
    const { stdout } = await scriptOf(t, 'Upgrading')({ DATABASE_URL: stack.databaseUrl });
    assert.match(stdout, /up to date/);
});

test('backing up, and restoring beside it', async (t) => {
    const script = join(root, 'apache/stack/postgres.sh');
    const { stdout } = await run('bash', [script, 'superuser-url'], { env: { ...process.env, STATE: stack.state } });
    const superuser = new pg.Client({ connectionString: stdout.trim() });
    await superuser.connect();
    const name = unique('restored').replace('-', '_');
    await superuser.query(`create database ${name} owner bookly`);
    t.after(async () => {
        await superuser.query(`drop database ${name} with (force)`);
        await superuser.end();
    });
    const event = await publishEvent({ event_type: 'BACKED_UP', service: 'documented-service' });
    const restored = stack.databaseUrl.replace(/\/bookly(?=\?|$)/, `/${name}`);
    assert.notEqual(restored, stack.databaseUrl);
    await scriptOf(t, 'Backing up')({ DATABASE_URL: stack.databaseUrl, RESTORED_URL: restored });

    const [here, there] = [stack.databaseUrl, restored].map((connectionString) => new pg.Client({ connectionString }));
    await Promise.all([here.connect(), there.connect()]);
    const epoch = async (client) => (await client.query('select bookly_data.stream_epoch() e')).rows[0].e;
    const { rows } = await there.query('select event_type from bookly_data.events where id = $1', [event]);
    assert.deepEqual(rows, [{ event_type: 'BACKED_UP' }]);
    assert.notEqual(await epoch(here), await epoch(there), 'its stream is another one');
    await there.query(`select bookly.publish_event('RESTORED', 'documented-service')`); // it works
    const may = `select has_function_privilege('bookly_fcgi', 'bookly.ping()', 'execute') and
        not has_table_privilege('bookly_fcgi', 'bookly_data.events', 'select') as right`;
    assert.equal((await there.query(may)).rows[0].right, true, 'the rights are there');
    await Promise.all([here.end(), there.end()]);
});

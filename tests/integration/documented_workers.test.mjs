// The workers that sql/README.md and fcgi/README.md show, exactly as they stand there.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import pg from 'pg';
import { parse } from 'pg-connection-string';
import { documented } from './support/documented.mjs';
import { adminCaller, serviceCaller } from './support/rest.mjs';
import { failEvent, publishEvent, sql } from './support/sql.mjs';
import { stack } from './support/stack.mjs';
import { unique } from './support/token.mjs';

const SERVICE = 'billing-service'; // as the documents have it: nothing else here uses it
const run = promisify(execFile);

/** A dead letter that is due and has one attempt. */
async function deadLetter(data) {
    const event_id = await publishEvent({ event_type: 'INVOICE_FAILED', service: SERVICE, data });
    const id = await failEvent({ event_id, error: 'at first', max_attempts: 1 });
    await sql('update bookly_data.dead_letters set due_at = clock_timestamp() where id = $1', [id]);
    return id;
}

const record = async (id) => (await adminCaller().get(`/dlq/${id}`)).json;

/** Logins of a back-end, which may do what bookly_service may and what is its own. */
async function backEnds(t, count) {
    const role = unique('billing').replace(/\W/g, '_').toLowerCase();
    await sql(`create role ${role} login password 'in-a-test' in role bookly_service`);
    await sql(`grant usage on schema billing to ${role}; grant execute on function billing.handle(jsonb) to ${role}`);
    const clients = Array.from({ length: count }, () =>
        new pg.Client({ ...parse(stack.databaseUrl), user: role, password: 'in-a-test' }));
    t.after(async () => {
        await Promise.all(clients.map((client) => client.end()));
        await sql(`drop owned by ${role}`).catch(() => {});
        await sql(`drop schema if exists billing cascade; drop role ${role}`);
    });
    await Promise.all(clients.map((client) => client.connect()));
    return clients;
}

test('the worker in SQL, three of them at once', async (t) => {
    const text = documented('sql/README.md', 'A worker', 'sql');
    await sql(`drop schema if exists billing cascade; create schema billing;
        create table billing.handled (n text);
        create function billing.handle(event jsonb) returns void security definer language plpgsql as $$
        begin
            insert into billing.handled values (event #>> '{data,n}');
            if event #>> '{data,n}' = 'broken' then
                raise 'no paper';
            elsif event #>> '{data,n}' = 'late' then -- as if another had it by now
                update bookly_data.dead_letters set total_attempts = total_attempts + 1
                where event_id = event ->> 'eventId';
            end if;
        end $$`);
    const workers = await backEnds(t, 3);
    const good = [];
    for (let n = 0; n < 12; n += 1) {
        good.push(await deadLetter({ n }));
    }
    const broken = await deadLetter({ n: 'broken' });
    const late = await deadLetter({ n: 'late' });
    await Promise.all(workers.map((worker) => worker.query(text)));

    for (const id of good) {
        const { status, resolution } = await record(id);
        assert.deepEqual([status, resolution], ['resolved', 'handled']);
    }
    const handled = (await sql('select n from billing.handled order by n::int')).map((row) => Number(row.n));
    assert.deepEqual(handled, [...good.keys()], 'each once; what went wrong is undone');
    const { status, error } = await record(broken);
    assert.deepEqual([status, error], ['failed', 'no paper']);
    assert.deepEqual([(await record(late)).status, (await record(late)).totalAttempts], ['retrying', 1], 'left to the other');
    await sql('select bookly.dlq_resolve($1, $2, $3)', [late, 'the test is over', 'test']);
});

test('the worker in sh with curl, two of them at once', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'bookly-worker-'));
    t.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'worker.sh'), documented('fcgi/README.md', 'A worker', 'sh'));
    writeFileSync(join(folder, 'handle'), '#!/bin/sh\ngrep -o \'"n": *[^,}]*\' >n.$$ || exit 9\n'
        + 'if grep -q broken n.$$; then exit 3; fi\ncat n.$$ >>handled\n');
    chmodSync(join(folder, 'handle'), 0o755);
    const worker = serviceCaller();
    const good = [];
    for (let n = 0; n < 6; n += 1) {
        // members of the event that look like those of the record
        good.push(await deadLetter({ dlqId: 'x', totalAttempts: 9, error: '"totalAttempts":7', n }));
    }
    const broken = await deadLetter({ n: 'broken' });
    const env = { PATH: process.env.PATH, BOOKLY_URL: stack.url, TOKEN: worker.token };
    const ended = await Promise.all([1, 2].map(() => run('sh', ['worker.sh'], { cwd: folder, env })));
    assert.deepEqual(ended.map(({ stderr }) => stderr), ['', '']);
    for (const id of good) {
        const { status, resolvedBy } = await record(id);
        assert.deepEqual([status, resolvedBy], ['resolved', worker.user]);
    }
    const handled = readFileSync(join(folder, 'handled'), 'utf8').trim().split('\n').sort();
    assert.deepEqual(handled, good.map((_, n) => `"n": ${n}`), 'each once');
    const { status, error } = await record(broken);
    assert.deepEqual([status, error], ['failed', 'handle ended with code 3']);
});

// What apache/docs/migration.md and security.md show, exactly as it stands there.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'pg-connection-string';
import { connect } from './support/client.mjs';
import { documented, root } from './support/documented.mjs';
import { startPushd } from './support/daemon.mjs';
import { adminCaller, caller, serviceCaller } from './support/rest.mjs';
import { sql } from './support/sql.mjs';
import { stack } from './support/stack.mjs';
import { signToken, claimsOf, token, unique } from './support/token.mjs';
import { waitFor } from './support/wait.mjs';

const MIGRATION = 'apache/docs/migration.md';
const SECURITY = 'apache/docs/security.md';
const run = promisify(execFile);

function folderFor(t) {
    const folder = mkdtempSync(join(tmpdir(), 'bookly-guide-'));
    t.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    symlinkSync(join(root, 'tests/node_modules'), join(folder, 'node_modules'));
    return folder;
}

/** A login that may publish, and insert into the table that the guide has. */
async function login(t) {
    const role = unique('reserving').replace(/\W/g, '_').toLowerCase();
    await sql('drop table if exists public.reservations; create table public.reservations (room text primary key, user_id text)');
    await sql(`create role ${role} login password 'in-a-test' in role bookly_service; grant insert on public.reservations to ${role}`);
    t.after(() => sql(`drop table public.reservations; drop role ${role}`));
    return role;
}

test('a service that published: reservation, event and notification, or none of them', async (t) => {
    const folder = folderFor(t);
    writeFileSync(join(folder, 'reserve.mjs'), documented(MIGRATION, 'A service that published', 'js'));
    const role = await login(t);
    const [user, room] = [unique('user'), unique('room')];
    const inbox = await connect(t, { user });
    await inbox.subscribe(['notifications']);
    const events = await connect(t, { user: unique('admin'), roles: ['GENERAL_ADMIN'] });
    await events.subscribe(['events'], { eventFilters: { services: ['availability-service'] } });
    const { host, port, database } = parse(stack.databaseUrl);
    const env = {
        PATH: process.env.PATH,
        DATABASE_URL: `postgresql://${role}:in-a-test@/${database}?host=${encodeURIComponent(host)}${port ? `&port=${port}` : ''}`,
    };
    await run(process.execPath, ['reserve.mjs', room, user], { cwd: folder, env });
    assert.equal((await inbox.push('notification:created')).data.message, `Room ${room}`);
    await events.push('event:created', ({ eventType, data }) => eventType === 'RESERVATION_CREATED' && data.room === room);
    await assert.rejects(run(process.execPath, ['reserve.mjs', room, user], { cwd: folder, env }), /duplicate key/);
    const [{ count }] = await sql(`select count(*)::int from bookly_data.events where data ->> 'room' = $1`, [room]);
    assert.equal(count, 1, 'what was rolled back is not published');
    assert.equal((await caller([], user).get('/notifications/unread/count')).json.count, 1);
});

test('a service without the database: sent twice, published once', async (t) => {
    const folder = folderFor(t);
    writeFileSync(join(folder, 'publish.sh'), documented(MIGRATION, 'A service without the database', 'sh'));
    const env = { PATH: process.env.PATH, BOOKLY_URL: stack.url, TOKEN: serviceCaller().token };
    const room = unique('room');
    const answers = [];
    for (let n = 0; n < 2; n += 1) {
        answers.push(JSON.parse((await run('sh', ['publish.sh', room], { cwd: folder, env })).stdout));
    }
    assert.deepEqual(answers[0], answers[1]);
    const stored = await adminCaller().get(`/events/${answers[0].eventId}`);
    assert.deepEqual(stored.json.data, { room });
});

test('the client', async (t) => {
    const folder = folderFor(t);
    writeFileSync(join(folder, 'client.mjs'), documented(MIGRATION, 'The client', 'js'));
    const user = unique('user');
    const child = spawn(process.execPath, ['client.mjs', stack.socketUrl, token(user, ['PROGRAM_ADMIN'])], { cwd: folder });
    t.after(() => child.kill());
    let said = '';
    for (const output of [child.stdout, child.stderr]) {
        output.on('data', (chunk) => { said += chunk; });
    }
    const says = (text) => waitFor(() => said.includes(`${text}\n`), `${text} in ${said}`);
    await says('connected');
    await says('subscribed true []');
    const room = unique('room');
    const service = serviceCaller();
    await service.post('/events', { eventType: 'RESERVATION_CREATED', service: 'availability-service', data: { room } });
    await says(`reserved ${room}`);
    await service.post('/notifications', { userId: user, type: 'info', category: 'system', title: `About ${room}`, message: 'x' });
    await says(`About ${room} 1`);
});

test('taking somebody\'s access away', async (t) => {
    const folder = folderFor(t);
    writeFileSync(join(folder, 'revoke.sh'), documented(SECURITY, 'Taking somebody\'s access away', 'sh'));
    const user = caller();
    const socket = await connect(t, { token: user.token });
    const env = { PATH: process.env.PATH, BOOKLY_URL: stack.url, TOKEN: adminCaller().token };
    const { stdout } = await run('sh', ['revoke.sh', user.user], { cwd: folder, env });
    assert.equal(JSON.parse(stdout).revoked, true);
    assert.equal((await user.get('/notifications')).json.code, 'token_revoked');
    await waitFor(() => !socket.socket.connected, 'the end of the socket');
});

test('changing keys: both are good while both are there', async (t) => {
    const folder = folderFor(t);
    mkdirSync(join(folder, 'keys'));
    mkdirSync(join(folder, 'signing'));
    writeFileSync(join(folder, 'key.sh'), documented(SECURITY, 'Changing keys', 'sh'));
    for (const kid of ['old', 'new']) {
        await run('sh', ['key.sh', kid], { cwd: folder });
    }
    const daemon = await startPushd(t, { JWT_SECRET: undefined, JWT_SECRET_FILE: undefined, JWT_PUBLIC_KEYS: join(folder, 'keys') });
    const signed = (kid) => signToken(claimsOf(unique('user')), {
        algorithm: 'ES256', key: readFileSync(join(folder, 'signing', `${kid}.key`), 'utf8'), header: { kid },
    });
    for (const kid of ['old', 'new']) {
        await connect(t, { url: daemon.url, token: signed(kid) });
    }
    rmSync(join(folder, 'keys', 'old.pem'));
    await connect(t, { url: daemon.url, token: signed('new') });
    await waitFor(async () => connect(t, { url: daemon.url, token: signed('old') }).then(() => false, () => true), 'the old key to be gone');
});

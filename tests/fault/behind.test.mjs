// A daemon that is behind what a client was told elsewhere lets it in when it has caught up, and tells of no gap;
// a client that is behind the daemon gets what it lacks, even where the database did not give it at first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { sql } from '../integration/support/sql.mjs';
import { stack } from '../integration/support/stack.mjs';
import { unique } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { PlainWebSocket } from './clients/plain.mjs';
import { SseByHand } from './clients/sse.mjs';
import { Daemon, superuserUrl } from './support/control.mjs';
import { follow } from './support/follower.mjs';
import { Source } from './support/resuming.mjs';

for (const Kind of [PlainWebSocket, SseByHand]) {
    test(`${Kind.kind}: a cursor from the database that the daemon has not read up to`, async (t) => {
        const [{ pid }] = await sql("select pid from pg_stat_activity where application_name = 'bookly-pushd relay'");
        const source = new Source();
        const wanted = { events: { services: source.service } };
        // somebody is served, so the daemon is awake
        const before = await follow(t, Kind, { user: unique('admin'), wanted });
        await source.publish(1);
        await source.heardBy(before.pushes);

        process.kill(pid, 'SIGSTOP'); // the backend that the daemon reads through
        t.after(() => process.kill(pid, 'SIGCONT'));
        await source.publish(3);
        const [{ place }] = await sql('select bookly.stream_cursor() as place');
        const late = follow(t, Kind, { user: unique('admin'), wanted, place });
        // one that comes after it and asks for nothing: what the daemon has to say to the first is said
        await follow(t, PlainWebSocket, { user: unique('admin'), wanted });
        process.kill(pid, 'SIGCONT');

        const one = await late;
        await source.publish(2);
        await waitFor(() => source.numbers(one.pushes).includes(source.count), 'the stream to go on');
        assert.deepEqual(one.record.gaps, []);
        assert.deepEqual(source.numbers(one.pushes), source.all.slice(-2));
    });
}

async function session(t, connectionString) {
    const client = new pg.Client({ connectionString });
    await client.connect();
    t.after(() => client.end());
    return client;
}

test('a page of the stream that the database did not give is asked for again', async (t) => {
    const source = new Source();
    const wanted = { events: { services: source.service } };
    const daemon = await new Daemon({ STREAM_RING_ROWS: 1 }).start();
    t.after(() => daemon.close());
    const before = await follow(t, PlainWebSocket, { user: unique('admin'), wanted, url: daemon.url });
    const [{ place }] = await sql('select bookly.stream_cursor() as place');
    await source.publish(3);
    await source.heardBy(before.pushes);

    const holder = await session(t, stack.databaseUrl);
    await holder.query('begin; lock table bookly_data.events in access exclusive mode');
    const late = await follow(t, PlainWebSocket, { user: unique('admin'), wanted, url: daemon.url, place });
    const { pid } = await waitFor(async () => (await sql(`select l.pid from pg_locks l
        join pg_stat_activity a on a.pid = l.pid and a.application_name = 'bookly-pushd commands'
        where l.relation = 'bookly_data.events'::regclass and not l.granted`))[0], 'the page to be asked for');
    const superuser = await session(t, await superuserUrl());
    await superuser.query('select pg_cancel_backend($1)', [pid]);
    await holder.query('rollback');
    await source.heardBy(late.pushes);
});

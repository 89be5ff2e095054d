// A daemon that is behind what a client was told elsewhere lets it in when it has caught up, and tells of no gap.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from '../integration/support/sql.mjs';
import { unique } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { PlainWebSocket } from './clients/plain.mjs';
import { SseByHand } from './clients/sse.mjs';
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

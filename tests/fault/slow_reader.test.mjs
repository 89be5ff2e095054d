// A reader that stalls costs its queue and nothing else: it is closed as slow_consumer, comes back and misses nothing.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { unique } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { PlainWebSocket } from './clients/plain.mjs';
import { SseByHand } from './clients/sse.mjs';
import { Daemon } from './support/control.mjs';
import { follow } from './support/follower.mjs';
import { Source, listener, network, resumed } from './support/resuming.mjs';

const PADDING = 4000;
const AT_ONCE = 20;
const LONGEST_MS = 60000;

// a reader that is merely slow to read answers its pings in time
const PATIENT = { WEBSOCKET_PING_INTERVAL: 60000, WEBSOCKET_PING_TIMEOUT: 60000 };

async function patientDaemon(t) {
    const daemon = await new Daemon(PATIENT).start();
    t.after(() => daemon.close());
    return daemon;
}

/** Why the connections of this user ended so far. */
const ended = (daemon, user) => daemon.log.split('\n')
    .filter((line) => line.includes('WebSocket client disconnected') && line.includes(`userId=${user},`))
    .map((line) => /reason=(\w+)/.exec(line)[1]);

/** Publishes until the daemon has closed the user's connection; a few more afterwards. */
async function floodUntilClosed(daemon, source, user, others) {
    await waitFor(async () => {
        await source.flood(AT_ONCE, PADDING);
        // the others get the time that a reader needs
        await Promise.all(others.map((pushes) =>
            waitFor(() => source.numbers(pushes()).includes(source.count), 'the others to follow')));
        return ended(daemon, user).length > 0;
    }, 'the stalled reader to be closed', LONGEST_MS);
    await source.publish(2);
}

describe('slow readers', { concurrency: 2 }, () => {
    for (const transports of [['websocket'], ['polling']]) {
        test(`socket.io over ${transports}`, async (t) => {
            const daemon = await patientDaemon(t);
            const { url } = daemon;
            const one = await listener(t, { transports, url });
            const healthy = await Promise.all([['websocket'], ['polling']].map((kind) => listener(t, { transports: kind, url })));
            for (const each of healthy) {
                await each.client.subscribe(['events'], one.source.filter);
            }
            await one.source.publish();
            await one.source.heardBy(one.client.pushes);
            one.proxy.swallowAll();
            await floodUntilClosed(daemon, one.source, one.user, healthy.map(({ client }) => () => client.pushes));
            assert.deepEqual(ended(daemon, one.user), ['slow_consumer']);
            one.proxy.dropSwallowed();
            await resumed(one);
            await one.source.publish();
            for (const { client } of [one, ...healthy]) {
                await one.source.heardBy(client.pushes);
            }
            healthy.forEach(({ client }) => assert.deepEqual(client.disconnects, []));
        });
    }

    for (const Kind of [PlainWebSocket, SseByHand]) {
        test(Kind.kind, async (t) => {
            const source = new Source();
            const user = unique('admin');
            const daemon = await patientDaemon(t);
            const proxy = await network(t, daemon.url);
            const wanted = { events: { services: source.service } };
            const slow = await follow(t, Kind, { user, wanted, url: proxy.url });
            const healthy = await follow(t, Kind, { user: unique('admin'), wanted, url: daemon.url });
            await source.publish();
            await source.heardBy(slow.pushes);
            proxy.swallowAll();
            await floodUntilClosed(daemon, source, user, [() => healthy.pushes]);
            assert.deepEqual(ended(daemon, user), ['slow_consumer']);
            proxy.dropSwallowed();
            await source.publish();
            await source.heardBy(slow.pushes);
            await source.heardBy(healthy.pushes);
            assert.deepEqual(slow.record.gaps, []);
        });
    }
});

// A client that reads nothing, behind the front server: its queue is pushd's to bound, so the front
// server must not swallow what it does not take. Others hear everything meanwhile.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Plain } from '../support/plain.mjs';
import { openStream } from '../support/sse.mjs';
import { publishEvent } from '../support/sql.mjs';
import { pushdLog } from '../support/stack.mjs';
import { admin, unique } from '../support/token.mjs';
import { waitFor } from '../support/wait.mjs';

const TEXT = 'x'.repeat(60000);
const EVENTS_MAX = 600; // 36 MB: far more than sockets and proxies hold between them

/** Publishes, as fast as the reader hears it, until pushd gives the user's client up. → how many. */
async function flood(service, user, reader) {
    const closed = new RegExp(`userId=${user}, reason=slow_consumer`);
    for (let count = 0; count < EVENTS_MAX; count += 1) {
        await publishEvent({ event_type: 'RESOURCE_CREATED', service, data: { text: TEXT, count } });
        await reader.push('event:created', (data) => data.data.count === count);
        if (count % 10 === 9 && closed.test(pushdLog())) {
            return count + 1;
        }
    }
    await waitFor(() => closed.test(pushdLog()), 'slow_consumer in the log');
    return EVENTS_MAX;
}

async function listen(t, service) {
    const plain = await Plain.connect(t, { user: unique('reader'), roles: ['GENERAL_ADMIN'] });
    await plain.subscribe(['events'], { eventFilters: { services: service } });
    return plain;
}

function assertHeard(reader, count) {
    assert.deepEqual(reader.all('event:created').map((frame) => frame.data.data.count), [...Array(count).keys()]);
}

describe('one that reads nothing is closed', () => {
    test('an event stream', async (t) => {
        const [service, user] = [unique('service'), unique('stalled')];
        const stream = await openStream(t, { channels: 'events', services: service }, { token: admin(user) });
        await stream.until(/sync:ready/);
        stream.incoming.pause();
        const reader = await listen(t, service);
        assertHeard(reader, await flood(service, user, reader));
    });

    test('a WebSocket', async (t) => {
        const [service, user] = [unique('service'), unique('stalled')];
        const stalled = await Plain.connect(t, { user, roles: ['GENERAL_ADMIN'] });
        await stalled.subscribe(['events'], { eventFilters: { services: service } });
        stalled.socket.pause();
        const reader = await listen(t, service);
        assertHeard(reader, await flood(service, user, reader));
    });
});

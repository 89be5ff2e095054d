// One cursor for all transports, and what each of them says about a cursor that cannot be served.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connect } from '../integration/support/client.mjs';
import { rest } from '../integration/support/http.mjs';
import { token, unique } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { BrowserEventSource } from './clients/event_source.mjs';
import { PlainWebSocket } from './clients/plain.mjs';
import { RestPolling } from './clients/rest.mjs';
import { SocketIoPolling, SocketIoWebSocket } from './clients/socketio.mjs';
import { SseByHand } from './clients/sse.mjs';
import { parseCursor } from './oracle/record.mjs';
import { follow } from './support/follower.mjs';
import { Source } from './support/resuming.mjs';

const ALL = [SocketIoWebSocket, PlainWebSocket, SseByHand, RestPolling, BrowserEventSource, SocketIoPolling];

/** An epoch of the same form that is not this stream's. */
const otherEpoch = (epoch) => `${epoch.startsWith('1') ? '2' : '1'}${epoch.slice(1)}`;

async function cursorOfNow() {
    const answer = await rest('GET', '/stream?channels=notifications', { token: token(unique('user')) });
    return answer.json.cursor;
}

describe('cursors', { concurrency: 3 }, () => {
    for (const first of ALL) {
        test(`from ${first.kind} to every other transport and back`, async (t) => {
            const source = new Source();
            const user = unique('admin');
            const wanted = { events: { services: source.service } };
            const heard = [];
            let place;
            for (const Kind of [first, ...ALL, first]) {
                const one = await follow(t, Kind, { user, wanted, place });
                await source.publish(2);
                await waitFor(() => source.numbers(one.pushes).includes(source.count), `${Kind.kind} to hear of it`);
                one.client.stop();
                heard.push(...one.pushes);
                place = one.record.place;
                await source.publish(1); // nobody listens
            }
            assert.deepEqual(source.numbers(heard), source.all.slice(0, -1));
        });
    }

    for (const Kind of ALL) {
        test(`${Kind.kind}: another epoch, and beyond the end`, async (t) => {
            const now = parseCursor(await cursorOfNow());
            for (const [place, reason] of [
                [`${otherEpoch(now.epoch)}.${now.id}`, 'epoch'],
                [`${now.epoch}.${now.id + 1000000000}`, 'invalid'],
            ]) {
                const source = new Source();
                const one = await follow(t, Kind, { user: unique('admin'), wanted: { events: { services: source.service } }, place });
                await waitFor(() => one.record.gaps.length > 0, `sync:gap for ${place}`);
                const gap = JSON.parse(one.record.gaps[0]);
                assert.deepEqual([gap.from, gap.reason], [place, reason]);
                const to = parseCursor(gap.to);
                assert.ok(to.epoch === now.epoch && to.id >= now.id && to.id < now.id + 1000000, gap.to);
                await source.publish(2);
                await source.heardBy(one.pushes);
                assert.equal(one.record.gaps.length, 1);
                one.client.stop();
            }
        });
    }

    test('the list of a REST resource and its X-Stream-Cursor leave no hole', async (t) => {
        const source = new Source();
        const bearer = token(unique('admin'), ['GENERAL_ADMIN']);
        let publishing = true;
        const publish = (async () => {
            while (publishing) {
                await source.publish();
            }
        })();
        try {
            for (let time = 0; time < 3; time += 1) {
                const list = await rest('GET', `/events?services=${source.service}&limit=500`, { token: bearer });
                const listed = list.json.map((event) => event.data.number);
                const client = await connect(t, { auth: { token: bearer, cursor: list.headers['x-stream-cursor'] } });
                await client.subscribe(['events'], source.filter);
                const until = source.count + 3;
                await waitFor(() => source.numbers(client.pushes).includes(until), 'the stream to go on');
                const known = new Set([...listed, ...source.numbers(client.pushes)]);
                assert.deepEqual(source.all.slice(0, until).filter((number) => !known.has(number)), []);
                client.close();
            }
        } finally {
            publishing = false;
            await publish;
        }
    });
});

// 200 clients while writers commit at the same time: each hears every event once, all in one order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FLAVOURS, connect } from './support/client.mjs';
import { publishEvent, transaction } from './support/sql.mjs';
import { unique } from './support/token.mjs';
import { waitFor } from './support/wait.mjs';

const CLIENTS = 200;
const WRITERS = 4;
const TRANSACTIONS = 15;
const EVENTS = WRITERS * TRANSACTIONS * 2;

test(`${CLIENTS} clients, ${WRITERS} writers, ${EVENTS} events`, async (t) => {
    const service = unique('service');
    // mostly sockets, and some of every other kind
    const kind = (index) => (index % 10 === 0
        ? FLAVOURS[(index / 10) % FLAVOURS.length]
        : { version: '4.8', transports: ['websocket'] });
    const clients = [];
    for (let first = 0; first < CLIENTS; first += 25) {
        const batch = Array.from({ length: 25 }, async (_, index) => {
            const { version, transports } = kind(first + index);
            const client = await connect(t, { user: unique('admin'), roles: ['GENERAL_ADMIN'], version, transports });
            await client.subscribe(['events'], { eventFilters: { services: service } });
            return client;
        });
        clients.push(...await Promise.all(batch));
    }
    const undone = unique('undone');
    const writer = async (name) => {
        for (let number = 0; number < TRANSACTIONS; number += 1) {
            await transaction(async (query) => {
                await publishEvent({ event_type: 'test.many', service, data: { name, number, half: 1 } }, query);
                await publishEvent({ event_type: 'test.many', service, data: { name, number, half: 2 } }, query);
            });
            await transaction(
                (query) => publishEvent({ event_type: 'test.many', service, data: { name: undone } }, query),
                'rollback',
            );
        }
    };
    await Promise.all(Array.from({ length: WRITERS }, (_, index) => writer(`writer-${index}`)));

    const heard = (client) => client.all('event:created').map(({ data }) => data);
    await waitFor(
        () => clients.every((client) => client.all('event:created').length >= EVENTS),
        'everybody to hear everything',
    );
    const expected = heard(clients[0]).map((data) => data.eventId);
    assert.equal(new Set(expected).size, EVENTS, 'each once');
    for (const client of clients) {
        assert.deepEqual(heard(client).map((data) => data.eventId), expected);
        assert.deepEqual(client.disconnects, []);
    }
    for (let index = 0; index < WRITERS; index += 1) {
        const own = heard(clients[0]).map((data) => data.data).filter((data) => data.name === `writer-${index}`);
        assert.deepEqual(
            own.map((data) => data.number * 2 + data.half),
            Array.from({ length: TRANSACTIONS * 2 }, (_, step) => step + 1),
            'a writer\'s own order holds',
        );
    }
    assert.ok(heard(clients[0]).every((data) => data.data.name !== undone));
});

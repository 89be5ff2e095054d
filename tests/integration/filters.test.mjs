// Every filter key, by what it lets through: keys are ANDed, the values of a key ORed.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { connect } from './support/client.mjs';
import { settled } from './support/marker.mjs';
import { failEvent, publishEvent, sql, writeLog } from './support/sql.mjs';
import { suiteScope } from './support/scope.mjs';
import { unique } from './support/token.mjs';
import { waitFor } from './support/wait.mjs';

/**
 * One client a case, all subscribed before anything is produced; what each got is compared after the
 * producer has run once. `label(push)` names a push of ours, or is undefined for somebody else's.
 */
function filterCases(title, { channel, name, cases, produce, label }) {
    describe(title, () => {
        const scope = suiteScope();
        const clients = [];
        before(async () => {
            for (const [, filter] of cases) {
                const user = unique('admin');
                const client = await connect(scope, { user, roles: ['GENERAL_ADMIN'], transports: ['websocket'] });
                await client.subscribe([channel, 'notifications'], { [name]: filter });
                clients.push({ client, user });
            }
            await produce();
            await Promise.all(clients.map(({ client, user }) => settled(client, user)));
        });
        cases.forEach(([what, , expected], index) => {
            test(what, () => {
                const got = clients[index].client.pushes.map(label).filter((text) => text !== undefined);
                assert.deepEqual(got, expected);
            });
        });
    });
}

{
    const [a, b] = [unique('resources'), unique('availability')];
    const events = [
        ['1', 'RESOURCE_CREATED', a, 'Resource'],
        ['2', 'resource.created', b, 'Resource'],
        ['3', 'bookly.resource.created', a, null],
        ['4', 'Resource-Updated', a, 'Resource'],
        ['5', 'RESERVATION_CREATED', b, 'Reservation'],
        ['6', 'bookly.bookly.resource.created', b, null],
        ['7', 'RESOURCE_CREATED_LATE', a, 'resource'],
    ];
    const own = unique('run');
    const spelled = (text) => [text, { eventTypes: [text], services: [a, b] }, ['1', '2', '3']];
    filterCases('eventFilters', {
        channel: 'events',
        name: 'eventFilters',
        cases: [
            ['one service', { services: a }, ['1', '3', '4', '7']],
            ['two services', { services: [a, b] }, ['1', '2', '3', '4', '5', '6', '7']],
            ['a service that is no other\'s beginning', { services: a.slice(0, -1) }, []],
            ['a service in capitals is another', { services: a.toUpperCase() }, []],
            ...['RESOURCE_CREATED', 'resource.created', 'Resource-Created', 'bookly.resource.created',
                'BOOKLY_RESOURCE_CREATED', 'bookly-resource_created'].map(spelled),
            ['one leading bookly. is dropped, not two',
                { eventTypes: 'bookly.bookly.resource.created', services: [a, b] }, ['6']],
            ['event types as text', { eventTypes: 'reservation.created', services: [a, b] }, ['5']],
            ['two event types', { eventTypes: ['RESERVATION_CREATED', 'resource.updated'], services: [a, b] }, ['4', '5']],
            ['keys are ANDed', { eventTypes: ['RESOURCE_CREATED'], services: [b] }, ['2']],
            ['aggregate types', { aggregateTypes: ['Resource'], services: [a, b] }, ['1', '2', '4']],
            ['two aggregate types', { aggregateTypes: ['Resource', 'Reservation'], services: [a, b] }, ['1', '2', '4', '5']],
            ['all three keys', { aggregateTypes: 'Resource', services: a, eventTypes: 'resource.updated' }, ['4']],
        ],
        produce: async () => {
            for (const [number, event_type, service, aggregate_type] of events) {
                await publishEvent({ event_type, service, aggregate_type, data: { run: own, number } });
            }
        },
        label: ({ event, data }) =>
            event === 'event:created' && data.data?.run === own ? data.data.number : undefined,
    });

    test('event types are pushed as they were published', async (t) => {
        const client = await connect(t, { user: unique('admin'), roles: ['GENERAL_ADMIN'] });
        const service = unique('service');
        await client.subscribe(['events'], { eventFilters: { eventTypes: 'resource.created' } });
        await publishEvent({ event_type: 'BOOKLY_Resource-CREATED', service });
        const push = await client.push('event:created', (data) => data.service === service);
        assert.equal(push.data.eventType, 'BOOKLY_Resource-CREATED');
    });
}

{
    const [a, b] = [unique('billing'), unique('mailer')];
    const [one, two] = [unique('topic'), unique('topic')];
    const letters = new Map();
    /** A dead letter of a service in a topic, then through claim to its end. */
    const walk = async (letter, service, topic, end) => {
        const event_id = await publishEvent({ event_type: 'test.dead', service, data: { letter } });
        const dlqId = await failEvent({ event_id, error: 'broken', topic, max_attempts: 1 });
        letters.set(dlqId, letter);
        await waitFor(
            async () => (await sql('select * from bookly.dlq_claim(service => $1)', [service])).length > 0,
            'the dead letter to be due',
        );
        if (end === 'resolved') {
            await sql('select bookly.dlq_succeed($1, $2)', [dlqId, 'done']);
        } else {
            await sql('select bookly.dlq_fail($1, $2)', [dlqId, 'still broken']);
        }
    };
    filterCases('dlqFilters on every push of the queue', {
        channel: 'dlq',
        name: 'dlqFilters',
        cases: [
            ['services', { service: [a, b] },
                ['A added', 'A retrying', 'A resolved', 'B added', 'B retrying', 'B failed']],
            ['one service', { service: a }, ['A added', 'A retrying', 'A resolved']],
            ['topic', { topic: two }, ['B added', 'B retrying', 'B failed']],
            ['status pending', { status: 'pending', service: [a, b] }, ['A added', 'B added']],
            ['status retrying', { status: 'retrying', service: [a, b] }, ['A retrying', 'B retrying']],
            ['status resolved', { status: 'resolved', service: [a, b] }, ['A resolved']],
            ['status failed', { status: ['failed'], service: [a, b] }, ['B failed']],
            ['two statuses', { status: ['failed', 'resolved'], service: [a, b] }, ['A resolved', 'B failed']],
            ['keys are ANDed', { status: 'failed', topic: one }, []],
        ],
        produce: async () => {
            await walk('A', a, one, 'resolved');
            await walk('B', b, two, 'failed');
        },
        label: ({ event, data }) =>
            event.startsWith('dlq:event:') && letters.has(data.dlqId)
                ? `${letters.get(data.dlqId)} ${event.slice('dlq:event:'.length)}`
                : undefined,
    });
}

{
    const [a, b] = [unique('api-gateway'), unique('auth-service')];
    const lines = [
        ['1', 'debug', a, 'EventBusService'],
        ['2', 'info', a, 'HttpServer'],
        ['3', 'warn', b, 'EventBusService'],
        ['4', 'error', a, 'EventBus'],
        ['5', 'error', b, 'eventbus'],
    ];
    filterCases('logFilters', {
        channel: 'logs',
        name: 'logFilters',
        cases: [
            ['service', { service: a }, ['1', '2', '4']],
            ['services', { service: [a, b] }, ['1', '2', '3', '4', '5']],
            ['level is exact', { level: 'warn', service: [a, b] }, ['3']],
            ['levels', { level: ['debug', 'error'], service: [a, b] }, ['1', '4', '5']],
            ['minLevel debug', { minLevel: 'debug', service: [a, b] }, ['1', '2', '3', '4', '5']],
            ['minLevel info', { minLevel: 'info', service: [a, b] }, ['2', '3', '4', '5']],
            ['minLevel warn', { minLevel: 'warn', service: [a, b] }, ['3', '4', '5']],
            ['minLevel error', { minLevel: 'error', service: [a, b] }, ['4', '5']],
            ['level and minLevel', { level: ['info', 'error'], minLevel: 'warn', service: [a, b] }, ['4', '5']],
            ['context is a part', { context: 'EventBus', service: [a, b] }, ['1', '3', '4']],
            ['contexts', { context: ['Http', 'eventbus'], service: [a, b] }, ['2', '5']],
            ['all keys', { level: 'error', service: a, context: 'Event' }, ['4']],
        ],
        produce: async () => {
            for (const [message, level, service, context] of lines) {
                await writeLog({ level, service, context, message });
            }
        },
        label: ({ event, data }) =>
            event.startsWith('log:') && [a, b].includes(data.service) ? data.message : undefined,
    });
}

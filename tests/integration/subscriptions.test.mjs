// subscribe and unsubscribe: acknowledgements, roles, refusals that change nothing, filters that stay.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CURSOR, NAMESPACES, connect } from './support/client.mjs';
import { CHANNELS, ROLES, assertRefused, mayRead } from './support/facts.mjs';
import { settled } from './support/marker.mjs';
import { publishEvent } from './support/sql.mjs';
import { unique } from './support/token.mjs';

const WEBSOCKET = { transports: ['websocket'] };

const asAdmin = (t, user = unique('admin')) => connect(t, { user, roles: ['GENERAL_ADMIN'], ...WEBSOCKET });

/** What the client is subscribed to: leaving a channel it has not joined answers it. */
async function subscribed(client, outside) {
    const answer = await client.command('unsubscribe', { channels: [outside] });
    assert.equal(answer.success, true);
    return answer.channels.sort();
}

describe('acknowledgements', () => {
    for (const namespace of NAMESPACES) {
        test(`all five at once, in ${namespace}`, async (t) => {
            const client = await connect(t, { user: unique('admin'), roles: ['GENERAL_ADMIN'], namespace });
            const answer = await client.command('subscribe', { channels: CHANNELS });
            assert.deepEqual(answer, { success: true, channels: CHANNELS });
        });
    }

    test('they tell all now subscribed, and those left', async (t) => {
        const client = await asAdmin(t);
        assert.deepEqual(await client.command('subscribe', { channels: ['logs'] }), {
            success: true, channels: ['logs'],
        });
        const both = await client.command('subscribe', { channels: ['events'] });
        assert.deepEqual(both.channels.sort(), ['events', 'logs']);
        const again = await client.command('subscribe', { channels: ['events', 'events'] });
        assert.deepEqual(again.channels.sort(), ['events', 'logs']);
        assert.deepEqual(await client.command('unsubscribe', { channels: ['logs'] }), {
            success: true, channels: ['events'],
        });
        assert.deepEqual(await client.command('unsubscribe', { channels: ['logs', 'events'] }), {
            success: true, channels: [],
        });
    });

    test('sync:ready comes before each of them', async (t) => {
        const client = await asAdmin(t);
        for (const command of ['subscribe', 'unsubscribe']) {
            await client.push('sync:ready');
            const before = client.all('sync:ready').length;
            const seen = await new Promise((resolve) => {
                client.socket.emit(command, { channels: ['events'] }, () => resolve(client.all('sync:ready').length));
            });
            assert.equal(seen, before + 1, command);
            assert.match(client.all('sync:ready').at(-1).data.cursor, CURSOR);
        }
    });

    test('without a callback nothing is answered, and it holds all the same', async (t) => {
        const client = await asAdmin(t);
        client.socket.emit('subscribe', { channels: ['events'] });
        client.socket.emit('subscribe', { channels: ['logs'] });
        assert.deepEqual(await subscribed(client, 'dlq'), ['events', 'logs']);
        assert.deepEqual(client.all('exception'), []);
    });
});

describe('roles', () => {
    for (const roles of [[], ...ROLES.map((role) => [role]), ['STUDENT', 'SERVICE'], ['JANITOR']]) {
        test(`[${roles}]`, async (t) => {
            const client = await connect(t, { user: unique('user'), roles, ...WEBSOCKET });
            const allowed = CHANNELS.filter((channel) => mayRead(channel, roles));
            const denied = CHANNELS.filter((channel) => !mayRead(channel, roles));
            const answer = await client.command('subscribe', { channels: CHANNELS });
            assert.deepEqual(answer, {
                success: true,
                channels: allowed,
                ...(denied.length > 0
                    ? { denied: denied.map((channel) => ({ channel, code: 'forbidden' })) }
                    : {}),
            });
            for (const channel of denied) {
                assertRefused(await client.command('subscribe', { channels: [channel] }), 'forbidden');
            }
            assert.deepEqual(await subscribed(client, denied[0] ?? allowed[0]),
                (denied.length > 0 ? allowed : allowed.slice(1)).sort());
        });
    }

    test('a denied channel is not delivered', async (t) => {
        const user = unique('student');
        const client = await connect(t, { user, roles: ['STUDENT'], ...WEBSOCKET });
        await client.command('subscribe', { channels: ['notifications', 'events'] });
        await publishEvent({ event_type: 'test.denied', service: unique('service') });
        await settled(client, user);
        assert.deepEqual(client.all('event:created'), []);
    });
});

describe('refusals change nothing', () => {
    const CODES = /^(bad_request|invalid_value|unknown_field)$/;
    const payloads = [
        ['no payload', [], CODES],
        ['null', [null], CODES],
        ['text', ['events'], CODES],
        ['a number', [7], CODES],
        ['an array', [['events']], CODES],
        ['no channels', [{}], CODES, 'channels'],
        ['channels as text', [{ channels: 'events' }], CODES, 'channels'],
        ['channels null', [{ channels: null }], CODES, 'channels'],
        ['channels as an object', [{ channels: { 0: 'events' } }], CODES, 'channels'],
        ['no channel at all', [{ channels: [] }], CODES, 'channels'],
        ['a number among the channels', [{ channels: ['events', 1] }], CODES, 'channels'],
        ['null among the channels', [{ channels: ['events', null] }], CODES, 'channels'],
        ['two payloads', [{ channels: ['events'] }, { channels: ['logs'] }], CODES],
        ['an unknown field', [{ channels: ['events'], chanels: 1 }], CODES, 'chanels'],
        ['an unknown channel', [{ channels: ['events', 'nope'] }], 'unknown_channel', 'nope'],
        ['a channel in capitals', [{ channels: ['EVENTS'] }], 'unknown_channel', 'EVENTS'],
        ['filters as text', [{ channels: ['events'], eventFilters: 'x' }], CODES, 'eventFilters'],
        ['filters as an array', [{ channels: ['events'], eventFilters: [] }], CODES, 'eventFilters'],
        ['an unknown filter key', [{ channels: ['events'], eventFilters: { nope: 'x' } }], CODES, 'nope'],
        ['a filter key of another channel', [{ channels: ['events'], eventFilters: { level: 'error' } }], CODES, 'level'],
        ['a filter value as a number', [{ channels: ['events'], eventFilters: { services: 1 } }], CODES, 'services'],
        ['a filter value null', [{ channels: ['events'], eventFilters: { services: null } }], CODES, 'services'],
        ['a number among filter values', [{ channels: ['events'], eventFilters: { services: ['a', 1] } }], CODES, 'services'],
        ['an unknown status', [{ channels: ['dlq'], dlqFilters: { status: 'lost' } }], CODES, 'status'],
        ['an unknown level', [{ channels: ['logs'], logFilters: { level: 'fatal' } }], CODES, 'level'],
        ['an unknown least level', [{ channels: ['logs'], logFilters: { minLevel: 'warning' } }], CODES, 'minLevel'],
        ['a filter of a channel neither named nor subscribed',
            [{ channels: ['events'], logFilters: { level: 'error' } }], CODES, 'logFilters'],
        ['a filter cleared of such a channel', [{ channels: ['events'], logFilters: null }], CODES, 'logFilters'],
        ['one good filter and one bad',
            [{ channels: ['events', 'logs'], eventFilters: { services: 'a' }, logFilters: { level: 1 } }], CODES, 'level'],
        ['a filter value of 201 characters',
            [{ channels: ['events'], eventFilters: { services: 'x'.repeat(201) } }], CODES, 'services'],
    ];
    for (const [name, payload, code, field] of payloads) {
        test(`subscribe: ${name}`, async (t) => {
            const client = await asAdmin(t);
            await client.subscribe(['dashboard']);
            const answer = await client.command('subscribe', ...payload);
            assertRefused(answer, code);
            assert.deepEqual(Object.keys(answer).sort(), ['code', 'error', 'success']);
            if (field) {
                assert.ok(answer.error.includes(field), `${answer.error} names ${field}`);
            }
            assert.deepEqual(await subscribed(client, 'dlq'), ['dashboard']);
        });
    }

    const leaving = [
        ['no payload', [], CODES],
        ['channels as text', [{ channels: 'dashboard' }], CODES],
        ['a number among the channels', [{ channels: ['dashboard', 1] }], CODES],
        ['an unknown field', [{ channels: ['dashboard'], all: true }], CODES],
        ['an unknown channel', [{ channels: ['dashboard', 'nope'] }], 'unknown_channel'],
    ];
    for (const [name, payload, code] of leaving) {
        test(`unsubscribe: ${name}`, async (t) => {
            const client = await asAdmin(t);
            await client.subscribe(['dashboard']);
            assertRefused(await client.command('unsubscribe', ...payload), code);
            assert.deepEqual(await subscribed(client, 'dlq'), ['dashboard']);
        });
    }
});

describe('filters stay with their channel', () => {
    const setUp = async (t) => {
        const user = unique('admin');
        const client = await asAdmin(t, user);
        const services = [unique('one'), unique('two')];
        await client.subscribe(['notifications']);
        /** Which of the two services' events come through now. */
        const passing = async () => {
            const from = client.mark;
            for (const service of services) {
                await publishEvent({ event_type: 'test.filtered', service });
            }
            await settled(client, user);
            return client.all('event:created', (data) => services.includes(data.service), from)
                .map((push) => services.indexOf(push.data.service));
        };
        return { client, services, passing };
    };

    test('set, replaced, kept when not named, cleared by null', async (t) => {
        const { client, services, passing } = await setUp(t);
        await client.subscribe(['events'], { eventFilters: { services: services[0] } });
        assert.deepEqual(await passing(), [0]);
        await client.subscribe(['events'], { eventFilters: { services: [services[1]] } });
        assert.deepEqual(await passing(), [1]);
        await client.subscribe(['events']);
        assert.deepEqual(await passing(), [1]);
        await client.subscribe(['logs'], { eventFilters: { services } });
        assert.deepEqual(await passing(), [0, 1]);
        await client.subscribe(['events'], { eventFilters: { services: services[0], eventTypes: 'test.other' } });
        assert.deepEqual(await passing(), []);
        await client.subscribe(['events'], { eventFilters: null });
        assert.deepEqual(await passing(), [0, 1]);
        await client.subscribe(['events'], { eventFilters: {} });
        assert.deepEqual(await passing(), [0, 1]);
    });

    test('leaving a channel forgets its filter and ends its pushes', async (t) => {
        const { client, services, passing } = await setUp(t);
        await client.subscribe(['events'], { eventFilters: { services: services[0] } });
        await client.command('unsubscribe', { channels: ['events'] });
        assert.deepEqual(await passing(), []);
        await client.subscribe(['events']);
        assert.deepEqual(await passing(), [0, 1]);
    });

    test('a refused change keeps the filter there was', async (t) => {
        const { client, services, passing } = await setUp(t);
        await client.subscribe(['events'], { eventFilters: { services: services[0] } });
        assertRefused(await client.command('subscribe', {
            channels: ['events', 'nope'], eventFilters: { services: services[1] },
        }), 'unknown_channel');
        assertRefused(await client.command('subscribe', {
            channels: ['events'], eventFilters: { services: services[1] }, dlqFilters: { topic: 'x' },
        }), /./);
        assert.deepEqual(await passing(), [0]);
    });

    test('the filter of a denied channel is ignored', async (t) => {
        const client = await connect(t, { user: unique('student'), roles: ['STUDENT'], ...WEBSOCKET });
        const answer = await client.command('subscribe', {
            channels: ['notifications', 'events', 'logs'],
            eventFilters: { services: 'a' },
            logFilters: { level: 'error' },
        });
        assert.deepEqual(answer, {
            success: true,
            channels: ['notifications'],
            denied: [{ channel: 'events', code: 'forbidden' }, { channel: 'logs', code: 'forbidden' }],
        });
    });

    test('two clients with different filters each get their own', async (t) => {
        const user = unique('admin');
        const service = unique('service');
        const [all, some] = [await asAdmin(t, user), await asAdmin(t, user)];
        await all.subscribe(['events', 'notifications'], { eventFilters: { services: service } });
        await some.subscribe(['events', 'notifications'], {
            eventFilters: { services: service, eventTypes: ['test.second'] },
        });
        for (const event_type of ['test.first', 'test.second', 'test.third']) {
            await publishEvent({ event_type, service });
        }
        await settled(all, user);
        await settled(some, user);
        const types = (client) => client.all('event:created').map((push) => push.data.eventType);
        assert.deepEqual(types(all), ['test.first', 'test.second', 'test.third']);
        assert.deepEqual(types(some), ['test.second']);
    });
});

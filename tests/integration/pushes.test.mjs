// Every push of the table: made by a back-end through SQL, received with exactly its fields, in order.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CURSOR, FLAVOURS, connect } from './support/client.mjs';
import { CHANNELS, TIME, UUID, assertKeys, assertTime } from './support/facts.mjs';
import { settled } from './support/marker.mjs';
import { adminCaller } from './support/rest.mjs';
import { call, failEvent, notifyUser, publishEvent, sql, transaction, writeLog } from './support/sql.mjs';
import { unique } from './support/token.mjs';
import { waitFor } from './support/wait.mjs';

async function listener(t, options = {}) {
    const user = unique('admin');
    const client = await connect(t, { user, roles: ['GENERAL_ADMIN'], transports: ['websocket'], ...options });
    await client.subscribe(CHANNELS);
    return { client, user };
}

function assertPush(push, keys) {
    assert.equal(push.args.length, 2, 'a payload and the cursor');
    assert.match(push.cursor, CURSOR);
    if (keys) {
        assertKeys(push.data, keys);
    }
}

const position = (push) => BigInt(push.cursor.slice(push.cursor.lastIndexOf('.') + 1));

describe('events', () => {
    const EVENT = ['eventId', 'eventType', 'service', 'timestamp', 'data'];

    test('event:created with what every event has', async (t) => {
        const { client } = await listener(t);
        const service = unique('service');
        const eventId = await publishEvent({ event_type: 'RESOURCE_CREATED', service, data: { a: [1, 'ñ', null] } });
        const push = await client.push('event:created', (data) => data.eventId === eventId);
        assertPush(push, EVENT);
        assertTime(push.data.timestamp);
        assert.deepEqual({ ...push.data, timestamp: undefined }, {
            eventId, eventType: 'RESOURCE_CREATED', service, data: { a: [1, 'ñ', null] }, timestamp: undefined,
        });
    });

    test('event:created with all that may be known, numbers beyond 2^53 unharmed', async (t) => {
        const { client } = await listener(t);
        const event_id = unique('event');
        await sql(`select bookly.publish_event('a.b', 'svc', '{"n": 9007199254740993}'::jsonb,
            event_id => $1, aggregate_type => 'Resource', aggregate_id => 'r-1', correlation_id => 'c-1',
            causation_id => 'k-1', user_id => 'u-1', metadata => '{"m": true}'::jsonb,
            occurred_at => '2025-01-05T10:00:00Z')`, [event_id]);
        const push = await client.push('event:created', (data) => data.eventId === event_id);
        assertPush(push, [...EVENT, 'aggregateType', 'aggregateId', 'correlationId', 'metadata']);
        assert.deepEqual(push.data, {
            eventId: event_id, eventType: 'a.b', service: 'svc', timestamp: '2025-01-05T10:00:00.000Z',
            data: { n: JSON.parse('9007199254740993') }, aggregateType: 'Resource', aggregateId: 'r-1',
            correlationId: 'c-1', metadata: { m: true },
        });
    });

    test('a repeated event id is one event', async (t) => {
        const { client, user } = await listener(t);
        const event = { event_type: 'test.repeated', service: unique('service'), event_id: unique('event') };
        assert.equal(await publishEvent(event), event.event_id);
        assert.equal(await publishEvent(event), event.event_id);
        await settled(client, user);
        assert.equal(client.all('event:created', (data) => data.eventId === event.event_id).length, 1);
    });

    test('event:failed, and the dead letter that follows from it', async (t) => {
        const { client } = await listener(t);
        const service = unique('service');
        const eventId = await publishEvent({ event_type: 'test.failing', service, data: { n: 1 } });
        const dlqId = await failEvent({ event_id: eventId, error: 'it broke', stack: 'at x' });
        assert.match(dlqId, UUID);
        const failed = await client.push('event:failed', (data) => data.eventId === eventId);
        assertPush(failed);
        assert.deepEqual(failed.data, { eventId, error: 'it broke', service });
        const added = await client.push('dlq:event:added', (data) => data.dlqId === dlqId);
        assertPush(added, ['dlqId', 'originalEvent', 'error']);
        assert.equal(added.data.error, 'it broke');
        const created = await client.push('event:created', (data) => data.eventId === eventId);
        for (const key of EVENT) {
            assert.deepEqual(added.data.originalEvent[key], created.data[key], key);
        }
    });

    test('event:replayed carries the event', async (t) => {
        const { client } = await listener(t);
        const eventId = await publishEvent({
            event_type: 'test.again', service: unique('service'), data: { n: 1 }, aggregate_type: 'Resource',
        });
        await call('replay_event', { event_id: eventId });
        const created = await client.push('event:created', (data) => data.eventId === eventId);
        const push = await client.push('event:replayed', (data) => data.eventId === eventId);
        assertPush(push, [...Object.keys(created.data), 'replayTimestamp']);
        assertTime(push.data.replayTimestamp);
        const { replayTimestamp, ...event } = push.data;
        assert.deepEqual(event, created.data);
    });
});

describe('the dead-letter queue', () => {
    const claim = (service) => waitFor(
        async () => (await sql('select * from bookly.dlq_claim(service => $1)', [service]))[0],
        'a dead letter that is due',
    );
    const dead = async (service, max_attempts) => {
        const event_id = await publishEvent({ event_type: 'test.dead', service });
        return failEvent({ event_id, error: 'broken', max_attempts });
    };

    test('retrying, then resolved', async (t) => {
        const { client } = await listener(t);
        const service = unique('service');
        const dlqId = await dead(service);
        await claim(service);
        const retrying = await client.push('dlq:event:retrying', (data) => data.dlqId === dlqId);
        assertPush(retrying);
        assert.deepEqual(retrying.data, { dlqId, attemptCount: 1 });
        await call('dlq_succeed', { dlq_id: dlqId, resolution: 'sent by hand' });
        const resolved = await client.push('dlq:event:resolved', (data) => data.dlqId === dlqId);
        assertPush(resolved);
        assert.deepEqual(resolved.data, { dlqId, resolution: 'sent by hand' });
    });

    test('failed for good after the last attempt', async (t) => {
        const { client } = await listener(t);
        const service = unique('service');
        const dlqId = await dead(service, 2);
        for (const attempt of [1, 2]) {
            await claim(service);
            await client.push('dlq:event:retrying', (data) => data.dlqId === dlqId && data.attemptCount === attempt);
            await call('dlq_fail', { dlq_id: dlqId, error: 'no' });
        }
        const failed = await client.push('dlq:event:failed', (data) => data.dlqId === dlqId);
        assertPush(failed);
        assert.deepEqual(failed.data, { dlqId, attemptCount: 2, maxAttempts: 2 });
        assert.equal(client.all('dlq:event:failed', (data) => data.dlqId === dlqId).length, 1);
    });

    test('an operator retries, by REST and by SQL: due now, from the first attempt on', async (t) => {
        const { client } = await listener(t);
        const service = unique('service');
        const dlqId = await dead(service);
        for (const retry of [
            () => adminCaller().post(`/dlq/${dlqId}/retry`),
            () => call('dlq_retry', { dlq_id: dlqId, actor: 'ops' }),
        ]) {
            const from = client.mark;
            await retry();
            const retrying = await client.push('dlq:event:retrying', (data) => data.dlqId === dlqId, from);
            assertPush(retrying);
            assert.deepEqual(retrying.data, { dlqId, attemptCount: 0 });
            await claim(service);
            await client.push('dlq:event:retrying', (data) => data.dlqId === dlqId && data.attemptCount === 1, from);
            await call('dlq_fail', { dlq_id: dlqId, error: 'no' });
        }
    });

    test('an operator resolves', async (t) => {
        const { client } = await listener(t);
        const dlqId = await dead(unique('service'));
        await call('dlq_resolve', { dlq_id: dlqId, resolution: 'known', actor: 'ops' });
        const push = await client.push('dlq:event:resolved', (data) => data.dlqId === dlqId);
        assert.deepEqual(push.data, { dlqId, resolution: 'known' });
    });
});

describe('statuses', () => {
    const kinds = [
        ['service:status:changed', 'report_service', 'service'],
        ['infrastructure:status:changed', 'report_component', 'component'],
    ];
    for (const [event, name, key] of kinds) {
        test(`${event}, only when it changes`, async (t) => {
            const { client, user } = await listener(t);
            const who = unique(key);
            for (const status of ['up', 'up', 'degraded', 'degraded', 'down', 'up']) {
                await call(name, { [key]: who, status, details: { load: 1 } });
            }
            await settled(client, user);
            const pushes = client.all(event, (data) => data[key] === who);
            assert.deepEqual(pushes.map((push) => push.data.status), ['up', 'degraded', 'down', 'up']);
            for (const push of pushes) {
                assertPush(push, [key, 'status', 'timestamp']);
                assertTime(push.data.timestamp);
            }
        });
    }
});

describe('logs', () => {
    const LOG = ['id', 'timestamp', 'level', 'service', 'context', 'message', 'metadata', 'stack'];

    for (const [level, event] of [['debug', 'log:entry'], ['info', 'log:entry'], ['warn', 'log:warning'], ['error', 'log:error']]) {
        test(`${level} is ${event}`, async (t) => {
            const { client } = await listener(t);
            const service = unique('service');
            await writeLog({
                level, service, context: 'EventBus', message: 'one\ntwo "three"', metadata: { a: 1 }, stack: 'at x\nat y',
            });
            const push = await client.push(event, (data) => data.service === service);
            assertPush(push, LOG);
            assertTime(push.data.timestamp);
            assert.equal(typeof push.data.id, 'string');
            const { id, timestamp, ...rest } = push.data;
            assert.deepEqual(rest, {
                level, service, context: 'EventBus', message: 'one\ntwo "three"', metadata: { a: 1 }, stack: 'at x\nat y',
            });
        });
    }

    test('what was not given is null, logged_at is kept, secrets are redacted', async (t) => {
        const { client } = await listener(t);
        const service = unique('service');
        await writeLog({ level: 'info', service, context: null, message: 'm', logged_at: '2025-01-05T10:00:00Z' });
        await writeLog({
            level: 'info', service, context: 'c', message: 'n',
            metadata: { password: 'x', deep: [{ Authorization: 'Bearer y', kept: 1 }], user_TOKEN: { a: 1 } },
        });
        const [bare, secret] = await waitFor(() => {
            const pushes = client.all('log:entry', (data) => data.service === service);
            return pushes.length === 2 && pushes;
        }, 'both lines');
        assert.deepEqual({ ...bare.data, id: 0 }, {
            id: 0, timestamp: '2025-01-05T10:00:00.000Z', level: 'info', service, context: null, message: 'm',
            metadata: null, stack: null,
        });
        assert.deepEqual(secret.data.metadata, {
            password: '[redacted]', deep: [{ Authorization: '[redacted]', kept: 1 }], user_TOKEN: '[redacted]',
        });
    });
});

test('notification:created is the dto with the badge', async (t) => {
    const { client, user } = await listener(t);
    const id = await notifyUser(user, {
        type: 'action_required', category: 'reservation', title: 'T', message: 'M', data: { r: 1 }, action_url: '/r/1',
    });
    const push = await client.push('notification:created', (data) => data.id === id);
    assertPush(push);
    const { createdAt, version, ...dto } = push.data;
    assert.match(createdAt, TIME);
    assert.equal(typeof version, 'number');
    assert.deepEqual(dto, {
        id, userId: user, type: 'action_required', category: 'reservation', title: 'T', message: 'M', data: { r: 1 },
        actionUrl: '/r/1', read: false, unreadCount: 1,
    });
});

describe('order and transactions', () => {
    test('the commit decides: nothing before it, nothing after a rollback', async (t) => {
        const { client, user } = await listener(t);
        const service = unique('service');
        const publish = (query, event_type) => publishEvent({ event_type, service }, query);
        const types = () => client.all('event:created', (data) => data.service === service)
            .map((push) => push.data.eventType);
        await transaction(async (query) => {
            await publish(query, 'test.late');
            await publish(undefined, 'test.early');
            await client.push('event:created', (data) => data.service === service);
            await settled(client, user);
            assert.deepEqual(types(), ['test.early']);
        });
        await transaction((query) => publish(query, 'test.never'), 'rollback');
        await transaction(async (query) => {
            await query('savepoint here');
            await publish(query, 'test.undone');
            await query('rollback to savepoint here');
            await publish(query, 'test.kept');
        });
        await settled(client, user);
        assert.deepEqual(types(), ['test.early', 'test.late', 'test.kept']);
    });

    test('one order over all channels, the cursor rising', async (t) => {
        const { client, user } = await listener(t);
        const service = unique('service');
        const expected = [];
        for (let round = 0; round < 20; round += 1) {
            await transaction(async (query) => {
                await publishEvent({ event_type: 'test.order', service, data: { round } }, query);
                await writeLog({ level: 'info', service, context: 'c', message: String(round) }, query);
            });
            expected.push(`event:created ${round}`, `log:entry ${round}`);
        }
        await settled(client, user);
        const ours = client.pushes.filter((push) => push.data?.service === service);
        assert.deepEqual(
            ours.map((push) => `${push.event} ${push.data.data?.round ?? push.data.message}`),
            expected,
        );
        const positions = client.pushes.map(position);
        assert.ok(positions.every((value, index) => index === 0 || value >= positions[index - 1]));
        const streamed = ours.map(position);
        assert.ok(streamed.every((value, index) => index === 0 || value > streamed[index - 1]));
        assert.equal(new Set(client.pushes.map((push) => push.cursor.split('.')[0])).size, 1);
    });

    test('a batch in one statement comes whole and in order, to every kind of client', async (t) => {
        const clients = await Promise.all(FLAVOURS.map(({ version, transports }) =>
            listener(t, { version, transports })));
        const service = unique('service');
        await sql(`select bookly.publish_event('test.batch', $1, jsonb_build_object('n', n))
            from generate_series(1, 100) as n`, [service]);
        for (const { client } of clients) {
            const numbers = await waitFor(() => {
                const list = client.all('event:created', (data) => data.service === service).map((push) => push.data.data.n);
                return list.length >= 100 && list;
            }, 'all of the batch');
            assert.deepEqual(numbers, Array.from({ length: 100 }, (_, index) => index + 1));
            assert.deepEqual(client.disconnects, []);
        }
    });

    test('a push of 200 kB comes whole', async (t) => {
        const { client } = await listener(t);
        const service = unique('service');
        const text = 'ñ€😀x'.repeat(25000);
        await publishEvent({ event_type: 'test.large', service, data: { text } });
        const push = await client.push('event:created', (data) => data.service === service);
        assert.equal(push.data.data.text, text);
    });
});

// Publishing by REST and by SQL: batches, repeats at the same time, many events of one aggregate.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from './support/client.mjs';
import { settled } from './support/marker.mjs';
import { allPages, assertProblem, serviceCaller } from './support/rest.mjs';
import { publishEvent, sql, transaction } from './support/sql.mjs';
import { unique } from './support/token.mjs';

const stored = async (service) => (await sql('select id from bookly_data.events where service = $1 order by position', [service]))
    .map((row) => row.id);

/** Hears a service's events: the pushes so far, once all that was committed has come. */
async function listener(t, service) {
    const user = unique('admin');
    const client = await connect(t, { user, roles: ['GENERAL_ADMIN'], transports: ['websocket'] });
    await client.subscribe(['events', 'notifications'], { eventFilters: { services: service } });
    return async () => {
        await settled(client, user);
        return client.all('event:created').map((push) => push.data);
    };
}

test('a batch with one bad element is refused as a whole, by its index, and spends no key', async (t) => {
    const [publisher, service, key] = [serviceCaller(), unique('service'), unique('key')];
    const pushed = await listener(t, service);
    const batch = Array.from({ length: 20 }, (_, n) => ({ eventType: 'room.freed', service, data: { n } }));
    const headers = { 'Idempotency-Key': key };
    for (const [index, wrong, code, member] of [
        [0, { eventType: '' }, 'invalid_value', 'eventType'], [13, { service: 5 }, 'invalid_value', 'service'],
        [19, { when: 'now' }, 'unknown_field', 'when'], [7, { timestamp: 'yesterday' }, 'invalid_value', 'timestamp'],
    ]) {
        const bad = batch.map((event, at) => (at === index ? { ...event, ...wrong } : event));
        assertProblem(await publisher.post('/events', bad, { headers }), 400, code, `[${index}].${member}`);
    }
    assert.deepEqual(await stored(service), []);
    const first = await publisher.post('/events', batch, { headers });
    assert.equal(first.status, 201, first.text);
    const again = await publisher.post('/events', batch, { headers });
    assert.deepEqual([again.status, again.text], [200, first.text]);
    assert.deepEqual(await stored(service), first.json.map(({ eventId }) => eventId), 'in their order');
    assert.deepEqual((await pushed()).map(({ data }) => data.n), batch.map(({ data }) => data.n));
});

test('a batch may have 1,000 events, and not one more', async () => {
    const [publisher, service] = [serviceCaller(), unique('service')];
    const batch = (count) => Array.from({ length: count }, () => ({ eventType: 'e', service }));
    assertProblem(await publisher.post('/events', batch(1001)), 400, 'invalid_value');
    assert.equal((await publisher.post('/events', batch(1000))).json.length, 1000);
    assert.equal((await stored(service)).length, 1000);
});

test('a batch in SQL is a statement, all or none of it', async () => {
    const service = unique('service');
    const batch = (last) => sql(`select bookly.publish_event(type, $1, jsonb_build_object('n', at)) as id
        from unnest($2::text[]) with ordinality b (type, at) order by at`, [service, ['a', 'b', last]]);
    await assert.rejects(batch(''), (error) => error.code === '22023' && error.column === 'event_type');
    assert.deepEqual(await stored(service), []);
    assert.deepEqual((await batch('c')).map(({ id }) => id), await stored(service));
});

test('the same key from many connections at once: one event, and all get its id', async (t) => {
    const [publisher, service, key] = [serviceCaller(), unique('service'), unique('key')];
    const pushed = await listener(t, service);
    const batch = [{ eventType: 'e', service }, { eventType: 'f', service }];
    const [rest, ids] = await Promise.all([
        Promise.all(Array.from({ length: 24 }, () => publisher.post('/events', batch, { headers: { 'Idempotency-Key': key } }))),
        Promise.all(Array.from({ length: 24 }, () => publishEvent({ event_type: 'g', service, idempotency_key: key }))),
    ]);
    assert.deepEqual(rest.map(({ status }) => status).sort(), [...Array(23).fill(200), 201]);
    assert.equal(new Set(rest.map(({ text }) => text)).size, 1);
    assert.equal(new Set(ids).size, 1, "a service's key by SQL is not that of a sub by REST");
    const all = [...rest[0].json.map(({ eventId }) => eventId), ids[0]].sort();
    assert.deepEqual((await stored(service)).sort(), all);
    assert.deepEqual((await pushed()).map(({ eventId }) => eventId).sort(), all);
});

test('the same eventId by REST and by SQL at once is one event', async (t) => {
    const [publisher, service, eventId] = [serviceCaller(), unique('service'), unique('event')];
    const pushed = await listener(t, service);
    const answers = await Promise.all(Array.from({ length: 24 }, (_, n) => (n % 2
        ? publishEvent({ event_type: 'e', service, event_id: eventId })
        : publisher.post('/events', { eventType: 'e', service, eventId }).then(({ json }) => json.eventId))));
    assert.deepEqual([...new Set(answers)], [eventId]);
    assert.deepEqual(await stored(service), [eventId]);
    assert.deepEqual((await pushed()).map((event) => event.eventId), [eventId]);
});

test('batches that repeat each other in another order are all stored, or told to try again', async () => {
    const [publisher, service] = [serviceCaller(), unique('service')];
    const batch = Array.from({ length: 300 }, (_, n) => ({ eventType: 'e', service, eventId: `${service}-${n}` }));
    const answers = await Promise.all(Array.from({ length: 2 }, (_, n) =>
        publisher.post('/events', n % 2 ? batch : [...batch].reverse())));
    for (const answer of answers.filter(({ status }) => status > 201)) {
        assertProblem(answer, 503, 'unavailable');
        assert.match(answer.headers['retry-after'], /^\d+$/);
    }
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    assert.equal((await stored(service)).length, 300);
    assert.equal((await publisher.post('/events', batch)).status, 200);
});

test('a key whose first use was rolled back is not used', async () => {
    const service = unique('service');
    const values = { event_type: 'e', service, idempotency_key: unique('key') };
    let second;
    const first = await transaction(async (query) => {
        const id = await publishEvent(values, query);
        second = publishEvent(values); // waits for the first to end
        return id;
    }, 'rollback');
    assert.notEqual(await second, first);
    assert.equal(await publishEvent(values), await second);
    assert.deepEqual(await stored(service), [await second]);
});

test('any number of events of one aggregate, with what they belong to and what caused them', async (t) => {
    const [publisher, service, aggregateId, correlationId] = [serviceCaller(), unique('service'), unique('room'), unique('request')];
    const pushed = await listener(t, service);
    const cause = await publishEvent({ event_type: 'room.booked', service });
    await Promise.all(Array.from({ length: 120 }, (_, n) => (n % 3
        ? publishEvent({ event_type: 'room.changed', service, data: { n }, aggregate_type: 'Room', aggregate_id: aggregateId,
            correlation_id: correlationId, causation_id: cause })
        : publisher.post('/events', { eventType: 'room.changed', service, data: { n }, aggregateType: 'Room', aggregateId,
            causationId: cause }, { headers: { 'X-Correlation-ID': correlationId } }))));
    const pages = await allPages(publisher, `/events?aggregateTypes=Room&aggregateId=${aggregateId}&limit=50`);
    const events = pages.flatMap((page) => page.json);
    assert.deepEqual(events.map(({ data }) => data.n).sort((a, b) => a - b), [...Array(120).keys()]);
    for (const event of events) {
        assert.deepEqual([event.aggregateType, event.aggregateId, event.correlationId, event.causationId],
            ['Room', aggregateId, correlationId, cause]);
    }
    const heard = (await pushed()).filter((event) => event.aggregateId === aggregateId);
    assert.deepEqual(heard.map(({ eventId }) => eventId).sort(), events.map(({ eventId }) => eventId).sort());
    assert.ok(heard.every((event) => event.correlationId === correlationId));
});

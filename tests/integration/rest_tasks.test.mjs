// Replays and redrives: what an operator begins, what clients hear of it, how it is followed and cancelled.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from './support/client.mjs';
import { assertKeys, assertTime, UUID } from './support/facts.mjs';
import { settled } from './support/marker.mjs';
import { adminCaller, assertProblem, caller, serviceCaller } from './support/rest.mjs';
import { failEvent, publishEvent, sql } from './support/sql.mjs';
import { unique } from './support/token.mjs';
import { waitFor } from './support/wait.mjs';

const NOTHING = '0190f6a0-1111-7222-8333-444455556666';

/** Events of a service of its own, in one statement: their ids, in order. */
async function events(count, service = unique('service'), type = 'ROOM_BOOKED') {
    const ids = await sql(`select bookly.publish_event($1, $2, jsonb_build_object('n', i)) as id
        from generate_series(1, $3::int) i`, [type, service, count]);
    return { service, ids: ids.map(({ id }) => id) };
}

/** Hears nothing of what was published before. */
async function listener(t, channel, filters) {
    const user = unique('admin');
    const client = await connect(t, { user, roles: ['GENERAL_ADMIN'], transports: ['websocket'] });
    await client.subscribe(['notifications']);
    await settled(client, user);
    await client.subscribe([channel], filters);
    return client;
}

const finished = (admin, path) => waitFor(async () => {
    const { json } = await admin.get(path);
    return json.status !== 'running' && json;
}, `the end of ${path}`);

async function begin(admin, path, body, options = {}) {
    const answer = await admin.post(path, body, options);
    assert.equal(answer.status, 202, answer.text);
    assertKeys(answer.json, ['id', 'count']);
    assert.match(answer.json.id, UUID);
    return answer.json;
}

/** What would begin; nothing does. */
async function preview(admin, path, body) {
    const tasks = () => sql('select count(*)::int as count from bookly_data.tasks where actor = $1', [admin.user]);
    const before = await tasks();
    const answer = await admin.post(`${path}/preview`, body);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(await tasks(), before);
    return answer.json;
}

test('a repeated Idempotency-Key begins nothing, whatever happened to the first', async () => {
    const admin = adminCaller();
    const { service } = await events(3);
    for (const [path, body, other] of [
        ['/events/replay', { services: service }, { services: service, limit: 2 }],
        ['/dlq/redrive', { filter: { service } }, { filter: { service }, ratePerSecond: 5 }],
    ]) {
        const once = { headers: { 'Idempotency-Key': unique('key') } };
        const all = await Promise.all(Array.from({ length: 8 }, () => begin(admin, path, body, once)));
        const [first] = all;
        assert.deepEqual(all, Array(8).fill(first), path);
        await finished(admin, `${path}/${first.id}`);
        assert.deepEqual(await begin(admin, path, body, once), first);
        assertProblem(await admin.post(path, other, once), 422, 'idempotency_mismatch');
        assert.notEqual((await begin(adminCaller(), path, body, once)).id, first.id, 'a key belongs to who used it');
        const [{ begun }] = await sql('select count(*)::int as begun from bookly_data.tasks where actor = $1 and kind = $2',
            [admin.user, path === '/dlq/redrive' ? 'dlq_redrive' : 'event_replay']);
        assert.equal(begun, 1);
    }
});

test('a replay pushes each event once, in order, with what a consumer needs', async (t) => {
    const admin = adminCaller();
    const { service, ids } = await events(350);
    const client = await listener(t, 'events', { eventFilters: { services: service, eventTypes: 'room.booked' } });
    const which = { services: [service], eventTypes: 'bookly.room-booked' };
    assert.deepEqual(await preview(admin, '/events/replay', which), { count: 350 });
    const { id, count } = await begin(admin, '/events/replay', which);
    assert.equal(count, 350);
    await client.push('event:replayed', ({ eventId }) => eventId === ids.at(-1));
    const pushed = client.all('event:replayed').map(({ data }) => data);
    assert.deepEqual(pushed.map(({ eventId }) => eventId), ids);
    assertKeys(pushed[7], ['eventId', 'eventType', 'service', 'timestamp', 'data', 'replayTimestamp']);
    assert.deepEqual([pushed[7].eventType, pushed[7].data], ['ROOM_BOOKED', { n: 8 }]);
    assertTime(pushed[7].replayTimestamp);

    const progress = await finished(admin, `/events/replay/${id}`);
    assertKeys(progress, ['id', 'status', 'count', 'done', 'skipped', 'request', 'actor', 'createdAt', 'finishedAt']);
    assert.deepEqual([progress.status, progress.count, progress.done, progress.skipped, progress.actor],
        ['completed', 350, 350, 0, admin.user]);
    assertTime(progress.createdAt);
    assertTime(progress.finishedAt);
    assertProblem(await admin.remove(`/events/replay/${id}`), 409, 'conflict');
    assertProblem(await admin.get(`/dlq/redrive/${id}`), 404, 'not_found');
    assertProblem(await admin.remove(`/dlq/redrive/${id}`), 404, 'not_found');
    const [audit] = await sql('select actor, action, at from bookly_data.audit where subject = $1', [id]);
    assert.deepEqual([audit.actor, audit.action], [admin.user, 'event_replay']);

    const mark = client.mark;
    const some = await begin(admin, '/events/replay', { eventIds: [ids[5], ids[2], 'none'], limit: 1 });
    assert.equal(some.count, 1);
    await client.push('event:replayed', ({ eventId }) => eventId === ids[2], mark);
    await finished(admin, `/events/replay/${some.id}`);
    assert.deepEqual(client.all('event:replayed', undefined, mark).map(({ data }) => data.eventId), [ids[2]]);
});

test('a replay is cancelled where it is', async (t) => {
    const admin = adminCaller();
    const other = adminCaller();
    const { service, ids } = await events(6000);
    const client = await listener(t, 'events', { eventFilters: { services: service } });
    const { id } = await begin(admin, '/events/replay', { services: service });
    await client.push('event:replayed');
    const answer = await other.remove(`/events/replay/${id}`);
    assert.equal(answer.status, 200, answer.text);
    const { status, done } = answer.json;
    assert.equal(status, 'cancelled');
    assert.ok(done > 0 && done < 6000, `${done} of 6000`);
    assert.deepEqual((await admin.get(`/events/replay/${id}`)).json, answer.json);
    // what comes later in the stream proves that nothing of it was still to come
    const last = await publishEvent({ event_type: 'LAST', service });
    await client.push('event:created', ({ eventId }) => eventId === last);
    assert.deepEqual(client.all('event:replayed').map(({ data }) => data.eventId), ids.slice(0, done));
    const actions = await sql('select actor, action from bookly_data.audit where subject = $1 order by id', [id]);
    assert.deepEqual(actions, [{ actor: admin.user, action: 'event_replay' },
        { actor: other.user, action: 'event_replay_cancel' }]);
});

test('a redrive makes what can be tried again due, and is audited', async (t) => {
    const admin = adminCaller();
    const { service, ids } = await events(30);
    const letters = await Promise.all(ids.map((id) => failEvent({ event_id: id, error: 'e', topic: service })));
    await sql(`update bookly_data.dead_letters set status = 'failed', attempt_count = 3, total_attempts = 3, due_at = null
        where topic = $1`, [service]);
    await admin.post(`/dlq/${letters[0]}/resolve`, { resolution: 'by hand' });
    const client = await listener(t, 'dlq', { dlqFilters: { topic: service, status: 'pending' } });
    const which = { filter: { status: ['failed', 'resolved'], topic: service } };
    assert.deepEqual(await preview(admin, '/dlq/redrive', which), { count: 29 });
    const { id, count } = await begin(admin, '/dlq/redrive', which);
    assert.equal(count, 29);
    const progress = await finished(admin, `/dlq/redrive/${id}`);
    assert.deepEqual([progress.status, progress.done, progress.skipped, progress.ratePerSecond], ['completed', 29, 0, null]);
    const heard = () => client.all('dlq:event:retrying');
    await waitFor(() => heard().length >= 29, 'all of them');
    assert.deepEqual(heard().map(({ data }) => data.dlqId).sort(), letters.slice(1).sort());
    assert.ok(heard().every(({ data }) => data.attemptCount === 0));
    const claimed = await sql('select dlq_id from bookly.dlq_claim($1, 100)', [service]);
    assert.deepEqual(claimed.map(({ dlq_id }) => dlq_id).sort(), letters.slice(1).sort());
    assert.equal((await admin.get(`/dlq/${letters[0]}`)).json.status, 'resolved');
    const [audited] = await sql(`select count(*) filter (where subject = $1 and action = 'dlq_redrive')::int as redrives,
        count(*) filter (where action = 'dlq_retry' and details ->> 'redriveId' = $1)::int as records
        from bookly_data.audit where actor = $2`, [id, admin.user]);
    assert.deepEqual(audited, { redrives: 1, records: 29 });
    assertProblem(await admin.remove(`/dlq/redrive/${id}`), 409, 'conflict');
    assertProblem(await admin.get(`/events/replay/${id}`), 404, 'not_found');
});

test('a redrive is cancelled', async () => {
    const admin = adminCaller();
    const { service, ids } = await events(400);
    await sql(`select bookly.fail_event(id, 'e', topic => $2) from unnest($1::text[]) id`, [ids, service]);
    const slow = await begin(admin, '/dlq/redrive', { filter: { topic: service, eventType: 'room.booked' }, ratePerSecond: 1 });
    assert.equal(slow.count, 400);
    const answer = await admin.remove(`/dlq/redrive/${slow.id}`);
    assert.equal(answer.json.status, 'cancelled', answer.text);
    assert.ok(answer.json.done <= 2, answer.text);
});

test('refusals name the field and begin nothing', async () => {
    const admin = adminCaller();
    const [before] = await sql('select count(*)::int as tasks from bookly_data.tasks where actor = $1', [admin.user]);
    for (const [path, body, field, code = 'invalid_value'] of [
        ['/events/replay', { eventType: 'x' }, 'eventType', 'unknown_field'],
        ['/events/replay', { eventTypes: [1] }, 'eventTypes[0]'],
        ['/events/replay', { from: '2025-02-30T00:00:00Z' }, 'from'],
        ['/events/replay', { to: 5 }, 'to'],
        ['/events/replay', { from: '2025-01-02T00:00:00Z', to: '2025-01-01T00:00:00Z' }, 'to'],
        ['/events/replay', { limit: 500001 }, 'limit'],
        ['/dlq/redrive', {}, 'filter'],
        ['/dlq/redrive', { filter: [] }, 'filter'],
        ['/dlq/redrive', { filter: { dlqId: 'x' } }, 'filter.dlqId', 'unknown_field'],
        ['/dlq/redrive', { filter: { status: 'open' } }, 'filter.status'],
        ['/dlq/redrive', { filter: {}, ratePerSecond: 0.5 }, 'ratePerSecond'],
    ]) {
        assertProblem(await admin.post(path, body), 400, code, field);
        assertProblem(await admin.post(`${path}/preview`, body), 400, code, field);
    }
    for (const path of ['/events/replay/', '/dlq/redrive/']) {
        for (const id of [NOTHING, 'x']) {
            assertProblem(await admin.get(path + id), 404, 'not_found');
            assertProblem(await admin.remove(path + id), 404, 'not_found');
        }
        for (const user of [serviceCaller(), caller(['PROGRAM_ADMIN'])]) {
            assertProblem(await user.post(path.slice(0, -1), { filter: {} }), 403, 'forbidden');
            assertProblem(await user.post(`${path}preview`, { filter: {} }), 403, 'forbidden');
            assertProblem(await user.get(path + NOTHING), 403, 'forbidden');
            assertProblem(await user.remove(path + NOTHING), 403, 'forbidden');
        }
    }
    assert.deepEqual(await sql('select count(*)::int as tasks from bookly_data.tasks where actor = $1', [admin.user]), [before]);
});

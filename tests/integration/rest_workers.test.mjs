// The dead-letter queue from a worker's side by REST, and what operators do meanwhile.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from './support/client.mjs';
import { assertTime, UUID } from './support/facts.mjs';
import { adminCaller, assertProblem, caller, serviceCaller } from './support/rest.mjs';
import { failEvent, publishEvent, sql } from './support/sql.mjs';
import { unique } from './support/token.mjs';

const NOBODY = '0190f6a0-1111-7222-8333-444455556666';

/** As the clock would: they are due, or their claims have run out. */
const letTimePass = (ids) =>
    sql('update bookly_data.dead_letters set due_at = clock_timestamp() where id = any ($1::uuid[])', [ids]);

/** A service of its own with dead letters that are due; their ids in the order they were made. */
async function deadLetters(count, values = {}) {
    const service = unique('billing');
    const ids = [];
    for (let number = 0; number < count; number += 1) {
        const event_id = await publishEvent({ event_type: 'INVOICE_FAILED', service, data: { number } });
        ids.push(await failEvent({ event_id, error: 'broken', ...values }));
    }
    await letTimePass(ids);
    return { service, ids };
}

test('a worker claims, fails, claims again and succeeds; every step is pushed', async (t) => {
    const worker = serviceCaller();
    const { service, ids: [id] } = await deadLetters(1);
    const client = await connect(t, { user: unique('admin'), roles: ['GENERAL_ADMIN'] });
    await client.subscribe(['dlq'], { dlqFilters: { service } });

    const claimed = await worker.post('/dlq/claim', { service, limit: 10 });
    assert.equal(claimed.status, 200, claimed.text);
    const [record] = claimed.json;
    assert.deepEqual([claimed.json.length, record.dlqId, record.status], [1, id, 'retrying']);
    assert.deepEqual([record.attemptCount, record.maxAttempts, record.totalAttempts], [1, 3, 1]);
    assert.deepEqual(record.originalEvent.data, { number: 0 });
    assert.deepEqual((await worker.get(`/dlq/${id}`)).json, record);
    assert.deepEqual((await worker.post('/dlq/claim', { service })).json, [], 'claimed is claimed');

    const failed = await worker.post(`/dlq/${id}/fail`, { error: 'no paper', totalAttempts: 1 });
    assert.equal(failed.status, 200, failed.text);
    assert.deepEqual([failed.json.status, failed.json.error, failed.json.attemptCount], ['pending', 'no paper', 1]);
    assert.ok(Date.parse(failed.json.nextRetryAt) > Date.now(), 'later');
    assert.deepEqual((await worker.post('/dlq/claim', { service })).json, [], 'not before it is due');
    assertProblem(await worker.post(`/dlq/${id}/fail`, { error: 'x' }), 409, 'conflict');
    assertProblem(await worker.post(`/dlq/${id}/succeed`), 409, 'conflict');

    await letTimePass([id]);
    assert.equal((await worker.post('/dlq/claim', { service })).json[0].totalAttempts, 2);
    const done = await worker.post(`/dlq/${id}/succeed`, { resolution: 'printed' });
    assert.equal(done.status, 200, done.text);
    assert.deepEqual([done.json.status, done.json.resolution, done.json.resolvedBy], ['resolved', 'printed', worker.user]);
    assert.deepEqual(done.json, (await worker.get(`/dlq/${id}`)).json);
    assertProblem(await worker.post(`/dlq/${id}/succeed`), 409, 'conflict');
    await client.push('dlq:event:resolved', (data) => data.dlqId === id);
    // what was done before the subscription may come as well: it is delivered from a place, not from a moment
    const steps = client.pushes
        .filter(({ event, data }) => event.startsWith('dlq:event:') && event !== 'dlq:event:added' && data.attemptCount !== 0)
        .map(({ event, data }) => [event, data.attemptCount ?? data.resolution]);
    assert.deepEqual(steps, [['dlq:event:retrying', 1], ['dlq:event:retrying', 2], ['dlq:event:resolved', 'printed']]);
});

test('the last attempt that fails is the end', async (t) => {
    const worker = serviceCaller();
    const { service, ids: [id] } = await deadLetters(1, { max_attempts: 1 });
    const client = await connect(t, { user: unique('admin'), roles: ['GENERAL_ADMIN'] });
    await client.subscribe(['dlq'], { dlqFilters: { service } });
    await worker.post('/dlq/claim', { service });
    assert.equal((await worker.post(`/dlq/${id}/fail`, { error: 'x' })).json.status, 'failed');
    const { data } = await client.push('dlq:event:failed');
    assert.deepEqual(data, { dlqId: id, attemptCount: 1, maxAttempts: 1 });
});

test('neither a body nor a member of it is needed', async () => {
    const worker = adminCaller();
    const { service, ids } = await deadLetters(3);
    const first = (await worker.post('/dlq/claim', { service })).json;
    assert.equal(first.length, 1, 'one without a limit');
    for (const body of [undefined, {}, { resolution: null }]) {
        await letTimePass(ids);
        const [{ dlqId }] = (await worker.post('/dlq/claim', { service, limit: null })).json;
        const answer = await worker.post(`/dlq/${dlqId}/succeed`, body);
        assert.deepEqual([answer.status, answer.json.resolution], [200, 'retried'], answer.text);
    }
});

test('many workers at once: nothing is given to two', async () => {
    const { service, ids } = await deadLetters(40);
    const worker = serviceCaller();
    const answers = await Promise.all(Array.from({ length: 12 }, () => worker.post('/dlq/claim', { service, limit: 5 })));
    const given = answers.flatMap((answer) => answer.json.map(({ dlqId }) => dlqId));
    assert.equal(new Set(given).size, given.length);
    const rest = (await worker.post('/dlq/claim', { service, limit: 500 })).json.map(({ dlqId }) => dlqId);
    assert.deepEqual([...given, ...rest].sort(), [...ids].sort());
});

test("a dead worker's record comes back, and the dead one's answer does not count", async () => {
    const [one, two] = [serviceCaller(), serviceCaller()];
    const { service, ids: [id] } = await deadLetters(1);
    const [{ totalAttempts: lost }] = (await one.post('/dlq/claim', { service })).json;
    await letTimePass([id]);
    const [{ totalAttempts: held, dlqId }] = (await two.post('/dlq/claim', { service })).json;
    assert.equal(dlqId, id);
    for (const [path, body] of [['succeed', {}], ['fail', { error: 'late' }]]) {
        const late = await one.post(`/dlq/${id}/${path}`, { ...body, totalAttempts: lost });
        assertProblem(late, 409, 'conflict');
    }
    assert.equal((await two.post(`/dlq/${id}/succeed`, { totalAttempts: held })).json.resolvedBy, two.user);
});

test('bad input is refused and changes nothing', async () => {
    const worker = serviceCaller();
    const { service, ids: [id] } = await deadLetters(1);
    for (const [path, body, field, code = 'invalid_value'] of [
        ['/dlq/claim', { service, limit: 0 }, 'limit'], ['/dlq/claim', { service, limit: 501 }, 'limit'],
        ['/dlq/claim', { service, limit: '1' }, 'limit'], ['/dlq/claim', { service, limit: 1.5 }, 'limit'],
        ['/dlq/claim', { service: '' }, 'service'], ['/dlq/claim', { service: 'x'.repeat(101) }, 'service'],
        ['/dlq/claim', { service: [service] }, 'service'], ['/dlq/claim', { service, topic: 'x' }, 'topic', 'unknown_field'],
        [`/dlq/${id}/succeed`, { resolution: '' }, 'resolution'], [`/dlq/${id}/succeed`, { resolution: 5 }, 'resolution'],
        [`/dlq/${id}/succeed`, { resolution: 'x'.repeat(8001) }, 'resolution'],
        [`/dlq/${id}/succeed`, { error: 'x' }, 'error', 'unknown_field'],
        [`/dlq/${id}/succeed`, { totalAttempts: 0 }, 'totalAttempts'],
        [`/dlq/${id}/fail`, {}, 'error'], [`/dlq/${id}/fail`, { error: '' }, 'error'],
        [`/dlq/${id}/fail`, { error: 'x'.repeat(8001) }, 'error'],
        [`/dlq/${id}/fail`, { error: 'x', resolution: 'y' }, 'resolution', 'unknown_field'],
    ]) {
        assertProblem(await worker.post(path, body), 400, code, field);
    }
    assertProblem(await worker.post('/dlq/claim', [{ service }]), 400, 'invalid_value');
    assertProblem(await worker.post('/dlq/claim', '{"service"'), 400, 'invalid_json');
    assertProblem(await worker.post(`/dlq/${id}/fail`), 400, 'invalid_json');
    assertProblem(await worker.post('/dlq/claim?limit=1', {}), 400, 'unknown_field', 'limit');
    const text = { headers: { 'Content-Type': 'text/plain' } };
    assertProblem(await worker.post('/dlq/claim', '{}', text), 415, 'unsupported_media_type');
    for (const unknown of [NOBODY, 'dlq-1']) {
        assertProblem(await worker.post(`/dlq/${unknown}/succeed`), 404, 'not_found');
        assertProblem(await worker.post(`/dlq/${unknown}/fail`, { error: 'x' }), 404, 'not_found');
    }
    assertProblem(await worker.post(`/dlq/${id}/succeed`), 409, 'conflict');
    const get = await worker.call('PUT', '/dlq/claim', { body: {} });
    assertProblem(get, 405, 'method_not_allowed');
    const record = (await worker.get(`/dlq/${id}`)).json;
    assert.deepEqual([record.status, record.attemptCount, record.error], ['pending', 0, 'broken']);
});

test('workers are services and operators', async () => {
    const { service, ids: [id] } = await deadLetters(1);
    for (const user of [caller(), caller(['STUDENT', 'PROGRAM_ADMIN', 'SECURITY'])]) {
        assertProblem(await user.post('/dlq/claim', { service }), 403, 'forbidden');
        assertProblem(await user.post(`/dlq/${id}/succeed`), 403, 'forbidden');
        assertProblem(await user.post(`/dlq/${id}/fail`, { error: 'x' }), 403, 'forbidden');
    }
});

test("an operator's every action leaves a row that says who and when, a refused one none", async () => {
    const operator = adminCaller();
    const { ids: [id] } = await deadLetters(1);
    await operator.post(`/dlq/${id}/retry`);
    await operator.post(`/dlq/${id}/resolve`, { resolution: 'by hand' });
    assertProblem(await operator.post(`/dlq/${id}/resolve`, { resolution: 'again' }), 409, 'conflict');
    assertProblem(await operator.post(`/dlq/${id}/retry`), 409, 'conflict');
    const { json: last } = await operator.remove(`/dlq/${id}`);
    assertProblem(await operator.remove(`/dlq/${id}`), 404, 'not_found');
    const rows = await sql('select actor, action, at, details from bookly_data.audit where subject = $1 order by id', [id]);
    assert.deepEqual(rows.map(({ actor, action }) => [actor, action]),
        ['dlq_retry', 'dlq_resolve', 'dlq_delete'].map((action) => [operator.user, action]));
    rows.forEach(({ at }) => assertTime(at.toISOString()));
    assert.deepEqual(rows[1].details, { resolution: 'by hand' });
    assert.deepEqual(rows[2].details, last, 'what was deleted');
    assert.match(last.dlqId, UUID);
});

// Publishers that try again with their key until they are answered, while PostgreSQL and the front server crash: one
// event a key. Disturbs everybody else, so this file runs alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endPart, startPart } from '../support/parts.mjs';
import { serviceCaller } from '../support/rest.mjs';
import { sql } from '../support/sql.mjs';
import { stack } from '../support/stack.mjs';
import { unique } from '../support/token.mjs';
import { waitFor } from '../support/wait.mjs';

test('a key is one event, whatever is restarted between two attempts', async () => {
    const [publisher, service] = [serviceCaller(), unique('service')];
    const keys = Array.from({ length: 60 }, () => unique('key'));
    const seen = new Map(keys.map((key) => [key, new Set()]));
    let [begun, refused] = [0, 0];
    const publish = async (key) => {
        const body = [{ eventType: 'e', service, data: { key } }, { eventType: 'f', service, eventId: `${key}-f` }];
        begun += 1;
        const answer = await publisher.post('/events', body, { headers: { 'Idempotency-Key': key } }).catch(() => undefined);
        if (answer?.status !== 200 && answer?.status !== 201) {
            refused += 1;
            assert.ok(!answer || answer.status >= 500, answer?.text);
            return false;
        }
        seen.get(key).add(answer.text);
        return true;
    };
    const publishAll = (list) => Promise.all(list.map((key) => waitFor(() => publish(key), `${key} to be taken`, 60000)));

    await publishAll(keys.slice(0, 20));
    const under = publishAll(keys);
    under.catch(() => {}); // looked at below
    await waitFor(() => begun > 40, 'requests under way');
    await endPart('postgres', 'SIGKILL');
    await waitFor(() => refused > 0, 'a refusal');
    await startPart('postgres');
    await under;
    await endPart(stack.front, 'SIGKILL');
    await startPart(stack.front);
    await publishAll(keys);

    assert.ok([...seen.values()].every((answers) => answers.size === 1), 'always the same answer');
    const rows = await sql(`select data ->> 'key' as key, array_agg(id) as ids from bookly_data.events
        where service = $1 and data is not null group by 1`, [service]);
    assert.equal(rows.length, keys.length);
    for (const { key, ids } of rows) {
        assert.equal(JSON.stringify([{ eventId: ids[0] }, { eventId: `${key}-f` }]), [...seen.get(key)][0]);
        assert.equal(ids.length, 1, 'one event a key');
    }
    const [{ pushes, events }] = await sql(`select (select count(*)::int from bookly_data.stream_pushes
            where event = 'event:created' and key2 = $1) as pushes,
        (select count(*)::int from bookly_data.events where service = $1) as events`, [service]);
    assert.deepEqual([events, pushes], [120, 120], 'each pushed once');
});

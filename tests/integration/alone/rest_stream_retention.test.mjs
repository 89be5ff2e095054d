// What the stream no longer keeps is a gap, also for who follows it by GET /stream. Raises the floor of
// everybody's stream, so this file runs alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adminCaller } from '../support/rest.mjs';
import { publishEvent, sql } from '../support/sql.mjs';
import { follow, poll, positionOf } from '../support/stream.mjs';
import { unique } from '../support/token.mjs';

test('a cursor older than the retention goes on from the oldest row, and says so', async () => {
    const admin = adminCaller();
    const service = unique('service');
    const fields = { channels: 'events', services: service };
    const { cursor: old } = await poll(admin, fields);
    const ids = [];
    for (let i = 0; i < 4; i += 1) {
        ids.push(await publishEvent({ event_type: 'test.old', service }));
    }
    const whole = await follow(admin, fields, old, (messages) => messages.length >= 4);
    const floor = positionOf(whole[1].cursor);
    const [epoch] = old.split('.');
    await sql('update bookly_data.stream_floor set id = greatest(id, $1::bigint)', [floor]);

    const answer = await poll(admin, { ...fields, after: old });
    assert.deepEqual(answer.gap, { from: old, to: `${epoch}.${floor}`, reason: 'retention' });
    assert.deepEqual(answer.messages, whole.slice(2));
    const page = await poll(admin, { ...fields, after: old, limit: 1 });
    assert.deepEqual([page.gap, page.messages], [answer.gap, [whole[2]]]);

    const exact = await poll(admin, { ...fields, after: `${epoch}.${floor}` });
    assert.deepEqual([exact.gap, exact.messages], [undefined, whole.slice(2)]);
    const behind = await poll(admin, { ...fields, after: `${epoch}.${floor - 1}~key` });
    assert.deepEqual(behind.gap, { from: null, to: `${epoch}.${floor}`, reason: 'retention' });
    const none = await poll(admin, { ...fields, after: `${epoch}.0`, services: unique('other') });
    assert.deepEqual([none.gap.reason, none.messages], ['retention', []]);
    const later = await publishEvent({ event_type: 'test.new', service });
    const next = await follow(admin, fields, answer.cursor, (messages) => messages.length > 0);
    assert.deepEqual(next.map(({ data }) => data.eventId), [later]);
});

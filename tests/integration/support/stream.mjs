// Following the stream as a client without a socket does: GET /stream, again and again.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { CURSOR } from './client.mjs';
import { checkPush } from './described.mjs';
import { DEADLINE_MS } from './wait.mjs';

const LONGEST_PAUSE_MS = 50; // the server's retryAfterMs is kind to it, and long for a test

export const positionOf = (cursor) => Number(cursor.slice(cursor.indexOf('.') + 1));

/** One answer of /stream, with what every one has in common looked at. `fields`: of the query. */
export async function poll(user, fields) {
    const answer = await user.get(`/stream?${new URLSearchParams(fields)}`);
    assert.equal(answer.status, 200, answer.text);
    const { messages, cursor, hasMore, gap, retryAfterMs, ...others } = answer.json;
    assert.deepEqual(others, {});
    assert.match(cursor, CURSOR);
    assert.equal(answer.headers['x-stream-cursor'], cursor);
    assert.equal(typeof hasMore, 'boolean');
    assert.ok(Number.isInteger(retryAfterMs) && retryAfterMs >= 0 && (retryAfterMs === 0) === hasMore);
    for (const message of messages) {
        assert.deepEqual(Object.keys(message), ['event', 'data', 'cursor']);
        checkPush(message.event, message.data);
        assert.ok(positionOf(message.cursor) <= positionOf(cursor));
    }
    assert.ok(gap === undefined || Object.keys(gap).join() === 'from,to,reason');
    return answer.json;
}

/** Follows until `done(messages)` and there is no more at hand: all messages, in order. */
export async function follow(user, fields, after, done) {
    const messages = [];
    const end = Date.now() + DEADLINE_MS;
    for (let cursor = after; ;) {
        const answer = await poll(user, { ...fields, after: cursor });
        assert.equal(answer.gap, undefined, JSON.stringify(answer.gap));
        messages.push(...answer.messages);
        cursor = answer.cursor;
        if (!answer.hasMore) {
            if (await done(messages)) {
                return messages;
            }
            assert.ok(Date.now() < end, `what was waited for did not come: ${messages.length} messages`);
            await pause(Math.min(answer.retryAfterMs, LONGEST_PAUSE_MS));
        }
    }
}

/** Exactly what lies between two cursors: after the first, up to the second. */
export async function between(user, fields, first, last) {
    const messages = [];
    for (let cursor = first; positionOf(cursor) < positionOf(last);) {
        const answer = await poll(user, { ...fields, after: cursor });
        messages.push(...answer.messages);
        cursor = answer.cursor;
    }
    return messages.filter((message) => positionOf(message.cursor) <= positionOf(last));
}

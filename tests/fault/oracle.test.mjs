// The oracle itself: it must report what is injected, and nothing else.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { passes } from './oracle/matching.mjs';
import { FINDINGS, judge, judgeAll } from './oracle/oracle.mjs';
import { Record, payloadDigest } from './oracle/record.mjs';

const row = (id, channel, event, keys = [], extra = {}) => ({
    id, channel, event, user_id: null, role: null, key1: keys[0] ?? null, key2: keys[1] ?? null, key3: keys[2] ?? null,
    digest: payloadDigest({ id }), ...extra,
});

const STREAM = [
    row(1, 'events', 'event:created', ['a.b', 'one']),
    row(2, 'events', 'event:created', ['a.b', 'two']),
    row(3, 'logs', 'log:error', ['error', 'one', 'Main']),
    row(5, 'events', 'event:failed', ['a.b', 'one']),
    row(6, 'notifications', 'notification:created', [], { user_id: 'me' }),
    row(7, 'notifications', 'notification:created', [], { user_id: 'other' }),
    row(8, 'notifications', 'notification:created', [], { role: 'TEACHER' }),
    row(9, 'events', 'event:created', ['a.c', 'one']),
    row(12, 'events', 'event:created', ['a.b', 'one']),
    row(13, 'control', 'auth:revoked', []),
];

/** A client that subscribed at `from` and saw these ids. */
function client(ids, { channels = { events: null }, from = 0, user = 'me', roles = ['TEACHER'] } = {}) {
    const record = new Record({ name: 'client', user, roles });
    record.wanting(channels);
    record.granted(`e.${from}`);
    for (const id of ids) {
        const found = STREAM.find((candidate) => candidate.id === id);
        record.push(found?.event ?? 'event:created', { id }, `e.${id}`);
    }
    return record;
}

const findings = (record) => {
    const result = judge(record, STREAM);
    return Object.fromEntries(FINDINGS.filter((name) => result[name].length > 0).map((name) => [name, result[name]]));
};

describe('the oracle', () => {
    test('finds nothing where nothing is wrong', () => {
        assert.deepEqual(findings(client([1, 2, 5, 9, 12])), {});
        assert.deepEqual(findings(client([9, 12], { from: 5 })), {});
        assert.equal(judge(client([9, 12], { from: 5 }), STREAM).due, 2);
    });
    test('reports a loss in the middle, at the beginning and at the end', () => {
        assert.deepEqual(findings(client([1, 2, 9, 12])), { lost: [5] });
        assert.deepEqual(findings(client([2, 5, 9, 12])), { lost: [1] });
        assert.deepEqual(findings(client([1, 2, 5, 9])), { lost: [12] });
    });
    test('reports a row that came twice, at once or later', () => {
        assert.deepEqual(findings(client([1, 2, 2, 5, 9, 12])), { duplicated: [2] });
        assert.deepEqual(findings(client([1, 2, 5, 9, 2, 12])), { duplicated: [2] });
    });
    test('reports rows that changed places', () => {
        assert.deepEqual(findings(client([1, 5, 2, 9, 12])), { disordered: [2] });
    });
    test('reports a cursor of the daemon\'s own pushes that would skip or repeat', () => {
        const skipping = client([1, 2]);
        skipping.push('dashboard:metrics:updated', {}, 'e.9');
        for (const id of [5, 9, 12]) {
            skipping.push(STREAM.find((found) => found.id === id).event, { id }, `e.${id}`);
        }
        assert.deepEqual(findings(skipping), { disordered: [5, 9] });
        const repeating = client([1, 2, 5, 9, 12]);
        repeating.push('sync:ready', {}, 'e.11');
        assert.deepEqual(findings(repeating), { disordered: [11] });
    });
    test('reports what is somebody else\'s, unfiltered, or in no stream', () => {
        const own = { channels: { notifications: null } };
        assert.deepEqual(findings(client([6, 8], own)), {});
        assert.deepEqual(findings(client([6, 7, 8], own)), { foreign: [7] });
        assert.deepEqual(findings(client([6], { ...own, roles: [] })), {});
        const filtered = { channels: { events: { services: 'two' } } };
        assert.deepEqual(findings(client([2, 5], filtered)), { foreign: [5] });
        assert.deepEqual(findings(client([1, 2, 4, 5, 9, 12])), { foreign: [4] });
    });
    test('reports another payload, another name, and a push without a cursor', () => {
        const record = client([1, 2, 5, 9]);
        record.push('event:created', { id: 11 }, 'e.12');
        assert.deepEqual(findings(record), { altered: [12] });
        const renamed = client([1, 2]);
        renamed.push('event:replayed', { id: 5 }, 'e.5');
        renamed.push('event:created', { id: 9 }, 'e.9');
        renamed.push('event:created', { id: 12 }, 'e.12');
        assert.deepEqual(findings(renamed), { altered: [5] });
        const bare = client([1, 2, 5, 9, 12]);
        bare.push('event:created', { id: 12 }, undefined);
        assert.deepEqual(findings(bare), { altered: ['event:created undefined'] });
    });
    test('knows what holds from when: a channel added, one left, a filter changed', () => {
        const record = client([1, 2]);
        record.wanting({ events: { services: 'one' }, logs: null });
        record.granted('e.2');
        for (const id of [3, 5]) {
            record.push(STREAM.find((found) => found.id === id).event, { id }, `e.${id}`);
        }
        record.wanting({ logs: null });
        record.granted('e.5');
        assert.deepEqual(findings(record), {});
        record.push('event:created', { id: 9 }, 'e.9');
        assert.deepEqual(findings(record), { foreign: [9] });
    });
    test('leaves open where, between a command and its acknowledgement, a channel was left', () => {
        for (const seen of [[], [5]]) {
            const record = client([1, 2]);
            record.wanting({});
            for (const id of seen) {
                record.push(STREAM.find((found) => found.id === id).event, { id }, `e.${id}`);
            }
            record.granted('e.5');
            assert.deepEqual(findings(record), {});
        }
    });
    test('leaves open what an acknowledgement that was lost may have changed', () => {
        for (const seen of [[], [5], [5, 9], [9]]) {
            const record = client([1, 2]);
            record.wanting({});
            for (const id of seen) {
                record.push(STREAM.find((found) => found.id === id).event, { id }, `e.${id}`);
            }
            record.wanting({});
            record.granted('e.9');
            assert.deepEqual(findings(record), {});
        }
    });
    test('adds up', () => {
        const total = judgeAll([client([1, 2, 5, 9, 12]), client([1, 5, 2, 9]), client([])], STREAM);
        assert.deepEqual([total.deliveries, total.due, total.lost, total.disordered, total.worst.length], [9, 15, 6, 1, 2]);
    });
});

test('filters', () => {
    const event = row(1, 'events', 'event:created', ['resource.created', 'one', 'Resource']);
    const log = row(1, 'logs', 'log:warning', ['warn', 'one', 'MainLoop']);
    for (const [which, filter, expected] of [
        [event, null, true],
        [event, {}, true],
        [event, { eventTypes: 'BOOKLY_RESOURCE-CREATED' }, true],
        [event, { eventTypes: ['a', 'resource.created'], services: 'one' }, true],
        [event, { eventTypes: 'resource.created', services: 'two' }, false],
        [event, { aggregateTypes: 'resource' }, false],
        [row(1, 'events', 'event:created', ['a', 'b']), { aggregateTypes: 'Resource' }, false],
        [log, { minLevel: 'info' }, true],
        [log, { minLevel: 'error' }, false],
        [log, { level: ['warn', 'error'] }, true],
        [log, { level: 'info' }, false],
        [log, { context: 'Loop' }, true],
        [log, { context: 'loop' }, false],
    ]) {
        assert.equal(passes(which, filter), expected, `${which.event} ${JSON.stringify(filter)}`);
    }
});

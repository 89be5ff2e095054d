// GET /stream: the polling fallback says what the sockets say, from the same cursors.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'node:test';
import { connect } from './support/client.mjs';
import { CHANNEL_ROLES, CHANNELS, mayRead, ROLES } from './support/facts.mjs';
import { rest } from './support/http.mjs';
import { adminCaller, assertProblem, caller, serviceCaller } from './support/rest.mjs';
import { failEvent, notifyUser, pool, publishEvent, sql, transaction, writeLog } from './support/sql.mjs';
import { between, follow, poll, positionOf } from './support/stream.mjs';
import { unique } from './support/token.mjs';
import { waitFor } from './support/wait.mjs';

const now = async (user, channels) => (await poll(user, { channels })).cursor;
const positions = (messages) => messages.map((message) => positionOf(message.cursor));

function assertAscending(messages) {
    const all = positions(messages);
    assert.deepEqual(all, [...new Set(all)].sort((a, b) => a - b));
}

test('without a cursor it says where now is, and from there comes what is new', async () => {
    const admin = adminCaller();
    const service = unique('service');
    const fields = { channels: 'events', services: service };
    const start = await now(admin, 'events');
    await publishEvent({ event_type: 'test.before', service });
    await follow(admin, fields, start, (messages) => messages.length === 1); // nobody's transaction holds it up
    const first = await poll(admin, fields);
    assert.deepEqual([first.messages, first.hasMore, first.gap], [[], false, undefined]);

    const id = await publishEvent({ event_type: 'TEST_AFTER', service, data: { big: 1 } });
    const next = await waitFor(async () => {
        const answer = await poll(admin, { ...fields, after: first.cursor });
        return answer.messages.length > 0 && answer;
    }, 'the event');
    assert.equal(next.messages.length, 1);
    const [{ event, data }] = next.messages;
    assert.deepEqual([event, data.eventId, data.eventType, data.service, data.data],
        ['event:created', id, 'TEST_AFTER', service, { big: 1 }]);
    const again = await poll(admin, { ...fields, after: next.cursor });
    assert.deepEqual(again.messages, []);
    const keyed = await poll(admin, { ...fields, after: `${first.cursor}~some-key` });
    assert.deepEqual(keyed.messages, next.messages);
});

test('a poll that finds nothing new can be a 304', async () => {
    const user = caller();
    const cursor = await now(user, 'notifications');
    const seen = [];
    for (let i = 0; i < 50 && !seen.includes(304); i += 1) { // others write meanwhile, and the cursor moves
        const path = `/stream?channels=notifications&after=${cursor}`;
        const first = await user.get(path);
        const same = await user.get(path, { headers: { 'If-None-Match': first.headers.etag } });
        seen.push(same.status);
    }
    assert.ok(seen.includes(304), seen.join());
    const head = await user.head('/stream?channels=notifications');
    assert.deepEqual([head.status, head.text], [200, '']);
});

test('who may read a channel is decided as for sockets', async () => {
    for (const role of [undefined, ...ROLES]) {
        const user = caller(role ? [role] : []);
        for (const channel of CHANNELS) {
            const answer = await user.get(`/stream?channels=${channel}`);
            if (mayRead(channel, role ? [role] : [])) {
                assert.equal(answer.status, 200, `${role} ${channel}: ${answer.text}`);
            } else {
                assertProblem(answer, 403, 'forbidden', 'channels');
                assert.ok(answer.json.detail.includes(channel), answer.json.detail);
            }
        }
    }
    assert.equal(CHANNEL_ROLES.notifications, null);
    const teacher = caller(['TEACHER']);
    assertProblem(await teacher.get('/stream?channels=notifications,events'), 403, 'forbidden', 'channels');
    assertProblem(await rest('GET', '/stream?channels=notifications'), 401, 'token_missing');
    assertProblem(await rest('GET', `/stream?channels=notifications&userId=${teacher.user}`), 401, 'token_missing');
});

test('what is asked for is checked, and the answer names it', async () => {
    const admin = adminCaller();
    for (const [query, code, field] of [
        ['', 'invalid_value', 'channels'],
        ['channels=', 'invalid_value', 'channels'],
        ['channels=nope', 'unknown_channel', 'channels'],
        ['channels=events,nope', 'unknown_channel', 'channels'],
        ['channels=events&channels=control', 'unknown_channel', 'channels'],
        ['channels=Events', 'unknown_channel', 'channels'],
        ['channels=events&limit=0', 'invalid_value', 'limit'],
        ['channels=events&limit=501', 'invalid_value', 'limit'],
        ['channels=events&limit=5&limit=5', 'invalid_value', 'limit'],
        ['channels=events&after=a.1&after=a.2', 'invalid_value', 'after'],
        ['channels=events&minLevel=info', 'invalid_value', 'minLevel'],
        ['channels=notifications&services=a', 'invalid_value', 'services'],
        ['channels=logs&minLevel=loud', 'invalid_value', 'minLevel'],
        ['channels=logs&context=', 'invalid_value', 'context'],
        ['channels=dlq&status=open', 'invalid_value', 'status'],
        ['channels=logs&logFilters=x', 'unknown_field', 'logFilters'],
        ['channels=logs&userId=x', 'unknown_field', 'userId'],
    ]) {
        assertProblem(await admin.get(`/stream?${query}`), 400, code, field);
    }
    assert.ok((await admin.get('/stream?channels=nope')).json.detail.includes('nope'));
    for (const method of ['POST', 'DELETE']) {
        assertProblem(await admin.call(method, '/stream?channels=events'), 405, 'method_not_allowed');
    }
});

test('pages of any size hold the same messages', async () => {
    const admin = adminCaller();
    const service = unique('service');
    const first = await now(admin, 'logs');
    for (let i = 0; i < 7; i += 1) {
        await writeLog({ level: i % 2 ? 'warn' : 'error', service, context: 'Paging', message: `line ${i}` });
    }
    const fields = { channels: 'logs', service };
    const whole = await follow(admin, fields, first, (messages) => messages.length >= 7);
    assert.deepEqual(whole.map((message) => message.data.message), [...Array(7).keys()].map((i) => `line ${i}`));
    assertAscending(whole);
    for (const limit of [1, 2, 3, 7]) {
        const one = await poll(admin, { ...fields, limit, after: first });
        assert.deepEqual(one.messages, whole.slice(0, limit));
        assert.equal(one.hasMore, limit < 7 || one.hasMore);
        assert.deepEqual(await follow(admin, { ...fields, limit }, first, (messages) => messages.length >= 7), whole);
    }
    const middle = whole[3].cursor;
    const rest3 = await follow(admin, fields, middle, (messages) => messages.length >= 3);
    assert.deepEqual(rest3, whole.slice(4));
});

test('a page ends before the answer grows without bounds', async () => {
    const user = caller(); // whose notifications no socket hears: they would fill its queue
    const first = await now(user, 'notifications');
    const text = 'x'.repeat(250000);
    await transaction(async (query) => {
        for (let i = 0; i < 30; i += 1) {
            await notifyUser(user.user, { data: { i, text } }, query);
        }
    });
    const page = await waitFor(async () => { // what others still write may stand before them
        const answer = await user.get(`/stream?channels=notifications&after=${first}`);
        return answer.json.messages.length > 0 && answer;
    }, 'the first page');
    assert.ok(page.text.length < 6e6, `${page.text.length}`);
    assert.equal(page.json.hasMore, true);
    const all = await follow(user, { channels: 'notifications' }, first, (messages) => messages.length >= 30);
    assert.deepEqual(all.map((message) => message.data.data.i), [...Array(30).keys()]);
});

test('a filter that lets little through costs no answer its time, and skips nothing', async () => {
    const admin = adminCaller();
    const [rare, common] = [unique('rare'), unique('common')];
    const first = await now(admin, 'logs');
    await transaction(async (query) => {
        const many = `select bookly.write_log('info', $1, 'Many', 'line ' || i) from generate_series(1, $2) i`;
        await writeLog({ level: 'info', service: rare, context: 'Few', message: 'first' }, query);
        await query(many, [common, 400]); // several steps of the server, and no flood for others' sockets
        await writeLog({ level: 'info', service: rare, context: 'Few', message: 'second' }, query);
    });
    const fields = { channels: 'logs', service: rare };
    const messages = await follow(admin, fields, first, (got) => got.length >= 2);
    assert.deepEqual(messages.map((message) => message.data.message), ['first', 'second']);
});

test('a place from which nothing can be followed is a gap, never silence', async () => {
    const admin = adminCaller();
    const service = unique('service');
    const cursor = await now(admin, 'events');
    const [epoch, position] = cursor.split('.');
    const other = `${epoch[0] === 'a' ? 'b' : 'a'}${epoch.slice(1)}`;
    const cases = [
        [`${epoch}.${Number(position) + 1000000}`, 'invalid'],
        [`${epoch}.9223372036854775807`, 'invalid'],
        [`${epoch}.9223372036854775808`, 'invalid'],
        [`${other}.1`, 'epoch'],
        [`${other}.${position}`, 'epoch'],
        [`${other}.99999999999`, 'epoch'],
        ['forged', 'invalid'],
        [`${epoch}.-1`, 'invalid'],
        [`${epoch}.1e3`, 'invalid'],
        [`${cursor} `, 'invalid'],
        ['', 'invalid'],
        [`${other}.1~key`, 'epoch', null],
        ['ñ', 'invalid', null],
        ['x'.repeat(101), 'invalid', null],
        ['<script>"\\', 'invalid'],
    ];
    for (const [after, reason, from = after] of cases) {
        const answer = await poll(admin, { channels: 'events', services: service, after });
        assert.deepEqual(answer.gap, { from, to: answer.cursor, reason }, after);
        assert.deepEqual([answer.messages, answer.hasMore], [[], false]);
        assert.ok(positionOf(answer.cursor) >= Number(position));
        const id = await publishEvent({ event_type: 'test.gap', service });
        const next = await follow(admin, { channels: 'events', services: service }, answer.cursor,
            (messages) => messages.length > 0);
        assert.deepEqual(next.map((message) => message.data.eventId), [id]);
    }
});

test('notifications are the caller\'s own, and those of the caller\'s roles', async () => {
    const [guard, other, admin] = [caller(['SECURITY']), caller(['TEACHER']), adminCaller()];
    const first = await now(guard, 'notifications');
    const own = await notifyUser(guard.user);
    const foreign = await notifyUser(other.user);
    const made = await serviceCaller().post('/notifications', {
        role: 'SECURITY', type: 'info', category: 'system', title: unique('to guards'), message: 'A message',
    });
    assert.equal(made.status, 201, made.text);
    await guard.post(`/notifications/${own}/read`);
    await guard.remove(`/notifications/${own}`);
    const ids = (messages) => messages.map(({ event, data }) => `${event} ${data.id ?? data.notificationId}`)
        .filter((text) => [own, foreign, made.json.id].some((id) => text.endsWith(id)));
    const fields = { channels: 'notifications' };
    const seen = (wanted) => (messages) => ids(messages).includes(wanted);
    assert.deepEqual(ids(await follow(guard, fields, first, seen(`notification:deleted ${own}`))), [
        `notification:created ${own}`, `notification:created ${made.json.id}`,
        `notification:read ${own}`, `notification:deleted ${own}`,
    ]);
    assert.deepEqual(ids(await follow(other, fields, first, seen(`notification:created ${foreign}`))),
        [`notification:created ${foreign}`]);
    const last = await now(admin, 'notifications');
    assert.deepEqual(ids(await between(admin, fields, first, last)), []);
});

/* A writer that commits late, early, in another order than it wrote, or not at all; 24 rows at most, as
   three of them must not fill an inbox. */
async function write(one) {
    const committed = [];
    for (let number = 0; number < 12; number += 1) {
        const end = number % 5 === 4 ? 'rollback' : 'commit';
        const ids = await transaction(async (query) => {
            const made = [];
            for (let i = 0; i <= number % 3; i += 1) {
                made.push(await one(number, query));
            }
            if (number % 3 === 0) {
                await query('set constraints all immediate'); // appended now, committed later
                await query('select pg_sleep(0.05)');
            }
            return made;
        }, end);
        if (end === 'commit') {
            committed.push(...ids);
        }
    }
    return committed;
}

for (const [what, roles, path, fields, one, idOf] of [
    ['events', ['PROGRAM_ADMIN'], (own) => `/events?services=${own}&limit=500`, (own) => ({ channels: 'events', services: own }),
        (own) => (number, query) => publishEvent({ event_type: 'test.hole', service: own, data: { number } }, query),
        (item) => item.eventId],
    ['notifications', [], () => '/notifications?limit=500', () => ({ channels: 'notifications' }),
        (own) => (number, query) => notifyUser(own, { title: `${number}` }, query), (item) => item.id],
    ['logs', ['GENERAL_ADMIN'], (own) => `/notifications/logs/recent?service=${own}&limit=500`,
        (own) => ({ channels: 'logs', service: own }),
        (own) => async (number, query) => {
            const message = unique('line');
            await writeLog({ level: 'info', service: own, context: 'Hole', message }, query);
            return message;
        }, (item) => item.message],
]) {
    test(`list ${what}, then follow from its cursor: no hole`, async () => {
        const own = unique(what);
        const user = caller(roles, own);
        const writers = Promise.all([1, 2, 3].map(() => write(one(own))));
        const followers = [];
        for (let i = 0; i < 5; i += 1) {
            await pause(40); // the writers' own rhythm: each list sees another moment of it
            const list = await user.get(path(own));
            assert.equal(list.status, 200, list.text);
            followers.push({ listed: list.json.map(idOf), cursor: list.headers['x-stream-cursor'] });
        }
        const committed = (await writers).flat();
        const created = (messages) => messages.filter(({ event }) => /created$|^log:/.test(event)).map(({ data }) => idOf(data));
        const everything = new Set(committed);
        for (const { listed, cursor } of followers) {
            const complete = (messages) => new Set([...listed, ...created(messages)]).size >= everything.size;
            const messages = await follow(user, { ...fields(own), limit: 50 }, cursor, complete);
            const followed = created(messages);
            assert.equal(new Set(followed).size, followed.length, 'each once');
            assertAscending(messages);
            assert.deepEqual(new Set([...listed, ...followed]), everything);
        }
    });
}

/* A filter of random keys and values, as sockets take it and as a query spells it. */
function randomFilter(random, keys) {
    const filter = {};
    for (const [key, values] of Object.entries(keys)) {
        if (random() < 0.5) {
            filter[key] = values.filter(() => random() < 0.6);
            if (filter[key].length === 0) {
                delete filter[key];
            }
        }
    }
    return filter;
}

function seeded(seed) {
    let state = seed >>> 0;
    return () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state / 2 ** 32;
    };
}

test('random rows and random filters: a socket and a poller get the same messages', async (t) => {
    const seed = Date.now() % 1e6;
    t.diagnostic(`seed ${seed}`);
    const random = seeded(seed);
    const pick = (values) => values[Math.floor(random() * values.length)];
    const services = [unique('a'), unique('b'), unique('c')];
    const keys = {
        eventFilters: { eventTypes: ['TEST_ONE', 'test.two', 'bookly.test-three'], services, aggregateTypes: ['Room', 'Desk'] },
        dlqFilters: { status: ['pending', 'resolved'], topic: ['t1', 't2'], service: services },
        logFilters: { level: ['error', 'warn', 'info'], minLevel: ['warn', 'info'], service: services, context: ['Gate', 'way'] },
    };
    const channels = { eventFilters: 'events', dlqFilters: 'dlq', logFilters: 'logs' };
    const produce = async () => {
        const service = pick(services);
        const event_type = pick(['test.one', 'TEST_TWO', 'Test-Three', 'test.four']);
        switch (Math.floor(random() * 3)) {
        case 0:
            return publishEvent({ event_type, service, aggregate_type: pick(['Room', 'Desk', null]) });
        case 1: {
            const event_id = await publishEvent({ event_type, service });
            return failEvent({ event_id, error: 'broken', topic: pick(['t1', 't2', 't3']) });
        }
        default:
            return writeLog({
                level: pick(['error', 'warn', 'info', 'debug']), service, context: pick(['Gateway', 'Gate', 'Other']), message: 'a line',
            });
        }
    };
    const flat = (filter) => Object.fromEntries(Object.entries(filter).map(([key, values]) => [key, values.join()]));
    // a flat name goes to all channels that have it, so each poller asks for one channel
    const observers = [];
    for (const name of Object.keys(keys)) {
        for (let i = 0; i < 4; i += 1) {
            const filter = i === 0 ? {} : randomFilter(random, keys[name]);
            const user = unique('admin');
            const client = await connect(t, { user, roles: ['GENERAL_ADMIN'], transports: ['websocket'] });
            await client.subscribe([channels[name], 'notifications'], { [name]: filter });
            observers.push({ client, poller: caller(['GENERAL_ADMIN'], user), user, filter, channel: channels[name] });
        }
    }
    const mark = async () => Promise.all(observers.map(async (observer) => {
        const id = await notifyUser(observer.user, { title: 'mark' });
        return (await observer.client.push('notification:created', (data) => data.id === id)).cursor;
    }));
    const from = await mark();
    for (let i = 0; i < 90; i += 1) {
        await produce();
    }
    const to = await mark();
    let compared = 0;
    for (const [index, { client, poller, filter, channel }] of observers.entries()) {
        const heard = client.pushes
            .filter(({ event, cursor }) => /^(event:|dlq:event:|log:)/.test(event) &&
                positionOf(cursor) > positionOf(from[index]) && positionOf(cursor) <= positionOf(to[index]))
            .map(({ event, data, cursor }) => ({ event, data, cursor }));
        const polled = await between(poller, { channels: channel, limit: 7 + index * 20, ...flat(filter) }, from[index], to[index]);
        assert.deepEqual(polled, heard, `${channel} ${JSON.stringify(filter)}`);
        compared += polled.length;
    }
    assert.ok(compared > 50, `${compared} messages were compared`);
});

test('one poller hears several channels in one order', async () => {
    const admin = adminCaller();
    const service = unique('service');
    const first = await now(admin, 'logs');
    const event_id = await publishEvent({ event_type: 'test.mixed', service });
    await writeLog({ level: 'error', service, context: 'Mixed', message: 'a line' });
    const dlqId = await failEvent({ event_id, error: 'broken' });
    const id = await notifyUser(admin.user);
    const fields = [['channels', 'events'], ['channels', 'dlq,logs,notifications'], ['services', service], ['service', service]];
    const messages = await follow(admin, Object.fromEntries(fields.filter(([name]) => name !== 'channels')
        .concat([['channels', 'events,dlq,logs,notifications']])), first, (got) => got.some(({ data }) => data.id === id));
    const mine = messages.filter(({ data }) => data.service === service || data.dlqId === dlqId || data.eventId === event_id || data.id === id);
    assert.deepEqual(mine.map(({ event }) => event).filter((event) => event !== 'event:failed' && event !== 'dlq:event:added'),
        ['event:created', 'log:error', 'notification:created']);
    assert.deepEqual(new Set(mine.map(({ event }) => event)),
        new Set(['event:created', 'log:error', 'event:failed', 'dlq:event:added', 'notification:created']));
    assertAscending(messages);
    const answer = await admin.get(`/stream?${new URLSearchParams([...fields, ['after', first]])}`);
    assert.deepEqual(answer.json.messages.slice(0, messages.length), messages);
});

test('a client that goes from socket to polling and back loses and repeats nothing', async (t) => {
    const user = caller(['GENERAL_ADMIN']);
    const service = unique('service');
    const eventFilters = { services: service };
    const numbers = [];
    let cursor = await now(user, 'events');
    let moving = true;
    const published = (async () => {
        let number = 0;
        for (; moving; number += 1) {
            await publishEvent({ event_type: 'test.move', service, data: { number } });
            await pause(2);
        }
        return number;
    })();
    const take = ({ data, cursor: place }) => {
        numbers.push(data.data.number);
        cursor = place;
    };
    for (let round = 0; round < 6; round += 1) {
        const client = await connect(t, {
            auth: { token: user.token, cursor }, transports: [round % 2 ? 'polling' : 'websocket'],
        });
        await client.subscribe(['events'], { eventFilters });
        await client.push('event:created');
        client.close();
        client.all('event:created').forEach(take);
        const answer = await poll(user, { channels: 'events', services: service, after: cursor, limit: 3 });
        assert.equal(answer.gap, undefined);
        answer.messages.forEach(take);
        cursor = answer.cursor;
    }
    moving = false;
    const count = await published;
    const left = await follow(user, { channels: 'events', services: service }, cursor,
        (messages) => numbers.length + messages.length >= count);
    left.forEach(take);
    assert.deepEqual(numbers, [...Array(count).keys()]);
});

/** How many rows of the project's tables one empty poll reads; the least of some tries, since others write. */
async function rowsOfAnEmptyPoll() {
    const counts = [];
    for (let i = 0; i < 10; i += 1) {
        const client = await pool.connect();
        try {
            await client.query('begin');
            const { rows: [bounds] } = await client.query('select low from bookly.stream_bounds()');
            const touched = async () => {
                const { rows: [row] } = await client.query(`
                    select coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::int as count
                    from pg_stat_xact_user_tables where schemaname = 'bookly_data'`);
                return row.count;
            };
            const before = await touched();
            await client.query(`select * from bookly.stream_page($1, null, 64, 5000,
                '{events,dlq,dashboard,logs,notifications}', '{nobody}', '{GENERAL_ADMIN}')`, [bounds.low]);
            counts.push(await touched() - before);
        } finally {
            await client.query('rollback').catch(() => {});
            client.release();
        }
    }
    return Math.min(...counts);
}

test('a poll that finds nothing reads no more when the stream is longer', async () => {
    const before = await rowsOfAnEmptyPoll();
    const user = unique('nobody'); // rows that no socket hears
    await sql(`select count(bookly.notify_user($1, 'info', 'system', 'title ' || i, 'A message'))
        from generate_series(1, 1500) i`, [user]);
    const after = await rowsOfAnEmptyPoll();
    assert.ok(before <= 5 && after <= 5, `${before} rows, then ${after}`);
});

// /api/v1/sse: what it says line by line, who gets in, EventSource and how it comes back.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startCutter } from './support/cutter.mjs';
import { startPushd } from './support/daemon.mjs';
import { assertKeys } from './support/facts.mjs';
import { rest } from './support/http.mjs';
import { Source, makeTicket, openStream } from './support/sse.mjs';
import { notifyUser, publishEvent, writeLog } from './support/sql.mjs';
import { stack } from './support/stack.mjs';
import { admin, now, token, unique } from './support/token.mjs';
import { waitFor, within } from './support/wait.mjs';

const ID = /^[0-9A-Za-z_-]+\.\d+~[\w-]{20}$/;
const positionOf = (id) => BigInt(id.slice(id.indexOf('.') + 1, id.indexOf('~')));
const log = (service, message, level = 'error') => writeLog({ level, service, context: 'test', message });

async function assertProblem(stream, status, code, names) {
    assert.equal(stream.status, status);
    assert.match(stream.headers['content-type'], /^application\/problem\+json/);
    const problem = await stream.json();
    assertKeys(problem, ['type', 'title', 'status', 'detail', 'code', 'message']);
    assert.equal(problem.status, status);
    assert.equal(problem.code, code);
    if (names) {
        assert.ok(problem.detail.includes(names), problem.detail);
    }
}

describe('line by line', { concurrency: true }, () => {
    test('the head, retry, and the first words', async (t) => {
        const stream = await openStream(t, { channels: 'logs' }, { token: admin() });
        assert.equal(stream.status, 200);
        assert.equal(stream.headers['content-type'], 'text/event-stream');
        assert.match(stream.headers['cache-control'], /no-store/);
        assert.equal(stream.headers['content-length'], undefined);
        await stream.until(/\n\n.*\n\n/s);
        assert.match(stream.text, /^retry: \d{4}\n\nevent: sync:ready\ndata: \{"cursor":"[\w-]+\.\d+"\}\nid: [\w.-]+~[\w-]{20}\n\n/);
    });

    test('an event: its name, one line of data, the cursor and the key', async (t) => {
        const own = unique('service');
        const stream = await openStream(t, { channels: 'events', services: own }, { token: admin() });
        await stream.until(/sync:ready/);
        await publishEvent({ event_type: 'RESOURCE_CREATED', service: own, data: { text: 'two\nlines, ñ and 😀' } });
        const [text] = await stream.until(/event: event:created\n[^]*?\n\n/);
        const [first, second, third, ...rest] = text.split('\n');
        assert.equal(first, 'event: event:created');
        assert.equal(JSON.parse(second.slice('data: '.length)).data.text, 'two\nlines, ñ and 😀');
        assert.match(third.slice('id: '.length), ID);
        assert.deepEqual(rest, ['', '']);
    });

    test('a comment within 20 s keeps it alive', async (t) => {
        const stream = await openStream(t, { channels: 'notifications' }, { token: token(unique('user')) });
        const began = Date.now();
        await stream.until(/\n\n:\n\n/);
        const waited = Date.now() - began;
        assert.ok(waited > 15000 && waited < 30000, `waited ${waited} ms`);
    });

    test('first pushes come at once; channels by commas and repeated', async (t) => {
        const user = unique('admin');
        const id = await notifyUser(user);
        const stream = await openStream(t, [['channels', 'notifications,dlq'], ['channels', 'dashboard']],
            { token: admin(user) });
        for (const event of ['dlq:stats:updated', 'dashboard:metrics:updated', 'notifications:initial']) {
            await stream.until(new RegExp(`event: ${event}\n`));
        }
        assert.ok(stream.text.includes(id));
    });

    test('a filter name that two channels have goes to both', async (t) => {
        const [own, other] = [unique('service'), unique('service')];
        const user = unique('admin');
        const stream = await openStream(t, { channels: 'logs,dlq,notifications', service: own }, { token: admin(user) });
        await stream.until(/notifications:initial/);
        await log(other, 'not this');
        await log(own, 'this one');
        await notifyUser(user, { title: 'the last' });
        await stream.until(/the last/);
        assert.ok(stream.text.includes('this one'));
        assert.ok(!stream.text.includes('not this'));
    });

    test('a channel that is denied is told, the others are there', async (t) => {
        const stream = await openStream(t, { channels: 'logs,notifications' }, { token: token(unique('user'), ['STUDENT']) });
        assert.equal(stream.status, 200);
        await stream.until(/event: subscription:ended\ndata: \{"channel":"logs","code":"forbidden"\}\nid: .*~/);
        await stream.until(/notifications:initial/);
    });

    test('what comes after a cursor', async (t) => {
        const own = unique('service');
        const first = await openStream(t, { channels: 'logs', service: own }, { token: admin() });
        await first.until(/sync:ready/);
        await log(own, 'one');
        await log(own, 'two');
        await first.until(/"two"/);
        const [, cursor] = /"one"[^\n]*\nid: (.*)~/.exec(first.text);
        for (const place of [{ cursor }, { cursor: `${cursor}~x` }, { lastEventId: cursor }]) {
            const next = await openStream(t, { channels: 'logs', service: own, ...place }, { token: admin() });
            await next.until(/"two"/);
            assert.ok(!next.text.includes('"one"'));
        }
        const gap = await openStream(t, { channels: 'logs', cursor: 'forged' }, { token: admin() });
        await gap.until(/event: sync:gap\ndata: .*"reason":\s?"invalid"/);
    });

    test('its channels hold from the place that its first words name, whoever writes meanwhile', async (t) => {
        const own = unique('service');
        const reader = await openStream(t, { channels: 'logs', service: own }, { token: admin() });
        await reader.until(/sync:ready/);
        let writing = true;
        const writer = (async () => {
            for (let i = 0; writing; i += 1) {
                await log(own, `row ${i}`);
            }
            await log(own, 'the last');
        })();
        const streams = [];
        for (let i = 0; i < 20; i += 1) {
            streams.push(await openStream(t, { channels: 'logs', service: own }, { token: admin() }));
        }
        writing = false;
        await writer;
        await Promise.all([reader, ...streams].map((stream) => stream.until(/"the last"[^\n]*\nid: .*\n\n/)));
        const ids = (stream) => [...stream.text.matchAll(/event: log:error\n.*\nid: (.*)~/g)].map((match) => match[1]);
        for (const stream of streams) {
            const [, place] = /sync:ready\n.*\nid: (.*)\n/.exec(stream.text);
            assert.deepEqual(ids(stream), ids(reader).filter((id) => positionOf(`${id}~`) > positionOf(place)));
            const readies = [...stream.text.matchAll(/sync:ready\n.*\nid: (.*)\n/g)].map((match) => match[1]);
            assert.deepEqual(new Set(readies).size, 1);
        }
    });

    test('it is listed as sse', async (t) => {
        const user = unique('admin');
        const stream = await openStream(t, { channels: 'logs' }, { token: admin(user) });
        await stream.until(/sync:ready/);
        const one = await waitFor(async () => (await rest('GET', '/connections', { token: admin() })).json
            .find((connection) => connection.userId === user), 'the connection in the list');
        assert.equal(one.transport, 'sse');
        assert.deepEqual(one.channels, ['logs']);
    });
});

describe('refused before it begins', { concurrency: true }, () => {
    const cases = [
        ['no channels', {}, 400, 'invalid_value', 'channels'],
        ['empty channels', { channels: '' }, 400, 'invalid_value', 'channels'],
        ['an unknown channel', { channels: 'logs,nope' }, 400, 'unknown_channel', 'nope'],
        ['an unknown name', { channels: 'logs', colour: 'red' }, 400, 'unknown_field', 'colour'],
        ['a filter of no named channel', { channels: 'logs', topic: 'x' }, 400, 'invalid_value', 'topic'],
        ['an unknown level', { channels: 'logs', minLevel: 'loud' }, 400, 'invalid_value', 'minLevel'],
        ['a token in the URL', { channels: 'logs', token: admin() }, 400, 'unknown_field', 'token'],
    ];
    for (const [name, fields, status, code, names] of cases) {
        test(`${name}: ${status} ${code}`, async (t) =>
            assertProblem(await openStream(t, fields, { token: admin() }), status, code, names));
    }

    test('nobody: 401 with WWW-Authenticate', async (t) => {
        const daemon = await startPushd(t, { AUTH_MODE: 'token' });
        for (const [fields, options, code] of [
            [{}, {}, 'token_missing'],
            [{ userId: 'me' }, {}, 'token_missing'],
            [{}, { token: 'x' }, 'token_invalid'],
            [{ ticket: 'x' }, {}, 'token_invalid'],
            [{ userId: 'me' }, { token: admin() }, 'user_mismatch'],
        ]) {
            const stream = await openStream(t, { channels: 'notifications', ...fields }, { url: daemon.url, ...options });
            if (code !== 'user_mismatch') {
                assert.equal(stream.headers['www-authenticate'], 'Bearer');
            }
            await assertProblem(stream, code === 'user_mismatch' ? 403 : 401, code);
        }
    });

    test('no channel that the roles allow: 403', async (t) =>
        assertProblem(await openStream(t, { channels: 'logs,events' }, { token: token(unique('user'), ['STUDENT']) }),
            403, 'forbidden'));

    test('another method: 405 with Allow', async (t) => {
        const stream = await openStream(t, { channels: 'logs' }, { token: admin(), method: 'POST' });
        assert.equal(stream.headers.allow, 'GET, OPTIONS');
        await assertProblem(stream, 405, 'method_not_allowed');
        const head = await openStream(t, { channels: 'logs' }, { token: admin(), method: 'HEAD' });
        assert.equal(head.status, 405);
    });

    test('a foreign origin: 403; an allowed one is echoed', async (t) => {
        const daemon = await startPushd(t, { CORS_ORIGIN: 'https://bookly.example' });
        const ask = (origin) => openStream(t, { channels: 'logs' },
            { url: daemon.url, token: admin(), headers: { Origin: origin } });
        await assertProblem(await ask('https://evil.example'), 403, 'origin_denied');
        const own = await ask('https://bookly.example');
        assert.equal(own.status, 200);
        assert.equal(own.headers['access-control-allow-origin'], 'https://bookly.example');
        assert.equal(own.headers['access-control-allow-credentials'], 'true');
    });

    test('switched off: 503 websocket_disabled, for one that resumes too', async (t) => {
        const daemon = await startPushd(t, { WEBSOCKET_ENABLED: 'false' }, 503);
        for (const headers of [{}, { 'Last-Event-ID': 'x.1~y' }]) {
            await assertProblem(await openStream(t, { channels: 'logs' }, { url: daemon.url, token: admin(), headers }),
                503, 'websocket_disabled');
        }
    });

    test('full: 503 with Retry-After; one that resumes is told when to ask again', async (t) => {
        const daemon = await startPushd(t, { WEBSOCKET_MAX_CONNECTIONS: '2' });
        const ask = (headers = {}) => openStream(t, { channels: 'logs' }, { url: daemon.url, token: admin(), headers });
        await waitFor(async () => { // the daemon's own first session may still be there
            const stream = await ask();
            return stream.status === 503;
        }, 'a full daemon');
        const full = await ask();
        assert.match(full.headers['retry-after'], /^[1-5]$/);
        await assertProblem(full, 503, 'unavailable');
        const again = await ask({ 'Last-Event-ID': 'x.1~y' });
        assert.equal(again.status, 200);
        await within(again.ended, 'its end');
        assert.match(again.text, /^retry: \d{4}\n\n$/);
    });
});

describe('EventSource', { concurrency: true }, () => {
    test('with a ticket, through the front server, without delay', async (t) => {
        const own = unique('service');
        const source = new Source(t, { channels: 'logs', service: own, ticket: await makeTicket(admin()) });
        await source.event('sync:ready');
        for (let i = 0; i < 5; i += 1) {
            const began = Date.now();
            await log(own, `line ${i}`);
            const event = await source.event('log:error', (data) => data.message === `line ${i}`);
            assert.match(event.id, ID);
            assert.ok(Date.now() - began < 5000, 'nothing holds it back');
        }
        assert.deepEqual(source.errors, []);
    });

    test('a ticket is good once', async (t) => {
        const ticket = await makeTicket(admin());
        const first = new Source(t, { channels: 'logs', ticket });
        await first.event('sync:ready');
        const second = new Source(t, { channels: 'logs', ticket });
        await waitFor(() => second.closed, 'it to give up');
        assert.deepEqual(second.errors, [401]);
    });

    test('cut again and again it misses nothing and hears nothing twice', async (t) => {
        const own = unique('service');
        const cutter = await startCutter(t, stack.pushUrl);
        const user = unique('admin');
        await notifyUser(user);
        const source = new Source(t, { channels: 'logs,notifications', service: own, ticket: await makeTicket(admin(user)) },
            { url: cutter.url });
        await source.event('notifications:initial');
        const expected = [];
        for (let round = 0; round < 3; round += 1) {
            for (let i = 0; i < 10; i += 1) {
                expected.push(`${round}.${i}`);
                await log(own, `${round}.${i}`);
                if (i === 4) {
                    cutter.cut();
                }
            }
            await source.event('log:error', (data) => data.message === `${round}.9`);
        }
        assert.deepEqual(source.all('log:error').map((event) => event.data.message), expected);
        assert.ok(source.opens >= 4, `${source.opens} times open`);
        assert.equal(source.all('notifications:initial').length, 1, 'first pushes are not for those who come back');
        const positions = source.events.map((event) => event.id).filter(Boolean).map(positionOf);
        assert.deepEqual(positions, [...positions].sort((a, b) => (a < b ? -1 : Number(a > b))));
        const keys = new Set(source.events.map((event) => event.id.split('~')[1]));
        assert.equal(keys.size, 1, 'the key stays');
    });

    test('killed and started again, the daemon finds it where it was', async (t) => {
        const own = unique('service');
        const first = await startPushd(t);
        const port = new URL(first.url).port;
        const source = new Source(t, { channels: 'logs', service: own, ticket: await makeTicket(admin()) }, { url: first.url });
        await source.event('sync:ready');
        await log(own, 'before');
        await source.event('log:error', (data) => data.message === 'before');
        first.child.kill('SIGTERM');
        await within(first.exited, 'the end of pushd');
        await log(own, 'between');
        await startPushd(t, { PUSH_PORT: port });
        await log(own, 'after');
        await source.event('log:error', (data) => data.message === 'after');
        assert.deepEqual(source.all('log:error').map((event) => event.data.message), ['before', 'between', 'after']);
    });

    test('past the token\'s end it is told, and refused when it comes back', async (t) => {
        const daemon = await startPushd(t);
        const ticket = await makeTicket(token(unique('user'), [], { exp: now() + 3 }));
        const source = new Source(t, { channels: 'notifications', ticket }, { url: daemon.url });
        await source.event('auth:expiring');
        await source.event('auth:expired');
        await waitFor(() => source.closed, 'it to give up');
        assert.equal(source.errors.at(-1), 401);
    });
});

describe('the key', { concurrency: true }, () => {
    async function lastId(t, fields, options) {
        const stream = await openStream(t, fields, options);
        const [, id] = await stream.until(/sync:ready[^]*?\nid: (.*)\n\n/);
        stream.end();
        return id;
    }

    test('opens the same URL without another ticket, whatever its old ticket and its order of arrival', async (t) => {
        const daemon = await startPushd(t, { AUTH_MODE: 'token' });
        const fields = { channels: 'logs', minLevel: 'warn' };
        const id = await lastId(t, { ...fields, ticket: await makeTicket(admin()) }, { url: daemon.url });
        for (const [more, headers] of [
            [{}, { 'Last-Event-ID': id }],
            [{ ticket: 'used' }, { 'Last-Event-ID': id }],
            [{ lastEventId: id }, {}],
        ]) {
            const stream = await openStream(t, { ...fields, ...more }, { url: daemon.url, headers });
            assert.equal(stream.status, 200);
            const [, again] = await stream.until(/sync:ready[^]*?\nid: (.*)\n\n/);
            assert.equal(again.split('~')[1], id.split('~')[1]);
        }
    });

    test('opens no other URL, and is no secret to guess', async (t) => {
        const daemon = await startPushd(t, { AUTH_MODE: 'token' });
        const id = await lastId(t, { channels: 'logs', minLevel: 'warn' }, { url: daemon.url, token: admin() });
        const [cursor, key] = id.split('~');
        for (const [fields, headers] of [
            [{ channels: 'logs' }, { 'Last-Event-ID': id }],
            [{ channels: 'logs,events', minLevel: 'warn' }, { 'Last-Event-ID': id }],
            [{ channels: 'logs', minLevel: 'warn' }, { 'Last-Event-ID': cursor }],
            [{ channels: 'logs', minLevel: 'warn' }, { 'Last-Event-ID': `${cursor}~${key.slice(0, -1)}` }],
            [{ channels: 'logs', minLevel: 'warn' }, { 'Last-Event-ID': `${cursor}~${'x'.repeat(20)}` }],
        ]) {
            await assertProblem(await openStream(t, fields, { url: daemon.url, headers }), 401, 'token_missing');
        }
    });
});

test('one that reads nothing is closed as slow_consumer', async (t) => {
    const daemon = await startPushd(t, { WEBSOCKET_MAX_QUEUE_FRAMES: '16' });
    const own = unique('service');
    const fields = { channels: 'events', services: own };
    const stalled = await openStream(t, fields, { url: daemon.url, token: admin() });
    const reader = await openStream(t, fields, { url: daemon.url, token: admin() });
    await stalled.until(/sync:ready/);
    stalled.incoming.pause();
    let count = 0;
    await waitFor(async () => {
        await publishEvent({ event_type: 'RESOURCE_CREATED', service: own, data: { text: 'x'.repeat(60000), count } });
        count += 1;
        return daemon.log.includes('reason=slow_consumer');
    }, 'slow_consumer in the log', 60000);
    await reader.until(new RegExp(`"count":\\s?${count - 1}\\b`));
});

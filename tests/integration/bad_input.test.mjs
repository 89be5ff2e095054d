// What no honest client sends: an error that names it, nothing stored, nobody else disturbed.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connect } from './support/client.mjs';
import { assertRefused } from './support/facts.mjs';
import { settled } from './support/marker.mjs';
import { RawPolling, RawWebSocket } from './support/raw.mjs';
import { notifyUser } from './support/sql.mjs';
import { token, unique } from './support/token.mjs';
import { request } from './support/http.mjs';
import { waitFor } from './support/wait.mjs';

const CODES = /^(bad_request|invalid_value|unknown_field|invalid_json|unknown_channel|not_found|unknown_command)$/;

async function joined(t, roles = ['GENERAL_ADMIN']) {
    const user = unique('user');
    const raw = await RawWebSocket.open(t);
    const answer = await raw.join('/', { token: token(user, roles) });
    assert.match(answer, /^40\{/);
    return { raw, user };
}

/** The connection still answers. */
async function assertUsable(raw, id = 9000) {
    const [answer] = await raw.command(id, '["notifications:get"]');
    assert.equal(answer.success, true);
    assert.equal(raw.open, true);
}

describe('well-formed packets with a payload nobody wants are acknowledged as refused', () => {
    const deep = `${'['.repeat(40)}${']'.repeat(40)}`;
    const cases = [
        ['a duplicate key', '["subscribe",{"channels":["logs"],"channels":["events"]}]'],
        ['a duplicate key in a filter', '["subscribe",{"channels":["logs"],"logFilters":{"level":"error","level":"info"}}]'],
        ['NUL in a channel', '["subscribe",{"channels":["logs\\u0000"]}]'],
        ['NUL in a filter', '["subscribe",{"channels":["logs"],"logFilters":{"service":"a\\u0000b"}}]'],
        ['NUL in a key', '["subscribe",{"channels\\u0000":["logs"],"channels":["logs"]}]'],
        ['NUL in an id', '["notifications:read",{"notificationId":"a\\u0000b"}]'],
        ['a number beyond 2^53', '["notifications:get",{"limit":9007199254740993}]'],
        ['a huge exponent', '["notifications:get",{"limit":1e400}]'],
        ['a fraction', '["notifications:get",{"limit":1.5}]'],
        ['minus zero', '["notifications:get",{"limit":-0}]'],
        ['an id of 100 kB', `["notifications:read",{"notificationId":"${'x'.repeat(100000)}"}]`],
        ['a field name of 100 kB', `["subscribe",{"channels":["logs"],"${'x'.repeat(100000)}":1}]`],
        ['10,000 channels', `["subscribe",{"channels":[${Array(10000).fill('"logsx"').join()}]}]`],
        ['10,000 filter values', `["subscribe",{"channels":["logs"],"logFilters":{"service":[${Array.from({ length: 10000 }, (_, n) => `"x${n}"`).join()}]}}]`],
        ['arrays within arrays', `["subscribe",{"channels":${deep}}]`],
        ['a channel named like a property', '["subscribe",{"channels":["__proto__"]}]'],
        ['a command of 10 kB', `["${'x'.repeat(10000)}",{}]`],
        ['a command with NUL', '["subscribe\\u0000",{"channels":["logs"]}]'],
    ];
    for (const [name, text] of cases) {
        test(name, async (t) => {
            const { raw } = await joined(t);
            const answer = await raw.command(1, text);
            assert.equal(answer.length, 1);
            assertRefused(answer[0], CODES);
            assert.ok(answer[0].error.length < 1000, 'a short sentence');
            const [left] = await raw.command(2, '["unsubscribe",{"channels":["dashboard"]}]');
            assert.deepEqual(left, { success: true, channels: [] });
            await assertUsable(raw);
        });
    }

    test('a message of nearly 1 MB', async (t) => {
        const { raw } = await joined(t);
        const [answer] = await raw.command(1, `["notifications:read",{"notificationId":"${'x'.repeat(990000)}"}]`);
        assertRefused(answer, CODES);
        await assertUsable(raw);
    });

    test('binary where none is wanted', async (t) => {
        const user = unique('user');
        for (const transports of [['websocket'], ['polling']]) {
            const client = await connect(t, { user, transports });
            assertRefused(await client.command('notifications:read', { notificationId: Buffer.from([1, 2, 3]) }), CODES);
            assertRefused(await client.command('subscribe', Buffer.alloc(10)), CODES);
            assert.equal((await client.command('notifications:get')).success, true);
        }
    });
});

describe('what the protocol forbids ends that connection and no other', () => {
    const packets = [
        ['an Engine.IO packet of no type', '9'],
        ['a Socket.IO packet of no type', '49'],
        ['an event that is no JSON', '42["subscribe"'],
        ['an event that is no array', '42{"a":1}'],
        ['an event without a name', '42[]'],
        ['an event whose name is no text', '42[null]'],
        ['trailing bytes', '42["subscribe",{}]x'],
        ['a lone surrogate', '42["subscribe\\ud800",{}]'],
        ['NaN', '42["notifications:get",{"limit":NaN}]'],
        ['1,000 arrays within arrays', `42["subscribe",${'['.repeat(1000)}${']'.repeat(1000)}]`],
        ['an attachment that never comes, then text', '451-["subscribe",{"_placeholder":true,"num":0}]\x00again'],
        ['an event in a namespace not joined', '42/nowhere,["subscribe",{}]'],
    ];
    for (const [name, text] of packets) {
        test(name, async (t) => {
            const { raw } = await joined(t);
            const other = await joined(t);
            for (const part of text.split('\x00')) {
                raw.send(part === 'again' ? '42["notifications:get"]' : part);
            }
            // a strict reader may also take what is JSON after all and refuse it: then it stays
            await waitFor(
                () => !raw.open || raw.messages.some((message) => message.includes('"exception"')),
                'the close or an exception',
            );
            await assertUsable(other.raw);
        });
    }

    test('invalid UTF-8 in a text frame: 1007', async (t) => {
        const { raw } = await joined(t);
        raw.sendBytes(Buffer.concat([Buffer.from('42["subscribe",{"channels":["'), Buffer.from([0xc3, 0x28]), Buffer.from('"]}]')]));
        assert.equal((await raw.closed()).code, 1007);
    });

    test('a message over 1,000,000 bytes: 1009', async (t) => {
        const { raw } = await joined(t);
        raw.send(`42["notifications:read",{"notificationId":"${'x'.repeat(1000001)}"}]`);
        assert.ok([1009, 1006].includes((await raw.closed()).code));
    });
});

describe('polling bodies', () => {
    const join = async () => {
        const user = unique('user');
        const raw = await RawPolling.open();
        assert.equal((await raw.post(`40${JSON.stringify({ token: token(user, ['GENERAL_ADMIN']) })}`)).status, 200);
        await raw.next((packet) => packet.startsWith('40'));
        return raw;
    };

    test('several packets in one body, a refused one among them', async () => {
        const raw = await join();
        const posted = await raw.post(['421["subscribe",{"channels":"x"}]', '422["notifications:get"]'].join('\x1e'));
        assert.equal(posted.status, 200);
        assert.equal(posted.text, 'ok');
        const answers = {};
        await waitFor(async () => {
            for (const packet of (await raw.poll()).packets ?? []) {
                const match = /^43(\d+)(\[.*)$/.exec(packet);
                if (match) {
                    [answers[match[1]]] = JSON.parse(match[2]);
                }
            }
            return answers[1] && answers[2];
        }, 'both acknowledgements');
        assertRefused(answers[1], CODES);
        assert.equal(answers[2].success, true);
        await raw.post('1');
    });

    test('invalid UTF-8, nonsense and an empty body are 400 and end the session', async () => {
        for (const body of [Buffer.from([0x34, 0x32, 0xff, 0xfe]), 'x', '', '42["a"]\x1e\x1e42["b"]']) {
            const raw = await join();
            const answer = await raw.post(body);
            assert.equal(answer.status, 400, `${JSON.stringify(body)} ${answer.text}`);
            await waitFor(async () => (await raw.poll()).json?.code === 1, 'the end of the session');
        }
    });

    test('over 1,000,000 bytes is 413', async () => {
        const raw = await join();
        const answer = await raw.post(`42["x","${'y'.repeat(1000001)}"]`).catch((error) => ({ status: error.code }));
        // a server may also stop reading; behind a front server the answer arrives
        assert.ok([413, 'ECONNRESET', 'EPIPE'].includes(answer.status), `${answer.status}`);
    });

    test('chunked over the limit is 413', async () => {
        const raw = await join();
        const answer = await request('POST', raw.address, {
            body: `42["x","${'y'.repeat(1000001)}"]`,
            headers: { 'Transfer-Encoding': 'chunked' },
        }).catch((error) => ({ status: error.code }));
        assert.ok([413, 'ECONNRESET', 'EPIPE'].includes(answer.status), `${answer.status}`);
    });
});

test('1,000 commands in one burst are each answered, in order or refused as too many', async (t) => {
    const { raw } = await joined(t);
    for (let id = 0; id < 1000; id += 1) {
        raw.send(`42${id}["notifications:get"]`);
    }
    const answers = new Map();
    await waitFor(() => {
        for (const message of raw.messages.splice(0)) {
            const match = /^43(\d+)(\[.*)$/.exec(message);
            if (match) {
                answers.set(Number(match[1]), JSON.parse(match[2])[0]);
            }
        }
        return answers.size === 1000;
    }, 'all acknowledgements');
    for (const answer of answers.values()) {
        assert.ok(answer.success === true || answer.code === 'rate_limited', JSON.stringify(answer));
    }
    assert.equal(answers.get(0).success, true);
    await assertUsable(raw);
});

test('others go on hearing everything meanwhile', async (t) => {
    const user = unique('witness');
    const witness = await connect(t, { user });
    await witness.subscribe(['notifications']);
    const offenders = await Promise.all(Array.from({ length: 10 }, () => joined(t)));
    for (const { raw } of offenders) {
        raw.send('42[');
        raw.send('451-["x",{"_placeholder":true,"num":7}]');
    }
    for (let number = 0; number < 10; number += 1) {
        await notifyUser(user);
    }
    await settled(witness, user);
    assert.equal(witness.all('notification:created').length, 11);
    assert.deepEqual(witness.disconnects, []);
});

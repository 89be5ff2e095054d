// WebSockets that send as fast as they are taken: each kind of flood is ended or costs nobody else anything.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../integration/support/client.mjs';
import { RawWebSocket } from '../integration/support/raw.mjs';
import { token, unique } from '../integration/support/token.mjs';
import { Attack, MEGABYTE, beside, watchedDaemon } from './support/attack.mjs';

const SEVERAL = 8;
const FEW = 2; // of what is so large that more of them would not pass a rate on a busy machine
const GROWTH = 60 * MEGABYTE;
const ENGINEIO = '/socket.io/?EIO=4&transport=websocket';

const joined = () => [`40${JSON.stringify({ token: token(unique('flood')) })}`];
const many = (text) => [{ text }];
const deep = (depth) => '['.repeat(depth) + ']'.repeat(depth);

/** name, what is sent, what is sent before, the close code, the metric that counts it. */
const FLOODS = [
    ['commands that do not exist', many('42["no-such-command",{}]'), joined(), 4429, 'rate'],
    ['commands that are refused', many('421["subscribe",{"channels":["none"]}]'), joined(), 4429, 'rate'],
    ['commands that ask the database', many('42["notifications:get"]'), joined(), 4429, 'rate'],
    ['acknowledgements of nothing', many('431[]'), joined(), 4429, 'rate'],
    ['pongs that nobody asked for', many('3'), [], 4429, 'rate'],
    ['namespaces by the thousand', Array.from({ length: 1000 }, (_, i) => ({ text: `40/n${i},` })), [], 4429, 'rate'],
    ['one refused CONNECT after another', many('40{"token":"a.b.c"}'), [], 4429, 'rate'],
    ['empty messages', many(''), [], 1002, 'parse_error'],
    ['JSON bombs of depth', [{ text: `42["subscribe",${deep(400000)}]` }], joined(), 1002, 'parse_error'],
    ['JSON bombs of width', [{ text: `42["subscribe",{"channels":[${'1,'.repeat(400000)}1]}]` }], joined(), 4429, 'rate'],
    ['attachments that are announced and never come', [{ text: '4510-["subscribe",{"_placeholder":true,"num":0}]' }],
        joined(), 1002, 'parse_error'],
    ['more attachments than may be', [{ text: '4511-["x"]' }], joined(), 1002, 'parse_error'],
    // libwebsockets closes without a word when more arrives
    ['compressed frames, which nobody agreed on', [{ text: 'x'.repeat(1000), reserved: 0x40 }], [], null, 'transport_lost'],
    ['a message of empty frames without end', [{ opcode: 1, text: '4', fin: false },
        ...Array.from({ length: 999 }, () => ({ opcode: 0, fin: false }))], [], 1002, 'parse_error'],
    ['a message without end', [{ opcode: 1, text: '4', fin: false },
        ...Array.from({ length: 20 }, () => ({ opcode: 0, size: 60000, fin: false }))], [], 1009, 'too_large'],
    ['pings', [{ opcode: 9, text: 'x'.repeat(100) }], [], null, null],
];

for (const [name, frames, first, code, reason] of FLOODS) {
    test(name, async (t) => {
        const daemon = await watchedDaemon(t, { WEBSOCKET_MAX_PACKETS: 200 });
        const count = frames[0].text?.length > 100000 ? FEW : SEVERAL;
        const good = await connect(t, { url: daemon.url, user: unique('good'), transports: ['websocket'] });
        const before = await daemon.metrics();
        const command = () => good.command('notifications:get');
        const { told, grown } = await beside([command],
            () => new Attack('flood', { url: daemon.url, path: ENGINEIO, count, frames, first }),
            {
                pids: [daemon.child.pid],
                enough: ({ codes, bytes }) => bytes > 4 * MEGABYTE && (code === null || codes[code] >= count),
            });
        assert.deepEqual(Object.keys(told.codes), code === null ? [] : [String(code)], JSON.stringify(told));
        assert.ok(grown < GROWTH, `${grown} bytes more`);
        if (reason) {
            await daemon.counted(before, 'bookly_sessions_closed_total', { reason }, count);
        }
        assert.deepEqual(good.disconnects, []);
        assert.equal((await daemon.metrics()).of('bookly_joins_total', { outcome: 'ok' })
            - before.of('bookly_joins_total', { outcome: 'ok' }) > 0, first.length > 0, 'nobody else got in');
    });
}

test('namespaces that do not exist are counted, and keep nothing', async (t) => {
    const daemon = await watchedDaemon(t);
    const before = await daemon.metrics();
    const raw = await RawWebSocket.open(t, { url: daemon.url });
    for (let i = 0; i < 500; i += 1) {
        raw.send(`40/n${i},`);
    }
    await raw.next((message) => message === '44/n499,{"message":"Invalid namespace"}');
    await daemon.counted(before, 'bookly_joins_total', { outcome: 'not_found' }, 500);
});

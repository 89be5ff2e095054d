// The lines an operator greps for, worded as the seed words them; nothing from outside breaks one.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connect, refused } from './support/client.mjs';
import { startPushd } from './support/daemon.mjs';
import { pushdLog } from './support/stack.mjs';
import { token, unique } from './support/token.mjs';
import { waitFor } from './support/wait.mjs';

const line = (log, ...parts) => log().split('\n').find((text) => parts.every((part) => text.includes(part)));

async function leaveTraces(t, log, options = {}) {
    const user = unique('user');
    const client = await connect(t, { user, roles: ['GENERAL_ADMIN'], transports: ['websocket'], ...options });
    const { id } = client.socket;
    await client.subscribe(['dashboard', 'dlq']);
    client.close();
    const expected = [
        [`WebSocket client connected: clientId=${id}, userId=${user}`],
        [`Client subscribed to channels: channels=['dashboard','dlq'], clientId=${id}, userId=${user}`],
        [`WebSocket client disconnected: clientId=${id}, userId=${user}, reason=`],
    ];
    for (const [words] of expected) {
        const text = await waitFor(() => line(log, words), words);
        assert.ok(text.includes(`[WebSocketGateway] ${words}`), text);
        assert.ok(text.endsWith(words) || words.endsWith('reason='), text);
    }
}

test('in pushd.log of the stack', (t) => leaveTraces(t, pushdLog));

test('on standard error', async (t) => {
    const daemon = await startPushd(t);
    await leaveTraces(t, () => daemon.log, { url: daemon.url, namespace: '/api/v1/ws' });
});

test('the channels are those of that command, in the order of the table', async (t) => {
    const user = unique('user');
    const client = await connect(t, { user, roles: ['GENERAL_ADMIN'] });
    await client.subscribe(['notifications', 'events']);
    await waitFor(() => line(pushdLog, `channels=['events','notifications'], clientId=${client.socket.id}`)
        ?? line(pushdLog, `channels=['notifications','events'], clientId=${client.socket.id}`), 'the line');
});

describe('a value from outside', () => {
    test('in a userId of development mode', async (t) => {
        const daemon = await startPushd(t, { AUTH_MODE: 'development' });
        const nasty = `${unique('u')}\n2025-01-05 [WebSocketGateway] forged`;
        await connect(t, { url: daemon.url, query: { userId: nasty } }).catch(() => {});
        await refused(t, { url: daemon.url, token: token(`${unique('u')}\nforged`) });
        const last = unique('last');
        await connect(t, { url: daemon.url, user: last });
        await waitFor(() => line(() => daemon.log, `userId=${last}`), 'a later line');
        assert.ok(!daemon.log.split('\n').some((text) => text.startsWith('2025-01-05 [WebSocketGateway] forged')));
    });

    test('in a namespace, a command and a channel', async (t) => {
        const daemon = await startPushd(t, { LOG_LEVEL: 'debug' });
        const client = await connect(t, { url: daemon.url, user: unique('user') });
        await client.command('a\nforged line', {});
        await client.command('subscribe', { channels: ['b\nforged line'] });
        await refused(t, { url: `${daemon.url}`, namespace: '/c%0Aforged' });
        const last = unique('last');
        await connect(t, { url: daemon.url, user: last });
        await waitFor(() => line(() => daemon.log, `userId=${last}`), 'a later line');
        assert.ok(!daemon.log.split('\n').some((text) => text.startsWith('forged')));
    });
});

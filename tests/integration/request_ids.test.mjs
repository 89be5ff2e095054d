// One id for a request, or for all requests of a session: in the answer, in the front server's log and in the
// program's, as text or as JSON.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { connect } from './support/client.mjs';
import { startPushd } from './support/daemon.mjs';
import { request } from './support/http.mjs';
import { caller } from './support/rest.mjs';
import { pushdLog, stack } from './support/stack.mjs';
import { token, unique } from './support/token.mjs';
import { waitFor } from './support/wait.mjs';

const ID = /^[\w-]{20,32}$/;
const lines = (text) => text.split('\n').slice(0, -1);
const accessLog = () => readFileSync(join(stack.state, 'log', `${stack.front}-access.log`), 'utf8');
const loggedByFront = (id, ...parts) => waitFor(() =>
    lines(accessLog()).find((line) => line.endsWith(` ${id}`) && parts.every((part) => line.includes(part))),
`a line of ${stack.front} that ends in ${id}`);

test('REST', async () => {
    const answer = await caller().get('/notifications?limit=1');
    const id = answer.headers['x-request-id'];
    assert.match(id, ID);
    const line = await loggedByFront(id, 'GET /api/v1/notifications"', ' 200 ');
    assert.ok(!line.includes('limit'), 'the query is not logged');
});

test('what a client calls its request is not taken for it', async () => {
    const own = unique('chosen');
    for (const url of [`${stack.url}/api/v1/health`, `${stack.socketUrl}/socket.io/?EIO=4&transport=polling`]) {
        const answer = await request('GET', url, { headers: { 'X-Request-Id': own } });
        assert.equal(answer.status, 200);
        assert.match(answer.headers['x-request-id'], ID);
        assert.notEqual(answer.headers['x-request-id'], own);
    }
});

describe('sockets', () => {
    test('all requests of a polling session have one, and no other session has it', async () => {
        const url = `${stack.socketUrl}/socket.io/?EIO=4&transport=polling`;
        const first = await request('GET', url);
        const id = first.headers['x-request-id'];
        const { sid } = JSON.parse(first.text.slice(1));
        assert.match(id, ID);
        assert.ok(!sid.includes(id) && !id.includes(sid), 'the session id is a secret');
        const user = unique('user');
        const post = await request('POST', `${url}&sid=${sid}`, { body: `40{"token":"${token(user)}"}` });
        const poll = await request('GET', `${url}&sid=${sid}`);
        assert.deepEqual([post.headers['x-request-id'], poll.headers['x-request-id']], [id, id]);
        const unknown = await request('GET', `${url}&sid=${sid}x`);
        assert.equal(unknown.status, 400);
        assert.notEqual(unknown.headers['x-request-id'], id);
        await loggedByFront(id, 'POST /socket.io/"');
        const line = await waitFor(() => lines(pushdLog()).find((text) => text.includes(`userId=${user}`)), 'its line');
        assert.ok(line.includes(` request=${id} [WebSocketGateway] WebSocket client connected: `), line);
        assert.ok(!line.includes(sid), 'the session id is a secret');
    });

    test('a WebSocket, from connected to disconnected', async (t) => {
        const user = unique('user');
        const client = await connect(t, { user, roles: ['GENERAL_ADMIN'], transports: ['websocket'] });
        await client.subscribe(['events']);
        client.close();
        const its = () => lines(pushdLog()).filter((text) => text.includes(`userId=${user}`));
        await waitFor(() => its().length === 3, 'three lines');
        const ids = new Set(its().map((text) => / request=(\S+) \[/.exec(text)[1]));
        assert.equal(ids.size, 1);
        await loggedByFront([...ids][0], 'GET /socket.io/"', ' 101 ');
    });

    test('an event stream, and one that is refused', async () => {
        const refused = await request('GET', `${stack.socketUrl}/api/v1/sse?channels=nothing`, {
            headers: { Authorization: `Bearer ${token(unique('user'))}` },
        });
        assert.equal(refused.status, 400);
        await loggedByFront(refused.headers['x-request-id'], 'GET /api/v1/sse"', ' 400 ');
    });
});

describe('LOG_FORMAT=json', () => {
    test('each line is an object, whatever a client sends', async (t) => {
        const daemon = await startPushd(t, { LOG_FORMAT: 'json', AUTH_MODE: 'development' });
        const nasty = `${unique('u')}"},\n{"level":"forged\\`;
        const client = await connect(t, { url: daemon.url, query: { userId: nasty } }).catch(() => undefined);
        const user = unique('user');
        const other = await connect(t, { url: daemon.url, user, roles: ['GENERAL_ADMIN'] });
        const { id } = other.socket;
        await other.subscribe(['logs']);
        client?.close();
        other.close();
        const its = () => lines(daemon.log).map((text) => JSON.parse(text)).filter(({ message }) => message.includes(user));
        await waitFor(() => its().length === 3, 'three lines');
        for (const line of lines(daemon.log).map((text) => JSON.parse(text))) {
            const { requestId, ...rest } = line;
            assert.deepEqual(Object.keys(rest), ['time', 'level', 'context', 'message']);
            assert.match(line.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
            assert.ok(['error', 'warn', 'info', 'debug'].includes(line.level), line.level);
            assert.ok(requestId === undefined || ID.test(requestId), requestId);
        }
        const [connected] = its();
        assert.equal(connected.context, 'WebSocketGateway');
        assert.equal(connected.message, `WebSocket client connected: clientId=${id}, userId=${user}`);
        assert.equal(new Set(its().map(({ requestId }) => requestId)).size, 1);
    });
});

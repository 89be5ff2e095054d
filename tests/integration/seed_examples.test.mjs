// Every example of the project's own description, as it stands there: only the host is this stack's.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { before, describe, test } from 'node:test';
import { io } from 'socket.io-client';
import { startPushd } from './support/daemon.mjs';
import { assertKeys, assertTime, TIME } from './support/facts.mjs';
import { suiteScope } from './support/scope.mjs';
import { stack, stackSettings } from './support/stack.mjs';
import { call, failEvent, notifyUser, publishEvent, sql, writeLog } from './support/sql.mjs';
import { admin, token, unique } from './support/token.mjs';
import { waitFor, within } from './support/wait.mjs';

const HOST = stack.socketUrl;

const event = (socket, name) => within(new Promise((resolve) => { socket.once(name, resolve); }), name);
const command = (socket, name, ...payload) =>
    within(new Promise((resolve) => { socket.emit(name, ...payload, resolve); }), name);

/** The client of "Cliente JavaScript/TypeScript". */
function seedClient(t, userId, jwt) {
    const socket = io(`${HOST}/api/v1/ws`, {
        query: {
            userId,
        },
        auth: {
            token: jwt,
        },
    });
    t.after(() => socket.close());
    return socket;
}

async function connected(t, userId = unique('user'), roles = ['GENERAL_ADMIN']) {
    const socket = seedClient(t, userId, token(userId, roles));
    await event(socket, 'connect');
    return socket;
}

test('Cliente JavaScript/TypeScript', async (t) => {
    const socket = seedClient(t, 'user-123', token('user-123', ['STUDENT']));
    const said = [];
    socket.on('connect', () => {
        said.push('Connected:', socket.id);
    });
    socket.on('disconnect', () => {
        said.push('Disconnected');
    });
    await waitFor(() => said.length === 2, 'Connected');
    assert.match(said[1], /^[\w-]{20}$/);
    socket.disconnect();
    assert.equal(said[2], 'Disconnected');
});

describe('Suscripción y desuscripción', () => {
    const payload = {
        channels: ['events', 'dlq', 'dashboard', 'notifications', 'logs'],
        eventFilters: {
            eventTypes: ['RESOURCE_CREATED', 'RESERVATION_CREATED'],
            services: ['resources-service', 'availability-service'],
        },
        dlqFilters: {
            status: 'pending',
        },
        logFilters: {
            level: 'error',
            service: 'api-gateway',
        },
    };

    test('the answer, word for word', async (t) => {
        const socket = await connected(t);
        assert.deepEqual(await command(socket, 'subscribe', payload), {
            success: true,
            channels: ['events', 'dlq', 'dashboard', 'notifications', 'logs'],
        });
        assert.deepEqual(await command(socket, 'unsubscribe', { channels: ['logs'] }), {
            success: true,
            channels: ['events', 'dlq', 'dashboard', 'notifications'],
        });
    });

    test('the filters let through what they say', async (t) => {
        const user = unique('user');
        const socket = await connected(t, user);
        const mark = unique('mark');
        const got = [];
        socket.onAny((name, data) => {
            // the dashboard tells of recent events as well, and rules make operators' notifications of some
            if ((/^(event|log):/.test(name) && JSON.stringify(data).includes(mark)) || (name === 'notification:created' && data.userId === user)) {
                got.push([name, data.data?.n ?? data.message]);
            }
        });
        await command(socket, 'subscribe', payload);
        const publish = (event_type, service, n) => publishEvent({ event_type, service, data: { mark, n } });
        await publish('RESOURCE_CREATED', 'resources-service', 1);
        await publish('resource.created', 'availability-service', 2);
        await publish('RESOURCE_DELETED', 'resources-service', 3);
        await publish('RESERVATION_CREATED', 'stockpile-service', 4);
        const log = (level, service) =>
            writeLog({ level, service, context: mark, message: `${level} ${service}` });
        await log('error', 'api-gateway');
        await log('warn', 'api-gateway');
        await log('error', 'auth-service');
        await notifyUser(user, { message: 'last' });
        await waitFor(() => got.at(-1)?.[1] === 'last', 'the last push');
        assert.deepEqual(got, [
            ['event:created', 1], ['event:created', 2], ['log:error', 'error api-gateway'], ['notification:created', 'last'],
        ]);
    });
});

describe('Eventos en tiempo real', () => {
    const listening = async (t, ...channels) => {
        const user = unique('user');
        const socket = await connected(t, user);
        await command(socket, 'subscribe', { channels });
        return { socket, user };
    };
    /** The data of the first such push about `mine`. */
    const about = (socket, name, mine) => within(new Promise((resolve) => {
        socket.on(name, (data) => mine(data) && resolve(data));
    }), name);

    test('event:created, event:failed, event:replayed', async (t) => {
        const { socket } = await listening(t, 'events');
        const event_id = unique('event');
        const ours = (data) => data.eventId === event_id;
        const pushes = ['event:created', 'event:failed', 'event:replayed'].map((name) => about(socket, name, ours));
        await publishEvent({ event_type: 'RESOURCE_CREATED', service: 'resources-service', event_id, data: { name: 'Aula 1' } });
        await failEvent({ event_id, error: 'no pudo' });
        await call('replay_event', { event_id });
        const [created, failed, replayed] = await Promise.all(pushes);
        assertKeys(created, ['eventId', 'eventType', 'service', 'timestamp', 'data']);
        assertKeys(failed, ['eventId', 'error', 'service']);
        assertTime(replayed.replayTimestamp);
    });

    test('the five of the dead-letter queue', async (t) => {
        const { socket } = await listening(t, 'dlq');
        const stats = event(socket, 'dlq:stats:updated');
        const service = unique('service');
        const added = about(socket, 'dlq:event:added', (data) => data.originalEvent.service === service);
        const event_id = await publishEvent({ event_type: 'RESOURCE_CREATED', service });
        const dlqId = await failEvent({ event_id, error: 'no pudo', max_attempts: 1 });
        const ours = (data) => data.dlqId === dlqId;
        const retrying = about(socket, 'dlq:event:retrying', ours);
        const failed = about(socket, 'dlq:event:failed', ours);
        const resolved = about(socket, 'dlq:event:resolved', ours);
        assertKeys(await added, ['dlqId', 'originalEvent', 'error']);
        await waitFor(async () => (await sql('select * from bookly.dlq_claim($1)', [service]))[0], 'it to be due');
        assertKeys(await retrying, ['dlqId', 'attemptCount']);
        await call('dlq_fail', { dlq_id: dlqId, error: 'otra vez' });
        assertKeys(await failed, ['dlqId', 'attemptCount', 'maxAttempts']);
        await call('dlq_resolve', { dlq_id: dlqId, resolution: 'a mano', actor: 'ops' });
        assertKeys(await resolved, ['dlqId', 'resolution']);
        const data = await stats;
        assertKeys(data, ['stats', 'timestamp']);
        for (const key of ['total', 'pending', 'retrying', 'failed', 'resolved', 'byTopic', 'byService']) {
            assert.ok(key in data.stats, key);
        }
    });

    test('the three of the dashboard', async (t) => {
        const { socket } = await listening(t, 'dashboard');
        const updated = await event(socket, 'dashboard:metrics:updated');
        assertKeys(updated, ['metrics', 'dashboard', 'timestamp']);
        for (const key of ['avgLatency', 'throughput', 'totalEvents', 'failedEvents']) {
            assert.equal(typeof updated.metrics[key], 'number', key);
        }
        const [service, component] = [unique('service'), unique('component')];
        const ofService = about(socket, 'service:status:changed', (data) => data.service === service);
        const ofComponent = about(socket, 'infrastructure:status:changed', (data) => data.component === component);
        await call('report_service', { service, status: 'down' });
        await call('report_component', { component, status: 'up' });
        assertKeys(await ofService, ['service', 'status', 'timestamp']);
        assertKeys(await ofComponent, ['component', 'status', 'timestamp']);
    });

    test('the notifications: created, got, read, deleted', async (t) => {
        const { socket, user } = await listening(t, 'notifications');
        const mine = ({ userId }) => userId === user; // rules make operators' notifications of events
        const created = about(socket, 'notification:created', mine);
        const id = await notifyUser(user, { action_url: '/reservas/1' });
        for (const key of ['id', 'type', 'category', 'title', 'message', 'data', 'actionUrl']) {
            assert.ok(key in await created, key);
        }
        const response = await command(socket, 'notifications:get');
        assert.deepEqual(response.notifications.filter(mine).map((notification) => notification.id), [id]);
        const read = event(socket, 'notification:read');
        socket.emit('notifications:read', {
            notificationId: id,
        });
        assert.equal((await read).notificationId, id);
        const deleted = event(socket, 'notification:deleted');
        await command(socket, 'notifications:delete', { notificationId: id });
        assert.equal((await deleted).notificationId, id);
    });

    test('an id that does not exist, as the seed writes it: an exception and no more', async (t) => {
        const { socket } = await listening(t, 'notifications');
        const exception = event(socket, 'exception');
        socket.emit('notifications:read', {
            notificationId: 'notif-123',
        });
        assert.equal((await exception).code, 'not_found');
        assert.equal(socket.connected, true);
    });

    test('the logs, with the filters of "Filtros de Logs"', async (t) => {
        const socket = await connected(t);
        const logFilters = {
            level: 'error',
            service: 'api-gateway',
            context: 'EventBus',
        };
        await command(socket, 'subscribe', {
            channels: ['logs'],
            logFilters,
        });
        const message = unique('message');
        const got = about(socket, 'log:error', (log) => log.message === message);
        const line = { level: 'error', service: 'api-gateway', context: 'EventBusService', message };
        await writeLog({ ...line, context: 'Http' });
        await writeLog({ ...line, stack: 'Error: x\n  at y', metadata: { code: 7 } });
        const log = await got;
        for (const key of ['timestamp', 'level', 'service', 'context', 'message', 'metadata', 'stack']) {
            assert.ok(log[key], key);
        }
        assert.equal(log.context, 'EventBusService');
    });
});

describe('Endpoints REST, with curl', () => {
    /** A block of the seed run by a shell, only its host replaced. */
    async function curl(block, TOKEN) {
        const script = block.replaceAll('http://localhost:3000', stack.url).replace('curl', 'curl -sS -w "\\n%{http_code}"');
        const { stdout } = await promisify(execFile)('sh', ['-c', script], { env: { PATH: process.env.PATH, TOKEN } });
        const at = stdout.lastIndexOf('\n');
        return { status: Number(stdout.slice(at + 1)), json: JSON.parse(stdout.slice(0, at)) };
    }

    test('GET /notifications?unreadOnly=true', async () => {
        const user = unique('user');
        const ids = [await notifyUser(user), await notifyUser(user)];
        await call('notification_read', { user_id: user, notification_id: ids[0] });
        const answer = await curl(`curl -H "Authorization: Bearer $TOKEN" \\
  http://localhost:3000/api/v1/notifications?unreadOnly=true`, token(user));
        assert.equal(answer.status, 200);
        assert.deepEqual(answer.json.map(({ id }) => id), [ids[1]]);
        assertKeys(answer.json[0], [
            'id', 'userId', 'type', 'category', 'title', 'message', 'data', 'actionUrl', 'read', 'createdAt',
        ]);
    });

    test('GET /notifications/unread/count', async () => {
        const user = unique('user');
        await notifyUser(user);
        const answer = await curl(`curl -H "Authorization: Bearer $TOKEN" \\
  http://localhost:3000/api/v1/notifications/unread/count`, token(user));
        assert.equal(answer.status, 200);
        assert.equal(answer.json.count, 1);
    });

    test('POST /notifications/:id/read', async () => {
        const user = unique('user');
        const id = await notifyUser(user);
        const block = `curl -X POST -H "Authorization: Bearer $TOKEN" \\
  http://localhost:3000/api/v1/notifications/notif-123/read`;
        const answer = await curl(block.replace('notif-123', id), token(user));
        assert.equal(answer.status, 200);
        assert.deepEqual([answer.json.success, answer.json.unreadCount], [true, 0]);
        assert.equal((await curl(block, token(user))).status, 404);
    });

    test('POST /notifications/read-all', async () => {
        const user = unique('user');
        await notifyUser(user);
        await notifyUser(user);
        const answer = await curl(`curl -X POST -H "Authorization: Bearer $TOKEN" \\
  http://localhost:3000/api/v1/notifications/read-all`, token(user));
        assert.equal(answer.status, 200);
        assert.deepEqual([answer.json.success, answer.json.count, answer.json.unreadCount], [true, 2, 0]);
    });

    test('DELETE /notifications/:id', async () => {
        const user = unique('user');
        const id = await notifyUser(user);
        const block = `curl -X DELETE -H "Authorization: Bearer $TOKEN" \\
  http://localhost:3000/api/v1/notifications/notif-123`;
        const answer = await curl(block.replace('notif-123', id), token(user));
        assert.equal(answer.status, 200);
        assert.deepEqual([answer.json.success, answer.json.unreadCount], [true, 0]);
        assert.equal((await curl(block, token(user))).status, 404);
    });

    test('GET /notifications/logs/recent?level=error&limit=50', async () => {
        const message = unique('message');
        await writeLog({ level: 'error', service: 'api-gateway', context: 'EventBus', message });
        const answer = await curl(`curl -H "Authorization: Bearer $TOKEN" \\
  "http://localhost:3000/api/v1/notifications/logs/recent?level=error&limit=50"`, admin());
        assert.equal(answer.status, 200);
        assert.ok(answer.json.length >= 1 && answer.json.length <= 50);
        assert.ok(answer.json.every((log) => log.level === 'error'));
        const log = answer.json.find((entry) => entry.message === message);
        assertKeys(log, ['id', 'timestamp', 'level', 'service', 'context', 'message', 'metadata', 'stack']);
        assert.match(log.timestamp, TIME);
    });

    test('GET /notifications/logs/stats', async () => {
        await writeLog({ level: 'error', service: 'auth-service', context: 'c', message: 'm' });
        const answer = await curl(`curl -H "Authorization: Bearer $TOKEN" \\
  http://localhost:3000/api/v1/notifications/logs/stats`, admin());
        assert.equal(answer.status, 200);
        assertKeys(answer.json, ['total', 'byLevel', 'byService', 'recentErrors']);
        assertKeys(answer.json.byLevel, ['error', 'warn', 'info', 'debug']);
        const sum = (object) => Object.values(object).reduce((a, b) => a + b, 0);
        assert.equal(sum(answer.json.byLevel), answer.json.total);
        assert.equal(sum(answer.json.byService), answer.json.total);
        assert.ok(answer.json.total <= 1000);
        assert.ok(answer.json.recentErrors.length >= 1 && answer.json.recentErrors.length <= 10);
    });
});

test('Ejemplo Frontend React: the hook\'s calls in its order', async (t) => {
    const userId = unique('user');
    const state = { notifications: [], metrics: null, dlqStats: null, errors: [] };
    const newSocket = io(`${HOST}/api/v1/ws`, {
        query: { userId },
        auth: { token: token(userId, ['GENERAL_ADMIN']) },
    });
    t.after(() => newSocket.close());
    // emitted before connect, as the hook does
    newSocket.emit('subscribe', {
        channels: ['dashboard', 'dlq', 'notifications', 'logs'],
        logFilters: { level: 'error' },
    });
    newSocket.on('dashboard:metrics:updated', (data) => {
        state.metrics = data.metrics;
    });
    newSocket.on('dlq:stats:updated', (data) => {
        state.dlqStats = data.stats;
    });
    newSocket.on('notification:created', (notification) => {
        state.notifications = [notification, ...state.notifications];
    });
    newSocket.on('log:error', (log) => {
        state.errors.push(log.message);
    });
    await waitFor(() => state.metrics && state.dlqStats, 'the first figures');
    const message = unique('message');
    await writeLog({ level: 'warn', service: 's', context: 'c', message });
    await writeLog({ level: 'error', service: 's', context: 'c', message });
    const ids = [await notifyUser(userId), await notifyUser(userId)];
    // other tests notify the role at the same time
    const own = () => state.notifications.map(({ id }) => id).filter((id) => ids.includes(id));
    await waitFor(() => own().length >= 2, () => `both notifications: ${JSON.stringify({ ids, connected: newSocket.connected, ...state })}`);
    assert.deepEqual(own(), ids.reverse());
    assert.equal(state.errors.filter((text) => text === message).length, 1);
    newSocket.close();
});

describe('Test Manual con Socket.IO Client', () => {
    const scope = suiteScope();
    let host = HOST;
    before(async () => {
        if (stackSettings().AUTH_MODE !== 'development') {
            ({ url: host } = await startPushd(scope, { AUTH_MODE: 'development' }));
        }
    });

    test('with nothing but ?userId=, in development mode', async (t) => {
        const socket = io(`${host}/api/v1/ws`, {
            query: { userId: 'test-user' },
        });
        t.after(() => socket.close());
        const said = [];
        let subscribed;
        socket.on('connect', () => {
            said.push('✅ Connected');
            socket.emit(
                'subscribe',
                {
                    channels: ['dashboard', 'notifications'],
                },
                (response) => {
                    subscribed = response;
                },
            );
        });
        socket.on('dashboard:metrics:updated', (data) => {
            said.push(['📊 Metrics:', data]);
        });
        socket.on('notification:created', (notification) => {
            said.push(['🔔 Notification:', notification]);
        });
        await waitFor(() => subscribed, 'Subscribed');
        assert.deepEqual(subscribed, { success: true, channels: ['dashboard', 'notifications'] });
        const id = await notifyUser('test-user');
        await waitFor(() => said.some(([what, data]) => what === '🔔 Notification:' && data.id === id), 'the notification');
        await waitFor(() => said.some(([what]) => what === '📊 Metrics:'), 'the metrics');
        assert.equal(said[0], '✅ Connected');
    });
});

test('Actualizaciones automáticas: the figures come again by themselves', async (t) => {
    const socket = await connected(t);
    const times = { 'dashboard:metrics:updated': [], 'dlq:stats:updated': [] };
    for (const [name, list] of Object.entries(times)) {
        socket.on(name, () => list.push(Date.now()));
    }
    await command(socket, 'subscribe', { channels: ['dashboard', 'dlq'] });
    const { WEBSOCKET_METRICS_INTERVAL = 5000, WEBSOCKET_DLQ_INTERVAL = 10000 } = stackSettings();
    const longest = Math.max(Number(WEBSOCKET_METRICS_INTERVAL), Number(WEBSOCKET_DLQ_INTERVAL));
    await waitFor(() => Object.values(times).every((list) => list.length >= 3), 'three of each', longest * 2 + 10000);
});

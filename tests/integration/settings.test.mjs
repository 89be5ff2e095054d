// Settings: the seed's own are taken, a bad one stops the program with one line that names it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connect, open, refused } from './support/client.mjs';
import { checkSettings, startPushd } from './support/daemon.mjs';
import { request } from './support/http.mjs';
import { unique } from './support/token.mjs';
import { within } from './support/wait.mjs';

test('the seed\'s block, with its values', async (t) => {
    const seed = {
        WEBSOCKET_ENABLED: 'true', WEBSOCKET_NAMESPACE: '/api/v1/ws', WEBSOCKET_METRICS_INTERVAL: '5000',
        WEBSOCKET_DLQ_INTERVAL: '10000', MAX_NOTIFICATIONS_PER_USER: '100', LOG_BUFFER_SIZE: '1000',
    };
    const inFile = await checkSettings(t, seed);
    assert.deepEqual([inFile.code, inFile.log], [0, '']);
    const inEnvironment = await checkSettings(t, {}, seed);
    assert.deepEqual([inEnvironment.code, inEnvironment.log], [0, '']);
});

describe('bad ones', () => {
    const cases = [
        ['WEBSOCKET_ENABLED', 'yes'], ['WEBSOCKET_NAMESPACE', 'ws'], ['WEBSOCKET_METRICS_INTERVAL', '0'],
        ['WEBSOCKET_METRICS_INTERVAL', '5s'], ['WEBSOCKET_DLQ_INTERVAL', '-1'], ['MAX_NOTIFICATIONS_PER_USER', '1e2'],
        ['LOG_BUFFER_SIZE', '99999999999999999999'], ['LOG_BUFFER_SIZE', ''], ['AUTH_MODE', 'open'],
        ['AUTH_DEVELOPMENT_ROLES', 'ROOT'], ['CHANNEL_ROLES_LOGS', 'GENERAL_ADMIN,NOBODY'], ['LOG_LEVEL', 'loud'],
        ['JWT_SECRET', 'short'], ['CORS_ORIGIN', 'bookly.com'], ['DATABASE_URL', ''], ['WEBSOCKET_INTERVAL', '5'],
        ['CHANNEL_ROLES_NOPE', '*'], ['DLQ_NOPE', '1'], ['NOPE', '1'],
    ];
    for (const [name, value] of cases) {
        test(`${name}=${value}`, async (t) => {
            const secretless = name === 'JWT_SECRET' ? { JWT_SECRET_FILE: undefined } : {};
            const { code, log } = await checkSettings(t, { ...secretless, [name]: value });
            assert.equal(code, 2, log);
            assert.ok(log.includes(name), log);
            assert.equal(log.trimEnd().split('\n').length, 1, log);
        });
    }

    test('an unknown name with one of our prefixes in the environment', async (t) => {
        const { code, log } = await checkSettings(t, {}, { WEBSOCKET_INTERVALL: '1' });
        assert.equal(code, 2);
        assert.ok(log.includes('WEBSOCKET_INTERVALL'));
        assert.equal((await checkSettings(t, {}, { UNRELATED: '1', PGUSER: 'x' })).code, 0);
    });

    test('no secret at all', async (t) => {
        const { code, log } = await checkSettings(t, {
            JWT_SECRET: undefined, JWT_SECRET_FILE: undefined, JWT_PUBLIC_KEYS: undefined,
        });
        assert.equal(code, 2);
        assert.match(log, /JWT_SECRET/);
    });

    test('development mode on an address that is not loopback', async (t) => {
        const { code, log } = await checkSettings(t, { AUTH_MODE: 'development', PUSH_BIND: '0.0.0.0' });
        assert.equal(code, 2, log);
        assert.match(log, /AUTH_MODE|PUSH_BIND/);
    });
});

test('WEBSOCKET_NAMESPACE names the other namespace', async (t) => {
    const { url } = await startPushd(t, { WEBSOCKET_NAMESPACE: '/tiempo-real' });
    await connect(t, { url, user: unique('user'), namespace: '/tiempo-real' });
    await connect(t, { url, user: unique('user') });
    assert.equal((await refused(t, { url, user: unique('user'), namespace: '/api/v1/ws' })).message, 'Invalid namespace');
});

test('WEBSOCKET_ENABLED=false answers 503 websocket_disabled', async (t) => {
    const { url } = await startPushd(t, { WEBSOCKET_ENABLED: 'false' }, 503);
    for (const path of ['/socket.io/', '/api/v1/ws']) {
        const answer = await request('GET', `${url}${path}?EIO=4&transport=polling`);
        assert.equal(answer.status, 503);
        assert.equal(answer.json.code, 'websocket_disabled');
    }
    const client = open(t, { url, user: unique('user') });
    await within(new Promise((resolve) => { client.socket.once('connect_error', resolve); }), 'connect_error');
});

test('CHANNEL_ROLES_* decide who may subscribe', async (t) => {
    const { url } = await startPushd(t, { CHANNEL_ROLES_LOGS: 'SECURITY,TEACHER', CHANNEL_ROLES_EVENTS: '*' });
    const subscribe = async (roles) => {
        const client = await connect(t, { url, user: unique('user'), roles });
        return (await client.command('subscribe', { channels: ['events', 'logs'] })).channels;
    };
    assert.deepEqual(await subscribe(['SECURITY']), ['events', 'logs']);
    assert.deepEqual(await subscribe(['GENERAL_ADMIN']), ['events']);
    assert.deepEqual(await subscribe([]), ['events']);
});

test('WEBSOCKET_MAX_CONNECTIONS: the next one gets 503 with Retry-After', async (t) => {
    const { url } = await startPushd(t, { WEBSOCKET_MAX_CONNECTIONS: '3', WEBSOCKET_CONNECT_TIMEOUT: '60000' });
    // the session that startPushd opened to look whether the daemon is up counts as well
    await connect(t, { url, user: unique('user'), transports: ['websocket'] });
    await connect(t, { url, user: unique('user'), transports: ['websocket'] });
    const answer = await request('GET', `${url}/socket.io/?EIO=4&transport=polling`);
    assert.equal(answer.status, 503);
    assert.match(answer.headers['retry-after'], /^\d+$/);
});

test('SIGTERM closes everybody with 1012 and ends with 0', async (t) => {
    const daemon = await startPushd(t);
    const client = await connect(t, { url: daemon.url, user: unique('user'), transports: ['websocket'] });
    const gone = new Promise((resolve) => { client.socket.once('disconnect', (reason, details) => resolve({ reason, details })); });
    daemon.child.kill('SIGTERM');
    const { reason, details } = await within(gone, 'the disconnect');
    assert.equal(reason, 'transport close', 'never a DISCONNECT packet: the client comes back by itself');
    assert.equal(details?.context?.code ?? 1012, 1012);
    assert.equal(await within(daemon.exited, 'the end of pushd'), 0);
});

// Browser origins: one rule for polling, the preflight and the WebSocket upgrade.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startPushd } from './support/daemon.mjs';
import { request } from './support/http.mjs';
import { RawPolling, RawWebSocket } from './support/raw.mjs';
import { suiteScope } from './support/scope.mjs';
import { stack } from './support/stack.mjs';
import { token, unique } from './support/token.mjs';

/** What a page of `origin` meets: the same answer on all three ways, or the test fails. */
async function outcome(t, url, origin, path = '/socket.io/') {
    const headers = origin === undefined ? {} : { Origin: origin };
    const polled = await request('GET', `${url}${path}?EIO=4&transport=polling`, { headers });
    const upgraded = await RawWebSocket.open(t, { url, path, headers }).then(() => 200, (error) => error.status);
    assert.equal(polled.status, upgraded, `polling ${polled.status}, WebSocket ${upgraded}`);
    if (polled.status === 200 && origin !== undefined) {
        assert.equal(polled.headers['access-control-allow-origin'], origin);
        assert.equal(polled.headers['access-control-allow-credentials'], 'true');
        assert.match(polled.headers.vary ?? '', /Origin/i);
    } else {
        assert.equal(polled.headers['access-control-allow-origin'], undefined);
    }
    return polled.status;
}

describe('by default only the same origin', () => {
    const scope = suiteScope();
    let url;
    let port;
    before(async () => {
        ({ url } = await startPushd(scope, { AUTH_MODE: 'token', CORS_ORIGIN: undefined }));
        ({ port } = new URL(url));
    });
    const cases = [
        ['no Origin is no browser', () => undefined, 200],
        ['its own', () => `http://127.0.0.1:${port}`, 200],
        ['its own, by another scheme', () => `https://127.0.0.1:${port}`, 200],
        ['another port', () => `http://127.0.0.1:${Number(port) + 1}`, 403],
        ['no port', () => 'http://127.0.0.1', 403],
        ['another name', () => `http://localhost:${port}`, 403],
        ['a name that begins like it', () => `http://127.0.0.1:${port}.evil.example`, 403],
        ['its own as a user name', () => `http://127.0.0.1:${port}@evil.example`, 403],
        ['null', () => 'null', 403],
        ['words', () => 'not an origin', 403],
    ];
    for (const [name, origin, status] of cases) {
        test(`${name}: ${status}`, async (t) => {
            assert.equal(await outcome(t, url, origin()), status);
        });
    }
});

describe('a list, as the seed configures production', () => {
    const scope = suiteScope();
    let url;
    before(async () => {
        ({ url } = await startPushd(scope, {
            AUTH_MODE: 'token', CORS_ORIGIN: 'https://bookly.com,https://app.bookly.com',
        }));
    });
    const cases = [
        ['https://bookly.com', 200], ['https://app.bookly.com', 200], ['http://bookly.com', 403],
        ['https://bookly.com:8443', 403], ['https://bookly.com.evil.example', 403], ['https://evilbookly.com', 403],
        ['null', 403], [undefined, 200],
    ];
    for (const [origin, status] of cases) {
        for (const path of ['/socket.io/', '/api/v1/ws']) {
            test(`${origin} at ${path}: ${status}`, async (t) => {
                assert.equal(await outcome(t, url, origin, path), status);
            });
        }
    }

    test('the preflight', async () => {
        const preflight = (origin) => request('OPTIONS', `${url}/socket.io/?EIO=4&transport=polling&sid=x`, {
            headers: {
                Origin: origin, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type,authorization',
            },
        });
        const good = await preflight('https://bookly.com');
        assert.ok([200, 204].includes(good.status), `${good.status}`);
        assert.equal(good.headers['access-control-allow-origin'], 'https://bookly.com');
        assert.equal(good.headers['access-control-allow-credentials'], 'true');
        assert.match(good.headers['access-control-allow-methods'], /POST/);
        assert.match(good.headers['access-control-allow-headers'], /content-type/i);
        assert.match(good.headers['access-control-allow-headers'], /authorization/i);
        const bad = await preflight('https://evil.example');
        assert.equal(bad.headers['access-control-allow-origin'], undefined);
    });

    test('every answer of a session carries the header, the refusals too', async () => {
        const headers = { Origin: 'https://bookly.com' };
        const raw = await RawPolling.open({ url, headers });
        const posted = await raw.post(`40${JSON.stringify({ token: token(unique('user')) })}`);
        assert.equal(posted.headers['access-control-allow-origin'], headers.Origin);
        const unknown = await request('GET', `${url}/socket.io/?EIO=4&transport=polling&sid=x`, { headers });
        assert.equal(unknown.status, 400);
        assert.equal(unknown.headers['access-control-allow-origin'], headers.Origin);
        await raw.post('1');
    });
});

test('development takes any page, but null', async (t) => {
    const { url } = await startPushd(t, { AUTH_MODE: 'development', CORS_ORIGIN: undefined });
    assert.equal(await outcome(t, url, 'https://anything.example:8443'), 200);
    assert.equal(await outcome(t, url, 'null'), 403);
});

test('through the front server its own pages are the same origin', async (t) => {
    const { origin } = new URL(stack.url);
    assert.equal(await outcome(t, stack.url, origin), 200);
    assert.equal(await outcome(t, stack.url, origin, '/api/v1/ws'), 200);
    assert.equal(await outcome(t, stack.url, 'null'), 403);
});

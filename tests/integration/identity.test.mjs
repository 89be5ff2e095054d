// Who is let in: tokens of every kind, the Authorization header, ?userId=, development mode, key files.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createPublicKey, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { NAMESPACES, connect, open, refused } from './support/client.mjs';
import { startPushd, temporaryFolder } from './support/daemon.mjs';
import { CHANNELS } from './support/facts.mjs';
import { RawPolling, RawWebSocket } from './support/raw.mjs';
import { request } from './support/http.mjs';
import { suiteScope } from './support/scope.mjs';
import {
    admin, claimsOf, ecPair, refusedTokens, rsaPair, signToken, token, unique,
} from './support/token.mjs';
import { within } from './support/wait.mjs';

const WEBSOCKET = ['websocket'];

async function assertRefusal(t, options, code) {
    const error = await refused(t, { transports: WEBSOCKET, ...options });
    assert.equal(error.data?.code, code, `${error.message} ${JSON.stringify(error.data)}`);
    assert.deepEqual(Object.keys(error.data), ['code']);
    assert.notEqual(error.message, '');
}

describe('refused tokens', () => {
    const user = unique('user');
    for (const [name, value, code] of refusedTokens(user)) {
        test(`${name}: ${code}`, (t) => assertRefusal(t, { token: value, query: { userId: user } }, code));
    }

    test('a token that is no text', async (t) => {
        for (const value of [7, true, ['x'], { a: 1 }]) {
            await assertRefusal(t, { auth: { token: value } }, 'token_invalid');
        }
    });

    test('the refusal to the letter, in both namespaces, and nothing but it', async (t) => {
        for (const namespace of NAMESPACES) {
            const raw = await RawWebSocket.open(t);
            const text = await raw.join(namespace, { token: 'wrong' });
            const prefix = namespace === '/' ? '44' : `44${namespace},`;
            assert.ok(text.startsWith(`${prefix}{`), text);
            const error = JSON.parse(text.slice(prefix.length));
            assert.deepEqual(Object.keys(error), ['message', 'data']);
            assert.deepEqual(error.data, { code: 'token_invalid' });
            assert.equal(raw.open, true);
        }
    });

    test('over polling too', (t) => assertRefusal(t, { token: 'wrong', transports: ['polling'] }, 'token_invalid'));

    test('a refused token is never written to the log', async (t) => {
        const daemon = await startPushd(t, { LOG_LEVEL: 'debug' });
        const secretPart = randomBytes(20).toString('hex');
        await assertRefusal(t, { url: daemon.url, token: `a.${secretPart}.c` }, 'token_invalid');
        const good = token(unique('user'));
        const client = await connect(t, { url: daemon.url, token: good });
        client.close();
        assert.ok(!daemon.log.includes(secretPart) && !daemon.log.includes(good.split('.')[2]));
    });
});

describe('the Authorization header', () => {
    const bearer = (value) => ({ extraHeaders: { Authorization: `Bearer ${value}` } });

    test('lets in over both transports', async (t) => {
        for (const transports of [WEBSOCKET, ['polling']]) {
            const client = await connect(t, { ...bearer(admin()), transports });
            assert.equal((await client.subscribe(['logs'])).success, true);
        }
    });

    test('is refused when it is wrong', async (t) => {
        await assertRefusal(t, bearer('wrong'), 'token_invalid');
        await assertRefusal(t, bearer(token('u', [], { exp: 1000 })), 'token_expired');
    });

    test('must agree with ?userId=', async (t) => {
        const user = unique('user');
        await connect(t, { ...bearer(token(user)), query: { userId: user } });
        await assertRefusal(t, { ...bearer(token(user)), query: { userId: 'other' } }, 'user_mismatch');
    });
});

describe('?userId= beside a token', () => {
    test('may repeat the sub', (t) => {
        const user = unique('user ñ/&');
        return connect(t, { user, query: { userId: user } });
    });

    test('may not name another', async (t) => {
        for (const namespace of NAMESPACES) {
            await assertRefusal(t, { user: unique('user'), query: { userId: 'other' }, namespace }, 'user_mismatch');
        }
    });
});

describe('AUTH_MODE=token', () => {
    const scope = suiteScope();
    let url;
    before(async () => {
        ({ url } = await startPushd(scope, { AUTH_MODE: 'token' }));
    });

    test('nobody without a token, whatever stands for none', async (t) => {
        for (const auth of [undefined, {}, { token: null }, { token: '' }]) {
            await assertRefusal(t, { url, auth, query: { userId: 'user-123' } }, 'token_missing');
            await assertRefusal(t, { url, auth }, 'token_missing');
        }
    });

    test('a token in the address is not read', (t) =>
        assertRefusal(t, { url, query: { token: admin(), access_token: admin() } }, 'token_missing'));

    test('a good token', async (t) => {
        const client = await connect(t, { url, user: unique('user'), roles: ['GENERAL_ADMIN'] });
        assert.equal((await client.subscribe(CHANNELS)).denied, undefined);
    });

    test('the longest sub, 128 characters', (t) => connect(t, { url, user: 'ñ'.repeat(128) }));
});

describe('AUTH_MODE=development', () => {
    const scope = suiteScope();
    let url;
    before(async () => {
        ({ url } = await startPushd(scope, {
            AUTH_MODE: 'development', AUTH_DEVELOPMENT_ROLES: undefined, CORS_ORIGIN: undefined,
        }));
    });

    test('?userId= alone is enough, with the roles of the setting', async (t) => {
        for (const transports of [WEBSOCKET, ['polling'], undefined]) {
            const client = await connect(t, { url, transports, query: { userId: unique('user') } });
            const answer = await client.subscribe(CHANNELS);
            assert.equal(answer.denied, undefined);
            assert.equal(answer.channels.length, CHANNELS.length);
        }
    });

    test('AUTH_DEVELOPMENT_ROLES gives others', async (t) => {
        const student = await startPushd(t, { AUTH_MODE: 'development', AUTH_DEVELOPMENT_ROLES: 'STUDENT' });
        const client = await connect(t, { url: student.url, query: { userId: unique('user') } });
        const answer = await client.command('subscribe', { channels: ['logs', 'notifications'] });
        assert.deepEqual(answer, {
            success: true, channels: ['notifications'], denied: [{ channel: 'logs', code: 'forbidden' }],
        });
    });

    test('neither token nor userId', async (t) => {
        await assertRefusal(t, { url }, 'token_missing');
        await assertRefusal(t, { url, query: { userId: '' } }, 'token_missing');
    });

    test('a wrong token is refused all the same', async (t) => {
        await assertRefusal(t, { url, token: 'wrong', query: { userId: 'user-123' } }, 'token_invalid');
        await assertRefusal(t, { url, user: 'user-123', query: { userId: 'user-124' } }, 'user_mismatch');
    });

    /** The code of the CONNECT_ERROR, or 'in', for a raw polling handshake with these headers. */
    async function outcome(headers) {
        const { host, port } = new URL(url);
        const handshake = await request('GET', `${url}/socket.io/?EIO=4&transport=polling&userId=dev`, {
            headers: { Host: host, ...headers(port) },
        });
        if (handshake.status !== 200) {
            return handshake.status;
        }
        const raw = new RawPolling(`${url}/socket.io/`, { Host: host, ...headers(port) });
        raw.sid = JSON.parse(handshake.text.slice(1)).sid;
        assert.equal((await raw.post('40')).status, 200);
        const text = await raw.next((packet) => /^4[04]/.test(packet));
        await raw.post('1');
        return text.startsWith('40') ? 'in' : JSON.parse(text.slice(2)).data.code;
    }

    const cases = [
        ['Host localhost', (port) => ({ Host: `localhost:${port}` }), 'in'],
        ['Host 127.0.0.1 without a port', () => ({ Host: '127.0.0.1' }), 'in'],
        ['Host [::1]', (port) => ({ Host: `[::1]:${port}` }), 'in'],
        ['a page of localhost', () => ({ Origin: 'http://localhost:5173' }), 'in'],
        ['a page of 127.0.0.1', () => ({ Origin: 'http://127.0.0.1:8080' }), 'in'],
        ['a page of [::1]', () => ({ Origin: 'http://[::1]:8080' }), 'in'],
        ['Host of another name', () => ({ Host: 'bookly.com' }), 'token_missing'],
        ['Host that begins like localhost', () => ({ Host: 'localhost.evil.example' }), 'token_missing'],
        ['a page of another name', () => ({ Origin: 'https://evil.example' }), 'token_missing'],
        ['a page of localhost.evil.example', () => ({ Origin: 'http://localhost.evil.example' }), 'token_missing'],
        ['a page with localhost as its user, which is no origin', () => ({ Origin: 'http://localhost@evil.example' }), 403],
        ['a loopback client of a front server', () => ({ 'X-Forwarded-For': '127.0.0.1' }), 'in'],
        ['a client from elsewhere', () => ({ 'X-Forwarded-For': '203.0.113.7' }), 'token_missing'],
        ['a client that claims to be local', () => ({ 'X-Forwarded-For': '127.0.0.1, 203.0.113.7' }), 'token_missing'],
        ['an IPv6 client from elsewhere', () => ({ 'X-Forwarded-For': '2001:db8::7' }), 'token_missing'],
    ];
    for (const [name, headers, expected] of cases) {
        test(`${name}: ${expected}`, async () => {
            assert.equal(await outcome(headers), expected);
        });
    }
});

describe('keys from files', () => {
    const scope = suiteScope();
    const rsa = rsaPair();
    const ec = ecPair();
    const user = unique('user');
    const claims = (extra) => claimsOf(user, ['GENERAL_ADMIN'], extra);
    const rs = (header = {}, extra = {}) =>
        signToken(claims(extra), { algorithm: 'RS256', key: rsa.privateKey, header });
    const es = (header = {}, extra = {}) =>
        signToken(claims(extra), { algorithm: 'ES256', key: ec.privateKey, header });
    const without = { JWT_SECRET: undefined, JWT_SECRET_FILE: undefined, AUTH_MODE: 'token' };
    const daemons = {};

    before(async () => {
        const folder = temporaryFolder(scope);
        const pem = join(folder, 'pem');
        mkdirSync(pem);
        writeFileSync(join(pem, 'rsa-1.pem'), rsa.publicKey);
        writeFileSync(join(pem, 'ec-1.pem'), ec.publicKey);
        const jwk = (key, kid, alg) => ({ ...createPublicKey(key).export({ format: 'jwk' }), kid, alg, use: 'sig' });
        const set = join(folder, 'jwks.json');
        writeFileSync(set, JSON.stringify({
            keys: [jwk(rsa.publicKey, 'rsa-1', 'RS256'), jwk(ec.publicKey, 'ec-1', 'ES256')],
        }));
        daemons['PEM files'] = await startPushd(scope, { ...without, JWT_PUBLIC_KEYS: pem });
        daemons['a JWKS file'] = await startPushd(scope, { ...without, JWT_PUBLIC_KEYS: set });
        daemons['issuer and audience'] = await startPushd(scope, {
            JWT_ISSUER: 'https://id.bookly.example', JWT_AUDIENCE: 'bookly', AUTH_MODE: 'token',
        });
    });

    for (const where of ['PEM files', 'a JWKS file']) {
        const good = [
            ['RS256 with its kid', () => rs({ kid: 'rsa-1' })],
            ['ES256 with its kid', () => es({ kid: 'ec-1' })],
            ['RS256 without a kid, one such key', () => rs()],
            ['ES256 without a kid, one such key', () => es()],
        ];
        for (const [name, make] of good) {
            test(`${where}: ${name}`, async (t) => {
                const client = await connect(t, { url: daemons[where].url, token: make() });
                assert.deepEqual((await client.subscribe(['logs'])).channels, ['logs']);
            });
        }
        const bad = [
            ['unknown kid', () => rs({ kid: 'rsa-2' })],
            ['kid of the other kind', () => rs({ kid: 'ec-1' })],
            ['kid that climbs', () => rs({ kid: '../pem/rsa-1' })],
            ['kid as a number', () => rs({ kid: 1 })],
            ['HS256 signed with the RSA public key', () =>
                signToken(claims(), { key: rsa.publicKey, header: { kid: 'rsa-1' } })],
            ['HS256 signed with the EC public key, no kid', () => signToken(claims(), { key: ec.publicKey })],
            ['HS256 with a secret that is not set', () => signToken(claims())],
            ['HS256 with an empty key', () => signToken(claims(), { key: '' })],
            ['ES256 in DER', () =>
                signToken(claims(), { algorithm: 'ES256-DER', key: ec.privateKey, header: { kid: 'ec-1' } })],
            ['RS256 of another pair', () =>
                signToken(claims(), { algorithm: 'RS256', key: rsaPair().privateKey, header: { kid: 'rsa-1' } })],
            ['a key in the token itself', () => {
                const own = rsaPair();
                return signToken(claims(), {
                    algorithm: 'RS256', key: own.privateKey,
                    header: { jwk: createPublicKey(own.publicKey).export({ format: 'jwk' }) },
                });
            }],
            ['none', () => signToken(claims(), { algorithm: 'none', header: { kid: 'rsa-1' } })],
        ];
        for (const [name, make] of bad) {
            test(`${where}: ${name} is refused`, (t) =>
                assertRefusal(t, { url: daemons[where].url, token: make() }, 'token_invalid'));
        }
        test(`${where}: RS256 that has expired`, (t) =>
            assertRefusal(t, { url: daemons[where].url, token: rs({}, { exp: 1000 }) }, 'token_expired'));
    }

    const iss = 'https://id.bookly.example';
    const aimed = [
        ['issuer and audience as configured', { iss, aud: 'bookly' }, true],
        ['audience in a list', { iss, aud: ['other', 'bookly'] }, true],
        ['no issuer', { aud: 'bookly' }, false],
        ['another issuer', { iss: `${iss}/`, aud: 'bookly' }, false],
        ['no audience', { iss }, false],
        ['another audience', { iss, aud: 'bookly2' }, false],
        ['a list without it', { iss, aud: ['a', 'b'] }, false],
        ['audience as a number', { iss, aud: 1 }, false],
    ];
    for (const [name, extra, accepted] of aimed) {
        test(`${name}: ${accepted ? 'in' : 'refused'}`, async (t) => {
            const options = { url: daemons['issuer and audience'].url, token: token(user, [], extra), transports: WEBSOCKET };
            await (accepted ? connect(t, options) : assertRefusal(t, options, 'token_invalid'));
        });
    }
});

test('what is emitted before connect works at once after it', async (t) => {
    const client = open(t, { user: unique('user'), transports: WEBSOCKET });
    const answer = await within(
        new Promise((resolve) => { client.socket.emit('notifications:get', resolve); }),
        'the acknowledgement',
    );
    assert.equal(answer.success, true);
});

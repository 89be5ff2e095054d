// What tries to get in, or past the front server: smuggled requests, paths, other sites, cookies, guesses, tokens.
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect, refused } from '../integration/support/client.mjs';
import { request, rest } from '../integration/support/http.mjs';
import { Metrics, adminUrl, scrape } from '../integration/support/metrics.mjs';
import { RawWebSocket } from '../integration/support/raw.mjs';
import { suiteScope } from '../integration/support/scope.mjs';
import { stack, stackSettings } from '../integration/support/stack.mjs';
import { admin, refusedTokens, service, token, unique } from '../integration/support/token.mjs';
import { talk, watchedDaemon } from './support/attack.mjs';

const POLLING = '/socket.io/?EIO=4&transport=polling';
const { host } = new URL(stack.url);
const pushd = () => scrape(adminUrl());
const restMetrics = async () => new Metrics((await rest('GET', '/metrics', { token: service() })).text);
const unknownPaths = (metrics) => metrics.of('bookly_http_refusals_total', { reason: 'path' });

describe('requests that two readers could read as two', () => {
    const inner = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n';
    const size = inner.length;
    const chunked = `0\r\n\r\n${inner}`;
    const whole = (length) => `Content-Length: ${length}\r\n`;
    const TE = 'Transfer-Encoding: chunked\r\n';
    const UPGRADE = 'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

    /** name, headers, body: to a front server that reads one request, pushd behind it must not read `inner`. */
    const CASES = [
        ['length and chunks', whole(chunked.length) + TE, chunked],
        ['chunks and length', TE + whole(5), chunked],
        ['chunks, and length zero', TE + whole(0), chunked],
        ['two lengths', whole(0) + whole(size), inner],
        ['a list of lengths', `Content-Length: 0, ${size}\r\n`, inner],
        ['a signed length', `Content-Length: +${size}\r\n`, inner],
        ['a negative length', 'Content-Length: -1\r\n', inner],
        ['a hexadecimal length', 'Content-Length: 0x0\r\n', inner],
        ['a length with blanks inside', `Content-Length: 0 ${size}\r\n`, inner],
        ['a length beyond 64 bits', 'Content-Length: 18446744073709551616\r\n', inner],
        ['another encoding', `Transfer-Encoding: xchunked\r\n${whole(chunked.length)}`, chunked],
        ['identity beside chunked', `Transfer-Encoding: identity, chunked\r\n${whole(chunked.length)}`, chunked],
        ['chunked twice', `${TE}${TE}${whole(chunked.length)}`, chunked],
        ['chunked in quotes', `Transfer-Encoding: "chunked"\r\n${whole(chunked.length)}`, chunked],
        ['a tab before chunked', `Transfer-Encoding:\tchunked\r\n${whole(chunked.length)}`, chunked],
        ['a vertical tab before chunked', `Transfer-Encoding: \x0bchunked\r\n${whole(chunked.length)}`, chunked],
        ['a blank before the colon', `Transfer-Encoding : chunked\r\n${whole(chunked.length)}`, chunked],
        ['a folded line', `X-A: b\r\n Transfer-Encoding: chunked\r\n${whole(chunked.length)}`, chunked],
        ['a folded encoding', `Transfer-Encoding:\r\n chunked\r\n${whole(chunked.length)}`, chunked],
        ['a bare line feed', `X-A: b\nTransfer-Encoding: chunked\r\n${whole(chunked.length)}`, chunked],
        ['a bare carriage return', `X-A: b\rTransfer-Encoding: chunked\r\n${whole(chunked.length)}`, chunked],
        ['NUL in a name', `Transfer\0Encoding: chunked\r\n${whole(chunked.length)}`, chunked],
        ['an underscore for the hyphen', `Transfer_Encoding: chunked\r\n${whole(chunked.length)}`, chunked],
        ['a chunk size that overflows', TE, `10000000000000000\r\n${inner}`],
        ['a signed chunk size', TE, `-0\r\n\r\n${inner}`],
        ['a chunk size with a prefix', TE, `0x0\r\n\r\n${inner}`],
        ['a line feed in a chunk extension', TE, `0;a\nb\r\n\r\n${inner}`],
        ['trailers that are headers', TE, `0\r\nContent-Length: ${size}\r\n\r\n${inner}`],
        ['a body behind an upgrade', `${UPGRADE}${whole(size)}`, inner],
        ['chunks behind an upgrade', UPGRADE + TE, chunked],
        ['bytes behind an upgrade', UPGRADE, inner],
        ['an upgrade to another protocol', 'Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n', inner],
        ['a length that is taken away on the way', `Connection: Content-Length\r\n${whole(size)}`, inner],
    ];

    test('read by pushd, the one inside is counted', async () => {
        const earlier = unknownPaths(await pushd());
        await talk(stack.pushUrl, `GET ${POLLING} HTTP/1.1\r\nHost: x\r\n\r\n${inner}`, { until: (text) => text.includes('404') });
        assert.equal(unknownPaths(await pushd()), earlier + 1);
    });

    for (const method of ['POST', 'GET']) {
        for (const [name, headers, body] of CASES) {
            test(`${method}: ${name}`, async () => {
                const earlier = unknownPaths(await pushd());
                // a path of pushd's, so that whatever is left over lies on the connection to it
                const bytes = `${method} ${POLLING} HTTP/1.1\r\nHost: ${host}\r\n${headers}\r\n${body}`;
                await talk(stack.url, bytes, { close: true });
                // whoever comes next is answered, and gets their own answer
                const next = await request('GET', `${stack.url}${POLLING}`);
                assert.equal(next.status, 200, next.text);
                assert.match(next.text, /^0\{"sid"/);
                assert.equal(unknownPaths(await pushd()), earlier, 'pushd has read the request inside');
            });
        }
    }

    test('the address cannot be taken away on the way', async () => {
        const share = Number(stackSettings().WEBSOCKET_MAX_PER_ADDRESS);
        const from = `127.${[...randomBytes(3)].join('.')}`;
        const statuses = {};
        for (let i = 0; i < share + 5; i += 1) {
            const answer = await talk(stack.url, `GET ${POLLING} HTTP/1.1\r\nHost: ${host}\r\nConnection: close, X-Forwarded-For\r\n`
                + 'X-Forwarded-For: 127.0.0.1\r\nX_Forwarded_For: 127.0.0.1\r\n\r\n', { from });
            statuses[answer.slice(9, 12)] = (statuses[answer.slice(9, 12)] ?? 0) + 1;
        }
        assert.deepEqual(statuses, { 200: share, 429: 5 });
    });
});

describe('paths', () => {
    const root = fileURLToPath(new URL('../../apache/htdocs/', import.meta.url));
    const pages = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
        .map((entry) => readFileSync(`${entry.path}/${entry.name}`, 'latin1'));
    const up = ['..', '%2e%2e', '.%2e', '%2E.', '..%00', '%252e%252e', '%c0%ae%c0%ae', '..;', '..%5c', '...', '.%00.'];
    const separators = ['/', '%2f', '%5c', '\\', '//', '%252f', '/./'];
    const targets = ['etc/passwd', 'run/bookly.conf', 'secret/jwt_secret', 'Makefile'];
    const climbing = up.flatMap((step) => separators.map((slash) => [step, slash]))
        .flatMap(([step, slash], index) => ['/', '/app/', '/api/v1/', '/socket.io/'].map((start) =>
            `${start}${`${step}${slash}`.repeat(12)}${targets[index % targets.length]}`));
    const inside = ['metrics', 'healthz', 'readyz'].flatMap((name) => [
        `/${name}`, `/socket.io/../${name}`, `/socket.io/..%2f${name}`, `/api/v1/ws/../../../${name}`, `/api/v1/ws/%2e%2e/%2e%2e/%2e%2e/${name}`,
        `/api/v1/sse/..;/${name}`, `/socket.io/%2e%2e/${name}`, `/socket.io//${name}`, `/socket.io\\..\\${name}`, `/socket.io/./../${name}`,
    ]);
    const odd = ['/.git/config', '/.htaccess', '/bookly.fcgi', '/api/v1/bookly.fcgi', '/api/v1/../bookly.fcgi', '/cgi-bin/bookly.fcgi',
        '/server-status', '/errors/../../Makefile', '//etc/passwd', `http://${host}/../etc/passwd`, 'http://127.0.0.1:5432/', '*', '/%00', '/%ff',
        '/app/%2e%2e%2f%2e%2e%2fapache.conf', '/api/v1/health%00', '/api/v1/health;x', '/api/v1//notifications', '/API/V1/notifications'];

    test('none leads out of the site, to a file of the programs, or to what pushd says only at its own ports', async () => {
        for (const path of [...climbing, ...inside, ...odd]) {
            const answer = await talk(stack.url, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
            const end = answer.indexOf('\r\n\r\n');
            const body = answer.slice(end + 4);
            const status = answer.slice(9, 12);
            assert.doesNotMatch(body, /root:|JWT_SECRET|DATABASE_URL|bookly_sessions|"reasons"|ELF|^ok$/, path);
            if (status === '200') {
                assert.ok(pages.includes(body) || /"status":"(ok|up)"/.test(body) || /^\[?\{/.test(body), `${path}: ${body.slice(0, 200)}`);
            } else {
                assert.match(status, /^(30[12378]|4\d\d)$/, `${path}: ${answer.slice(0, 100)}`);
            }
            // without a token nothing of anybody's is told
            assert.ok(!/^\[/.test(body), path);
        }
    });
});

describe('whoever is not let in is counted', () => {
    const scope = suiteScope();
    let daemon;
    before(async () => {
        daemon = await watchedDaemon(scope, { AUTH_MODE: 'token' });
    });
    const grown = (one, other, name, labels) => other.of(name, labels) - one.of(name, labels);

    test('pages of another site', async (t) => {
        const earlier = [await pushd(), await restMetrics()];
        const evil = { Origin: 'https://evil.example' };
        const good = token(unique('good'));
        const refusals = [
            await request('GET', `${stack.url}${POLLING}`, { headers: { ...evil, Origin: 'null' } }),
            await request('GET', `${stack.url}/api/v1/sse?channels=notifications`, { headers: { Origin: 'null', Authorization: `Bearer ${good}` } }),
            await rest('POST', '/tickets', { token: good, headers: { Origin: 'null' } }),
            await request('GET', `${daemon.url}${POLLING}`, { headers: evil }),
        ];
        assert.deepEqual(refusals.map(({ status }) => status), [403, 403, 403, 403]);
        refusals.forEach(({ headers }) => assert.equal(headers['access-control-allow-origin'], undefined));
        await assert.rejects(RawWebSocket.open(t, { url: stack.url, headers: { Origin: 'null' } }), { status: 403 });
        assert.equal(grown(earlier[0], await pushd(), 'bookly_handshakes_total', { outcome: 'origin_denied' }), 3);
        assert.equal(grown(earlier[1], await restMetrics(), 'bookly_rest_refusals_total', { code: 'origin_denied' }), 1);
        assert.equal((await daemon.metrics()).of('bookly_handshakes_total', { outcome: 'origin_denied' }), 1);
    });

    test('a token in a cookie, which a browser would send for any site', async (t) => {
        const good = admin();
        const headers = { Cookie: `token=${good}; access_token=${good}; Authorization=Bearer ${good}; io=${good}; session=${good}` };
        const earlier = [await daemon.metrics(), await restMetrics()];
        for (const path of ['/notifications', '/stream?channels=notifications']) {
            const answer = await rest('GET', path, { headers });
            assert.deepEqual([answer.status, answer.json.code, answer.headers['set-cookie']], [401, 'token_missing', undefined]);
        }
        const stream = await request('GET', `${daemon.url}/api/v1/sse?channels=notifications`, { headers });
        assert.equal(stream.status, 401);
        const error = await refused(t, { url: daemon.url, extraHeaders: headers });
        assert.equal(error.data.code, 'token_missing');
        assert.equal(grown(earlier[0], await daemon.metrics(), 'bookly_joins_total', { outcome: 'token_missing' }), 2);
        assert.equal(grown(earlier[1], await restMetrics(), 'bookly_rest_refusals_total', { code: 'token_missing' }), 2);
    });

    test('every broken kind of token, on a socket and by REST', async (t) => {
        const user = unique('user');
        const kinds = refusedTokens(user);
        const expected = {};
        kinds.forEach(([, , code]) => { expected[code] = (expected[code] ?? 0) + 1; });
        const earlier = await daemon.metrics();
        for (const [name, value, code] of kinds) {
            const error = await refused(t, { url: daemon.url, token: value, transports: ['websocket'] });
            assert.equal(error.data.code, code, name);
        }
        const now = await daemon.metrics();
        for (const [code, count] of Object.entries(expected)) {
            assert.equal(grown(earlier, now, 'bookly_joins_total', { outcome: code }), count, code);
        }
        assert.equal(grown(earlier, now, 'bookly_joins_total', { outcome: 'ok' }), 0);
        // those that fit into a header of the front server
        const sendable = kinds.filter(([, value]) => value.length < 4000 && /^[\x21-\x7e]+$/.test(value));
        const first = await restMetrics();
        for (const [name, value, code] of sendable) {
            const answer = await rest('GET', '/notifications', { token: value });
            assert.deepEqual([answer.status, answer.json.code], [401, code], name);
        }
        const last = await restMetrics();
        const refusals = ['token_invalid', 'token_expired', 'token_purpose']
            .reduce((sum, code) => sum + grown(first, last, 'bookly_rest_refusals_total', { code }), 0);
        assert.equal(refusals, sendable.length);
    });

    test('two Authorization headers are none', async () => {
        const answer = await talk(stack.url, `GET /api/v1/notifications HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n`
            + `Authorization: Bearer wrong\r\nAuthorization: Bearer ${admin()}\r\n\r\n`);
        assert.match(answer, /^HTTP\/1\.1 40[01] /);
    });

    test('guessed ids: of Engine.IO sessions, of durable ones, of tickets, of what is another user\'s', async (t) => {
        const GUESSES = 100;
        const earlier = await daemon.metrics();
        const victim = await connect(t, { url: daemon.url, user: unique('victim'), transports: ['websocket'] });
        const near = (id) => `${id.slice(0, -1)}${id.endsWith('A') ? 'B' : 'A'}`;
        const sids = [near(victim.socket.io.engine.id), ...Array.from({ length: GUESSES - 1 }, () => randomBytes(15).toString('base64url'))];
        for (const sid of sids) {
            const answer = await request('GET', `${daemon.url}${POLLING}&sid=${sid}`);
            assert.deepEqual([answer.status, answer.json.code], [400, 1], sid);
        }
        assert.equal(grown(earlier, await daemon.metrics(), 'bookly_handshakes_total', { outcome: 'not_found' }), GUESSES);
        // the victim's own, shown by somebody else, and one beside it: a fresh session, and nothing says which it was
        for (const pid of [victim.socket._pid, near(victim.socket._pid)]) {
            const thief = await connect(t, { url: daemon.url, auth: { token: token(unique('thief')), pid, offset: '' }, transports: ['websocket'] });
            assert.equal(thief.socket.recovered, false);
            assert.notEqual(thief.socket._pid, pid);
        }
        assert.deepEqual(victim.disconnects, []);
        for (const ticket of [randomBytes(15).toString('base64url'), '0', '%00', "' or true --"]) {
            const answer = await request('GET', `${daemon.url}/api/v1/sse?channels=notifications&ticket=${encodeURIComponent(ticket)}`);
            assert.ok([400, 401].includes(answer.status), `${ticket}: ${answer.status}`);
        }
        const owner = unique('owner');
        await rest('POST', '/notifications', { token: service(), body: { userId: owner, type: 'info', category: 'system', title: 't', message: 'm' } });
        const inbox = async () => (await rest('GET', '/notifications', { token: token(owner) })).json.map(({ id, read }) => ({ id, read }));
        const [{ id }] = await inbox();
        for (const guess of [id, randomUUID()]) {
            for (const [method, path] of [['GET', ''], ['DELETE', ''], ['POST', '/read']]) {
                const answer = await rest(method, `/notifications/${guess}${path}`, { token: token(unique('thief')) });
                assert.equal(answer.status, 404, `${method} ${path}`);
            }
        }
        assert.deepEqual(await inbox(), [{ id, read: false }]);
    });
});

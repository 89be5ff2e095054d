// The pages as files: what the front server says with each, and that they stay small.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { request } from './support/http.mjs';
import { stack } from './support/stack.mjs';

const htdocs = resolve(dirname(fileURLToPath(import.meta.url)), '../../apache/htdocs');
const TYPES = {
    '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml',
    '.json': 'application/', '.txt': 'text/plain', '.ts': 'text/plain', '.png': 'image/png',
};
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

function filesBelow(folder) {
    return readdirSync(folder).flatMap((name) => {
        const path = join(folder, name);
        return statSync(path).isDirectory() ? filesBelow(path) : [path];
    });
}

const files = filesBelow(htdocs);
const get = (path, headers = {}) => request('GET', `${stack.url}${path}`, { headers });

describe('the pages as files', () => {
    test('each is served as it is, with its type and a strict policy', async () => {
        assert.ok(files.length > 20);
        for (const path of ['/', ...files.map((file) => file.slice(htdocs.length))]) {
            const { status, headers, text } = await get(path);
            const file = path === '/' ? '/index.html' : path;
            assert.equal(status, 200, path);
            assert.ok(extname(file) in TYPES, `what type is ${file}?`);
            assert.ok(headers['content-type'].startsWith(TYPES[extname(file)]), `${path}: ${headers['content-type']}`);
            assert.equal(headers['content-security-policy'], POLICY, path);
            assert.equal(headers['x-content-type-options'], 'nosniff', path);
            assert.equal(headers['x-frame-options'], 'DENY', path);
            assert.equal(headers['referrer-policy'], 'no-referrer', path);
            assert.equal(headers['cache-control'], 'no-cache', `${path}: an update reaches browsers at once`);
            assert.equal(text, readFileSync(join(htdocs, file), 'utf8'), path);
        }
    });

    test('a browser that has a file is told that it is still the same', async () => {
        const { headers } = await get('/app/main.js');
        const again = await get('/app/main.js', { 'If-None-Match': headers.etag });
        assert.equal(again.status, 304);
    });

    test('text travels compressed, and what is the same then is told so as well', async () => {
        const zipped = { 'Accept-Encoding': 'gzip' };
        for (const path of ['/', '/app/main.js', '/style.css', '/icon.svg', '/vendor/LICENSES.txt']) {
            const { headers } = await get(path, zipped);
            assert.equal(headers['content-encoding'], 'gzip', path);
            assert.match(headers.vary, /accept-encoding/i, path);
            const again = await get(path, { ...zipped, 'If-None-Match': headers.etag });
            assert.equal(again.status, 304, path);
        }
    });

    test('an address that is none leads back to the pages', async () => {
        const { status, headers, text } = await get('/no/such/page');
        assert.equal(status, 404);
        assert.match(headers['content-type'], /^text\/html/);
        assert.equal(headers['content-security-policy'], POLICY);
        assert.match(text, /href="\/"/);
    });

    test('all of them are under 150 kB gzipped', () => {
        const total = files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
        assert.ok(total < 150000, `${total} bytes`);
    });

    test('folders are not listed, and what is not there is not there', async () => {
        for (const path of ['/app/', '/vendor/']) {
            const { status, text } = await get(path);
            assert.ok([403, 404].includes(status), `${path}: ${status}`);
            assert.ok(!text.includes('main.js') && !text.includes('preact'), text);
        }
        assert.equal((await get('/app/no.js')).status, 404);
        assert.equal((await get('/../run/bookly.conf')).status, 404);
        assert.notEqual((await get('/%2e%2e/run/bookly.conf')).status, 200);
    });
});

// What a page must never do: an error on the console (a refusal by the Content-Security-Policy is one), an exception
// that nobody caught, a request to another host, a token in an address that a server sees.
import assert from 'node:assert/strict';
import { stack } from '../../integration/support/stack.mjs';

const JWT = /eyJ[\w-]+\.[\w-]+\.[\w-]*/;
// pages learn from the server's refusals what the caller's roles allow
const USUAL = [/the server responded with a status of 403 .*\/api\/v1\/stream\?/];

/** Watches all pages of a context. → {found (texts so far), allow(pattern…), assertNone()} */
export function watch(context) {
    const found = [];
    const allowed = [...USUAL];
    const address = (url) => {
        const { host, protocol } = new URL(url);
        if (['data:', 'blob:'].includes(protocol)) {
            return;
        }
        if (host !== new URL(stack.url).host) {
            found.push(`a request to another host: ${url}`);
        }
        if (JWT.test(url.split('#')[0])) {
            found.push(`a token in an address: ${url}`);
        }
    };
    context.on('request', (request) => address(request.url()));
    context.on('response', (response) => {
        const { pathname } = new URL(response.url());
        if (response.status() >= 400 && !pathname.startsWith('/api/v1') && !pathname.startsWith('/socket.io')) {
            found.push(`${response.status()} for ${response.url()}`);
        }
    });
    context.on('console', (message) => {
        if (message.type() === 'error') {
            found.push(`${message.text()} ${message.location().url ?? ''}`);
        }
    });
    context.on('weberror', (error) => found.push(`not caught: ${error.error().stack ?? error.error()}`));
    context.on('page', (page) => {
        page.on('websocket', (socket) => address(socket.url().replace(/^ws/, 'http')));
        page.on('crash', () => found.push('the page crashed'));
    });
    return {
        found,
        allow: (...patterns) => allowed.push(...patterns),
        assertNone: () => {
            const left = found.filter((text) => !allowed.some((pattern) => pattern.test(text)));
            assert.deepEqual(left, [], 'what the page complained about');
        },
    };
}

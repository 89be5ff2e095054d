// REST calls as users of some role make them, and what every refusal must look like.
import assert from 'node:assert/strict';
import { request, rest } from './http.mjs';
import { stack } from './stack.mjs';
import { token, unique } from './token.mjs';

/** Somebody with these roles: `get`, `post`, `put`, `remove`, `head` and the general `call`. */
export function caller(roles = [], user = unique('user')) {
    const bearer = token(user, roles);
    const call = (method, path, options = {}) => rest(method, path, { token: bearer, ...options });
    return {
        user,
        token: bearer,
        call,
        get: (path, options) => call('GET', path, options),
        head: (path, options) => call('HEAD', path, options),
        post: (path, body, options) => call('POST', path, { body, ...options }),
        put: (path, body, options) => call('PUT', path, { body, ...options }),
        remove: (path, options) => call('DELETE', path, options),
        /** Bytes as they are, with headers as they are. */
        raw: (method, path, body, headers = {}) =>
            request(method, `${stack.url}/api/v1${path}`, {
                body,
                headers: { Authorization: `Bearer ${bearer}`, ...headers },
            }),
    };
}

export const adminCaller = () => caller(['GENERAL_ADMIN'], unique('admin'));
export const serviceCaller = () => caller(['SERVICE'], unique('service'));

/** application/problem+json with all its members; field undefined: whatever it is. */
export function assertProblem(answer, status, code, field) {
    const shown = `${answer.status} ${answer.text}`;
    assert.equal(answer.status, status, shown);
    assert.match(answer.headers['content-type'], /^application\/problem\+json/, shown);
    const { type, title, detail, message } = answer.json;
    assert.equal(answer.json.status, status);
    assert.equal(answer.json.code, code, shown);
    for (const text of [type, title, detail, message]) {
        assert.equal(typeof text, 'string', shown);
        assert.notEqual(text, '');
    }
    if (field !== undefined) {
        assert.equal(answer.json.field, field, shown);
        assert.ok(detail.includes(field.replace(/^.*\./, '')) || detail.startsWith('line '), shown);
    }
}

/** The address of the next page, below /api/v1; undefined on the last one. */
export function nextPage(answer) {
    const match = /^<\/api\/v1([^>]*)>; rel="next"$/.exec(answer.headers.link ?? '');
    assert.equal(answer.headers.link === undefined, match === null, answer.headers.link);
    return match?.[1];
}

/** Follows Link to the end: the pages. */
export async function allPages(user, path) {
    const pages = [];
    for (let next = path; next; next = nextPage(pages.at(-1))) {
        pages.push(await user.get(next));
        assert.equal(pages.at(-1).status, 200, pages.at(-1).text);
        assert.ok(pages.length < 100, 'the pages end');
    }
    return pages;
}

// Everything that the server says must be what apache/docs/openapi.json and asyncapi.json say: method, path, status,
// headers, type and body of an answer, payloads of pushes and acknowledgements. Each schema is compiled once, when needed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { root } from './documented.mjs';

const read = (name) => JSON.parse(readFileSync(join(root, 'apache/docs', name), 'utf8'));
export const openapi = read('openapi.json');
export const asyncapi = read('asyncapi.json');

const ajv = new Ajv2020.default({ strict: false, validateSchema: false });
addFormats.default(ajv);
for (const [name, document] of Object.entries({ openapi, asyncapi })) {
    ajv.addSchema({ $id: `bookly:${name}`, ...document });
}
const pointer = (...keys) => keys.map((key) => `/${encodeURIComponent(String(key).replace(/~/g, '~0').replace(/\//g, '~1'))}`).join('');

function refuse(what, why, shown) {
    throw new Error(`not as described: ${what}: ${why}\n${JSON.stringify(shown)?.slice(0, 2000)}`);
}

/** Throws unless the value is what the schema at that place of the document says. */
function conform(document, keys, value, what) {
    const good = ajv.getSchema(`bookly:${document}#${pointer(...keys)}`);
    if (!good(value)) {
        refuse(what, ajv.errorsText(good.errors, { dataVar: 'it' }), value);
    }
}

/** Where it stands after its references were followed: [keys, value]. */
function follow(document, keys) {
    const value = keys.reduce((at, key) => at?.[key], document);
    return value?.$ref ? follow(document, value.$ref.slice(2).split('/').map((key) => key.replace(/~1/g, '/'))) : [keys, value];
}

const templates = Object.keys(openapi.paths)
    .sort((a, b) => (a.match(/\{/g)?.length ?? 0) - (b.match(/\{/g)?.length ?? 0)) // a literal segment wins
    .map((path) => [path, new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}${path.endsWith('/ws') ? '/?' : ''}$`)]);
const type = (media) => media.split(';')[0].trim().toLowerCase();

/** Where the answer is described. Methods and paths that there are not have theirs, too. */
function placeOf(method, path, status) {
    const [template] = templates.find(([, pattern]) => pattern.test(path)) ?? [];
    const item = openapi.paths[template];
    if (method === 'OPTIONS' && status === 204 && item) {
        return null;
    }
    const operation = item?.[method === 'HEAD' ? 'get' : method.toLowerCase()];
    if (operation && operation.responses[status]) {
        return ['paths', template, method === 'HEAD' ? 'get' : method.toLowerCase(), 'responses', status];
    }
    // Whatever is asked, these may come first: a forbidden origin, a method or path that cannot be.
    const sockets = /^\/(socket\.io|api\/v1\/(ws|sse))/.test(path);
    const general = sockets ? 'SocketRefusal' : `Problem${status}`;
    const may = operation ? [] : [400, 403, 404, 405, 413, 503];
    return may.includes(status) && (item ? status !== 404 : status !== 405) ? ['components', 'responses', general] : undefined;
}

function checkHeaders(keys, response, headers, what) {
    for (const name of Object.keys(response.headers ?? {})) {
        const [place, described] = follow(openapi, [...keys, 'headers', name]);
        const value = headers[name.toLowerCase()];
        if (value !== undefined) {
            conform('openapi', [...place, 'schema'], value, `${what}: ${name}`);
        } else if (described.required) {
            refuse(what, `${name} is missing`, headers);
        }
    }
}

/**
 * The answer to a request below the paths that openapi.json describes; others are none of its business.
 * `text` undefined: the body is not looked at (it may never end).
 */
export function checkAnswer(method, address, { status, headers, text }) {
    const { origin, pathname: path } = new URL(address);
    const isAdministration = openapi.paths[path]?.servers !== undefined && status !== 404;
    if (!isAdministration && (origin === process.env.BOOKLY_ADMIN_URL || !/^\/(api\/v1|socket\.io)\//.test(path))) {
        return;
    }
    const what = `${method} ${path} ${status}`;
    const place = placeOf(method, path, status);
    if (place === null) {
        return;
    }
    const [keys, response] = place ? follow(openapi, place) : [];
    if (!response) {
        refuse(what, 'there is no such answer', text);
    }
    const fromFront = /"type":"about:blank"/.test(text ?? ''); // in the program's place, without its headers
    checkHeaders(keys, fromFront ? { headers: {} } : response, headers, what);
    if (!response.content) {
        if (text) {
            refuse(what, 'a body', text);
        }
        return;
    }
    const media = Object.keys(response.content).find((one) => type(one) === type(headers['content-type'] ?? ''));
    if (!media) {
        refuse(what, `Content-Type ${headers['content-type']}`, text);
    }
    if (text !== undefined && method !== 'HEAD' && /json/.test(media) && headers['content-encoding'] === undefined) {
        conform('openapi', [...keys, 'content', media, 'schema'], JSON.parse(text), what);
    }
}

/** A body that was taken is one of those described. */
export function checkTaken(method, address, body, media) {
    const [template] = templates.find(([, pattern]) => pattern.test(new URL(address).pathname)) ?? [];
    const content = openapi.paths[template]?.[method.toLowerCase()]?.requestBody?.content;
    if (content && body && type(media ?? '') === 'application/json') {
        conform('openapi', ['paths', template, method.toLowerCase(), 'requestBody', 'content', 'application/json', 'schema'],
            JSON.parse(body), `${method} ${template}, the body that was taken`);
    }
}

const messages = new Map(Object.entries(asyncapi.components.messages).map(([key, { name }]) => [name, key]));

/** A push, whatever transport brought it. */
export function checkPush(event, data) {
    if (!messages.has(event)) {
        refuse(event, 'there is no such push', data);
    }
    conform('asyncapi', ['components', 'messages', messages.get(event), 'payload'], data, event);
}

/** What acknowledges a command; one that there is not, is refused, and a payload that was taken is one of those described. */
export function checkAcknowledgement(command, data, payload) {
    const key = messages.get(`${command} (acknowledgement)`);
    conform('asyncapi', key ? ['components', 'messages', key, 'payload'] : ['components', 'schemas', 'Refusal'], data, `${command}'s answer`);
    if (data.success && payload !== undefined && messages.has(command)) {
        conform('asyncapi', ['components', 'messages', messages.get(command), 'payload'], payload, `${command}, the payload that was taken`);
    }
}

/** What a plain WebSocket received: one frame. */
export function checkFrame(frame) {
    conform('asyncapi', ['components', 'messages', frame.ack === undefined ? 'push' : 'acknowledgement', 'payload'], frame, 'a frame');
    if (frame.ack === undefined) {
        checkPush(frame.event, frame.data);
    }
}

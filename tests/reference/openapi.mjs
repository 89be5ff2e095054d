// openapi.json: fcgi/routes.def with its answers (fcgi/bodies.json) and bodies (the rules in sql/), and pushd's own paths.
import { channels, errors, filters, filterValue, modelsOf, refer } from './models.mjs';
import { bodyOfSql, jsonOf, rows } from './tables.mjs';

const bodies = jsonOf('fcgi/bodies.json');
const types = new Map(rows('fcgi/types.def').map(([, name, absent, , what]) => [name, { absent, what }]));
const who = new Map(rows('fcgi/rules.def').map(([id, , , text]) => [id, text]));
const reasons = new Map(rows('fcgi/statuses.def').map(([code, reason]) => [Number(code), reason]));
const success = { answer_added: 201, answer_accepted: 202, logs_ingest: 202 };
const lists = ['answer_list', 'answer_whole_list', 'stream_answer'];
const pages = ['answer_list'];
const ANYWHERE = [400, 403, 408, 413, 429, 500, 503];

const header = (name) => ({ $ref: `#/components/headers/${name.replace(/-/g, '')}` });
const headers = (...names) => Object.fromEntries(names.map((name) => [name, header(name)]));

const filterOf = (key) => filters.filter((filter) => filter.key === key);
function valueOf(name, type) {
    const [filter] = filterOf(name);
    const text = { type: 'string', minLength: 1 };
    const many = (items) => ({ type: 'array', items });
    return {
        text: { ...text, maxLength: 200 },
        boolean: { type: 'boolean', default: false },
        limit: { type: 'integer', minimum: 1, maximum: 500, default: Number(types.get('limit').absent) },
        uuid: refer('Uuid'),
        time: { type: 'string', format: 'date-time' },
        filter: filter && many(filterValue(filter)),
        one: filter && filterValue(filter),
        channels: many(refer('Channel')),
        cursor: { type: 'string' },
    }[type];
}

function parametersOf(row) {
    const found = [];
    for (const word of row.words) {
        const [, place, name, type = 'text'] = /^([:?])(\w+)(?:=(\w+))?$/.exec(word) ?? [];
        const what = type === 'filter' || type === 'one' ? filterOf(name).map(({ values }) => values).join('; ') : types.get(type)?.what;
        if (place === ':') {
            found.push({ name, in: 'path', required: true, schema: type === 'uuid' ? refer('Uuid') : { type: 'string', minLength: 1 } });
        } else if (place === '?') {
            found.push(name === 'channels' ? { $ref: '#/components/parameters/channels' }
                : { name, in: 'query', description: what, schema: valueOf(name, type) });
        }
    }
    const shared = { key: 'idempotencyKey', correlation: 'correlationId' };
    found.push(...row.words.filter((word) => shared[word]).map((word) => ({ $ref: `#/components/parameters/${shared[word]}` })));
    if (row.method === 'GET') {
        found.push({ $ref: '#/components/parameters/ifNoneMatch' });
    }
    return found;
}

function bodyOf(row, known) {
    const word = row.words.find((one) => /^body(=|$)/.test(one));
    const members = row.words.filter((one) => one.startsWith('.')).map((one) => one.slice(1));
    if (!word && !members.length && !known.rules) {
        return undefined;
    }
    let schema = members.length ? {
        type: 'object',
        required: members,
        properties: Object.fromEntries(members.map((name) => [name, { type: 'string', minLength: 1 }])),
        additionalProperties: false,
    } : bodyOfSql(known.rules);
    schema = { ...schema, ...known.more, properties: { ...schema.properties, ...known.more?.properties } };
    const many = word === 'body=many' || known.many;
    if (many) {
        schema = { anyOf: [schema, { type: 'array', minItems: 1, items: schema }] };
    }
    const media = { schema, ...(known.example ? { example: known.example } : {}) };
    return {
        required: word !== 'body=optional',
        content: {
            'application/json': media,
            ...(known.lines ? { 'application/x-ndjson': { schema: { type: 'string' }, example: `${JSON.stringify(known.example)}\n` } } : {}),
        },
    };
}

function responsesOf(row, known, body) {
    const first = success[row.handler] ?? 200;
    const media = known.media ?? 'application/json';
    const schema = known.media ? { type: 'string' } : refer(known.answer);
    const common = ['X-Request-Id', ...(lists.includes(row.handler) ? ['X-Stream-Cursor'] : [])];
    const found = {};
    for (const status of [first, ...(known.also ?? [])]) {
        found[status] = {
            description: reasons.get(status),
            headers: headers(...common, ...(row.method === 'GET' && status === 200 ? ['ETag'] : []),
                ...(pages.includes(row.handler) ? ['Link'] : []), ...(status === 503 ? ['Retry-After'] : [])),
            content: { [media]: { schema }, ...(status >= 400 ? { 'application/problem+json': { schema: refer('Problem') } } : {}) },
        };
    }
    const problems = new Set([...ANYWHERE, ...(known.problems ?? [])]);
    const when = {
        304: row.method === 'GET',
        401: row.rule !== 'PUBLIC',
        404: row.pattern.includes(':'),
        409: row.method !== 'GET',
        415: body !== undefined,
        422: row.words.includes('key'),
    };
    Object.entries(when).filter(([, is]) => is).forEach(([status]) => problems.add(Number(status)));
    for (const status of problems) {
        found[status] ??= { $ref: `#/components/responses/${status === 304 ? 'NotModified' : `Problem${status}`}` };
    }
    return found;
}

function operationId({ method, pattern }) {
    const words = pattern.split(/[/-]/).filter(Boolean)
        .map((word) => (word.startsWith(':') ? `By${word[1].toUpperCase()}${word.slice(2)}` : word[0].toUpperCase() + word.slice(1)));
    return method.toLowerCase() + words.join('');
}

function operation(row) {
    const known = bodies[`${row.method} ${row.pattern}`];
    if (!known) {
        throw new Error(`fcgi/bodies.json has no ${row.method} ${row.pattern}`);
    }
    const body = bodyOf(row, known);
    return {
        tags: [row.pattern.split('/')[1]],
        operationId: operationId(row),
        summary: row.summary,
        description: `For: ${who.get(row.rule)}.`,
        security: row.rule === 'PUBLIC' ? [] : [{ token: [] }],
        parameters: parametersOf(row),
        ...(body ? { requestBody: body } : {}),
        responses: responsesOf(row, known, body),
    };
}

function restPaths() {
    const routes = rows('fcgi/routes.def').map(([method, pattern, rule, handler, , words, summary]) =>
        ({ method, pattern, rule, handler, words: words.split(/\s+/), summary }));
    const paths = {};
    for (const row of routes) {
        const path = `/api/v1${row.pattern.replace(/:(\w+)/g, '{$1}')}`;
        paths[path] = { ...paths[path], [row.method.toLowerCase()]: operation(row) };
    }
    const unknown = Object.keys(bodies).filter((key) => !routes.some(({ method, pattern }) => key === `${method} ${pattern}`));
    if (unknown.length) {
        throw new Error(`fcgi/routes.def has no ${unknown.join(', ')}`);
    }
    return paths;
}

function socketPaths() {
    const refused = { $ref: '#/components/responses/SocketRefusal' };
    const text = (type, description) => ({ description, content: { [type]: { schema: { type: 'string' } } } });
    const refusals = Object.fromEntries([400, 401, 403, 413, 429, 503].map((status) => [status, refused]));
    const plain = { description: 'Neither EIO nor an upgrade.', content: { 'application/json': { schema: refer('UpgradeRequired') } } };
    const engine = { 101: { description: 'A WebSocket.' }, 200: text('text/plain', 'Packets of Engine.IO.'), 426: plain, ...refusals };
    const paths = jsonOf('pushd/endpoints.json');
    for (const [path, item] of Object.entries(paths)) {
        if (!item.get.responses) { // an Engine.IO path
            item.get.responses = engine;
            item.post = {
                ...item.get,
                operationId: item.get.operationId.replace('get', 'post'),
                summary: 'packets of a polling client',
                requestBody: { content: { 'text/plain': { schema: { type: 'string' } } } },
                responses: { 200: text('text/html', 'ok'), ...refusals },
            };
        }
        if (!path.startsWith('/api') && !path.startsWith('/socket.io')) {
            item.servers = [{ url: 'http://127.0.0.1:3002', description: 'PUSH_ADMIN_BIND and PUSH_ADMIN_PORT' }];
        }
    }
    return paths;
}

/** A refusal with that status: which codes it may have is in the table of errors. */
function problemOf(status) {
    const codes = errors.filter((error) => error.status === status).map(({ code }) => code);
    return {
        description: `${reasons.get(status)}: ${codes.join(', ')}.`,
        ...([429, 503].includes(status) ? { headers: headers('Retry-After') } : {}),
        ...(status === 401 ? { headers: headers('WWW-Authenticate') } : {}),
        ...(status === 405 ? { headers: headers('Allow') } : {}),
        content: {
            'application/problem+json': {
                schema: {
                    allOf: [refer('Problem'), { properties: { status: { const: status }, code: { enum: codes } } }],
                },
            },
        },
    };
}

function components() {
    const text = (description, required = true) => ({ description, required, schema: { type: 'string', minLength: 1 } });
    const statuses = [...new Set(errors.map(({ status }) => status))].filter((status) => reasons.has(status)).sort();
    return {
        securitySchemes: {
            token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'HS256, RS256 or ES256; sub and exp are required, roles is an array.' },
            ticket: { type: 'apiKey', in: 'query', name: 'ticket', description: 'From POST /api/v1/tickets: good once, for 30 s.' },
        },
        parameters: {
            channels: { name: 'channels', in: 'query', required: true, description: types.get('channels').what, schema: valueOf('channels', 'channels') },
            idempotencyKey: { name: 'Idempotency-Key', in: 'header', description: 'Of this user; the same request again has the same answer and does nothing.', schema: { type: 'string', minLength: 1, maxLength: 200 } },
            correlationId: { name: 'X-Correlation-ID', in: 'header', description: 'Of events that name none; comes back in the answer.', schema: { type: 'string', minLength: 1, maxLength: 128 } },
            ifNoneMatch: { name: 'If-None-Match', in: 'header', description: 'The ETag of before: 304 when nothing has changed.', schema: { type: 'string' } },
            engineVersion: { name: 'EIO', in: 'query', schema: { const: '4' } },
            engineTransport: { name: 'transport', in: 'query', schema: { enum: ['polling', 'websocket'] } },
            engineSession: { name: 'sid', in: 'query', schema: { type: 'string' } },
        },
        headers: {
            ETag: text('For If-None-Match.'),
            Link: text('rel="next": the next page; absent on the last one.', false),
            XStreamCursor: { description: 'A place before the list was read: from there on nothing is missed.', required: true, schema: refer('Cursor') },
            XRequestId: text('Stands in the logs, too.'),
            RetryAfter: { description: 'Seconds.', required: true, schema: { type: 'string', pattern: '^\\d+$' } },
            WWWAuthenticate: text('Bearer, with the reason.'),
            Allow: text('The methods there are.'),
        },
        responses: {
            NotModified: { description: 'It is what the client has.', headers: headers('ETag') },
            SocketRefusal: {
                description: 'Why there is no socket.',
                content: {
                    'application/json': { schema: { anyOf: [refer('SocketProblem'), refer('EngineProblem')] } },
                    'application/problem+json': { schema: refer('Problem') },
                },
            },
            ...Object.fromEntries(statuses.map((status) => [`Problem${status}`, problemOf(status)])),
        },
    };
}

export function openapi() {
    const document = {
        openapi: '3.1.0',
        info: {
            title: 'Bookly Realtime',
            version: '1',
            summary: 'Events, dead letters, notifications, logs and a dashboard over HTTP.',
            description: 'Written by `make docs` from the tables in the code. Every GET is answered to HEAD as well, without the body; OPTIONS with 204 and '
                + '`Allow`. A literal segment wins over a named one. A path that is not described is 404 (Problem404), a method that is not is 405 (Problem405). Unknown query fields and members are refused. '
                + `Who may read what depends on the channel's roles: ${channels.map(({ id, name }) => `${name} (CHANNEL_ROLES_${id})`).join(', ')}.`,
        },
        servers: [{ url: '/', description: 'The front server.' }],
        security: [{ token: [] }],
        paths: { ...restPaths(), ...socketPaths() },
        components: components(),
    };
    document.components.schemas = modelsOf(document);
    return document;
}

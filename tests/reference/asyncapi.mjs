// asyncapi.json: the pushes and commands of the catalogue with their payloads (shared/catalogue/messages.json).
import { commands, modelsOf, pushes, refer } from './models.mjs';
import { jsonOf } from './tables.mjs';

const known = jsonOf('shared/catalogue/messages.json');

function sameNames(what, table, messages) {
    const names = table.map(({ event }) => event);
    const differing = [...names.filter((name) => !messages[name]), ...Object.keys(messages).filter((name) => !names.includes(name))];
    if (differing.length) {
        throw new Error(`${what}: shared/catalogue/messages.json and its table differ in ${differing.join(', ')}`);
    }
}

/** Where the text of a table, "{a, b?, c: …}", names other fields than the model. Texts that say more are left alone. */
export function textsThatDiffer() {
    const models = modelsOf(Object.values(known).flatMap((part) => Object.values(part)).flatMap((one) => (one.payload ? [one.payload, one.answer] : [one])).map(refer));
    const modelOf = (type) => models[type.replace('|null', '')] ?? {};
    const named = (text) => {
        const [, list] = /\{(.*)\}/.exec(text.replace(/: "[^"]*"(?:(?:, | or )"[^"]*")*/g, '').replace(/: \{[^{}]*\}/g, '')) ?? [];
        return list === undefined || / and /.test(text) ? undefined
            : list.split(',').map((field) => field.replace(/:.*/, '').replace('[]', '').trim()).filter(Boolean).sort().join();
    };
    const fields = ({ properties = {}, required = [] }) => Object.keys(properties)
        .map((name) => (required.includes(name) ? name : `${name}?`)).sort().join();
    const pairs = [
        ...pushes.map(({ event, payload }) => [event, payload, known.pushes[event]]),
        ...commands.flatMap(({ event, payload, answer }) => [
            [event, payload, known.commands[event].payload], [event, answer, known.commands[event].answer]]),
    ];
    return pairs.filter(([, text, type]) => named(text) !== undefined && named(text) !== fields(modelOf(type)))
        .map(([event, text, type]) => `${event}: ${text} is not the fields of ${type}`);
}

const key = (event) => event.replace(/[:-](\w)/g, (_, letter) => letter.toUpperCase());

function messages() {
    const pushed = pushes.map(({ event, channel, origin, when }) => [key(event), {
        name: event,
        summary: when,
        description: origin === 'STREAM' ? 'Of the stream: nobody misses one, and clients that come back get it.' : 'Made by the daemon, never stored.',
        ...(channel === 'NONE' ? {} : { tags: [{ name: channel.toLowerCase() }] }),
        payload: refer(known.pushes[event]),
    }]);
    const asked = commands.flatMap(({ event }) => [
        [key(event), { name: event, payload: refer(known.commands[event].payload), examples: [{ payload: known.commands[event].example }] }],
        [`${key(event)}Answer`, {
            name: `${event} (acknowledgement)`,
            payload: { anyOf: [refer(known.commands[event].answer), refer('Refusal')] },
        }],
    ]);
    asked.push(['authAnswer', { name: 'auth (acknowledgement)', payload: { anyOf: ['Done', 'Refreshed', 'Refusal'].map(refer) } }]);
    return Object.fromEntries([...pushed, ...asked]);
}

const reference = (channel, name) => ({ $ref: `#/channels/${channel}/messages/${name}` });

function operations() {
    const sent = pushes.map(({ event, when }) => [key(event), {
        action: 'send', summary: when, channel: { $ref: '#/channels/socket' }, messages: [reference('socket', key(event))],
    }]);
    const received = commands.map(({ event, payload, answer }) => [key(event), {
        action: 'receive',
        summary: `${payload} is answered with ${answer}`,
        channel: { $ref: '#/channels/socket' },
        messages: [reference('socket', key(event))],
        reply: { channel: { $ref: '#/channels/socket' }, messages: [reference('socket', `${key(event)}Answer`)] },
    }]);
    return Object.fromEntries([...sent, ...received]);
}

/** What a plain WebSocket carries around the same payloads. */
function frames() {
    const named = (names, fields) => ({
        type: 'object', additionalProperties: false, required: ['event'], properties: { event: { enum: names.map(({ event }) => event) }, ...fields },
    });
    return {
        push: { name: 'push', payload: { ...named(pushes, { data: {}, cursor: refer('Cursor') }), required: ['event', 'data'] } },
        command: { name: 'command', payload: named([...commands, { event: 'auth' }], { data: {}, id: { type: 'integer' } }) },
        acknowledgement: {
            name: 'acknowledgement',
            payload: { type: 'object', additionalProperties: false, required: ['ack', 'data'], properties: { ack: { type: 'integer' }, data: {} } },
        },
    };
}

export function asyncapi() {
    sameNames('pushes', pushes, known.pushes);
    sameNames('commands', commands, known.commands);
    const all = messages();
    const wrapped = frames();
    const at = (names) => Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
    const document = {
        asyncapi: '3.0.0',
        info: {
            title: 'Bookly Realtime: sockets',
            version: '1',
            description: 'Written by `make docs` from the tables in the code, as the server sees it: it sends pushes and receives commands.',
        },
        defaultContentType: 'application/json',
        servers: {
            here: { host: 'localhost:3000', protocol: 'ws', description: 'The front server; wss for one with TLS.' },
        },
        channels: {
            socket: {
                address: '/api/v1/ws',
                title: 'Socket.IO v4',
                description: 'Namespace / or /api/v1/ws (WEBSOCKET_NAMESPACE), at this path or at /socket.io/, with auth.token. A message\'s name is that of '
                    + 'the Socket.IO event and its payload the first argument; the last argument of a push is a cursor. Commands are '
                    + 'acknowledged where a callback is given.',
                messages: at(Object.keys(all)),
            },
            plain: {
                address: '/api/v1/ws',
                title: 'Plain WebSocket',
                description: 'The same path without EIO: text frames of JSON around the same payloads. The first command is auth {token}.',
                messages: at(Object.keys(wrapped)),
            },
            stream: {
                address: '/api/v1/sse',
                title: 'Server-Sent Events',
                description: 'The pushes of the channels asked for: `event:` is the message\'s name, `data:` its payload, `id:` the cursor and a resume key.',
                messages: at(pushes.map(({ event }) => key(event))),
            },
        },
        operations: {
            ...operations(),
            plainPush: { action: 'send', channel: { $ref: '#/channels/plain' }, messages: [reference('plain', 'push')] },
            plainCommand: {
                action: 'receive', channel: { $ref: '#/channels/plain' }, messages: [reference('plain', 'command')],
                reply: { channel: { $ref: '#/channels/plain' }, messages: [reference('plain', 'acknowledgement')] },
            },
            streamPush: { action: 'send', channel: { $ref: '#/channels/stream' }, messages: pushes.map(({ event }) => reference('stream', key(event))) },
        },
        components: { messages: { ...all, ...wrapped } },
    };
    document.components.schemas = modelsOf(document);
    return document;
}

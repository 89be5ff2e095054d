// Unmodified socket.io-client of two versions, with what it received written down.
import assert from 'node:assert/strict';
import { io as io48 } from 'socket.io-client';
import { io as io40 } from 'socket.io-client-4.0';
import { checkAcknowledgement, checkPush } from './described.mjs';
import { stack } from './stack.mjs';
import { token as makeToken } from './token.mjs';
import { waitFor, within } from './wait.mjs';

export const VERSIONS = { 4.8: io48, '4.0': io40 };
export const TRANSPORTS = { default: undefined, polling: ['polling'], websocket: ['websocket'] };
export const PATHS = ['/socket.io/', '/api/v1/ws'];
export const NAMESPACES = ['/', '/api/v1/ws'];
export const CURSOR = /^[0-9A-Za-z_-]+\.\d+$/;

/** Every version with every transport: [{name, version, transports}]. */
export const FLAVOURS = Object.keys(VERSIONS).flatMap((version) =>
    Object.entries(TRANSPORTS).map(([name, transports]) => ({
        name: `${version} ${name}`,
        version,
        transports,
    })),
);

export class Client {
    constructor(socket) {
        this.socket = socket;
        this.pushes = []; // {event, args, data, cursor, at} in order of arrival
        this.disconnects = [];
        socket.onAny((event, ...args) => {
            this.pushes.push({ event, args, data: args[0], cursor: args.at(-1), at: Date.now() });
            checkPush(event, args[0]);
        });
        socket.on('disconnect', (reason) => this.disconnects.push(reason));
    }

    /** How many pushes came so far; as `from`, only later ones count. */
    get mark() {
        return this.pushes.length;
    }

    all(event, accept = () => true, from = 0) {
        return this.pushes.slice(from).filter((push) => push.event === event && accept(push.data));
    }

    /** The first push of that name, past ones included, that `accept` takes. */
    push(event, accept = () => true, from = 0) {
        return waitFor(
            () => this.all(event, accept, from)[0],
            `${event}; came: ${[...new Set(this.pushes.map((push) => push.event))].join(' ')}`,
        );
    }

    /** Emits a command with a callback and returns the one argument of its acknowledgement. */
    async command(event, ...payload) {
        const answer = new Promise((resolve) => {
            this.socket.emit(event, ...payload, (...args) => resolve(args));
        });
        const args = await within(answer, `the acknowledgement of ${event}`);
        assert.equal(args.length, 1, `${event} is acknowledged with one argument`);
        checkAcknowledgement(event, args[0], payload[0]);
        return args[0];
    }

    async subscribe(channels, filters = {}) {
        const answer = await this.command('subscribe', { channels, ...filters });
        assert.equal(answer.success, true, JSON.stringify(answer));
        return answer;
    }

    close() {
        this.socket.disconnect();
    }
}

/**
 * A client that is connecting. Options: user, roles, token (null: none), namespace, path, version,
 * transports, url, auth, query, extraHeaders; the rest goes to io() as it is.
 */
export function open(test, options = {}) {
    const {
        user, roles = [], token, namespace = '/', version = '4.8', url = stack.socketUrl, auth, ...rest
    } = options;
    const given = token === undefined && user !== undefined ? makeToken(user, roles) : token;
    const socket = VERSIONS[version](url + (namespace === '/' ? '' : namespace), {
        reconnection: false,
        forceNew: true,
        ...(given ? { auth: { token: given } } : {}),
        ...(auth !== undefined ? { auth } : {}),
        ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
    });
    const client = new Client(socket);
    test.after(() => socket.disconnect());
    return client;
}

/** A client that is connected. */
export async function connect(test, options) {
    const client = open(test, options);
    await within(new Promise((resolve, reject) => {
        client.socket.once('connect', resolve);
        client.socket.once('connect_error', (error) =>
            reject(new Error(`${error.message} ${JSON.stringify(error.data ?? error.description?.message)}`)));
    }), 'connect');
    return client;
}

/** The connect_error of a client that must not get in. */
export async function refused(test, options) {
    const client = open(test, options);
    return within(new Promise((resolve, reject) => {
        client.socket.once('connect_error', resolve);
        client.socket.once('connect', () => reject(new Error('it was let in')));
    }), 'connect_error');
}

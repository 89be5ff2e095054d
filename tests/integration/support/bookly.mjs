// The client of the site (apache/htdocs/bookly.js) as an application uses it, with what it told written down.
import { io } from 'socket.io-client';
import { connect } from '../../../apache/htdocs/bookly.js';
import { checkAnswer, checkPush } from './described.mjs';
import { stack } from './stack.mjs';
import { token as makeToken, unique } from './token.mjs';
import { waitFor } from './wait.mjs';

/** What is not as described fails the test that runs; the client itself would only try again. */
function checked(check) {
    try {
        check();
    } catch (error) {
        setImmediate(() => { throw error; });
    }
}

// Node's "fetch failed" says why only in its cause
const ask = globalThis.fetch;
globalThis.fetch = async (...request) => {
    const answer = await ask(...request).catch((error) => {
        throw error.cause ? Object.assign(error, { message: `${error.message}: ${error.cause.message}` }) : error;
    });
    const { 'content-encoding': _, ...headers } = Object.fromEntries(answer.headers);
    const endless = /event-stream/.test(headers['content-type']);
    const text = endless ? undefined : await answer.clone().text().catch(() => undefined);
    checked(() => checkAnswer(request[1]?.method ?? 'GET', request[0], { status: answer.status, headers, text }));
    return answer;
};

/** Every way it has, each alone: name → options. */
export const WAYS = {
    'Socket.IO': { transports: ['socket.io'] },
    'Socket.IO by polling': {
        transports: ['socket.io'], io: (url, options) => io(url, { ...options, transports: ['polling'] }),
    },
    'SSE': { transports: ['sse'] },
    'REST polling': { transports: ['rest'] },
};

export class Bookly {
    /** Options: user, roles; the rest goes to connect() as it is. */
    constructor(test, { user = unique('admin'), roles = ['GENERAL_ADMIN'], ...options } = {}) {
        this.user = user;
        this.pushes = []; // {event, data, cursor}
        this.states = [];
        this.client = connect({ url: stack.url, token: makeToken(user, roles), io, ...options });
        this.client.on('*', (data, event) => {
            this.pushes.push({ event, data, cursor: this.client.cursor });
            checked(() => checkPush(event, data));
        });
        this.client.on('state', (state) => this.states.push(state));
        test.after(() => this.client.close());
    }

    all(event, accept = () => true) {
        return this.pushes.filter((push) => push.event === event && accept(push.data));
    }

    push(event, accept) {
        return waitFor(() => this.all(event, accept)[0], `${event}; ${this}`);
    }

    /** Until its state has these fields. */
    state(fields, deadline) {
        const has = (state) => Object.entries(fields).every(([name, value]) => state[name] === value);
        return waitFor(() => has(this.client.state) && this.client.state, `${JSON.stringify(fields)}; ${this}`, deadline);
    }

    toString() {
        const way = this.states.map(({ status, transport, error }) => [status, transport, error?.message].filter(Boolean).join(' '));
        return `was ${way.join(', ')}; came: ${[...new Set(this.pushes.map(({ event }) => event))].join(' ')}`;
    }
}

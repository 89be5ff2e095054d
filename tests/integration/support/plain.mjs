// A plain WebSocket client: JSON in text frames, nothing else.
import { once } from 'node:events';
import WebSocket from 'ws';
import { checkAcknowledgement, checkFrame } from './described.mjs';
import { stack } from './stack.mjs';
import { token as makeToken } from './token.mjs';
import { waitFor, within } from './wait.mjs';

export class Plain {
    constructor(test, { url = stack.socketUrl, path = '/api/v1/ws', query = {}, headers = {} } = {}) {
        const fields = new URLSearchParams(query).toString();
        const address = `${url.replace(/^http/, 'ws')}${path}${fields ? `?${fields}` : ''}`;
        this.socket = new WebSocket(address, { headers, perMessageDeflate: false });
        this.frames = []; // as they came, parsed
        this.pings = 0;
        this.lastId = 0;
        this.ended = new Promise((resolve) => {
            this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
        });
        this.refusal = new Promise((resolve) => {
            this.socket.once('unexpected-response', (_, answer) => {
                resolve(answer.statusCode);
                answer.destroy();
            });
        });
        this.socket.on('message', (data, binary) => {
            if (binary) {
                throw new Error('a binary frame');
            }
            const frame = JSON.parse(data.toString());
            this.frames.push(frame);
            checkFrame(frame);
        });
        this.socket.on('ping', () => {
            this.pings += 1;
        });
        this.socket.on('error', () => {});
        test.after(() => this.socket.terminate());
    }

    /** Opened, and known: by a first message, or by what `options` put into the handshake. */
    static async connect(test, { user, roles = [], token, hello = true, ...options } = {}) {
        const plain = new Plain(test, options);
        await plain.opened();
        if (hello) {
            plain.send({ event: 'auth', data: { token: token ?? makeToken(user, roles) } });
        }
        await plain.push('sync:ready');
        return plain;
    }

    opened() {
        return within(Promise.race([
            once(this.socket, 'open'),
            this.refusal.then((status) => {
                throw Object.assign(new Error(`HTTP ${status}`), { status });
            }),
        ]), 'the WebSocket');
    }

    send(message) {
        this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    }

    get mark() {
        return this.frames.length;
    }

    all(event, accept = () => true, from = 0) {
        return this.frames.slice(from).filter((frame) => frame.event === event && accept(frame.data));
    }

    /** The first push of that name that `accept` takes, past ones included. */
    push(event, accept, from) {
        return waitFor(() => this.all(event, accept, from)[0],
            `${event}; came: ${JSON.stringify(this.frames)}`);
    }

    /** Sends a command with an id and returns what answers it. */
    async command(event, data) {
        this.lastId += 1;
        const id = this.lastId;
        this.send({ event, data, id });
        const answer = await waitFor(() => this.frames.find((frame) => frame.ack === id),
            `the answer of ${event}; came: ${JSON.stringify(this.frames)}`);
        checkAcknowledgement(event, answer.data, data);
        return answer.data;
    }

    async subscribe(channels, more = {}) {
        const answer = await this.command('subscribe', { channels, ...more });
        if (!answer.success) {
            throw new Error(`subscribe: ${JSON.stringify(answer)}`);
        }
        return answer;
    }

    closed() {
        return within(this.ended, 'the close of the WebSocket');
    }
}

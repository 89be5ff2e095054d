// Engine.IO and Socket.IO by hand, for what a well-behaved client never sends.
import WebSocket from 'ws';
import { request } from './http.mjs';
import { stack } from './stack.mjs';
import { waitFor, within } from './wait.mjs';

const query = (fields) => new URLSearchParams({ EIO: '4', ...fields }).toString();

export class RawWebSocket {
    constructor(socket) {
        this.socket = socket;
        this.messages = [];
        this.ended = new Promise((resolve) => {
            socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
        });
        socket.on('message', (data, isBinary) => {
            const message = isBinary ? data : data.toString();
            if (message === '2') {
                socket.send('3');
            } else {
                this.messages.push(message);
            }
        });
        socket.on('error', () => {});
    }

    /** Opens the WebSocket and waits for the Engine.IO handshake. */
    static async open(test, { url = stack.socketUrl, path = '/socket.io/', fields = {}, headers = {} } = {}) {
        const address = `${url.replace(/^http/, 'ws')}${path}?${query({ transport: 'websocket', ...fields })}`;
        const raw = new RawWebSocket(new WebSocket(address, { headers, perMessageDeflate: false }));
        test.after(() => raw.socket.terminate());
        await within(new Promise((resolve, reject) => {
            raw.socket.once('open', resolve);
            raw.socket.once('unexpected-response', (_, answer) => {
                reject(Object.assign(new Error(`HTTP ${answer.statusCode}`), { status: answer.statusCode }));
                answer.destroy();
            });
            raw.socket.once('error', reject);
        }), 'the WebSocket');
        await raw.next((message) => message[0] === '0');
        return raw;
    }

    send(text) {
        this.socket.send(text);
    }

    /** Any bytes at all as one text (or binary) message. */
    sendBytes(bytes, binary = false) {
        this.socket.send(bytes, { binary });
    }

    next(accept, from = 0) {
        return waitFor(() => this.messages.slice(from).find(accept), `a message; came: ${this.messages}`);
    }

    /** Joins a namespace; returns the CONNECT answer's text. */
    async join(namespace, auth) {
        const name = namespace === '/' ? '' : `${namespace},`;
        this.send(`40${name}${auth === undefined ? '' : JSON.stringify(auth)}`);
        return this.next((message) => /^4[04]/.test(message)
            && (namespace === '/' ? message[2] === '{' : message.slice(2).startsWith(namespace)));
    }

    /** Sends an EVENT with this acknowledgement id and returns the arguments of the ACK. */
    async command(id, text) {
        const from = this.messages.length;
        this.send(`42${id}${text}`);
        const answer = await this.next((message) => message.startsWith(`43${id}[`), from);
        return JSON.parse(answer.slice(2 + String(id).length));
    }

    closed() {
        return within(this.ended, 'the close of the WebSocket');
    }

    get open() {
        return this.socket.readyState === WebSocket.OPEN;
    }
}

export class RawPolling {
    constructor(base, headers) {
        this.base = base;
        this.headers = headers;
    }

    static async open({ url = stack.socketUrl, path = '/socket.io/', headers = {} } = {}) {
        const raw = new RawPolling(`${url}${path}`, headers);
        const answer = await request('GET', `${raw.base}?${query({ transport: 'polling' })}`, { headers });
        if (answer.status !== 200) {
            throw Object.assign(new Error(`HTTP ${answer.status}: ${answer.text}`), { answer });
        }
        raw.handshake = JSON.parse(answer.text.slice(1));
        raw.sid = raw.handshake.sid;
        return raw;
    }

    get address() {
        return `${this.base}?${query({ transport: 'polling', sid: this.sid })}`;
    }

    post(body, headers = {}) {
        return request('POST', this.address, {
            body,
            headers: { 'Content-Type': 'text/plain; charset=UTF-8', ...this.headers, ...headers },
        });
    }

    /** The session's WebSocket, once it has taken the session over. */
    async upgrade(test) {
        const address = this.address.replace(/^http/, 'ws').replace('transport=polling', 'transport=websocket');
        const raw = new RawWebSocket(new WebSocket(address, { headers: this.headers, perMessageDeflate: false }));
        test.after(() => raw.socket.terminate());
        await within(new Promise((resolve, reject) => {
            raw.socket.once('open', resolve);
            raw.socket.once('error', reject);
        }), 'the WebSocket');
        raw.send('2probe');
        await raw.next((message) => message === '3probe');
        raw.send('5');
        return raw;
    }

    /** One poll: its packets, or the answer when it is no success. */
    async poll() {
        const answer = await request('GET', this.address, { headers: this.headers });
        return answer.status === 200 ? { status: 200, packets: answer.text.split('\x1e') } : answer;
    }

    /** Polls until a packet is accepted; the packets before it are dropped. */
    async next(accept) {
        return waitFor(async () => (await this.poll()).packets?.find(accept), 'a polled packet');
    }
}

// Event streams: by EventSource as in a browser, and line by line as they come.
import http from 'node:http';
import { EventSource } from 'eventsource';
import { checkAnswer, checkPush } from './described.mjs';
import { rest } from './http.mjs';
import { stack } from './stack.mjs';
import { waitFor, within } from './wait.mjs';

export const streamUrl = (fields, url = stack.socketUrl) => `${url}/api/v1/sse?${new URLSearchParams(fields)}`;

export async function makeTicket(token) {
    const answer = await rest('POST', '/tickets', { token });
    if (!answer.json?.ticket) {
        throw new Error(`no ticket: ${answer.status} ${answer.text}`);
    }
    return answer.json.ticket;
}

/** An unmodified EventSource, with what it heard written down. */
export class Source {
    constructor(test, fields, { url, events = ['event:created', 'log:error', 'log:warning', 'log:entry',
        'notification:created', 'notifications:initial', 'sync:ready', 'sync:gap', 'auth:expiring', 'auth:expired',
        'subscription:ended', 'dlq:stats:updated'] } = {}) {
        this.source = new EventSource(streamUrl(fields, url));
        this.events = []; // {event, data, id} in order of arrival
        this.opens = 0;
        this.errors = []; // the status, or undefined for a cut connection
        this.source.onopen = () => {
            this.opens += 1;
        };
        this.source.onerror = (error) => this.errors.push(error.code);
        for (const event of events) {
            this.source.addEventListener(event, (message) => {
                const data = JSON.parse(message.data);
                this.events.push({ event, data, id: message.lastEventId });
                checkPush(event, data);
            });
        }
        test.after(() => this.source.close());
    }

    get closed() {
        return this.source.readyState === EventSource.CLOSED;
    }

    all(event, accept = () => true) {
        return this.events.filter((one) => one.event === event && accept(one.data));
    }

    event(event, accept) {
        return waitFor(() => this.all(event, accept)[0],
            `${event}; came: ${this.events.map((one) => one.event)}; errors: ${this.errors}`);
    }
}

/** The answer to the request, with its body as far as it has come: {status, headers, text, end()}. */
export async function openStream(test, fields, { url, token, headers = {}, method = 'GET' } = {}) {
    const outgoing = http.request(streamUrl(fields, url), {
        method,
        agent: false,
        headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...headers },
    });
    test.after(() => outgoing.destroy());
    const arrived = new Promise((resolve, reject) => {
        outgoing.once('response', resolve);
        outgoing.on('error', reject);
    });
    outgoing.end();
    const answer = await within(arrived, 'an answer');
    checkAnswer(method, streamUrl(fields, url), { status: answer.statusCode, headers: answer.headers });
    const stream = { status: answer.statusCode, headers: answer.headers, text: '', incoming: answer };
    stream.ended = new Promise((resolve) => {
        answer.on('close', resolve);
    });
    answer.on('error', () => {});
    answer.setEncoding('utf8');
    answer.on('data', (chunk) => {
        stream.text += chunk;
    });
    stream.until = (pattern) => waitFor(() => pattern.exec(stream.text), `${pattern} in ${stream.text}`, 40000);
    stream.end = () => outgoing.destroy();
    stream.json = async () => {
        await within(stream.ended, 'the end of the answer');
        return JSON.parse(stream.text);
    };
    return stream;
}

// Server-sent events read by hand: any header, and the end of the connection seen at once.
import http from 'node:http';
import { Client } from './client.mjs';

const SILENCE_MS = 30000;

/** Parses text/event-stream as its specification says: `dispatch({event, data, id})`. */
export class EventStreamParser {
    constructor(dispatch) {
        this.dispatch = dispatch;
        this.text = '';
        this.fields = { data: [] };
    }

    feed(chunk) {
        const lines = (this.text + chunk).split('\n');
        this.text = lines.pop();
        lines.forEach((line) => this.line(line));
    }

    line(line) {
        if (line === '') {
            if (this.fields.data.length > 0) {
                this.dispatch({ event: this.fields.event ?? 'message', data: this.fields.data.join('\n'), id: this.id });
            }
            this.fields = { data: [] };
            return;
        }
        const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
        if (name === 'data') {
            this.fields.data.push(value);
        } else if (name === 'id') {
            this.id = value;
        } else if (name === 'event') {
            this.fields.event = value;
        }
    }
}

export class SseByHand extends Client {
    static kind = 'sse by hand';

    start() {
        const { place } = this.record;
        const byHeader = this.random.chance(0.5);
        const query = this.query({ cursor: byHeader ? undefined : place });
        const headers = {
            Accept: 'text/event-stream',
            Authorization: `Bearer ${this.token}`,
            ...(place && byHeader ? { 'Last-Event-ID': place } : {}),
        };
        this.request = http.get(`${this.network.url}/api/v1/sse?${query}`, { agent: false, headers }, (answer) => {
            if (answer.statusCode !== 200) {
                this.count(`answer ${answer.statusCode}`);
                answer.resume();
                this.request.destroy();
                return;
            }
            this.count(this.joined ? 'resumed' : 'joined');
            const parser = new EventStreamParser((event) => this.event(event));
            answer.setEncoding('utf8');
            answer.on('data', (chunk) => parser.feed(chunk));
            answer.on('error', () => {});
        });
        this.request.setTimeout(SILENCE_MS, () => this.request.destroy());
        this.request.on('error', () => {});
        this.request.once('close', () => this.later(() => this.start()));
    }

    event({ event, data, id }) {
        if (this.stopped) {
            return;
        }
        this.push(event, JSON.parse(data), id);
        if (!this.joined) {
            // the first event is sync:ready: the channels of the address hold from there
            this.joined = true;
            this.record.wanting(this.wanted);
            this.record.granted(id);
        }
    }

    drop() {
        this.request?.destroy();
    }

    leave() {
        this.request?.destroy();
    }
}

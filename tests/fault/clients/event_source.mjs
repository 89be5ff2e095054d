// The browsers' EventSource, which can set no header: it comes in by a ticket and goes on by Last-Event-ID. Only where
// an answer is not 200, after which it gives up for good, does the page make a new one.
import { EventSource } from 'eventsource';
import { rest } from '../../integration/support/http.mjs';
import { EVENT_NAMES } from '../oracle/record.mjs';
import { Client } from './client.mjs';

const OTHERS = [
    'sync:ready', 'sync:gap', 'sync:stalled', 'sync:resumed', 'auth:expiring', 'auth:expired', 'subscription:ended', 'exception',
    'dashboard:metrics:updated', 'dlq:stats:updated', 'notifications:initial',
];

export class BrowserEventSource extends Client {
    static kind = 'EventSource';

    async start() {
        const answer = await rest('POST', '/tickets', { token: this.token }).catch(() => undefined);
        if (this.stopped) {
            return;
        }
        if (answer?.status !== 200 && answer?.status !== 201) {
            this.count(`no ticket: ${answer?.status ?? 'connection failed'}`);
            this.later(() => this.start());
            return;
        }
        const query = this.query({ ticket: answer.json.ticket, cursor: this.record.place });
        this.source = new EventSource(`${this.network.url}/api/v1/sse?${query}`);
        for (const name of [...EVENT_NAMES, ...OTHERS]) {
            this.source.addEventListener(name, (event) => this.event(name, event));
        }
        this.source.addEventListener('open', () => this.count(this.joined ? 'resumed' : 'joined'));
        this.source.addEventListener('error', (error) => {
            if (this.source.readyState === EventSource.CLOSED) {
                this.count(`given up: ${error.code ?? error.message}`);
                this.later(() => this.start());
            }
        });
    }

    event(name, { data, lastEventId }) {
        if (this.stopped) {
            return;
        }
        this.push(name, JSON.parse(data), lastEventId);
        if (!this.joined) {
            this.joined = true;
            this.record.wanting(this.wanted);
            this.record.granted(lastEventId);
        }
    }

    drop() {}

    leave() {
        this.source?.close();
    }
}

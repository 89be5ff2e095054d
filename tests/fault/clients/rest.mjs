// The polling fallback: GET /stream with the cursor of the answer before.
import { setTimeout as pause } from 'node:timers/promises';
import { request } from '../../integration/support/http.mjs';
import { Client } from './client.mjs';

const SHORTEST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 500;

export class RestPolling extends Client {
    static kind = 'rest polling';

    async start() {
        while (!this.stopped) {
            let wait;
            try {
                wait = await this.poll();
                this.failures = 0;
            } catch {
                this.count('connection failed');
                this.failures = (this.failures ?? 0) + 1;
                wait = Math.min(100 * 2 ** this.failures, 1000);
            }
            if (wait > 0 && !this.stopped) {
                await pause(wait);
            }
        }
    }

    /** → milliseconds until the next poll is due. */
    async poll() {
        const query = this.query({ after: this.record.place, limit: this.random.pick([1, 20, 100, undefined, 500]) });
        const answer = await request('GET', `${this.network.url}/api/v1/stream?${query}`, {
            headers: { Authorization: `Bearer ${this.token}` },
        });
        if (this.stopped) {
            return 0;
        }
        if (answer.status !== 200) {
            this.count(`answer ${answer.status}`);
            return LONGEST_WAIT_MS;
        }
        const { messages, cursor, hasMore, gap, retryAfterMs } = answer.json;
        this.count('polls');
        for (const message of messages) {
            this.push(message.event, message.data, message.cursor);
        }
        if (gap) {
            this.push('sync:gap', gap, cursor);
        }
        if (!this.joined) {
            this.joined = true;
            this.record.wanting(this.wanted);
            // without `after` it begins now, otherwise where the client was
            this.record.granted(this.record.place ?? cursor);
        }
        this.push('sync:ready', {}, cursor);
        return hasMore ? 0 : Math.min(Math.max(retryAfterMs, SHORTEST_WAIT_MS), LONGEST_WAIT_MS);
    }

    drop() {}

    leave() {}
}

// What all kinds of client have in common: a record, subscriptions that are asked for until they are acknowledged, and
// back-off between connections.
import { FILTER_NAMES } from '../oracle/matching.mjs';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 1000;

/** Shared by all clients of a run: how often what happened. */
export class Tally {
    constructor() {
        this.counts = {};
    }

    add(name) {
        this.counts[name] = (this.counts[name] ?? 0) + 1;
    }

    toString() {
        return Object.keys(this.counts).sort().map((name) => `${name} ${this.counts[name]}`).join(', ');
    }
}

export class Client {
    /**
     * `record`: where everything goes, and the place to begin from. `network`: the proxy it lives behind. `wanted`: the
     * subscriptions, {channel: filter or null}.
     */
    constructor({ record, network, token, wanted, random, tally }) {
        Object.assign(this, { record, network, token, wanted, random, tally });
        this.stopped = false;
        this.delay = FIRST_DELAY_MS;
    }

    get kind() {
        return this.constructor.kind;
    }

    count(what) {
        this.tally.add(`${this.kind} ${what}`);
        this.record.note(`${this.kind} ${what}`);
    }

    push(event, data, cursor) {
        if (!this.stopped) {
            this.record.push(event, data, cursor);
            this.delay = FIRST_DELAY_MS;
        }
    }

    /** The payload of `subscribe` for all that is wanted. */
    subscription() {
        const payload = { channels: Object.keys(this.wanted) };
        for (const [channel, filter] of Object.entries(this.wanted)) {
            if (FILTER_NAMES[channel]) {
                payload[FILTER_NAMES[channel]] = filter;
            }
        }
        return payload;
    }

    /** Channels and filters as a query, by their REST names. */
    query(extra = {}) {
        const query = new URLSearchParams({ channels: Object.keys(this.wanted).join(',') });
        for (const filter of Object.values(this.wanted)) {
            for (const [name, values] of Object.entries(filter ?? {})) {
                [values].flat().forEach((value) => query.append(name, value));
            }
        }
        for (const [name, value] of Object.entries(extra)) {
            if (value !== undefined) {
                query.append(name, value);
            }
        }
        return query.toString();
    }

    /** Runs `again` after the next step of the back-off. */
    later(again) {
        if (!this.stopped) {
            this.timer = setTimeout(again, this.delay * (0.5 + this.random.next()));
            this.delay = Math.min(this.delay * 2, LONGEST_DELAY_MS);
        }
    }

    stop() {
        this.stopped = true;
        clearTimeout(this.timer);
        this.leave();
    }
}

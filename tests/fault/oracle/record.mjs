// What one client's handlers saw, and what it was promised: its subscriptions with the places from which they hold.
import { digest } from '../support/random.mjs';

/** Every push of the stream and the channel that carries it; all other pushes are the daemon's own. */
export const STREAM_EVENTS = {
    'event:created': 'events',
    'event:failed': 'events',
    'event:replayed': 'events',
    'dlq:event:added': 'dlq',
    'dlq:event:retrying': 'dlq',
    'dlq:event:resolved': 'dlq',
    'dlq:event:failed': 'dlq',
    'service:status:changed': 'dashboard',
    'infrastructure:status:changed': 'dashboard',
    'notification:created': 'notifications',
    'notification:read': 'notifications',
    'notification:deleted': 'notifications',
    'log:entry': 'logs',
    'log:warning': 'logs',
    'log:error': 'logs',
};
export const EVENT_NAMES = Object.keys(STREAM_EVENTS);

/** `epoch.id`, the resume key of an SSE id left out; undefined for anything else. */
export function parseCursor(text) {
    const match = /^([0-9A-Za-z_-]+)\.(\d+)(~.*)?$/.exec(text ?? '');
    return match ? { epoch: match[1], id: Number(match[2]) } : undefined;
}

/** The digest by which a payload is compared; the order of members counts, white space does not. */
export const payloadDigest = (data) => digest(JSON.stringify(data));

export class Record {
    constructor({ name, user, roles }) {
        this.name = name;
        this.user = user;
        this.roles = roles;
        this.place = undefined; // the last cursor, as it came
        this.entries = []; // every push in order: {event (index, -1: not of the stream), id, digest}
        this.notes = []; // what happened to the client, and after how many entries: for explanations
        this.malformed = []; // pushes without a cursor
        this.gaps = [];
        this.epochs = new Set();
        this.holding = new Map(); // channel → the open subscription
        this.subscriptions = []; // {channel, filter, maybeFrom, from, to, maybeTo}: from excluded, to included
        this.wish = undefined;
    }

    get placeId() {
        return this.place === undefined ? 0 : parseCursor(this.place).id;
    }

    push(event, data, cursor) {
        const parsed = parseCursor(cursor);
        if (!parsed) {
            this.malformed.push(`${event} ${cursor}`);
            return;
        }
        const index = EVENT_NAMES.indexOf(event);
        this.epochs.add(parsed.epoch);
        this.entries.push(index < 0
            ? { event: index, id: parsed.id, own: event }
            : { event: index, id: parsed.id, digest: payloadDigest(data) });
        this.place = cursor;
        if (event === 'sync:gap') {
            this.gaps.push(JSON.stringify(data));
        }
    }

    note(text) {
        this.notes.push({ after: this.entries.length, text });
    }

    /**
     * A change of subscriptions was sent: {channel: filter or null} are all that will be held. It may be sent again until
     * it is acknowledged, and may hold from the first time on: what is between is optional.
     */
    wanting(channels) {
        if (!this.wish) {
            this.wish = { channels, place: this.placeId, tries: 0 };
        }
        this.wish.tries += 1;
    }

    /** It was acknowledged, and holds from this cursor; channels that were left by a command before it, from before. */
    granted(cursor) {
        const { id } = parseCursor(cursor);
        const { channels, place, tries } = this.wish;
        this.wish = undefined;
        for (const [channel, open] of this.holding) {
            if (JSON.stringify(channels[channel]) !== JSON.stringify(open.filter)) {
                open.to = tries > 1 || !(channel in channels) ? Math.min(place, id) : id;
                open.maybeTo = id;
                this.holding.delete(channel);
            }
        }
        for (const [channel, filter] of Object.entries(channels)) {
            if (!this.holding.has(channel)) {
                const open = {
                    channel, filter, from: id, maybeFrom: tries > 1 ? Math.min(place, id) : id, to: Infinity, maybeTo: Infinity,
                };
                this.holding.set(channel, open);
                this.subscriptions.push(open);
            }
        }
    }
}

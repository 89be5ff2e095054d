// The lines of the log that a page shows: what is pushed, and what is fetched from before, joined without hole or
// repeat. Knows the client and nothing of the view.
//
// `rows` is shown, `fresh` came since. Usually fresh lines become rows a few times a second; while the view is held
// (paused, or somebody reads further down) they wait. Both end at CEILING, the oldest go. Fresh lines that went while
// held were never seen: they are counted as `missed`, whose `after` is the place in the stream from which they can be
// read on. Without a hold nothing is missed: a full view loses its oldest rows, as a terminal does.
//
// Lines stand in the order of their ids, which is that of /logs/recent; the stream's is that of commits. So a page back
// from a place of the stream begins above the highest id that was shown there, and what is known is left out of it.
import { fieldsOf, passes } from './logs_filter.js';

export const CEILING = 10000;
const PUSHES = ['log:entry', 'log:warning', 'log:error'];
const PAGE = 500;
const AT_ONCE = 1000; // missed lines that are read on at once
const FLUSH_MS = 100; // a timer: animation frames wait while the tab is hidden

const newestFirst = (a, b) => b.id - a.id;

/** Both newest first, as is what comes out. */
function merge(some, rows) {
    const all = [...some, ...rows];
    return some.length > 0 && rows.length > 0 && some.at(-1).id - rows[0].id < 0 ? all.sort(newestFirst) : all;
}

export class Tail {
    #client;
    #changed;
    #ceiling;
    #ends;
    #timer = 0;
    #filters = {};
    #round = 0; // grows with open(): an answer to an earlier one is dropped
    #rows = [];
    #shown = new Set(); // ids of rows
    #fresh = new Map(); // id -> line, in the order of arrival
    #before = null; // where the next page back begins
    #more = false;
    #held = null; // {after, top}: the stream's place and the highest id shown, when the view was held
    #missed = null; // {count, after, top, behind: the view went on without them}
    #busy = null; // 'first', 'older' or 'missed'
    #error = null;
    #again = null;

    /** changed(): view() has something new; called at most every FLUSH_MS while lines come. */
    constructor(client, changed, ceiling = CEILING) {
        this.#client = client;
        this.#changed = changed;
        this.#ceiling = ceiling;
        this.#ends = PUSHES.map((event) => client.on(event, (line) => this.#take(line)));
        this.#ends.push(client.on('sync:gap', () => { // a part of the stream can't be told: there may be a hole
            this.open(this.#filters);
            this.load();
        }));
        this.#ends.push(client.on('state', ({ status }) => status === 'connected' && this.#error && this.retry()));
    }

    close() {
        this.#round += 1;
        clearTimeout(this.#timer);
        for (const end of this.#ends) {
            end();
        }
    }

    view() {
        return {
            rows: this.#rows,
            waiting: this.#fresh.size,
            missed: this.#missed?.count ?? 0,
            behind: this.#missed?.behind ?? false,
            more: this.#more,
            full: this.#rows.length >= this.#ceiling,
            busy: this.#busy,
            error: this.#error,
        };
    }

    /** Other filters: begins with nothing. Lines are taken from now on, history comes with load(). */
    open(filters) {
        this.#round += 1;
        this.#filters = filters;
        this.#rows = [];
        this.#shown.clear();
        this.#fresh.clear();
        this.#before = null;
        this.#more = false;
        this.#held &&= { after: this.#client.cursor, top: 0 };
        this.#missed = null;
        this.#busy = 'first';
        this.#error = null;
        this.#changed();
    }

    /** The newest page of history. To be called once the subscription holds, so that nothing falls between the two. */
    load() {
        return this.#work('first', async (current) => {
            const page = await this.#recent({});
            if (current()) {
                this.#join(page);
                this.#held &&= { ...this.#held, top: this.#top() };
            }
        });
    }

    /** The page before what is shown, when there is one and room for it. */
    older() {
        if (this.#busy || this.#error || !this.#more || this.#rows.length >= this.#ceiling) {
            return null;
        }
        return this.#work('older', async (current) => {
            const page = await this.#recent({ before: this.#before });
            if (current()) {
                this.#join(page); // were rows to go meanwhile, the view would be full, and all of this older
            }
        });
    }

    /** Once more what failed. */
    retry() {
        return this.#again?.();
    }

    /** Holds the view as it is, or lets it go on with what came meanwhile. */
    hold(held) {
        if (held === (this.#held !== null)) {
            return;
        }
        if (held) {
            this.#flush();
            this.#held = { after: this.#client.cursor, top: this.#top() };
        } else {
            this.#held = null;
            if (this.#missed && !this.#missed.behind) { // what waits fills the view, and comes after the hole
                this.#missed.behind = true;
                this.#rows = [];
                this.#shown.clear();
            }
            this.#flush();
        }
        this.#changed();
    }

    /** Reads on through lines that were not kept. The view has to be held. */
    readMissed() {
        if (this.#busy || !this.#missed || !this.#held) {
            return null;
        }
        return this.#work('missed', async (current) => {
            const missed = this.#missed;
            if (!missed) {
                return;
            }
            if (missed.behind) {
                this.#leave(missed);
            }
            for (let read = 0; missed.count > 0 && read < AT_ONCE;) {
                const { data } = await this.#client.rest('/stream', {
                    query: { channels: 'logs', ...fieldsOf(this.#filters), after: missed.after, limit: PAGE },
                });
                if (!current() || missed !== this.#missed) {
                    return;
                }
                read += this.#readOn(missed, data);
            }
            missed.top = this.#top();
            if (missed.count === 0) {
                this.#held = { after: missed.after, top: missed.top };
                this.#missed = null;
            }
        });
    }

    forgetMissed() {
        this.#missed = null;
        this.#changed();
    }

    #take(line) {
        if (!passes(this.#filters, line) || this.#shown.has(line.id) || this.#fresh.has(line.id)) {
            return;
        }
        this.#fresh.set(line.id, line);
        if (this.#fresh.size > this.#ceiling) {
            const [oldest] = this.#fresh.keys();
            this.#fresh.delete(oldest);
            this.#overflow(oldest);
        }
        this.#timer ||= setTimeout(() => {
            this.#timer = 0;
            if (!this.#held && this.#busy !== 'first') {
                this.#flush();
            }
            this.#changed();
        }, FLUSH_MS);
    }

    /** A fresh line went. */
    #overflow(id) {
        if (!this.#held) {
            this.#gone([id]);
            return;
        }
        if (!this.#missed || this.#missed.behind) {
            this.#missed = { count: 0, ...this.#held, behind: false };
        }
        this.#missed.count += 1;
    }

    /** Rows went, or lines that were to become rows: the view is full. */
    #gone(ids) {
        ids.forEach((id) => this.#shown.delete(id));
        if (this.#missed?.behind) {
            this.#missed.count += ids.length;
        }
    }

    #top() {
        return Number(this.#rows[0]?.id ?? 0);
    }

    #flush() {
        const lines = [...this.#fresh.values()].sort(newestFirst);
        this.#fresh.clear();
        this.#put(lines);
    }

    /** Adds lines that are newest first. */
    #put(lines) {
        for (const { id } of lines) {
            this.#shown.add(id);
        }
        const rows = merge(lines, this.#rows);
        this.#rows = rows.length > this.#ceiling ? rows.slice(0, this.#ceiling) : rows;
        if (rows.length > this.#ceiling) {
            this.#gone(rows.slice(this.#ceiling).map(({ id }) => id));
        }
    }

    #join({ lines, before }) {
        this.#before = before;
        this.#more = before !== null;
        this.#put(lines.filter(({ id }) => !this.#shown.has(id) && !this.#fresh.has(id)));
    }

    async #recent(place) {
        const { data, next } = await this.#client.rest('/notifications/logs/recent', {
            query: { ...fieldsOf(this.#filters), limit: PAGE, ...place },
        });
        const before = next && new URLSearchParams(next.split('?')[1]).get('before');
        return { lines: data, before: before ? Number(before) : null };
    }

    /** From the newest lines to the place of those that were missed; the newest wait. */
    #leave(missed) {
        const lines = [...this.#rows].reverse().map((line) => [line.id, line]);
        this.#fresh = new Map([...lines, ...this.#fresh]);
        this.#rows = [];
        this.#shown.clear();
        this.#before = missed.top + 1;
        this.#more = true;
        missed.behind = false;
        while (this.#fresh.size > this.#ceiling) {
            const [oldest] = this.#fresh.keys();
            this.#fresh.delete(oldest);
            missed.count += 1;
        }
    }

    /** Takes a page of the stream, up to the first line that waits: how many. */
    #readOn(missed, { messages, cursor, hasMore, gap }) {
        if (gap) {
            this.#missed = null;
            throw Object.assign(new Error('older than what is kept'), { code: 'gone' });
        }
        const end = messages.findIndex(({ data }) => this.#fresh.has(data.id));
        const taken = end < 0 ? messages : messages.slice(0, end);
        const lines = taken.map(({ data }) => data)
            .filter((line) => !this.#shown.has(line.id) && passes(this.#filters, line));
        this.#put(lines.sort(newestFirst));
        missed.after = end < 0 ? cursor : taken.at(-1)?.cursor ?? missed.after;
        const closed = end >= 0 || (!hasMore && messages.length === 0);
        missed.count = closed ? 0 : Math.max(1, missed.count - lines.length);
        return messages.length;
    }

    async #work(kind, act) {
        const round = this.#round;
        const current = () => round === this.#round;
        this.#busy = kind;
        this.#error = null;
        this.#again = () => this.#work(kind, act);
        this.#changed();
        try {
            await act(current);
        } catch (error) {
            if (current()) {
                this.#error = error;
            }
        }
        if (current()) {
            this.#busy = null;
            if (!this.#held) {
                this.#flush();
            }
            this.#changed();
        }
    }
}

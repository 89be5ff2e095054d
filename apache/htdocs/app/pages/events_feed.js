// The events that a page shows: what is pushed and what was stored before, joined without hole or repeat.
//
// Rows stand as GET /events lists them, by the time of occurrence, newest first. The list is asked for once the
// subscription holds, so that nothing falls between the two; both know an event by its id. An event
// that comes late and belongs below the last row is left out: it comes with its page.
//
// `fresh` is what came and is no row yet: for a moment usually, for as long as the view is paused else. Rows and fresh
// end at CEILING each, the oldest go; those that went while paused were never seen and are counted as `lost`.
import { listQuery, matches } from './events_search.js';
import { CEILING, PagedFeed } from './paged_feed.js';

const FIRST = 100;
const PAGE = 200;
const MARKS = 20; // failures and replays that are kept of one event
const FLUSH_MS = 100; // by a timer: animation frames wait while the tab is hidden

const newestFirst = (a, b) => (a.timestamp < b.timestamp ? 1 : a.timestamp > b.timestamp ? -1 : 0);
const rowOf = (event) => ({ ...event, id: event.eventId });

/** Sorted, and in the order given where times are equal. */
function join(some, rows) {
    const joined = [...some, ...rows];
    const inOrder = some.every((row, index) => newestFirst(row, joined[index + 1] ?? row) <= 0);
    return inOrder ? joined : joined.sort(newestFirst);
}

export class EventFeed extends PagedFeed {
    #timer = 0;
    #fresh = []; // in the order of arrival, from #head on
    #head = 0;
    #lost = 0;
    #ids = new Set(); // of rows and fresh
    #marks = new Map(); // id -> {failures: [{error, at}], replays: [time]}, of what happened since the page was opened
    #paused = false;

    constructor(client, changed) {
        super(client, changed);
        this.ends = [
            client.on('event:created', (event) => this.#take(event)),
            client.on('event:failed', ({ eventId, error }) =>
                this.#mark(eventId, 'failures', { error, at: new Date().toISOString() })),
            client.on('event:replayed', ({ eventId, replayTimestamp }) =>
                this.#mark(eventId, 'replays', replayTimestamp)),
            client.on('sync:gap', () => this.anew()),
        ];
    }

    close() {
        super.close();
        clearTimeout(this.#timer);
    }

    view() {
        return {
            ...super.view(),
            marks: this.#marks,
            waiting: this.#fresh.length - this.#head,
            lost: this.#lost,
            paused: this.#paused,
        };
    }

    reset() {
        this.#fresh = [];
        this.#head = 0;
        this.#lost = 0;
        this.#ids.clear();
    }

    fetchPage(more) {
        const limit = more.before ? PAGE : FIRST;
        return this.client.rest('/events', { query: { ...listQuery(this.search), limit, ...more } });
    }

    addPage(page, more, before) {
        if (!before || this.rows.at(-1)?.id === before) { // else rows went meanwhile: a hole
            this.#append(page.map(rowOf));
            this.more = more;
            this.#cut();
        }
        this.#flush();
    }

    /** Rows stay as they are until resume(). */
    pause() {
        this.#flush();
        this.#paused = true;
        this.changed();
    }

    resume() {
        this.#paused = false;
        this.#flush();
        this.#lost = 0;
        this.changed();
    }

    /** A page below the rows. One that came by itself meanwhile is no row twice. */
    #append(page) {
        const listed = new Set(page.map(({ id }) => id));
        const waiting = this.#fresh.slice(this.#head);
        this.#fresh = waiting.filter(({ id }) => !listed.has(id));
        this.#head = 0;
        const rows = new Set(this.rows.map(({ id }) => id));
        this.rows = join(this.rows, page.filter(({ id }) => !rows.has(id)));
        listed.forEach((id) => this.#ids.add(id));
    }

    #take(event) {
        if (this.search === null || this.#ids.has(event.eventId) || !matches(this.search, event)) {
            return;
        }
        this.#ids.add(event.eventId);
        this.#fresh.push(rowOf(event));
        if (this.#fresh.length - this.#head > CEILING) {
            this.#ids.delete(this.#fresh[this.#head].id);
            this.#head += 1;
            this.#lost += this.#paused;
            if (this.#head === CEILING) {
                this.#fresh.splice(0, CEILING);
                this.#head = 0;
            }
        }
        this.#soon();
    }

    #mark(id, kind, what) {
        const { [kind]: before, ...other } = this.#marks.get(id) ?? { failures: [], replays: [] };
        this.#marks.delete(id);
        this.#marks.set(id, { ...other, [kind]: [what, ...before].slice(0, MARKS) });
        if (this.#marks.size > CEILING) {
            this.#marks.delete(this.#marks.keys().next().value);
        }
        this.#soon();
    }

    #soon() {
        this.#timer ||= setTimeout(() => {
            this.#timer = 0;
            this.#flush();
            this.changed();
        }, FLUSH_MS);
    }

    /** What came becomes rows, if rows may change now. */
    #flush() {
        if (this.#paused || this.busy === 'wanted' || this.busy === 'first' || this.#fresh.length === this.#head) {
            return;
        }
        const last = this.more ? this.rows.at(-1)?.timestamp ?? '' : '';
        const [rows, below] = [[], []];
        for (const row of this.#fresh.slice(this.#head).reverse()) {
            (row.timestamp >= last ? rows : below).push(row);
        }
        below.forEach(({ id }) => this.#ids.delete(id));
        this.#fresh = [];
        this.#head = 0;
        this.rows = join(rows, this.rows);
        this.#cut();
    }

    #cut() {
        if (this.rows.length > CEILING) {
            this.rows.slice(CEILING).forEach(({ id }) => this.#ids.delete(id));
            this.rows = this.rows.slice(0, CEILING);
            this.more = true;
        }
    }
}

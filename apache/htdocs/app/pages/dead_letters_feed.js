// The dead letters that a page shows, newest first, kept as they are now.
//
// Pushes say little (an id, a status, a count), and some changes are none: a worker's failure that will be tried again,
// a deletion. So a push changes what it says at once, and then the newest page is asked for anew, as it is with every
// change of the statistics: at most once in REFRESH_MS, however much happens. Records that come to match and belong
// further down are asked for one by one; when these are many, the list begins again at its newest page.
import { hasStatus, hasType, listQuery } from './dead_letters_search.js';
import { CEILING, PagedFeed } from './paged_feed.js';

const PAGE = 100;
const ONE_BY_ONE = 20;
const REFRESH_MS = 500;
const AGAIN_MS = 2000;
const FLUSH_MS = 100;

const rowOf = (letter) => ({ ...letter, id: letter.dlqId });

/** What each push says of the record. An operator's retry begins at 0 attempts, a worker's has the attempt's number. */
const PUSHES = {
    'dlq:event:retrying': ({ attemptCount }) => ({ status: attemptCount > 0 ? 'retrying' : 'pending', attemptCount }),
    'dlq:event:resolved': ({ resolution }) => ({ status: 'resolved', resolution }),
    'dlq:event:failed': ({ attemptCount, maxAttempts }) => ({ status: 'failed', attemptCount, maxAttempts }),
};

export class DeadLetterFeed extends PagedFeed {
    #timer = 0; // of what pushes said
    #next = 0; // of the newest page
    #asking = false; // for it
    #again = false; // something was said meanwhile
    #said = new Map(); // id -> what pushes said and the rows don't yet
    #unknown = new Set(); // ids that pushes spoke of and that are no rows
    #stats = '';

    constructor(client, changed) {
        super(client, changed);
        this.ends = [
            client.on('dlq:event:added', () => this.#soon(REFRESH_MS)),
            client.on('dlq:stats:updated', ({ stats }) => this.#counted(JSON.stringify(stats))),
            client.on('sync:gap', () => this.anew()),
            ...Object.entries(PUSHES).map(([event, said]) =>
                client.on(event, (data) => this.#take(data.dlqId, said(data)))),
        ];
    }

    close() {
        super.close();
        this.search = null;
        clearTimeout(this.#timer);
        clearTimeout(this.#next);
    }

    reset() {
        this.#said.clear();
        this.#unknown.clear();
    }

    fetchPage(more) {
        return this.client.rest('/dlq', { query: { ...listQuery(this.search), limit: PAGE, ...more } });
    }

    addPage(page, more, before) {
        if (this.rows.length === 0 || this.rows.at(-1).id === before) { // else rows went meanwhile
            this.more = more;
            this.#show([...this.rows, ...page.map(rowOf)]);
        }
    }

    /** A record as an answer just told it. */
    put(letter) {
        this.#said.delete(letter.dlqId);
        if (this.rows.some(({ id }) => id === letter.dlqId)) {
            this.#show(this.rows.map((row) => (row.id === letter.dlqId ? rowOf(letter) : row)));
        }
    }

    /** A record that is no more. */
    remove(id) {
        this.#show(this.rows.filter((row) => row.id !== id));
    }

    #take(id, said) {
        this.#said.set(id, said);
        this.#timer ||= setTimeout(() => {
            this.#timer = 0;
            this.#flush();
        }, FLUSH_MS);
        this.#soon(REFRESH_MS);
    }

    #counted(stats) {
        if (this.#stats !== stats) {
            this.#stats = stats;
            this.#soon(0);
        }
    }

    /** What pushes said is shown at once. */
    #flush() {
        const known = new Set(this.rows.map(({ id }) => id));
        const last = this.more ? this.rows.at(-1)?.id ?? '' : '';
        for (const [id, { status }] of this.#said) {
            if (!known.has(id) && id > last && hasStatus(this.search, status) && this.#unknown.size <= ONE_BY_ONE) {
                this.#unknown.add(id);
            }
        }
        const said = new Map(this.#said);
        this.#said.clear();
        this.#show(this.rows.map((row) => (said.has(row.id) ? { ...row, ...said.get(row.id) } : row)));
    }

    /** The newest page anew, `wait` from now; what is said while it is asked for asks once more. */
    #soon(wait) {
        if (this.#asking) {
            this.#again = true;
            return;
        }
        this.#next ||= setTimeout(async () => {
            this.#next = 0;
            this.#asking = true;
            this.#again = false;
            const done = await this.#refresh().catch(() => false);
            this.#asking = false;
            if (!done) {
                this.#soon(AGAIN_MS);
            } else if (this.#again) {
                this.#soon(REFRESH_MS);
            }
        }, wait);
    }

    /** Whether it was done; not while another answer is awaited. */
    async #refresh() {
        if (this.search === null || this.busy === 'wanted') {
            return true; // what will be asked for is as new
        }
        if (this.busy) {
            return false;
        }
        const { round } = this;
        const wanted = [...this.#unknown];
        const restart = wanted.length > ONE_BY_ONE;
        const one = restart ? [] : wanted;
        const [{ data, next }, ...letters] = await Promise.all([this.fetchPage({}), ...one.map((id) => this.#get(id))]);
        if (round !== this.round) {
            return true;
        }
        wanted.forEach((id) => this.#unknown.delete(id));
        const page = data.map(rowOf);
        const low = next === null ? '' : page.at(-1).id;
        const begins = restart || low > (this.rows[0]?.id ?? ''); // else there would be a hole
        const found = letters.filter((letter) => letter && hasType(this.search, letter.eventType)).map(rowOf);
        const below = begins ? [] : [...new Map([...this.rows, ...found].map((row) => [row.id, row])).values()]
            .filter(({ id }) => id < low).sort((a, b) => (a.id < b.id ? 1 : -1));
        this.more = below.length > 0 ? this.more : next !== null;
        this.#show([...page, ...below]);
        return true;
    }

    #get(id) {
        return this.client.rest(`/dlq/${id}`).then(({ data }) => data, (error) => {
            if (error.status !== 404) {
                throw error;
            }
            return null;
        });
    }

    /** These are the rows, but for those that are not looked for any more. */
    #show(rows) {
        this.rows = rows.filter(({ status }) => hasStatus(this.search, status));
        if (this.rows.length > CEILING) {
            this.rows = this.rows.slice(0, CEILING);
            this.more = true;
        }
        this.changed();
    }
}

// What the feeds of events and of dead letters have in common: a list of the server, newest first, that is asked for
// page by page, the next one before the last row, up to CEILING rows. Knows the client and nothing of the view.
//
// A feed says with fetchPage(more) how a page is asked for, with addPage(page, more, before)
// what becomes of it, and with reset() what else an earlier search leaves behind.

export const CEILING = 10000;

export class PagedFeed {
    ends = []; // what ends the listening to pushes
    search = null;
    round = 0; // of open(): an answer to an earlier one is dropped
    rows = [];
    more = false;
    busy = null; // 'wanted' (nobody has asked yet), 'first' or 'older'
    error = null;

    /** changed(): called when view() has something new, a few times a second at most while much happens. */
    constructor(client, changed) {
        this.client = client;
        this.changed = changed;
    }

    close() {
        this.round += 1;
        this.ends.forEach((end) => end());
    }

    view() {
        return {
            rows: this.rows,
            more: this.more,
            full: this.rows.length >= CEILING,
            busy: this.busy,
            error: this.error,
        };
    }

    /** Looks for something else: begins with nothing. */
    open(search) {
        this.round += 1;
        this.search = search;
        this.rows = [];
        this.more = false;
        this.busy = 'wanted';
        this.error = null;
        this.reset();
        this.changed();
    }

    /** The same once more: a part of the stream can't be told any more, so what is shown may have a hole. */
    anew() {
        this.open(this.search);
        this.load();
    }

    /** The newest page. To be called when the subscription holds; nothing when it is there. */
    load() {
        return this.busy === 'wanted' ? this.#ask('first', {}) : null;
    }

    /** The page before the last row. */
    older() {
        if (this.busy || this.error || !this.more || this.rows.length >= CEILING) {
            return null;
        }
        return this.#ask('older', { before: this.rows.at(-1).id });
    }

    retry() {
        this.error = null;
        if (this.rows.length > 0 && this.more) {
            return this.older();
        }
        this.busy = 'wanted';
        return this.load();
    }

    async #ask(what, more) {
        const { round } = this;
        this.busy = what;
        this.changed();
        try {
            const { data, next } = await this.fetchPage(more);
            if (round !== this.round) {
                return;
            }
            this.busy = null;
            this.addPage(data, next !== null, more.before);
        } catch (error) {
            if (round !== this.round) {
                return;
            }
            this.busy = null;
            this.error = error;
        }
        this.changed();
    }
}

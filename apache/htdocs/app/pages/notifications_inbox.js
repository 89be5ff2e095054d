// The notifications that the page shows: those that pass its filters, the newest first, as many pages as were asked
// for, kept by the pushes. Knows the client and nothing of the view.
//
// Every change of an inbox has a version of its own, one above the last. `version` is the one up to which the rows are
// whole. What comes beyond the next one tells of a change that nothing was pushed for (unread again, muted; here or on
// another device): then the rows are fetched anew. Pushes of changes that the fetched rows have are left out.
import { tellTabs } from '../inbox.js';

const CEILING = 10000;
const PAGE = 50;
const MOST = 500; // in one answer
const SETTLED_MS = 400; // an answer comes before the push of the same change, which gets so long

const newestFirst = (a, b) => (a.id < b.id ? 1 : -1);

export class Inbox {
    #client;
    #changed;
    #ends;
    #timer = 0;
    #filters = {};
    #round = 0; // grows with open(): an answer to an earlier one is dropped
    #rows = [];
    #version = -1;
    #more = false;
    #busy = null; // what is being fetched: 'first', 'older' or 'again'
    #fetching = null; // a promise
    #again = false; // once more, when that is done
    #since = []; // pushes since it began
    #error = null;

    /** changed(): view() has something new. */
    constructor(client, changed) {
        this.#client = client;
        this.#changed = changed;
        this.#ends = [
            ...['created', 'read', 'deleted'].map((what) =>
                client.on(`notification:${what}`, (push) => this.#take(what, push))),
            client.on('notifications', () => this.#check()),
            client.on('sync:gap', () => this.#fetch('again')),
            client.on('state', ({ status }) => status === 'connected' && this.#error && this.retry()),
        ];
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
            more: this.#more,
            busy: this.#busy ?? (this.#version < 0 && !this.#error ? 'first' : null),
            error: this.#error,
        };
    }

    /** filters: {type, category, unreadOnly}, those that are set. Begins with nothing; the rows come with load(). */
    open(filters) {
        this.#round += 1;
        this.#filters = filters;
        this.#rows = [];
        this.#version = -1;
        this.#more = false;
        this.#busy = null;
        this.#again = false;
        this.#error = null;
        this.#changed();
    }

    /** To be called once the subscription holds. */
    load() {
        return this.#fetch('first');
    }

    older() {
        return this.#busy || !this.#more || this.#rows.length >= CEILING ? null : this.#fetch('older');
    }

    retry() {
        return this.#fetch(this.#version < 0 ? 'first' : 'again');
    }

    /** Shown at once, and undone when it fails; what the filter says of it counts when the server has agreed. */
    async mark(id, read) {
        this.#set(id, { read });
        try {
            this.#has(await this.#client.notifications[read ? 'read' : 'unread'](id));
        } catch (error) {
            this.#set(id, { read: !read });
            throw error;
        }
        this.#set(id, { read }); // the rows may have been fetched meanwhile
        this.#filter();
        if (!read) {
            tellTabs(this.#client.state.user);
        }
    }

    async delete(id) {
        this.#has(await this.#client.notifications.delete(id));
        this.#remove(id);
    }

    async readAll() {
        await this.#client.notifications.readAll();
        await this.#fetch('again');
    }

    async clear() {
        await this.#client.notifications.clear();
        await this.#fetch('again');
    }

    /** A change that is in the rows now; the push of one that was answered says nothing new. */
    #has({ version }) {
        if (version === this.#version + 1) {
            this.#version = version;
        }
    }

    #take(what, push) {
        if (this.#busy) {
            this.#since.push([what, push]);
        }
        if (push.version <= this.#version) {
            return;
        }
        this.#apply(what, push);
        this.#has(push);
    }

    #apply(what, push) {
        if (what === 'created') {
            const { unreadCount, version, ...item } = push;
            this.#add(item);
        } else if (what === 'read') {
            this.#set(push.notificationId, { read: true });
            this.#filter();
        } else {
            this.#remove(push.notificationId);
        }
    }

    #show(rows) {
        this.#rows = rows;
        this.#changed();
    }

    #set(id, change) {
        this.#show(this.#rows.map((row) => (row.id === id ? { ...row, ...change } : row)));
    }

    #remove(id) {
        this.#show(this.#rows.filter((row) => row.id !== id));
    }

    #filter() {
        if (this.#filters.unreadOnly) {
            this.#show(this.#rows.filter(({ read }) => !read));
        }
    }

    #add(item) {
        const { type = item.type, category = item.category } = this.#filters;
        if (item.type === type && item.category === category && !this.#rows.some(({ id }) => id === item.id)) {
            this.#show([item, ...this.#rows].sort(newestFirst).slice(0, CEILING));
        }
    }

    /** When there is a change that no push told of. */
    #check() {
        this.#timer ||= setTimeout(() => {
            this.#timer = 0;
            if (this.#version >= 0 && this.#client.notifications.version > this.#version) {
                this.#fetch('again');
            }
        }, SETTLED_MS);
    }

    #fetch(kind) {
        if (this.#busy) {
            this.#again ||= kind === 'again';
            return this.#fetching;
        }
        this.#fetching = this.#run(kind);
        return this.#fetching;
    }

    async #run(kind) {
        const round = this.#round;
        this.#busy = kind;
        this.#since = [];
        this.#error = null;
        this.#changed();
        try {
            const fetched = await (kind === 'older' ? this.#page(PAGE, this.#rows.at(-1).id) : this.#newest());
            if (round === this.#round) {
                this.#join(kind, fetched);
            }
        } catch (error) {
            if (round === this.#round) {
                this.#error = error;
            }
        }
        if (round !== this.#round) {
            return;
        }
        this.#busy = null;
        this.#changed();
        if (this.#again && !this.#error) {
            this.#again = false;
            await this.#fetch('again');
        } else {
            this.#check();
        }
    }

    async #page(limit, before) {
        const { notifications: rows, version } = await this.#client.notifications.get({
            ...this.#filters, limit, ...(before && { before }),
        });
        return { rows, version, more: rows.length === limit };
    }

    /** As many as are shown, at least a page. */
    async #newest() {
        let all = { rows: [], more: true };
        do {
            const wanted = Math.min(Math.max(this.#rows.length, PAGE) - all.rows.length, MOST);
            const page = await this.#page(wanted, all.rows.at(-1)?.id);
            all = { version: page.version, ...all, rows: [...all.rows, ...page.rows], more: page.more };
        } while (all.more && all.rows.length < this.#rows.length);
        return all;
    }

    #join(kind, { rows, version, more }) {
        const known = new Set(kind === 'older' ? this.#rows.map(({ id }) => id) : []);
        this.#rows = [...(kind === 'older' ? this.#rows : []), ...rows.filter(({ id }) => !known.has(id))];
        this.#more = more;
        if (kind !== 'older') {
            this.#version = version;
        }
        for (const [what, push] of this.#since) {
            if (!(push.version <= version)) { // one to a role has none
                this.#apply(what, push);
                this.#has(push);
            }
        }
    }
}

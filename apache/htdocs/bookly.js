// Bookly Realtime in browsers and Node: Socket.IO, else Server-Sent Events, else REST polling, on one cursor.
// bookly.d.ts says what everything does, README.md of apache/ how it goes from one to another.

const TRIES = 3; // of a transport that worked, before the next one
const IN_STREAM = /^(event|dlq:event|notification|log|service|infrastructure):/; // others have a neighbour's cursor
const REFUSED = /^(token|user|origin)_/; // for good
const FILTERS = { events: 'eventFilters', dlq: 'dlqFilters', logs: 'logFilters' };

const fail = (code, message = code, status) => Object.assign(new Error(message), { code, status });
const list = (value) => [].concat(value ?? []);
const pause = (ms, { signal }) => new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => resolve(clearTimeout(timer)));
});

/** What a token says of itself, unverified. */
export function readToken(token) {
    try {
        const text = atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'));
        const { sub, exp } = JSON.parse(decodeURIComponent(escape(text))); // UTF-8
        return { user: sub, expiresAt: exp * 1000 };
    } catch {
        return {};
    }
}

export function connect({
    url = globalThis.location?.origin, token, onToken, io = globalThis.io, cursor = null,
    transports = ['socket.io', 'sse', 'rest'],
}) {
    const order = transports.filter((name) => io || name !== 'socket.io');
    const last = order.length - 1;
    const listeners = {};
    const wanted = new Set(); // channels
    const filters = {};
    const recent = new Set(); // what came of late
    let tail = Promise.resolve(); // of the changes of what is wanted
    let current; // the link that may deliver
    let probe; // a better one, being tried
    let timer; // of the next probe
    let probes = 0;
    let key = ''; // with which an event stream resumes
    let renewing; // the question to onToken
    let asked; // since the last success
    const client = {
        on, subscribe, unsubscribe, rest, setToken, close, cursor, socket: null, state: {
            status: 'connecting', transport: null, recovered: false, gaps: 0, since: Date.now(), error: null, ...readToken(token),
        },
    };

    function on(event, listener) {
        (listeners[event] ??= new Set()).add(listener);
        return () => listeners[event].delete(listener);
    }

    function emit(name, data, event = name) {
        for (const listener of listeners[name] ?? []) {
            try {
                listener(data, event);
            } catch (error) {
                setTimeout(() => { throw error; }); // reported, and nobody else's loss
            }
        }
    }

    function set(changes) {
        const { state } = client;
        const next = { ...state, ...changes };
        if (state.status !== 'closed' && Object.keys(next).some((name) => next[name] !== state[name])) {
            if (next.status !== state.status || next.transport !== state.transport) {
                next.since = Date.now();
            }
            client.state = Object.freeze(next);
            emit('state', next);
        }
    }

    function deliver(event, data, place) {
        if (place) {
            client.cursor = place;
            if (IN_STREAM.test(event) && recent.size === recent.add(event + place).size) {
                return; // it came before
            }
            if (recent.size > 1000) {
                recent.delete(recent.values().next().value);
            }
        }
        const services = list(filters.logFilters?.service); // see wants()
        if (current.socket || !services.length || !/^log:/.test(event) || services.includes(data.service)) {
            emit(event, data);
            emit('*', data, event);
        }
    }

    // -- REST and tokens

    async function request(path, { method = 'GET', query, body, headers, signal, bearer = token } = {}) {
        const target = new URL(`${url}/api/v1${path}`);
        for (const name in query) {
            list(query[name]).forEach((value) => value === '' || target.searchParams.append(name, value));
        }
        const response = await fetch(target, {
            method,
            headers: { Authorization: `Bearer ${bearer}`, ...body && { 'Content-Type': 'application/json' }, ...headers },
            body: typeof body === 'string' ? body : JSON.stringify(body),
            signal,
        }).catch((error) => { throw signal?.aborted ? error : fail('offline', error.message, 0); });
        if (!response.ok) {
            const { code, detail } = await response.json().catch(() => ({})); // else it is not the server's own
            throw fail(code ?? 'unavailable', detail ?? response.statusText, response.status);
        }
        return response;
    }

    async function rest(path, options) {
        const bearer = token;
        const response = await request(path, options).catch(async (error) => {
            if (error.status === 401 && (token !== bearer || await renew('expired'))) {
                return request(path, options);
            }
            throw error;
        });
        return {
            data: await response.json(),
            status: response.status,
            next: /<[^>]*\/api\/v1([^>]*)>; *rel="next"/.exec(response.headers.get('Link'))?.[1] ?? null,
            cursor: response.headers.get('X-Stream-Cursor'),
        };
    }

    function adopt(next) {
        token = next;
        key = ''; // the old token's
        set(readToken(next));
    }

    /** Whether onToken gave another one. */
    function renew(reason) {
        renewing ??= (async () => {
            const next = await onToken?.(reason);
            const other = next && next !== token;
            await (other && (reason === 'expiring' ? setToken : adopt)(next));
            return other;
        })().catch(() => false).finally(() => { renewing = null; });
        return renewing;
    }

    async function setToken(next) {
        const { user, transport } = client.state;
        if (user && readToken(next).user !== user) {
            throw fail('user_mismatch');
        }
        if (current.socket?.connected) {
            await command('auth:refresh', { token: next });
            adopt(next);
        } else {
            await request('/tickets', { method: 'POST', bearer: next }); // whether it is good: the old one is still there
            adopt(next);
            asked = false;
            seek(transport ? current.at : 0);
        }
        return { expiresAt: client.state.expiresAt };
    }

    // -- which transport

    const link = (at) => Object.assign(new AbortController(), { at });

    /** From here on `me` delivers and nobody else, beginning at this moment's cursor. */
    function takeOver(me) {
        me.fresh = !client.cursor;
        me.gaps = client.state.gaps;
        client.socket = me.socket ?? null;
        if (current !== me) {
            current?.abort();
            current = me;
        }
    }

    /** Resolves when `me` delivers; one that is lost later is replaced. */
    const open = (me) => new Promise((resolve, reject) => {
        RUN[order[me.at]](me, (transport) => {
            const { state } = client;
            const recovered = transport === state.transport ? state.recovered : !me.fresh && me.gaps === state.gaps;
            set({ status: 'connected', transport, recovered, error: null });
            asked = false;
            me.ready = true;
            resolve();
        }).catch((error) => {
            clearTimeout(me.watch);
            reject(error);
            if (me.ready && current === me) {
                set({ status: 'connecting', transport: null });
                seek(me.at, error, me.socket ? 0 : TRIES);
            }
        });
    });

    /** A link from `at` on downward, after one that ended with `error`; the last transport is tried for ever. */
    async function seek(at, error, tries = 0, round = 1) {
        const { code } = error ?? {};
        const me = link(at);
        takeOver(me);
        if (REFUSED.test(code)) {
            const again = !asked && /^token/.test(code) && await renew('expired');
            asked = true;
            if (!again) {
                return current === me && set({ status: code === 'token_expired' ? 'expired' : 'refused', transport: null, error });
            }
        } else if (code === 'forbidden') {
            await prune();
        } else if (error && tries > 0) {
            await pause(300 + 600 * Math.random(), me);
        } else if (error && at < last) {
            me.at += 1;
        } else if (error) {
            set({ status: code === 'unavailable' ? 'stalled' : 'offline', transport: null, error });
            await pause(Math.min(1000 * 2 ** round, 10000) * (0.5 + Math.random()), me);
        }
        return current === me && open(me).then(look, (reason) => {
            if (current === me) {
                seek(me.at, reason, tries - 1, round + 1);
            }
        });
    }

    /** Tries a better transport later. */
    function look() {
        const { at } = current;
        clearTimeout(timer);
        if (at > 0 && !probe) {
            timer = setTimeout(async () => {
                const me = link(probes % at);
                probe = me;
                probes += 1;
                await open(me).then(() => { probes = 0; }, (error) => {
                    me.abort();
                    if (current === me) { // the one below has ended already
                        seek(at, REFUSED.test(error.code) && error);
                    }
                });
                probe = null;
                look();
            }, Math.min(2000 * 2 ** probes, 60000) * (0.5 + Math.random()));
        }
    }

    // -- Socket.IO

    const command = (name, payload) => new Promise((resolve, reject) => {
        current.socket.timeout(10000).emit(name, payload, (none, answer) => (answer?.success
            ? resolve(answer) : reject(none ? fail('lost') : fail(answer.code, answer.error))));
    });

    const overSocket = (me, ready) => new Promise((_, end) => {
        let failures = 0;
        const socket = io(`${url}/`, {
            forceNew: true, reconnectionDelay: 300, timeout: 6000,
            auth: (give) => { // the server is there; asked for before each CONNECT
                takeOver(me);
                give({ token, cursor: client.cursor });
            },
        });
        me.socket = socket;
        me.signal.addEventListener('abort', () => {
            socket.off().offAny().disconnect();
            end(fail('lost'));
        });
        socket.onAny(deliver);
        socket.on('connect', async () => {
            const { engine } = socket.io;
            failures = 0;
            if (!socket.recovered && wanted.size) { // it goes on from the cursor with the first subscription
                await command('subscribe', { channels: [...wanted], ...filters }).then(({ denied }) => ended(denied),
                    ({ code }) => (code === 'forbidden' ? prune() : engine.close()));
            }
            if (socket.connected) {
                ready(engine.transport.name);
                engine.on('upgrade', ({ name }) => set({ transport: name }));
            }
        });
        socket.on('disconnect', () => set({ status: 'connecting', transport: null }));
        socket.on('connect_error', ({ message, data }) => {
            const error = fail(data?.code ?? 'offline', message);
            failures += 1;
            if (data || (failures >= (me === probe ? 1 : TRIES) && me.at < last)) {
                end(error);
            } else if (failures >= TRIES) {
                set({ status: 'offline', error });
            }
        });
    });

    // -- Server-Sent Events and REST polling

    /** As a query. The channels dlq and logs have one `service`, so together they have none. */
    function wants(more) {
        const channels = wanted.size ? [...wanted] : ['notifications'];
        const query = Object.assign({ channels, ...more }, ...channels.map((channel) => filters[FILTERS[channel]]));
        if (wanted.has('dlq') && wanted.has('logs')) {
            delete query.service;
        }
        return query;
    }

    /** Ends a link that says nothing for so long. */
    function watch(me, ms) {
        clearTimeout(me.watch);
        me.watch = setTimeout(() => me.abort(), ms);
    }

    async function overStream(me, ready) {
        let silence = 10000;
        takeOver(me);
        watch(me, silence);
        const { body } = await request('/sse', {
            query: wants(), signal: me.signal, headers: client.cursor && { 'Last-Event-ID': client.cursor + key },
        });
        const reader = body.getReader();
        const decoder = new TextDecoder();
        for (let text = ''; ;) {
            const { done, value } = await reader.read();
            if (done) {
                throw fail('offline', 'the stream has ended');
            }
            const blocks = (text + decoder.decode(value, { stream: true })).split('\n\n');
            text = blocks.pop();
            for (const block of blocks) {
                const { event, data, id } = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/)));
                me.signal.throwIfAborted();
                if (event) {
                    const [place] = id.split('~');
                    key = id.slice(place.length);
                    deliver(event, JSON.parse(data), place);
                }
                if (event === 'sync:ready') {
                    silence = 45000; // a comment comes every 20 s
                    ready('sse');
                }
            }
            watch(me, silence);
        }
    }

    // what the daemon pushes by itself, every so many ms
    const get = async (path) => (await rest(path)).data;
    const stamp = (data) => ({ ...data, timestamp: new Date().toISOString() });
    const PERIODIC = [
        ['dashboard', 5000, 'dashboard:metrics:updated', async () =>
            stamp({ metrics: await get('/events/metrics'), dashboard: await get('/events/dashboard') })],
        ['dlq', 10000, 'dlq:stats:updated', async () => stamp({ stats: await get('/dlq/stats') })],
        ['notifications', Infinity, 'notifications:initial', () => get('/notifications?unreadOnly=true')],
    ];

    async function overRest(me, ready) {
        const due = {};
        takeOver(me);
        for (;;) {
            watch(me, 20000);
            const response = await request('/stream', { query: wants({ after: client.cursor, limit: 500 }), signal: me.signal });
            const page = await response.json();
            me.signal.throwIfAborted();
            if (wanted.size) { // else the cursor waits for the first subscription
                list(page.gap).forEach((gap) => deliver('sync:gap', gap));
                for (const { event, data, cursor: place } of page.messages) {
                    deliver(event, data, place);
                    me.signal.throwIfAborted();
                }
                client.cursor = page.cursor;
            }
            ready(order[me.at]);
            for (const [channel, every, event, make] of PERIODIC) {
                if (wanted.has(channel) && !(due[channel] > Date.now())) {
                    due[channel] = Date.now() + every;
                    make().then((data) => me.signal.aborted || deliver(event, data), () => {});
                }
            }
            await pause(page.retryAfterMs, me);
        }
    }

    const RUN = { 'socket.io': overSocket, sse: (me, ready) => (wanted.size ? overStream : overRest)(me, ready), rest: overRest };

    // -- what is wanted

    /** Those of the channels that the roles do not allow. The filters are checked, too. */
    const denied = async (channels, given = filters) => (await Promise.all(channels.map((channel) =>
        rest('/stream', { query: { channels: channel, ...given[FILTERS[channel]] } }).then(() => [], (error) => {
            if (error.code !== 'forbidden') {
                throw error;
            }
            return { channel, code: error.code };
        })))).flat();

    const ended = (channels) => channels?.forEach((each) => deliver('subscription:ended', each));
    const prune = () => denied([...wanted]).then(ended, () => {});

    function forget(channels) {
        for (const channel of channels) {
            wanted.delete(channel);
            delete filters[FILTERS[channel]];
        }
    }

    /** One after the other, each on a link that stands, and again where that was lost. */
    function change(work) {
        const done = tail.then(async () => {
            for (;;) {
                while (client.state.status !== 'connected') {
                    if (client.state.status === 'closed') {
                        throw fail('closed');
                    }
                    await new Promise((go) => { const off = on('state', () => go(off())); });
                }
                const me = current;
                try {
                    const answer = await work(me.socket);
                    await (me.socket || seek(me.at));
                    return { channels: [...wanted], ...answer };
                } catch (error) {
                    if (!/^(lost|offline|unavailable|rate_limited)$/.test(error.code)) {
                        throw error;
                    }
                    await pause(500, me);
                }
            }
        });
        tail = done.catch(() => {});
        return done;
    }

    function subscribe(channels, given = {}) {
        return change(async (socket) => {
            const refused = socket ? (await command('subscribe', { channels, ...given })).denied ?? [] : await denied(channels, given);
            if (refused.length === channels.length) {
                throw fail('forbidden', 'your roles do not allow this');
            }
            channels.forEach((channel) => wanted.add(channel));
            for (const channel of wanted) {
                const name = FILTERS[channel];
                if (name in given) {
                    filters[name] = given[name];
                }
            }
            forget(refused.map(({ channel }) => channel));
            return { denied: refused };
        });
    }

    function unsubscribe(channels) {
        return change(async (socket) => {
            await (socket && command('unsubscribe', { channels }));
            forget(channels);
        });
    }

    function close() {
        clearTimeout(timer);
        probe?.abort();
        takeOver(link(0));
        set({ status: 'closed', transport: null });
    }

    on('sync:gap', () => set({ gaps: client.state.gaps + 1, recovered: false }));
    on('sync:stalled', () => set({ status: 'stalled' }));
    on('sync:resumed', () => set({ status: 'connected' }));
    on('subscription:ended', ({ channel }) => forget([channel]));
    on('auth:expiring', () => renew('expiring'));
    client.notifications = inbox(on, emit, rest);
    seek(0, token ? null : fail('token_missing'));
    return client;
}

/** The user's notifications. Each change of the inbox has a version: what comes late undoes nothing that is newer. */
function inbox(on, emit, rest) {
    const drop = (id) => { store.items = store.items.filter((item) => item.id !== id); };
    const put = (item) => {
        drop(item.id);
        store.items = [item, ...store.items].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, 100);
    };
    const mark = (read) => (id, version) => {
        store.items = store.items.map((item) => (item.id !== id || item.version > version ? item : { ...item, read, version }));
    };
    const count = ({ unreadCount, version }) => {
        if (version >= store.version) {
            Object.assign(store, { unreadCount, version });
        }
        emit('notifications', store);
    };

    async function get(query, tries = 3) {
        const { data: { count: unreadCount, version } } = await rest('/notifications/unread/count');
        const { data: notifications } = await rest('/notifications', { query });
        if (version < store.version && tries) {
            return get(query, tries - 1); // it has changed meanwhile
        }
        store.items = query ? store.items : [];
        notifications.forEach((item) => put({ ...item, version }));
        count({ unreadCount, version });
        return { notifications, unreadCount, version };
    }

    async function act(method, path, apply, id, body) {
        const { data } = await rest(`/notifications${path}`, { method, body });
        (id ? [id] : store.items.map((item) => item.id)).forEach((each) => apply(each, data.version));
        count(data);
        return data;
    }

    const refresh = () => { get().catch(() => {}); };
    const store = {
        items: [],
        unreadCount: 0,
        version: -1,
        get,
        read: (id) => act('POST', `/${id}/read`, mark(true), id),
        unread: (id) => act('POST', `/${id}/unread`, mark(false), id),
        readAll: () => act('POST', '/read-all', mark(true)),
        delete: (id) => act('DELETE', `/${id}`, drop, id),
        clear: () => act('DELETE', '', drop),
        preferences: async () => (await rest('/notifications/preferences')).data,
        mute: (mutedCategories) => act('PUT', '/preferences', refresh, 1, { mutedCategories }),
    };
    on('notifications:initial', refresh);
    on('sync:gap', refresh);
    on('notification:created', (item) => {
        const more = !store.items.some(({ id }) => id === item.id); // one to a role has no figures
        put(item);
        count({ unreadCount: store.unreadCount + more, version: store.version, ...item });
    });
    for (const [event, apply] of [['read', mark(true)], ['deleted', drop]]) {
        on(`notification:${event}`, (change) => {
            apply(change.notificationId, change.version);
            count(change);
        });
    }
    return store;
}

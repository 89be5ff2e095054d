// What it offers: bookly.d.ts. How it works: apache/README.md.

const IN_STREAM = /^(event|dlq:event|notification|log|\w+:status):/; // others share a cursor
const REFUSED = /^(token|user|origin)_/;
const FILTERS = { events: 'eventFilters', dlq: 'dlqFilters', logs: 'logFilters' };

const fail = (code, message = code, status) => Object.assign(new Error(message), { code, status });
const list = (value) => [].concat(value ?? []);
const pause = (ms, { signal }) => new Promise((resolve) => {
    const timer = setTimeout(resolve, ms * (0.5 + Math.random()));
    signal.addEventListener('abort', () => resolve(clearTimeout(timer)));
});

export function readToken(token) {
    try {
        const text = atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'));
        const { sub, exp } = JSON.parse(decodeURIComponent(escape(text)));
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
    const wanted = new Set();
    const filters = {};
    const recent = new Set();
    let tail = Promise.resolve();
    let current; // the link that delivers
    let probe; // a better one
    let probes = 0;
    let key = '';
    let renewing;
    let asked;
    const client = {
        on, subscribe, unsubscribe, rest, setToken, close, cursor, socket: null,
        state: Object.freeze({
            status: 'connecting', transport: null, recovered: false, gaps: 0, since: Date.now(), error: null,
            ...readToken(token),
        }),
    };

    function on(event, listener) {
        (listeners[event] ??= new Set()).add(listener);
        return () => listeners[event].delete(listener);
    }

    function emit(name, data, event = name) {
        for (const listener of [...listeners[name] ?? []]) {
            try {
                listener(data, event);
            } catch (error) {
                setTimeout(() => { throw error; });
            }
        }
    }

    function set(changes) {
        const { state } = client;
        const next = { ...state, ...changes };
        if (state.status !== 'closed' && JSON.stringify(next) !== JSON.stringify(state)) {
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
                return;
            }
            if (recent.size > 1000) {
                const [oldest] = recent;
                recent.delete(oldest);
            }
        }
        const services = list(filters.logFilters?.service);
        if (current.socket || !services.length || !/^log:/.test(event) || services.includes(data.service)) {
            emit(event, data);
            emit('*', data, event);
        }
    }

    async function request(path, { method = 'GET', query, body, headers, signal, bearer = token } = {}) {
        const target = new URL(`${url}/api/v1${path}`);
        for (const name in query) {
            list(query[name]).forEach((value) => value === '' || target.searchParams.append(name, value));
        }
        const broken = (error) => { throw signal?.aborted ? error : fail('offline', error.message, 0); };
        const response = await fetch(target, {
            method,
            headers: {
                Authorization: `Bearer ${bearer}`, ...body && { 'Content-Type': 'application/json' }, ...headers,
            },
            body: typeof body === 'string' ? body : JSON.stringify(body),
            signal,
        }).catch(broken);
        if (!response.ok) {
            const { code, detail } = await response.json().catch(() => ({}));
            throw fail(code ?? 'unavailable', detail ?? response.statusText, response.status);
        }
        return { response, data: path === '/sse' || await response.json().catch(broken) };
    }

    async function rest(path, options) {
        const bearer = token;
        const { response, data } = await request(path, options).catch(async (error) => {
            if (error.status === 401 && (token !== bearer || await renew('expired'))) {
                return request(path, options);
            }
            throw error;
        });
        return {
            data,
            status: response.status,
            next: /<[^>]*\/api\/v1([^>]*)>; *rel="next"/.exec(response.headers.get('Link'))?.[1] ?? null,
            cursor: response.headers.get('X-Stream-Cursor'),
        };
    }

    function adopt(next) {
        token = next;
        key = '';
        set(readToken(next));
    }

    function renew(reason) {
        renewing ??= (async () => {
            const next = await onToken?.(reason);
            if (next && next !== token) {
                await (reason === 'expiring' ? setToken : adopt)(next);
                return true;
            }
        })().catch(() => {}).finally(() => { renewing = null; });
        return renewing;
    }

    async function setToken(next) {
        const { user } = client.state;
        if (user && readToken(next).user !== user) {
            throw fail('user_mismatch');
        }
        if (current.socket?.connected) {
            await command('auth:refresh', { token: next });
            adopt(next);
        } else {
            await request('/tickets', { method: 'POST', bearer: next });
            adopt(next);
            asked = false;
            seek(current.at);
        }
        return { expiresAt: client.state.expiresAt };
    }

    const link = (at) => Object.assign(new AbortController(), { at });

    /** From here on `me` alone delivers. */
    function takeOver(me) {
        me.fresh = !client.cursor;
        me.bearer = token;
        client.socket = me.socket ?? null;
        if (current !== me) {
            current?.abort();
            current = me;
        }
    }

    const open = (me) => new Promise((resolve, reject) => {
        RUN[order[me.at]](me, (transport) => {
            const { state } = client;
            const recovered = transport === state.transport ? state.recovered : !me.fresh;
            set({ status: 'connected', transport, recovered, error: null });
            asked = false;
            me.ready = true;
            resolve();
        }).catch((error) => {
            clearTimeout(me.watch);
            reject(error);
            if (me.ready && current === me) {
                set({ status: 'connecting', transport: null });
                seek(me.at, error, me.socket ? 0 : 3);
            }
        });
    });

    /** A link at `at` or below, after one that ended with `error`. */
    async function seek(at, error, tries = 0) {
        const { code } = error ?? {};
        const bearer = current?.bearer;
        const me = link(at);
        takeOver(me);
        if (REFUSED.test(code)) {
            const again = token !== bearer || !asked && /^token/.test(code) && await renew('expired');
            asked = true;
            if (!again) {
                if (current === me) {
                    takeOver(link(0));
                    set({ status: code === 'token_expired' ? 'expired' : 'refused', transport: null, error });
                }
                return;
            }
        } else if (code === 'forbidden' && wanted.size) {
            await prune();
        } else if (error && tries > 0) {
            await pause(500, me);
        } else if (error && at < last) {
            me.at += 1;
        } else if (error) {
            set({ status: code === 'unavailable' ? 'stalled' : 'offline', transport: null, error });
            await pause(Math.min(1000 * 2 ** -tries, 10000), me);
        }
        if (current === me) {
            await open(me).then(() => { look(); }, (reason) => {
                if (current === me) {
                    seek(me.at, reason, tries - 1);
                }
            });
        }
    }

    async function look() {
        const { at } = current;
        probe?.abort();
        if (at > 0) {
            const me = link(probes % at);
            probe = me;
            await pause(Math.min(2000 * 2 ** probes, 60000), me);
            if (current.at === at && !me.signal.aborted) {
                probes += 1;
                await open(me).then(() => { probes = 0; }, (error) => {
                    me.abort();
                    if (current === me) { // the one below has ended
                        seek(at, REFUSED.test(error.code) && error);
                    }
                });
                if (probe === me) {
                    probe = null;
                    look();
                }
            }
        }
    }

    const command = (name, payload) => new Promise((resolve, reject) => {
        current.socket.timeout(10000).emit(name, payload, (_, answer) => (
            answer?.success ? resolve(answer) : reject(fail(answer?.code ?? 'lost', answer?.error))));
    });

    const overSocket = (me, ready) => new Promise((_, end) => {
        let failures = 0;
        const socket = io(`${url}/`, {
            forceNew: true, reconnectionDelay: 500, timeout: 5000,
            auth: (give) => { // before each CONNECT: the server is there
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
            if (!socket.recovered && wanted.size) {
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
            failures += 1;
            if (data || me === probe || failures > 2) {
                end(fail(data?.code ?? 'offline', message));
            }
        });
    });

    /** dlq and logs have one `service` here: together none. */
    function wants(more) {
        const channels = wanted.size ? [...wanted] : ['notifications'];
        const query = Object.assign({ channels, ...more }, ...channels.map((channel) => filters[FILTERS[channel]]));
        if (wanted.has('dlq') && wanted.has('logs')) {
            delete query.service;
        }
        return query;
    }

    function watch(me, ms) {
        clearTimeout(me.watch);
        me.watch = setTimeout(() => me.abort(), ms);
    }

    async function overStream(me, ready) {
        takeOver(me);
        watch(me, 10000);
        const { response } = await request('/sse', {
            query: wants(), signal: me.signal, headers: client.cursor && { 'Last-Event-ID': client.cursor + key },
        });
        const reader = response.body.getReader();
        const decoder = new TextDecoder();
        for (let text = ''; ;) {
            const { done, value } = await reader.read();
            if (done) {
                throw fail('lost');
            }
            const blocks = (text + decoder.decode(value, { stream: true })).split('\n\n');
            text = blocks.pop();
            for (const block of blocks) {
                const [, event, data, place, id] = /^event: (.*)\ndata: (.*)\nid: ([^~]*)(.*)/.exec(block) ?? [];
                me.signal.throwIfAborted();
                if (event) {
                    key = id;
                    deliver(event, JSON.parse(data), place);
                }
                if (event === 'sync:ready') {
                    ready('sse');
                }
            }
            watch(me, me.ready ? 60000 : 10000);
        }
    }

    const PERIODIC = [
        ['dashboard', 5000, 'dashboard:metrics:updated', {
            metrics: '/events/metrics', dashboard: '/events/dashboard',
        }],
        ['dlq', 10000, 'dlq:stats:updated', { stats: '/dlq/stats' }],
        ['notifications', Infinity, 'notifications:initial', { unread: '/notifications?unreadOnly=true' }],
    ];

    async function make(me, event, paths) {
        const data = { timestamp: new Date().toISOString() };
        for (const name in paths) {
            data[name] = (await rest(paths[name])).data;
        }
        if (current === me) {
            deliver(event, data.unread ?? data);
        }
    }

    async function overRest(me, ready) {
        const due = {};
        takeOver(me);
        for (;;) {
            watch(me, 10000);
            const { data: page } = await request('/stream', {
                query: wants({ after: client.cursor, limit: 500 }), signal: me.signal,
            });
            me.signal.throwIfAborted();
            if (wanted.size) { // else the cursor waits
                list(page.gap).forEach((gap) => deliver('sync:gap', gap));
                for (const { event, data, cursor: place } of page.messages) {
                    deliver(event, data, place);
                    me.signal.throwIfAborted();
                }
                client.cursor = page.cursor;
            }
            ready(order[me.at]);
            for (const [channel, every, event, paths] of PERIODIC) {
                if (wanted.has(channel) && !(due[channel] > Date.now())) {
                    due[channel] = Date.now() + every;
                    make(me, event, paths).catch(() => {});
                }
            }
            await pause(page.retryAfterMs, me);
        }
    }

    const RUN = {
        'socket.io': overSocket, sse: (me, ready) => (wanted.size ? overStream : overRest)(me, ready), rest: overRest,
    };

    async function denied(channels, given = filters) {
        const refused = [];
        for (const channel of channels) {
            await rest('/stream', { query: { channels: channel, ...given[FILTERS[channel]] } }).catch((error) => {
                if (error.code !== 'forbidden') {
                    throw error;
                }
                refused.push({ channel, code: error.code });
            });
        }
        return refused;
    }

    const ended = (channels) => channels?.forEach((each) => deliver('subscription:ended', each));
    const prune = () => denied([...wanted]).then(ended, () => {});

    function forget(channels) {
        for (const channel of channels) {
            wanted.delete(channel);
            delete filters[FILTERS[channel]];
        }
    }

    /** One after the other, again when the link was lost. */
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
            const refused = socket
                ? (await command('subscribe', { channels, ...given })).denied ?? [] : await denied(channels, given);
            if (refused.length === channels.length) {
                throw fail('forbidden');
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
        probe?.abort();
        takeOver(link(0));
        set({ status: 'closed', transport: null });
    }

    on('sync:gap', () => {
        current.fresh = true;
        set({ gaps: client.state.gaps + 1, recovered: false });
    });
    on('sync:stalled', () => set({ status: 'stalled' }));
    on('sync:resumed', () => set({ status: 'connected' }));
    on('subscription:ended', ({ channel }) => forget([channel]));
    on('auth:expiring', () => renew('expiring'));
    client.notifications = inbox(on, emit, rest);
    seek(0, token ? null : fail('token_missing'));
    return client;
}

/** Changes have versions: a late one undoes nothing newer. */
function inbox(on, emit, rest) {
    const drop = (id) => { store.items = store.items.filter((item) => item.id !== id); };
    const put = (item) => {
        drop(item.id);
        store.items = [item, ...store.items].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, 100);
    };
    const mark = (read) => (id, version) => {
        store.items = store.items.map((item) => (
            item.id !== id || item.version > version ? item : { ...item, read, version }));
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
            return get(query, tries - 1);
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
        const more = !store.items.some(({ id }) => id === item.id); // to a role: no figures
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

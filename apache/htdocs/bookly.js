// Bookly Realtime for browsers and Node: one connection that stays. Socket.IO first, then Server-Sent Events, then REST
// polling; it goes down that list when a transport fails and up again when it works, always from the place (cursor) of
// the last push that was delivered, and one transport has ended before the next one delivers. Types: bookly.d.ts.
//
//     const client = connect({ token, onToken, io });
//     client.on('event:created', (event) => console.log(event));
//     await client.subscribe(['events'], { eventFilters: { services: 'reservations' } });

const TRIES = 3; // of a transport, before the next one is tried
const PATIENCE_MS = 6000; // or so long
const SILENCE_MS = 45000; // an event stream says something every 20 s
const ANSWER_MS = 10000;
const LONGEST_MS = 60000; // between two looks whether a better transport works

// What stands in the stream; everything else is made anew for each connection and has the place of its neighbour.
const IN_STREAM = /^(event|dlq:event|notification|log|service|infrastructure):/;
const REFUSED = /^(token_|user_mismatch|origin_denied)/; // the same token can never succeed
const PASSING = /^(lost|offline|unavailable|rate_limited)$/;
const FILTERS = { events: 'eventFilters', dlq: 'dlqFilters', logs: 'logFilters' };

const fail = (code, message = code, more) => Object.assign(new Error(message), { code, ...more });

const list = (value) => [].concat(value ?? []);

const pause = (ms, signal) => new Promise((resolve) => {
    setTimeout(resolve, ms);
    signal?.addEventListener('abort', resolve);
});

/** What a token says of itself, unverified: {user, expiresAt in ms}. */
export function readToken(token) {
    try {
        const text = atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'));
        const { sub, exp } = JSON.parse(new TextDecoder().decode(Uint8Array.from(text, (c) => c.charCodeAt(0))));
        return { user: sub, expiresAt: exp * 1000 };
    } catch {
        return { user: undefined, expiresAt: undefined };
    }
}

export function connect({
    url = globalThis.location?.origin, token, onToken, io = globalThis.io, cursor = null,
    transports = ['socket.io', 'sse', 'rest'],
} = {}) {
    const base = `${url}/api/v1`;
    const order = transports.filter((name) => io || name !== 'socket.io');
    const last = order.length - 1;
    const listeners = {};
    const wanted = new Set(); // channels, and their filters:
    const filters = {};
    const recent = new Set(); // stream pushes of late, to drop what comes twice
    let state = Object.freeze({
        status: 'connecting', transport: null, recovered: false, gaps: 0, since: Date.now(), ...readToken(token), error: null,
    });
    let waiting = []; // for a connection
    let tail = Promise.resolve(); // of the changes of what is wanted
    let current; // the link that may deliver: {at: place in `order`, socket?, stop(), signal}
    let probe; // a better one that is being tried
    let turn = 0; // of the search for a link: an older one has been overtaken
    let timer; // of the next probe
    let looks = 0;
    let key = ''; // with which an event stream resumes
    let renewing; // a question to onToken
    let asked = false; // since the last success

    // -- listeners and state

    function on(event, listener) {
        (listeners[event] ??= new Set()).add(listener);
        return () => listeners[event].delete(listener);
    }

    function emit(event, data, name = event) {
        for (const listener of [...listeners[event] ?? []]) {
            try {
                listener(data, name);
            } catch (error) {
                setTimeout(() => { throw error; }); // the listener's own: reported, and nobody else's loss
            }
        }
    }

    function set(changes) {
        const next = { ...state, ...changes };
        if (state.status === 'closed' || Object.keys(next).every((name) => next[name] === state[name])) {
            return;
        }
        if (next.status !== state.status || next.transport !== state.transport) {
            next.since = Date.now();
        }
        state = Object.freeze(next);
        emit('state', state);
        if (/^(connected|closed)$/.test(state.status)) {
            waiting.splice(0).forEach((go) => go());
        }
    }

    async function connected() {
        while (state.status !== 'connected') {
            if (state.status === 'closed') {
                throw fail('closed');
            }
            await new Promise((go) => { waiting.push(go); });
        }
    }

    /** A push of any transport. Without a place: made here. */
    function deliver(event, data, place) {
        if (place) {
            if (IN_STREAM.test(event)) {
                if (recent.has(event + place)) {
                    return;
                }
                recent.add(event + place);
                if (recent.size > 1000) {
                    recent.delete(recent.values().next().value);
                }
            }
            cursor = place;
        }
        const only = !current.socket && /^log:/.test(event) && filters.logFilters?.service; // see query()
        if (only && !list(only).includes(data.service)) {
            return;
        }
        if (event === 'sync:gap') {
            current.gap = true;
            set({ gaps: state.gaps + 1, recovered: false });
        } else if (event === 'sync:stalled' || event === 'sync:resumed') {
            set({ status: event === 'sync:stalled' ? 'stalled' : 'connected' });
        } else if (event === 'subscription:ended') {
            forget([data.channel]);
        } else if (event === 'auth:expiring') {
            renew('expiring', setToken);
        }
        emit(event, data);
        emit('*', data, event);
    }

    // -- tokens

    /** Asks onToken; true when it gave another token, which `use` (or nobody) has taken in. */
    function renew(reason, use = adopt) {
        renewing ??= (async () => {
            try {
                const next = await onToken?.(reason);
                return Boolean(next && next !== token && (await use(next), true));
            } catch {
                return false;
            } finally {
                renewing = null;
            }
        })();
        return renewing;
    }

    function adopt(next) {
        const claims = readToken(next);
        if (state.user && claims.user !== state.user) {
            throw fail('user_mismatch', 'the token is of another user');
        }
        token = next;
        key = ''; // it is the old token's
        set(claims);
    }

    async function setToken(next) {
        if (state.user && readToken(next).user !== state.user) {
            throw fail('user_mismatch', 'the token is of another user');
        }
        const { status } = state;
        if (current.socket?.connected) {
            await command(current, 'auth:refresh', { token: next });
            adopt(next);
        } else {
            if (status === 'connected') { // the old one goes on when this one is refused
                await call('/stream', { query: { channels: 'notifications' }, bearer: next }).catch((error) => {
                    if (error.status === 401) {
                        throw error;
                    }
                });
            }
            adopt(next);
            asked = false;
            seek(status === 'connected' ? current.at : 0);
        }
        return { expiresAt: state.expiresAt };
    }

    // -- REST

    async function call(path, { method = 'GET', query = {}, body, headers, signal, bearer = token } = {}) {
        const search = new URLSearchParams();
        for (const name of Object.keys(query)) {
            list(query[name]).forEach((value) => value === '' || search.append(name, value));
        }
        const address = `${base}${path}${`${search}` && (path.includes('?') ? '&' : '?')}${search}`;
        let response;
        let text;
        try {
            response = await fetch(address, {
                method,
                headers: {
                    Authorization: `Bearer ${bearer}`, ...body !== undefined && { 'Content-Type': 'application/json' }, ...headers,
                },
                body: typeof body === 'string' ? body : JSON.stringify(body),
                signal,
            });
            text = await response.text();
        } catch (error) {
            throw signal?.aborted ? error : fail('offline', error.message, { status: 0 });
        }
        if (!response.ok) {
            throw problem(response, text);
        }
        return {
            data: text ? JSON.parse(text) : null,
            status: response.status,
            next: /<[^>]*\/api\/v1([^>]*)>; *rel="next"/.exec(response.headers.get('Link'))?.[1] ?? null,
            cursor: response.headers.get('X-Stream-Cursor'),
        };
    }

    /** The error that an answer tells of; one that is not the server's own is that of something in front of it. */
    function problem({ status, statusText }, text) {
        let told = {};
        try {
            told = JSON.parse(text);
        } catch {}
        return fail(told.code ?? (status >= 500 ? 'unavailable' : `http_${status}`), told.detail ?? statusText, { status });
    }

    async function rest(path, options) {
        const bearer = token;
        try {
            return await call(path, options);
        } catch (error) {
            if (error.status === 401 && (token !== bearer || await renew('expired'))) {
                return call(path, options);
            }
            throw error;
        }
    }

    // -- which transport

    function link(at) {
        const control = new AbortController();
        return { at, signal: control.signal, stop: () => control.abort() };
    }

    /** From here on `me` delivers, and nobody else: what it begins from is the cursor of this moment. */
    function takeOver(me) {
        if (current !== me) {
            turn += 1;
            current?.stop();
            current = me;
        }
    }

    function up(me, transport, from) {
        asked = false;
        set({ status: 'connected', transport, recovered: from !== null && !me.gap, error: null });
    }

    /** Was in use, and is not any more. */
    function lost(me, error, tries = TRIES) {
        if (current === me) {
            set({ status: 'connecting', transport: null });
            seek(me.at, error, tries);
        }
    }

    const open = (me, probing) => ({ 'socket.io': overSocket, sse: overStream, rest: overRest })[order[me.at]](me, probing);

    /** Finds a link from `at` on downward; the last one is tried for ever. error: why the one before has ended. */
    async function seek(at, error, tries = 0) {
        clearTimeout(timer);
        for (let attempt = 0; ; attempt += 1) {
            if (error) {
                turn += 1;
                const mine = turn;
                if (REFUSED.test(error.code)) {
                    const again = /^token_/.test(error.code) && !asked && (asked = true) && await renew('expired');
                    if (mine === turn && !again) {
                        current?.stop();
                        set({ status: error.code === 'token_expired' ? 'expired' : 'refused', transport: null, error });
                        return;
                    }
                } else if (error.code === 'forbidden' && wanted.size) {
                    (await denied([...wanted]).catch(() => [])).forEach((each) => deliver('subscription:ended', each));
                    await pause(300);
                } else if (tries > 0) {
                    tries -= 1;
                    await pause(300 + 600 * Math.random());
                } else if (at < last) {
                    at += 1;
                } else {
                    set({ status: error.code === 'unavailable' ? 'stalled' : 'offline', transport: null, error });
                    await pause(Math.min(1000 * 2 ** attempt, 15000) * (0.5 + Math.random()));
                }
                if (mine !== turn) {
                    return;
                }
            }
            const me = link(at);
            takeOver(me);
            try {
                await open(me);
                look();
                return;
            } catch (reason) {
                if (current !== me) {
                    return;
                }
                error = reason;
            }
        }
    }

    /** Later, whether a better transport works. */
    function look() {
        clearTimeout(timer);
        if (current?.at > 0 && !probe && state.status !== 'closed') {
            timer = setTimeout(climb, Math.min(2000 * 2 ** looks, LONGEST_MS) * (0.75 + Math.random() / 2));
        }
    }

    async function climb() {
        const { at: below } = current;
        looks += 1;
        for (let at = 0; at < below && current.at === below; at += 1) {
            probe = link(at);
            const me = probe;
            try {
                await open(me, true);
                looks = 0;
                break;
            } catch (error) {
                me.stop();
                if (current === me) { // it had begun, so the one below has ended
                    seek(below, REFUSED.test(error.code) ? error : undefined);
                    break;
                }
            } finally {
                probe = null;
            }
        }
        look();
    }

    // -- Socket.IO

    /** An acknowledged command. */
    function command({ socket }, name, payload) {
        return new Promise((resolve, reject) => {
            socket.timeout(ANSWER_MS).emit(name, payload, (none, answer) => {
                if (none) {
                    reject(fail('lost'));
                } else if (answer.success) {
                    resolve(answer);
                } else {
                    reject(fail(answer.code, answer.error));
                }
            });
        });
    }

    /** A session that knows nothing of us is told what is wanted; its first subscription goes on from the cursor. */
    async function restore(me) {
        try {
            const answer = await command(me, 'subscribe', { channels: [...wanted], ...filters });
            (answer.denied ?? []).forEach((each) => deliver('subscription:ended', each));
        } catch (error) {
            if (error.code === 'forbidden') {
                [...wanted].forEach((channel) => deliver('subscription:ended', { channel, code: 'forbidden' }));
            } else {
                throw error;
            }
        }
    }

    function overSocket(me, probing) {
        return new Promise((resolve, reject) => {
            let failures = 0;
            let since = Date.now();
            let ready = false;
            let from;
            const socket = io(`${url}/`, {
                forceNew: true, reconnection: !probing, reconnectionDelay: 300, reconnectionDelayMax: 3000, timeout: 8000,
                auth: (give) => { // the server is there: asked for before each CONNECT
                    takeOver(me);
                    from = cursor;
                    give({ token, cursor: cursor ?? undefined });
                },
            });
            me.socket = socket;
            me.signal.addEventListener('abort', () => {
                socket.off().offAny();
                socket.io.off();
                socket.disconnect();
                reject(fail('lost'));
            });
            const end = (error) => (ready ? lost(me, error, 0) : reject(error));
            socket.onAny((event, data, place) => deliver(event, data, place));
            socket.on('connect', async () => {
                me.gap = false;
                if (!socket.recovered && wanted.size) {
                    try {
                        await restore(me);
                    } catch (error) { // as good as no connection
                        socket.io.engine?.close();
                        return;
                    }
                }
                failures = 0;
                ready = true;
                socket.io.reconnection(true);
                up(me, socket.io.engine.transport.name, from);
                resolve();
            });
            socket.io.on('open', () => socket.io.engine.on('upgrade', ({ name }) => ready && set({ transport: name })));
            socket.on('disconnect', () => {
                since = Date.now();
                if (probing && !ready) {
                    end(fail('offline'));
                } else {
                    set({ status: 'connecting', transport: null });
                    socket.active || socket.connect();
                }
            });
            socket.on('connect_error', ({ message, data }) => {
                failures += 1;
                if (data?.code) {
                    end(fail(data.code, message));
                } else if ((probing && !ready) || (me.at < last && (failures >= TRIES || Date.now() - since > PATIENCE_MS))) {
                    end(fail('offline', message));
                } else if (me.at === last && failures >= TRIES) {
                    set({ status: 'offline', error: fail('offline', message) });
                }
            });
        });
    }

    // -- Server-Sent Events and REST polling

    /** What is wanted, as a query. The channels dlq and logs share the name `service`: where they differ it is left out. */
    function query(more) {
        const channels = wanted.size ? [...wanted] : ['notifications'];
        const values = { channels, ...more };
        channels.forEach((channel) => Object.assign(values, filters[FILTERS[channel]]));
        if (wanted.has('dlq') && wanted.has('logs')
            && `${list(filters.dlqFilters?.service)}` !== `${list(filters.logFilters?.service)}`) {
            delete values.service;
        }
        return values;
    }

    /** Ends a link that says nothing for so long; to be called whenever it says something. */
    function watch(me, ms) {
        clearTimeout(me.watch);
        me.watch = setTimeout(me.stop, ms);
    }

    /** The link is open when run() calls ready; what it ends with is why it is lost. */
    function follow(me, run) {
        takeOver(me);
        return new Promise((resolve, reject) => {
            let ready = false;
            const from = cursor;
            run(() => {
                ready = true;
                up(me, order[me.at], from);
                resolve();
            }).catch((error) => {
                clearTimeout(me.watch);
                (ready ? lost : (_, why) => reject(why))(me, error);
            });
        });
    }

    const overStream = (me) => follow(me, async (ready) => {
        watch(me, ANSWER_MS);
        const search = new URLSearchParams();
        Object.entries(query()).forEach(([name, value]) => list(value).forEach((each) => search.append(name, each)));
        const response = await fetch(`${base}/sse?${search}`, {
            headers: { Authorization: `Bearer ${token}`, ...cursor && { 'Last-Event-ID': cursor + key } },
            cache: 'no-store',
            signal: me.signal,
        });
        if (!response.ok) {
            throw problem(response, await response.text());
        }
        const reader = response.body.getReader();
        const decoder = new TextDecoder();
        let open = false;
        for (let text = ''; ;) {
            const { done, value } = await reader.read();
            if (done) {
                throw fail('offline', 'the stream has ended');
            }
            text += decoder.decode(value, { stream: true });
            const blocks = text.split('\n\n');
            text = blocks.pop();
            for (const block of blocks) {
                const { event, data, id } = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/, 2)));
                if (me.signal.aborted) {
                    return;
                }
                if (event) {
                    const [place, own] = id.split('~');
                    key = own ? `~${own}` : '';
                    deliver(event, JSON.parse(data), place);
                }
                if (event === 'sync:ready' && !open) {
                    open = true;
                    ready();
                }
            }
            watch(me, open ? SILENCE_MS : ANSWER_MS);
        }
    });

    // what the daemon would push by itself: [every ms, event, data]
    const PERIODIC = {
        dashboard: [5000, 'dashboard:metrics:updated', async (get) => {
            const [metrics, dashboard] = await Promise.all([get('/events/metrics'), get('/events/dashboard')]);
            return { metrics, dashboard, timestamp: new Date().toISOString() };
        }],
        dlq: [10000, 'dlq:stats:updated', async (get) => ({
            stats: await get('/dlq/stats'), timestamp: new Date().toISOString(),
        })],
        notifications: [Infinity, 'notifications:initial', (get) => get('/notifications?unreadOnly=true')],
    };

    const overRest = (me) => follow(me, async (ready) => {
        const due = {};
        for (let open = false; ;) {
            watch(me, 2 * ANSWER_MS);
            const { data: page } = await call('/stream', { query: query({ after: cursor, limit: 500 }), signal: me.signal });
            if (me.signal.aborted) {
                return;
            }
            if (page.gap) {
                deliver('sync:gap', page.gap);
            }
            for (const { event, data, cursor: place } of page.messages) {
                deliver(event, data, place);
                if (me.signal.aborted) {
                    return;
                }
            }
            cursor = page.cursor;
            open || ready();
            open = true;
            for (const channel of wanted) {
                const [every, event, make] = PERIODIC[channel] ?? [];
                if (every && !(due[channel] > Date.now())) {
                    due[channel] = Date.now() + every;
                    make((path) => call(path, { signal: me.signal }).then(({ data }) => data))
                        .then((data) => me.signal.aborted || deliver(event, data), () => {});
                }
            }
            clearTimeout(me.watch);
            await pause(page.retryAfterMs, me.signal);
        }
    });

    // -- what is wanted

    /** Which of the channels the roles do not allow; the filters are checked with it. */
    async function denied(channels, given = filters) {
        const answers = await Promise.all(channels.map((channel) =>
            rest('/stream', { query: { channels: channel, ...given[FILTERS[channel]] } }).then(() => null, (error) => {
                if (error.code !== 'forbidden') {
                    throw error;
                }
                return { channel, code: error.code };
            })));
        return answers.filter(Boolean);
    }

    function forget(channels) {
        channels.forEach((channel) => {
            wanted.delete(channel);
            delete filters[FILTERS[channel]];
        });
    }

    /** One change after the other, each on a link that stands, and again where that was lost. */
    function change(work) {
        const done = tail.then(async () => {
            for (;;) {
                await connected();
                try {
                    return await work(current);
                } catch (error) {
                    if (!PASSING.test(error.code)) {
                        throw error;
                    }
                    await pause(500);
                }
            }
        });
        tail = done.catch(() => {});
        return done;
    }

    function subscribe(channels, given = {}) {
        const names = list(channels);
        return change(async (me) => {
            const { denied: refused = [] } = me.socket
                ? await command(me, 'subscribe', { channels: names, ...given })
                : { denied: await denied(names, given) };
            if (names.length === refused.length) {
                throw fail('forbidden', `your roles do not allow ${names}`);
            }
            names.filter((name) => !refused.some(({ channel }) => channel === name)).forEach((name) => wanted.add(name));
            for (const channel of wanted) {
                const name = FILTERS[channel];
                if (given[name] === null) {
                    delete filters[name];
                } else if (given[name]) {
                    filters[name] = given[name];
                }
            }
            await (me.socket || seek(me.at));
            return { channels: [...wanted], denied: refused };
        });
    }

    function unsubscribe(channels) {
        const names = list(channels);
        return change(async (me) => {
            await (me.socket && command(me, 'unsubscribe', { channels: names }));
            forget(names);
            await (me.socket || seek(me.at));
            return { channels: [...wanted] };
        });
    }

    function online() {
        looks = 0;
        if (state.status === 'offline') {
            seek(0);
        } else if (current?.at > 0 && !probe) {
            climb();
        }
    }

    function close() {
        globalThis.removeEventListener?.('online', online);
        clearTimeout(timer);
        probe?.stop();
        takeOver(link(0));
        set({ status: 'closed', transport: null });
    }

    const notifications = inbox({ on, emit, rest });
    globalThis.addEventListener?.('online', online);
    queueMicrotask(async () => {
        if (token || await renew('expired')) {
            seek(0);
        } else {
            set({ status: 'refused', error: fail('token_missing', 'there is no token') });
        }
    });
    return {
        on, subscribe, unsubscribe, notifications, rest, setToken, close,
        get state() { return state; },
        get cursor() { return cursor; },
        get socket() { return current?.socket ?? null; },
    };
}

/**
 * The user's notifications as they are now. Every change has the inbox's version: what comes late, whichever way it
 * took, never undoes what is newer.
 */
function inbox({ on, emit, rest }) {
    let items = [];
    let figures = { unreadCount: 0, version: -1 };
    const known = new Map(); // id -> version of the last change that was seen, deletions too

    /** item: as it is since that version; none: deleted. */
    function put(id, version, item) {
        if (known.get(id) > version) {
            return;
        }
        known.delete(id);
        known.set(id, version);
        if (known.size > 1000) {
            known.delete(known.keys().next().value);
        }
        items = items.filter((each) => each.id !== id);
        if (item) {
            items = [...items, item].sort((one, other) => (one.id < other.id ? 1 : -1)).slice(0, 100);
        }
    }

    function mark(id, version, read) {
        const item = items.find((each) => each.id === id);
        if (item) {
            put(id, version, { ...item, read });
        }
    }

    function count({ unreadCount, version }) {
        if (version >= figures.version) {
            figures = { unreadCount, version };
        }
        emit('notifications', store);
    }

    async function get(query = {}) {
        for (let tries = 1; ; tries += 1) {
            const { data: { count: unreadCount, version } } = await rest('/notifications/unread/count');
            const { data } = await rest('/notifications', { query });
            if (version < figures.version && tries < 3) {
                continue; // something has changed meanwhile
            }
            const ids = new Set(data.map(({ id }) => id));
            if (Object.keys(query).length === 0) { // all there are
                items = items.filter(({ id }) => ids.has(id) || known.get(id) > version);
            }
            data.forEach((item) => put(item.id, version, item));
            count({ unreadCount, version });
            return { notifications: data, unreadCount, version };
        }
    }

    async function act(method, path, apply) {
        const { data } = await rest(`/notifications${path}`, { method });
        apply(data.version);
        count(data);
        return data;
    }

    const refresh = () => { get().catch(() => {}); };

    const store = {
        get items() { return items; },
        get unreadCount() { return figures.unreadCount; },
        get version() { return figures.version; },
        get,
        read: (id) => act('POST', `/${id}/read`, (version) => mark(id, version, true)),
        unread: (id) => act('POST', `/${id}/unread`, (version) => mark(id, version, false)),
        readAll: () => act('POST', '/read-all', (version) => items.forEach(({ id }) => mark(id, version, true))),
        delete: (id) => act('DELETE', `/${id}`, (version) => put(id, version)),
        clear: () => act('DELETE', '', (version) => items.forEach(({ id }) => put(id, version))),
        preferences: async () => (await rest('/notifications/preferences')).data,
        mute: async (mutedCategories) => {
            const { data } = await rest('/notifications/preferences', { method: 'PUT', body: { mutedCategories } });
            refresh();
            return data;
        },
    };
    on('notifications:initial', (data) => {
        if (figures.version < 0) { // until the whole of it is here
            items = data;
            figures.unreadCount = data.length;
            emit('notifications', store);
        }
        refresh();
    });
    on('sync:gap', refresh);
    on('notification:created', ({ unreadCount, version, ...item }) => {
        const mine = version ?? figures.version; // to a role: without figures
        const more = known.has(item.id) ? 0 : 1;
        put(item.id, mine, item);
        count(version === undefined ? { unreadCount: figures.unreadCount + more, version: mine } : { unreadCount, version });
    });
    on('notification:read', (change) => {
        mark(change.notificationId, change.version, true);
        count(change);
    });
    on('notification:deleted', (change) => {
        put(change.notificationId, change.version);
        count(change);
    });
    return store;
}

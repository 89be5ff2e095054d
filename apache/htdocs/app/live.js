// What pages use of the client (bookly.js): its state, a channel while a page is open, and pushes, gathered so that a
// thousand of them cost one drawing.
import { createContext, useContext, useEffect, useReducer, useRef, useState } from './view.js';

/** The connected client, for all pages. */
export const Client = createContext(null);
export const useClient = () => useContext(Client);

/** Who is signed in, as the token says: {user, roles, expiresAt}. What a role may do is the server's to decide. */
export const Session = createContext(null);
export const useSession = () => useContext(Session);

/** The client's state, drawn anew at each change. */
export function useConnection() {
    const client = useClient();
    const [, redraw] = useReducer((count) => count + 1, 0);
    useEffect(() => {
        redraw(); // it may have changed since the page was drawn
        return client.on('state', redraw);
    }, [client]);
    return client.state;
}

/** The newest value that these pushes brought. */
export function useLatest(event, first = null) {
    const client = useClient();
    const [value, setValue] = useState(first);
    useEffect(() => client.on(event, setValue), [client, event]);
    return value;
}

const holds = new WeakMap(); // client -> Map of channel -> how many parts of the site look at it

function hold(client, channel, change) {
    const counts = holds.get(client) ?? new Map();
    holds.set(client, counts);
    counts.set(channel, (counts.get(channel) ?? 0) + change);
    return counts.get(channel);
}

/**
 * Subscribed while the caller is on the page; anew when the filters change: {ready, error}. filters: as `subscribe`
 * takes them, or none. A channel that several parts look at ends with the last of them.
 */
export function useChannel(channel, filters = {}) {
    const client = useClient();
    const key = JSON.stringify(filters);
    const asked = useRef({ key: null, round: 0 });
    const [answer, setAnswer] = useState({ round: 0 });
    if (asked.current.key !== key) { // an answer to what was asked before is none
        asked.current = { key, round: asked.current.round + 1 };
    }
    useEffect(() => {
        hold(client, channel, 1);
        return () => {
            if (hold(client, channel, -1) === 0) {
                client.unsubscribe([channel]).catch(() => {});
            }
        };
    }, [client, channel]);
    useEffect(() => {
        let open = true;
        const { round } = asked.current;
        client.subscribe([channel], JSON.parse(key)).then(
            () => open && setAnswer({ ready: true, error: null, round }),
            (error) => open && setAnswer({ ready: false, error, round }),
        );
        return () => { open = false; };
    }, [client, channel, key]);
    return answer.round === asked.current.round ? answer : { ready: false, error: null };
}

/** Calls take(list of [event, data]) with the pushes of these events, once a frame at most. */
export function usePushes(events, take) {
    const client = useClient();
    const latest = useRef(take);
    latest.current = take;
    useEffect(() => {
        let waiting = [];
        let frame = 0;
        const flush = () => {
            const batch = waiting;
            waiting = [];
            frame = 0;
            latest.current(batch);
        };
        const ends = events.map((event) => client.on(event, (data) => {
            waiting.push([event, data]);
            frame ||= setTimeout(flush, 50); // an animation frame would wait while the tab is hidden
        }));
        return () => {
            clearTimeout(frame);
            for (const end of ends) {
                end();
            }
        };
    }, [client, events.join()]);
}

/** The time, again every so many milliseconds. */
export function useNow(every) {
    const [now, setNow] = useState(() => Date.now());
    useEffect(() => {
        const timer = setInterval(() => setNow(Date.now()), every);
        return () => clearInterval(timer);
    }, [every]);
    return now;
}

const CHANNELS = ['events', 'dlq', 'dashboard', 'notifications', 'logs'];
const ENDED = ['expired', 'refused', 'closed'];

/** The channels that the caller's roles allow, as the server decides (a setting): null until known. */
export function useAllowed() {
    const client = useClient();
    const [allowed, setAllowed] = useState(null);
    const roles = useSession().roles.join();
    useEffect(() => {
        let open = true;
        let timer = 0;
        const ask = async () => {
            if (ENDED.includes(client.state.status)) {
                timer = setTimeout(ask, 500); // a new token may come
                return;
            }
            const answers = await Promise.all(CHANNELS.map((channels) =>
                client.rest('/stream', { query: { channels, limit: 1 } }).then(() => true, ({ status }) =>
                    (status === 403 ? false : null))));
            if (open && answers.includes(null)) {
                timer = setTimeout(ask, 2000); // the server or its database is away
            } else if (open) {
                setAllowed(CHANNELS.filter((_, index) => answers[index]));
            }
        };
        ask();
        return () => { open = false; clearTimeout(timer); };
    }, [client, roles]);
    return allowed;
}

// What pages use of the client (bookly.js): its state, a channel while a page is open, and pushes, gathered so that a
// thousand of them cost one drawing.
import { createContext, useContext, useEffect, useReducer, useRef, useState } from './view.js';

/** The connected client, for all pages. */
export const Client = createContext(null);
export const useClient = () => useContext(Client);

/** The client's state, drawn anew at each change. */
export function useConnection() {
    const client = useClient();
    const [, redraw] = useReducer((count) => count + 1, 0);
    useEffect(() => client.on('state', redraw), [client]);
    return client.state;
}

/** The newest value that these pushes brought. */
export function useLatest(event, first = null) {
    const client = useClient();
    const [value, setValue] = useState(first);
    useEffect(() => client.on(event, setValue), [client, event]);
    return value;
}

/** Subscribed while the page is open; anew when the filters change. filters: as `subscribe` takes them, or none. */
export function useChannel(channel, filters = {}) {
    const client = useClient();
    const [answer, setAnswer] = useState({ ready: false, error: null });
    const key = JSON.stringify(filters);
    useEffect(() => {
        let open = true;
        setAnswer({ ready: false, error: null });
        client.subscribe([channel], JSON.parse(key)).then(
            () => open && setAnswer({ ready: true, error: null }),
            (error) => open && setAnswer({ ready: false, error }),
        );
        return () => { open = false; };
    }, [client, channel, key]);
    useEffect(() => () => { client.unsubscribe([channel]).catch(() => {}); }, [client, channel]);
    return answer;
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

const CHANNELS = ['events', 'dlq', 'dashboard', 'notifications', 'logs'];

/** The channels that the caller's roles allow, as the server decides (a setting): null until known. */
export function useAllowed() {
    const client = useClient();
    const [allowed, setAllowed] = useState(null);
    useEffect(() => {
        let open = true;
        const asked = CHANNELS.map((channels) =>
            client.rest('/stream', { query: { channels, limit: 1 } }).then(() => channels, () => null));
        Promise.all(asked).then((channels) => open && setAllowed(channels.filter(Boolean)));
        return () => { open = false; };
    }, [client]);
    return allowed;
}

// useBookly: what Bookly Realtime says, as React state (React 18 and later). Copy this file and bookly.js.
import { useEffect, useRef, useState } from 'react';
import { connect, readToken } from './bookly.js';

const CHANNELS = ['dashboard', 'dlq', 'notifications'];
const FILTERS = { events: 'eventFilters', dlq: 'dlqFilters', logs: 'logFilters' };
const NOTHING = { client: null, socket: null, state: null, notifications: [], unreadCount: 0, metrics: null, dlqStats: null };

export function useBookly({ url, token, onToken, io, transports, channels = CHANNELS, filters = {} }) {
    const [shown, setShown] = useState(NOTHING);
    const [error, setError] = useState(null);
    const asked = useRef(onToken);
    asked.current = onToken;
    const used = useRef(token); // the token that the client has
    const subscribed = useRef([]);
    const { user } = readToken(token);
    const possible = Boolean(token || onToken);
    const { client } = shown;

    // One client for each server and user; the next token of the same user is given to the one there is.
    useEffect(() => {
        if (!possible) {
            return undefined;
        }
        used.current = token;
        subscribed.current = [];
        const next = connect({
            url, token, io, transports,
            onToken: async (reason) => {
                const answer = await asked.current?.(reason);
                used.current = answer || used.current;
                return answer;
            },
        });
        const show = (changes) => setShown((before) => ({ ...before, ...changes }));
        next.on('state', (state) => show({ state, socket: next.socket }));
        next.on('notifications', ({ items, unreadCount }) => show({ notifications: items, unreadCount }));
        next.on('dashboard:metrics:updated', ({ metrics }) => show({ metrics }));
        next.on('dlq:stats:updated', ({ stats }) => show({ dlqStats: stats }));
        setShown({ ...NOTHING, client: next, state: next.state });
        return () => {
            next.close();
            setShown(NOTHING);
        };
    }, [url, user, io, possible]);

    useEffect(() => {
        if (client && token && token !== used.current) {
            used.current = token;
            client.setToken(token).catch(setError);
        }
    }, [client, token]);

    // The new ones before those that are left, so that nothing is missed in between.
    const wish = JSON.stringify([channels, filters]);
    useEffect(() => {
        if (!client) {
            return;
        }
        const [wanted, given] = JSON.parse(wish);
        const gone = subscribed.current.filter((channel) => !wanted.includes(channel));
        const chosen = {};
        for (const name of wanted.map((channel) => FILTERS[channel]).filter(Boolean)) {
            chosen[name] = given[name] ?? null;
        }
        const closed = (reason) => reason.code === 'closed' || setError(reason);
        setError(null);
        subscribed.current = wanted;
        if (wanted.length > 0) {
            client.subscribe(wanted, chosen).catch(closed);
        }
        if (gone.length > 0) {
            client.unsubscribe(gone).catch(closed);
        }
    }, [client, wish]);

    return { ...shown, error: error ?? shown.state?.error ?? null };
}

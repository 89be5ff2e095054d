// The user's inbox as every part of the site sees it (client.notifications), and what makes it right where the server
// has nothing to push: there is no push for "unread again" and for what is muted.
import { useEffect, useReducer } from './view.js';
import { useChannel, useClient } from './live.js';

const tabs = 'BroadcastChannel' in globalThis ? new BroadcastChannel('bookly.inbox') : null;
const PAUSE_MS = 2000; // at least, between two looks that come of going to and fro

/** Tells the other tabs of this browser that this user's inbox has changed. */
export const tellTabs = (user) => tabs?.postMessage(user);

/** {items, unreadCount, version}, drawn anew at each change. */
export function useInbox() {
    const client = useClient();
    const [, redraw] = useReducer((count) => count + 1, 0);
    useEffect(() => {
        redraw(); // it may have changed since the page was drawn
        return client.on('notifications', redraw);
    }, [client]);
    return client.notifications;
}

/**
 * Keeps the inbox live, once on a site: subscribed, and asked for anew when another tab says so or when the reader
 * comes back to this one. Another device's "unread" is seen then, or with the next push: their versions have a hole.
 * → false when the reader's roles allow no inbox.
 */
export function useLiveInbox() {
    const client = useClient();
    const { error } = useChannel('notifications');
    useEffect(() => {
        let last = Date.now();
        const refresh = () => {
            last = Date.now();
            client.notifications.get().catch(() => {}); // the badge says what is wrong
        };
        const told = ({ data }) => data === client.state.user && refresh();
        const back = () => !document.hidden && Date.now() - last > PAUSE_MS && refresh();
        tabs?.addEventListener('message', told);
        document.addEventListener('visibilitychange', back);
        addEventListener('focus', back);
        return () => {
            tabs?.removeEventListener('message', told);
            document.removeEventListener('visibilitychange', back);
            removeEventListener('focus', back);
        };
    }, [client]);
    return error?.code !== 'forbidden';
}

import type { Channel, Client, ClientError, ConnectOptions, DlqStats, Filters, Notification, State } from './bookly.js';

export interface UseBookly extends Omit<ConnectOptions, 'cursor'> {
    /** Default: dashboard, dlq, notifications. What the roles do not allow is left out. */
    channels?: Channel[];
    filters?: Filters;
}

/**
 * A connection while the component is there: a new one for another url, user or io; the next token of the same user is
 * given to the one there is; other channels and filters are subscribed on it. Without token and onToken there is none.
 */
export function useBookly(options: UseBookly): {
    /** The result of the project's own `useWebSocket`. socket: null while another transport is in use. */
    socket: any;
    /** The newest 100, newest first. */
    notifications: Notification[];
    metrics: any;
    dlqStats: DlqStats | null;
    /** For everything else: on(), rest(), notifications.read(), … Null before the first effect. */
    client: Client | null;
    state: State | null;
    unreadCount: number;
    /** What was wrong with the channels or the token, or why there is no connection. */
    error: ClientError | null;
};

/** Bookly Realtime for browsers and Node 18 or later: one connection to the server that stays. See README.md of apache/. */

/** What a token says of itself, unverified; empty when it is none. */
export function readToken(token: string): { user?: string; expiresAt?: number };

/** Connects at once. Reconnecting, moving between transports and subscribing anew are the client's. */
export function connect(options: ConnectOptions): Client;

export interface ConnectOptions {
    /** Origin of the server, e.g. `https://bookly.example`; the page's own when absent. */
    url?: string;
    /** The JWT. Without one, onToken is asked at once. */
    token?: string;
    /**
     * Asked for the next token of the same user: 'expiring' a minute before the end, 'expired' when the server has
     * refused the one there is (or there is none). Once for each token; null: there is none.
     */
    onToken?(reason: 'expiring' | 'expired'): string | null | undefined | Promise<string | null | undefined>;
    /** `io` of socket.io-client, 4.6 or later. Absent: `globalThis.io`. Neither: the first transport is 'sse'. */
    io?: (url: string, options: object) => any;
    /** In this order, the last one for ever. Default: all three. */
    transports?: Transport[];
    /** Where to go on from: a `client.cursor` of before. The first `subscribe` delivers from there. */
    cursor?: string | null;
}

export type Transport = 'socket.io' | 'sse' | 'rest';
export type Channel = 'events' | 'dlq' | 'dashboard' | 'notifications' | 'logs';
type OneOrMany<T> = T | T[];

/** Keys are ANDed, values ORed. null takes a channel's filter away, a missing one leaves it as it is. */
export interface Filters {
    eventFilters?: {
        eventTypes?: OneOrMany<string>; services?: OneOrMany<string>; aggregateTypes?: OneOrMany<string>;
    } | null;
    /**
     * On SSE and REST polling `service` can't be told from that of logFilters: with both channels subscribed,
     * dead letters of every service come.
     */
    dlqFilters?: {
        status?: OneOrMany<'pending' | 'retrying' | 'failed' | 'resolved'>; topic?: OneOrMany<string>; service?: OneOrMany<string>;
    } | null;
    logFilters?: {
        level?: OneOrMany<LogLevel>; minLevel?: LogLevel; service?: OneOrMany<string>; context?: OneOrMany<string>;
    } | null;
}

export type Status =
    | 'connecting' // the first time, or again
    | 'connected'
    | 'stalled' // connected, and the server is without its database: what comes meanwhile will be delivered
    | 'offline' // no transport works; they are tried again
    | 'refused' // this token will never be accepted (revoked, of another purpose, a forbidden origin); setToken() begins anew
    | 'expired' // likewise
    | 'closed'; // by close()

/** Frozen; a new object at each change. */
export interface State {
    readonly status: Status;
    readonly transport: 'websocket' | 'polling' | 'sse' | 'rest' | null;
    /** This connection went on where the last one had ended. False for the first one, and after a gap. */
    readonly recovered: boolean;
    /** How often the server said that messages are missing (`sync:gap`). */
    readonly gaps: number;
    /** Since when status and transport are as they are (ms). */
    readonly since: number;
    /** From the token. */
    readonly user?: string;
    readonly expiresAt?: number;
    /** Why it is offline, stalled, refused or expired. */
    readonly error: ClientError | null;
}

/**
 * code: the server's (`forbidden`, `invalid_value`, …; the table in README.md), or 'offline' (no answer), 'unavailable'
 * (an answer that is not the server's own), 'lost', 'closed', 'user_mismatch' (another user's token), 'token_missing'.
 */
export interface ClientError extends Error {
    code: string;
    /** HTTP status; 0 without an answer; absent where none was asked for. */
    status?: number;
}

export interface Notification {
    id: string;
    userId: string;
    type: 'info' | 'success' | 'warning' | 'error' | 'action_required';
    category: 'event' | 'user' | 'resource' | 'reservation' | 'limit' | 'error' | 'system';
    title: string;
    message: string;
    data: any;
    actionUrl: string | null;
    read: boolean;
    createdAt: string;
}

export interface Event {
    eventId: string;
    eventType: string;
    service: string;
    timestamp: string;
    data: any;
    aggregateType?: string;
    aggregateId?: string;
    correlationId?: string;
    metadata?: any;
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

export interface LogEntry {
    id: string;
    timestamp: string;
    level: LogLevel;
    service: string;
    context: string;
    message: string;
    metadata: any;
    stack: string | null;
}

export interface DlqStats {
    total: number;
    pending: number;
    retrying: number;
    failed: number;
    resolved: number;
    byTopic: Record<string, number>;
    byService: Record<string, number>;
    byEventType: Record<string, number>;
}

type Figures = { notificationId: string; unreadCount: number; version: number };
type Denied = { channel: Channel; code: string };

/** Every push of the server, by its name. */
export interface Pushes {
    'event:created': Event;
    'event:failed': { eventId: string; error: string; service: string };
    'event:replayed': Event & { replayTimestamp: string };
    'dlq:event:added': { dlqId: string; originalEvent: Event; error: string };
    'dlq:event:retrying': { dlqId: string; attemptCount: number };
    'dlq:event:resolved': { dlqId: string; resolution: string };
    'dlq:event:failed': { dlqId: string; attemptCount: number; maxAttempts: number };
    'dlq:stats:updated': { stats: DlqStats; timestamp: string };
    'dashboard:metrics:updated': { metrics: any; dashboard: any; timestamp: string };
    'service:status:changed': { service: string; status: 'up' | 'degraded' | 'down'; timestamp: string };
    'infrastructure:status:changed': { component: string; status: 'up' | 'degraded' | 'down'; timestamp: string };
    'notification:created': Notification & { unreadCount?: number; version?: number };
    'notification:read': Figures;
    /** One sent to a role, which gave way at the limit, has no figures. */
    'notification:deleted': { notificationId: string; unreadCount?: number; version?: number };
    'notifications:initial': Notification[];
    'log:entry': LogEntry;
    'log:warning': LogEntry;
    'log:error': LogEntry;
    'sync:ready': { cursor: string };
    'sync:gap': { from: string | null; to: string; reason: 'retention' | 'epoch' | 'invalid' };
    'sync:stalled': { since: string };
    'sync:resumed': { cursor: string };
    'auth:expiring': { expiresIn: number };
    'auth:expired': {};
    'subscription:ended': Denied;
    'exception': { status: 'error'; message: string; code: string; command: string };
}

export interface Answer<T = any> {
    data: T;
    status: number;
    /** The path of a list's next page, for rest(); null on the last one. */
    next: string | null;
    /** The place from which what comes after this list is delivered. */
    cursor: string | null;
}

export interface Request {
    method?: string;
    /** A list becomes a repeated field; '', null and undefined are left out. */
    query?: Record<string, any>;
    /** Sent as JSON; a text as it is (with its own Content-Type in headers). */
    body?: any;
    headers?: Record<string, string>;
    signal?: AbortSignal;
}

export interface Client {
    /**
     * A push: each once, in the order of the server, whatever transport brought it. On REST polling the periodic pushes
     * are made here. Returns what ends it. What a listener throws is reported and stops nobody else.
     */
    on<E extends keyof Pushes>(event: E, listener: (data: Pushes[E], event: E) => void): () => void;
    /** Every push. */
    on(event: '*', listener: (data: any, event: keyof Pushes) => void): () => void;
    on(event: 'state', listener: (state: State) => void): () => void;
    on(event: 'notifications', listener: (notifications: Inbox) => void): () => void;

    readonly state: State;
    /** The place that was delivered last; null before the first. */
    readonly cursor: string | null;
    /** The Socket.IO socket in use, or null. Its own listeners end with it. */
    readonly socket: any;

    /**
     * Adds channels, sets filters. Waits for a connection; remembered, and made anew on every one. Rejects with `forbidden`
     * when none of the channels is allowed, and with what is wrong with a filter; then nothing has changed.
     */
    subscribe(channels: Channel[], filters?: Filters): Promise<{ channels: Channel[]; denied: Denied[] }>;
    unsubscribe(channels: Channel[]): Promise<{ channels: Channel[] }>;

    readonly notifications: Inbox;

    /** Any path below /api/v1. Rejects with a ClientError whose message is the server's detail. */
    rest<T = any>(path: string, request?: Request): Promise<Answer<T>>;

    /** The same user's next token. A refused one changes nothing. Begins anew after 'expired' and 'refused'. */
    setToken(token: string): Promise<{ expiresAt: number }>;

    /** For good. What waits for a connection is rejected with `closed`. */
    close(): void;
}

/** The user's inbox, kept from the moment that 'notifications' is subscribed; on('notifications') tells of each change. */
export interface Inbox {
    /** The newest 100, newest first; a new array at each change. */
    readonly items: Notification[];
    readonly unreadCount: number;
    /** Of the inbox that is shown; -1 before the first answer. */
    readonly version: number;

    /** Without a query: all of items anew. */
    get(query?: { unreadOnly?: boolean; type?: string; category?: string; limit?: number; before?: string }):
        Promise<{ notifications: Notification[]; unreadCount: number; version: number }>;
    read(id: string): Promise<{ unreadCount: number; version: number }>;
    /** The server pushes nothing for this one: other tabs learn the figure with the next change. */
    unread(id: string): Promise<{ unreadCount: number; version: number }>;
    readAll(): Promise<{ count: number; unreadCount: number; version: number }>;
    delete(id: string): Promise<{ unreadCount: number; version: number }>;
    clear(): Promise<{ count: number; unreadCount: number; version: number }>;
    preferences(): Promise<{ mutedCategories: string[]; unreadCount: number; version: number }>;
    /** These categories and no others. */
    mute(categories: string[]): Promise<{ mutedCategories: string[]; unreadCount: number; version: number }>;
}

// The clients of a run: every kind, with different users, roles, channels, filters and networks.
import { token } from '../../integration/support/token.mjs';
import { BrowserEventSource } from '../clients/event_source.mjs';
import { PlainWebSocket } from '../clients/plain.mjs';
import { RestPolling } from '../clients/rest.mjs';
import { SocketIoDefault, SocketIoPolling, SocketIoWebSocket } from '../clients/socketio.mjs';
import { SseByHand } from '../clients/sse.mjs';
import { Wanderer } from '../clients/wanderer.mjs';
import { Record } from '../oracle/record.mjs';

export const KINDS = [
    SocketIoPolling, SocketIoWebSocket, SocketIoDefault, PlainWebSocket, SseByHand, BrowserEventSource, RestPolling,
    Wanderer,
];

const ADMIN_SUBSCRIPTIONS = [
    { events: null },
    { events: null, dlq: null, logs: null, notifications: null, dashboard: null },
    { events: { services: 'reservations' }, notifications: null },
    { events: { eventTypes: ['reservation.created', 'REPORT_MADE'], services: ['reservations', 'reports'] }, logs: { minLevel: 'warn' } },
    { events: { aggregateTypes: 'Resource' }, dlq: null },
    { dlq: { topic: 'topic' }, notifications: null, dashboard: null },
    { logs: { level: ['error', 'info'], context: 'Loop' }, events: { services: ['resources'] } },
    { logs: null, events: { eventTypes: 'availability.changed' } },
];
const STUDENT_SUBSCRIPTIONS = [{ notifications: null }];

export const ROLES = ['GENERAL_ADMIN', 'STUDENT'];

const isStudent = (roles) => roles[0] === 'STUDENT';

/** Subscriptions that somebody with these roles may hold. */
export const subscriptionFor = (random, roles) =>
    random.pick(isStudent(roles) ? STUDENT_SUBSCRIPTIONS : ADMIN_SUBSCRIPTIONS);

export function users(prefix) {
    return Array.from({ length: 8 }, (_, index) => `${prefix}-u${index}`);
}

/** `each` clients of each kind. → the clients; their records are in `client.record`. */
export function crowd({ random, tally, networks, prefix, each, kinds = KINDS, stay }) {
    const everybody = users(prefix);
    return kinds.flatMap((Kind) => Array.from({ length: each }, (_, index) => {
        const own = random.fork(`${Kind.kind} ${index}`);
        const roles = [own.chance(0.15) ? 'STUDENT' : 'GENERAL_ADMIN'];
        const user = own.pick(everybody);
        const wanted = subscriptionFor(own, roles);
        // the fallback is another program's, behind the front server only
        const anywhere = ![RestPolling, Wanderer].includes(Kind);
        return new Kind({
            record: new Record({ name: `${Kind.kind} ${index} ${JSON.stringify(wanted)}`, user, roles }),
            network: anywhere ? own.pick(Object.values(networks)) : networks.front,
            token: token(user, roles),
            wanted,
            random: own,
            tally,
            kinds: KINDS.filter((kind) => kind !== Wanderer),
            stay,
        });
    }));
}

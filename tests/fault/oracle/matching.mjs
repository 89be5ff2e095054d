// Which rows of the stream a subscription takes, written a second time and from the contract alone: the programs' own
// filters are what is being judged.
const LEVELS = ['debug', 'info', 'warn', 'error'];

const eventType = (text) => text.toLowerCase().replace(/[_-]/g, '.').replace(/^bookly\./, '');
const exact = (row, value) => row === value;
const sameType = (row, value) => eventType(row) === eventType(value);
const atLeast = (row, value) => LEVELS.indexOf(row) >= LEVELS.indexOf(value);
const holds = (row, value) => row.includes(value);

/** channel → filter key → [column of the stream, how it compares]. */
const KEYS = {
    events: { eventTypes: ['key1', sameType], services: ['key2', exact], aggregateTypes: ['key3', exact] },
    dlq: { status: ['key1', exact], topic: ['key2', exact], service: ['key3', exact] },
    logs: {
        level: ['key1', exact], minLevel: ['key1', atLeast], service: ['key2', exact], context: ['key3', holds],
    },
};

export const FILTER_NAMES = { events: 'eventFilters', dlq: 'dlqFilters', logs: 'logFilters' };

/** Keys are ANDed, the values of one key ORed; no filter takes everything. */
export function passes(row, filter) {
    return Object.entries(filter ?? {}).every(([key, wanted]) => {
        const [column, compare] = KEYS[row.channel][key];
        return row[column] !== null && [wanted].flat().some((value) => compare(row[column], value));
    });
}

/** Notifications go to their user, or to everybody of a role. */
export function concerns(row, user, roles) {
    return row.channel !== 'notifications' || row.user_id === user || roles.includes(row.role);
}

// Which dead letters are looked for: in the address, in a subscription, in REST, for a redrive and here.
import { list, normalType, queryOf } from './search.js';

export const FIELDS = ['status', 'topic', 'service', 'eventType'];
export const STATUSES = ['pending', 'retrying', 'failed', 'resolved'];

/** A search from the address's query. All but the event type are lists, comma separated; empty: any. */
export function searchOf(query) {
    return {
        status: list(query.status).filter((status) => STATUSES.includes(status)),
        topic: list(query.topic),
        service: list(query.service),
        eventType: (query.eventType ?? '').trim(),
    };
}

/** As `subscribe` takes it; null: everything. Not by status: whatever leaves that is to be heard of. */
export function liveFilters({ topic, service }) {
    return topic.length + service.length > 0
        ? { ...topic.length > 0 && { topic }, ...service.length > 0 && { service } } : null;
}

/** As GET /dlq takes it. */
export const listQuery = (search) => queryOf(FIELDS, search);

/** As POST /dlq/redrive takes it. fields: as texts; here the event types are a list, too. */
export function redriveBody({ ratePerSecond, ...fields }) {
    const said = FIELDS.map((name) => [name, list(fields[name])]).filter(([, values]) => values.length > 0);
    return { filter: Object.fromEntries(said), ...ratePerSecond && { ratePerSecond: Number(ratePerSecond) } };
}

export const hasStatus = ({ status }, its) => status.length === 0 || status.includes(its);

export const hasType = ({ eventType }, its) => !eventType || normalType(eventType) === normalType(its);

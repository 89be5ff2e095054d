// What events are looked for: the same grammar in the address, in a subscription, in REST and here.
import { list, normalType, queryOf } from './search.js';

const LISTS = ['eventTypes', 'services', 'aggregateTypes'];
export const FIELDS = [...LISTS, 'aggregateId', 'from', 'to'];

const time = (text) => (text && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : '');

/** A search from the address's query. Lists are comma separated; what is not said is empty. */
export function searchOf(query) {
    return {
        ...Object.fromEntries(LISTS.map((name) => [name, list(query[name])])),
        aggregateId: (query.aggregateId ?? '').trim(),
        from: time(query.from),
        to: time(query.to),
    };
}

/** As `subscribe` takes it; null: everything. What it can't say (aggregateId, times) is for matches(). */
export function liveFilters(search) {
    const said = LISTS.filter((name) => search[name].length > 0);
    return said.length > 0 ? Object.fromEntries(said.map((name) => [name, search[name]])) : null;
}

/** As GET /events takes it. */
export const listQuery = (search) => queryOf(FIELDS, search);

/** As POST /events/replay takes it. */
export function replayBody({ aggregateId, from, to, ...search }) {
    const times = { ...from && { from }, ...to && { to } };
    return { ...liveFilters(search), ...aggregateId && { aggregateIds: [aggregateId] }, ...times };
}

/** Whether an event is one of those that are looked for, as the server would say. */
export function matches(search, event) {
    const among = (values, value) => values.length === 0 || values.includes(value);
    return among(search.eventTypes.map(normalType), normalType(event.eventType))
        && among(search.services, event.service)
        && among(search.aggregateTypes, event.aggregateType)
        && (!search.aggregateId || search.aggregateId === event.aggregateId)
        && (!search.from || event.timestamp >= search.from)
        && (!search.to || event.timestamp <= search.to);
}

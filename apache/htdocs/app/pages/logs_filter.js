// The filters of the log in their forms: the page's address, what the server takes, and a test of one line.
import { list } from './search.js';

export const LEVELS = ['error', 'warn', 'info', 'debug']; // the most severe first
export const FIELDS = ['level', 'minLevel', 'service', 'context'];

/** {level[], minLevel, service[], context} of an address, without what is empty or none: what `subscribe` takes. */
export function filtersOf(query) {
    const level = list(query.level).filter((value) => LEVELS.includes(value));
    const service = list(query.service);
    const context = query.context?.trim();
    return {
        ...(level.length > 0 && { level }),
        ...(LEVELS.includes(query.minLevel) && { minLevel: query.minLevel }),
        ...(service.length > 0 && { service }),
        ...(context && { context }),
    };
}

/** The same as REST takes them. */
export const fieldsOf = (filters) =>
    Object.fromEntries(Object.entries(filters).map(([key, value]) => [key, String(value)]));

/** Whether a line passes, as the server decides it. */
export function passes({ level, minLevel, service, context }, line) {
    return (!level || level.includes(line.level))
        && (!minLevel || LEVELS.indexOf(line.level) <= LEVELS.indexOf(minLevel))
        && (!service || service.includes(line.service))
        && (!context || Boolean(line.context?.includes(context)));
}

// The filters of the log in their forms: in the page's address, as the server takes them, and as a test of one line.

export const LEVELS = ['error', 'warn', 'info', 'debug']; // the most severe first
const KEYS = ['level', 'minLevel', 'service', 'context'];

const values = (text) => (text ?? '').split(',').map((value) => value.trim()).filter(Boolean);

/** {level[], minLevel, service[], context} of an address, without what is empty or none: what `subscribe` takes. */
export function filtersOf(query) {
    const level = values(query.level).filter((value) => LEVELS.includes(value));
    const service = values(query.service);
    const context = query.context?.trim();
    return {
        ...(level.length > 0 && { level }),
        ...(LEVELS.includes(query.minLevel) && { minLevel: query.minLevel }),
        ...(service.length > 0 && { service }),
        ...(context && { context }),
    };
}

/** The same as query fields, for REST and for the address. */
export const fieldsOf = (filters) => Object.fromEntries(KEYS.filter((key) => filters[key]?.length > 0)
    .map((key) => [key, String(filters[key])]));

export const addressOf = (filters) => `#/logs?${new URLSearchParams(fieldsOf(filters))}`.replace(/\?$/, '');

/** Whether a line passes, as the server decides it. */
export function passes({ level, minLevel, service, context }, line) {
    return (!level || level.includes(line.level))
        && (!minLevel || LEVELS.indexOf(line.level) <= LEVELS.indexOf(minLevel))
        && (!service || service.includes(line.service))
        && (!context || Boolean(line.context?.includes(context)));
}

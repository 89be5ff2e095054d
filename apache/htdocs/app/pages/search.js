// What the searches of events and of dead letters have in common.

/** A field's text as a list: comma separated. */
export const list = (text = '') => text.split(',').map((value) => value.trim()).filter(Boolean);

/** As REST takes them in a query: what is said, lists comma separated. */
export const queryOf = (names, search) =>
    Object.fromEntries(names.map((name) => [name, String(search[name])]).filter(([, value]) => value !== ''));

/** Event types are compared like this: RESOURCE_CREATED, bookly.resource-created and resource.created are the same. */
export const normalType = (type) => type.toLowerCase().replace(/[_-]/g, '.').replace(/^bookly\./, '');

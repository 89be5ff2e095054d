// shared/catalogue/models.json as JSON Schema, with what other tables know: roles, categories, codes, channels, filters.
// In the file a model is JSON Schema, or it has `fields`: name → model ("Name", "Name[]", "Name|null") or JSON Schema.
// A name that ends with ? may be absent, others may not; there are no further fields. `extends` takes over another's.
import { jsonOf, rows, wordsOfSql } from './tables.mjs';

const texts = (values) => ({ type: 'string', enum: values });

export const channels = rows('shared/catalogue/channels.def')
    .map(([id, name, setting, filter, carries]) => ({ id, name, setting, filter: filter === 'NULL' ? null : filter, carries }));
export const errors = rows('shared/catalogue/errors.def')
    .map(([, code, status, title]) => ({ code, status: Number(status), title }));
export const pushes = rows('shared/catalogue/pushes.def')
    .map(([, event, channel, origin, payload, when]) => ({ event, channel, origin, payload, when }));
export const commands = rows('shared/catalogue/commands.def')
    .map(([, event, payload, answer]) => ({ event, payload, answer }));
export const filters = rows('shared/catalogue/filters.def')
    .map(([channel, key, , match, values]) => ({ channel, key, match, values }));

const words = {
    LEVEL: { $ref: '#/components/schemas/LogLevel' },
    MIN_LEVEL: { $ref: '#/components/schemas/LogLevel' },
    DLQ_STATUS: { $ref: '#/components/schemas/DlqStatus' },
};

/** One value of a filter's key. */
export const filterValue = ({ match }) => words[match] ?? { type: 'string', minLength: 1 };

function filterModel(channel) {
    const keys = filters.filter((filter) => filter.channel === channel);
    return {
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(keys.map((filter) => [filter.key, {
            description: filter.values,
            anyOf: [filterValue(filter), { type: 'array', items: filterValue(filter) }],
        }])),
    };
}

/** "Name", "Name[]" and "Name|null", or a schema as it is. */
export function refer(type) {
    if (typeof type !== 'string') {
        return type;
    }
    if (type.endsWith('|null')) {
        return { anyOf: [refer(type.slice(0, -5)), { type: 'null' }] };
    }
    return type.endsWith('[]') ? { type: 'array', items: refer(type.slice(0, -2)) } : { $ref: `#/components/schemas/${type}` };
}

function fieldsOf(all, name) {
    const { extends: base, fields } = all[name];
    return { ...(base ? fieldsOf(all, base) : {}), ...fields };
}

function expand(all, name) {
    const { fields, extends: base, ...schema } = all[name];
    if (!fields) {
        return schema;
    }
    const every = Object.entries(fieldsOf(all, name));
    const required = every.map(([field]) => field).filter((field) => !field.endsWith('?'));
    return {
        ...schema,
        type: 'object',
        properties: Object.fromEntries(every.map(([field, type]) => [field.replace(/\?$/, ''), refer(type)])),
        ...(required.length ? { required } : {}),
        additionalProperties: false,
    };
}

function referred(schema, found) {
    for (const [key, value] of Object.entries(schema ?? {})) {
        if (key === '$ref') {
            const [, name] = /^#\/components\/schemas\/(\w+)$/.exec(value) ?? [];
            if (name) {
                found.add(name);
            }
        } else if (typeof value === 'object') {
            referred(value, found);
        }
    }
    return found;
}

const file = jsonOf('shared/catalogue/models.json');
const models = {
    ...Object.fromEntries(Object.keys(file).map((name) => [name, expand(file, name)])),
    Role: texts(rows('shared/catalogue/roles.def').map(([, name]) => name)),
    Category: texts(rows('shared/catalogue/categories.def').map(([, name]) => name)),
    NotificationType: texts(wordsOfSql('notification_types')),
    Channel: texts(channels.map(({ name }) => name)),
    ErrorCode: texts(errors.map(({ code }) => code)),
    PushName: texts(pushes.filter(({ origin }) => origin === 'STREAM').map(({ event }) => event)),
    EventsFilter: filterModel('EVENTS'),
    DlqFilter: filterModel('DLQ'),
    LogsFilter: filterModel('LOGS'),
};

/** The models that a document refers to, by itself or through others. */
export function modelsOf(document) {
    const found = referred(document, new Set());
    for (const name of found) { // a Set's iteration takes what is added meanwhile
        if (!models[name]) {
            throw new Error(`shared/catalogue/models.json has no ${name}`);
        }
        referred(models[name], found);
    }
    return Object.fromEntries(Object.entries(models).filter(([name]) => found.has(name)));
}
export const modelNames = Object.keys(file);

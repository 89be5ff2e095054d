// The tables in the code, read as they stand there: rows of .def files, and what SQL says of a body's fields.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(fileURLToPath(import.meta.url), '../../..');
export const textOf = (path) => readFileSync(join(root, path), 'utf8');
export const jsonOf = (path) => JSON.parse(textOf(path));

/** The cells of each row, in their order: texts without their quotes (adjacent ones joined), else as they are. */
export function rows(path) {
    const text = textOf(path).replace(/\/\*[^]*?\*\//g, '').replace(/^#.*$/gm, '');
    const found = [...text.matchAll(/^[A-Z_]+\(((?:"(?:\\.|[^"\\])*"|\((?:[^()"]|"[^"]*")*\)|[^"()])*)\)$/gm)];
    if (!found.length) {
        throw new Error(`${path}: no row was found`);
    }
    return found.map(([, cells]) => [...cells.matchAll(/(?:"(?:\\.|[^"\\])*"\s*)+|[^",]*\([^()]*\)[^",]*|[^",]+/g)]
        .map(([cell]) => cell.trim()).filter((cell) => cell)
        .map((cell) => (cell.startsWith('"') ? cell.replace(/"\s*"/g, '').slice(1, -1).replace(/\\"/g, '"') : cell)));
}

/** The words of a function that returns '{a, b}'::text[]. */
export function wordsOfSql(name) {
    const [, words] = /'\{([A-Za-z_, ]+)\}'::text\[\]/.exec(textOf(`sql/functions/private/${name}.sql`));
    return words.split(/,\s*/);
}

/** A rule of check_field() as JSON Schema; what is not required may be null, which counts as absent. */
function schemaOfRule({ is, min = 1, max, of, count, required }) {
    const text = of ? { type: 'string', enum: of } : { type: 'string', minLength: min, maxLength: max };
    const texts = { type: 'array', minItems: 1, maxItems: count, items: text };
    const model = (name) => ({ $ref: `#/components/schemas/${name}` });
    const schema = {
        text, texts,
        json: {},
        integer: { type: 'integer', minimum: min, maximum: max },
        values: { anyOf: [text, texts] },
        time: { type: 'string', format: 'date-time' },
        url: { type: 'string', pattern: '^(/(?![/\\\\])|https:)', maxLength: 2000 },
        role: model('Role'),
        notificationType: model('NotificationType'),
        category: model('Category'),
    }[is];
    if (!schema) {
        throw new Error(`no schema for a rule that is ${is}`);
    }
    if (required || is === 'json') {
        return schema;
    }
    return schema.type && !schema.enum ? { ...schema, type: [schema.type, 'null'] } : { anyOf: [schema, { type: 'null' }] };
}

function schemaOfRules(rules) {
    const required = Object.keys(rules).filter((name) => rules[name].required);
    return {
        type: 'object',
        properties: Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, schemaOfRule(rule)])),
        ...(required.length ? { required } : {}),
        additionalProperties: false,
    };
}

/** What a function of sql/ gives to check_body(); the rules of `body -> 'name'` become those of that field. */
export function bodyOfSql(name) {
    const text = textOf(`sql/functions/${name}.sql`)
        .replace(/bookly_data\.task_records_max\(\)/g,
            () => /select (\d+)/.exec(textOf('sql/functions/private/task_records_max.sql'))[1])
        .replace(/jsonb_build_object\('is', '(\w+)', 'min', (\d+), 'max', (\d+)\)/g, `'{"is": "$1", "min": $2, "max": $3}'::jsonb`)
        .replace(/jsonb_build_object\(((?:\s*'\w+', '\{[^']*\}'::jsonb,?)+)\)/g,
            (_, pairs) => `'{${pairs.replace(/'(\w+)', '(\{[^']*\})'::jsonb/g, '"$1": $2')}}'`);
    const found = [...text.matchAll(/(?:-> '(\w+)',\s*)?'(\{\s*"\w+": \{"is"[^']*\})'/g)];
    if (!found.length) {
        throw new Error(`sql/functions/${name}.sql: no rules were found`);
    }
    const schema = schemaOfRules(JSON.parse(found[0][2]));
    for (const [, inner, rules] of found.slice(1)) {
        schema.properties[inner] = schemaOfRules(JSON.parse(rules));
    }
    return schema;
}

// The endpoints, from the table that the program itself is made from.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const table = resolve(dirname(fileURLToPath(import.meta.url)), '../../../fcgi/routes.def');

/** [{method, path, rule}]; `:name` in a path is replaced by an id that nothing has. */
export function routes() {
    const text = readFileSync(table, 'utf8').replace(/\/\*[^]*?\*\//g, '');
    return [...text.matchAll(/^ROUTE\((\w+), "([^"]*)", (\w+),/gm)].map(([, method, pattern, rule]) => ({
        method,
        path: pattern.replace(/:\w+/g, '0190f6a0-1111-7222-8333-444455556666'),
        rule,
    }));
}

// What a role asks of the database, out of PostgreSQL's own log: pg_stat_database counts everybody's.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { stack } from '../../integration/support/stack.mjs';
import { superuserUrl } from './control.mjs';

async function asSuperuser(text) {
    const client = new pg.Client({ connectionString: await superuserUrl() });
    await client.connect();
    try {
        return (await client.query(text)).rows;
    } finally {
        await client.end();
    }
}

/** Whatever connects as this role from now on has its statements logged, until the test ends. */
export async function logStatements(t, role) {
    await asSuperuser(`alter role ${role} set log_statement = 'all'`);
    t.after(() => asSuperuser(`alter role ${role} reset log_statement`));
}

const log = () => readFileSync(join(stack.state, 'log', 'postgres.log'), 'utf8');

export const logLength = () => log().length;

/** {name of the function that was called: how often} since that length of the log, most often first. */
export function statementsSince(length, role) {
    const counts = {};
    for (const line of log().slice(length).split('\n')) {
        if (line.includes(` ${role}@`) && / LOG: {2}(execute|statement)\b/.test(line)) {
            const name = /bookly\.(\w+)/.exec(line)?.[1] ?? line.replace(/^.* LOG: {2}(execute [^:]*|statement): */, '').slice(0, 30);
            counts[name] = (counts[name] ?? 0) + 1;
        }
    }
    return Object.fromEntries(Object.entries(counts).sort((one, other) => other[1] - one[1]));
}

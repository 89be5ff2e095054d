// pgbench of the installed PostgreSQL. Passwords go by the environment: what is in argv everybody sees.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = '/usr/lib/postgresql';

function program() {
    const versions = readdirSync(ROOT).sort((one, other) => Number(one) - Number(other));
    return join(ROOT, versions.at(-1), 'bin/pgbench');
}

/** The variables of libpq for a URL whose host is in the query, a folder of sockets. */
function environment(url) {
    const { username, password, pathname, searchParams } = new URL(url.replace('@/', '@socket/'));
    return {
        PGHOST: searchParams.get('host'), PGPORT: searchParams.get('port') ?? '5432', PGDATABASE: pathname.slice(1),
        PGUSER: decodeURIComponent(username), PGPASSWORD: decodeURIComponent(password),
    };
}

/** Runs the script with pgbench's options → {tps, transactions, failed, latency_ms} */
export async function pgbench(bench, url, script, words) {
    const file = join(bench.work, `pgbench-${randomBytes(4).toString('hex')}.sql`);
    writeFileSync(file, script, { mode: 0o600 });
    const { stdout } = await promisify(execFile)(program(), ['-n', '-f', file, ...words.map(String)], {
        env: { PATH: process.env.PATH, ...environment(url) },
    });
    const number = (pattern) => Number(pattern.exec(stdout)?.[1] ?? NaN);
    return {
        tps: number(/^tps = ([\d.]+)/m),
        transactions: number(/^number of transactions actually processed: (\d+)/m),
        failed: number(/^number of failed transactions: (\d+)/m),
        latency_ms: number(/^latency average = ([\d.]+)/m),
    };
}

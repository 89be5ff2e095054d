// A stack with nobody connected: it should cost next to nothing, and write nothing.
import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '../../integration/support/wait.mjs';
import { Database } from '../support/database.mjs';
import { memoryOf } from '../support/process.mjs';

const MINUTE_MS = 60000;
const SETTLED_MS = 28000; // the last record of what has been written may come half a minute later
const LOOKING_MS = 1000;

const written = async (product) => {
    const [{ at }] = await product.database.query("select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as at");
    return at;
};

/** A cluster that has just been made has its catalogues analysed and cleaned once; that is not what it costs. */
async function settle(product) {
    const superuser = new Database(await product.superuserUrl());
    for (const step of ['alter system set autovacuum = off', 'select pg_reload_conf()', 'checkpoint']) {
        await superuser.query(step);
    }
    await superuser.end();
    let [last, since] = [await written(product), Date.now()];
    await waitFor(async () => {
        await pause(LOOKING_MS);
        const now = await written(product);
        [last, since] = now === last ? [last, since] : [now, Date.now()];
        return Date.now() - since > SETTLED_MS;
    }, 'the cluster to settle', 5 * MINUTE_MS);
}

export default {
    name: 'idle',
    title: 'An idle stack, no clients, for a minute',
    metrics: {
        memory: { title: "pushd's memory", unit: 'MB', digits: 1 },
        cpu: { title: 'CPU of pushd', unit: '%', digits: 3 },
        database_cpu: { title: 'CPU of PostgreSQL', unit: '%', digits: 3 },
        wal: { title: 'WAL a minute', unit: 'B', digits: 0 },
    },
    contenders: ['product-idle'],
    bars: [
        { what: 'pushd at most 12 MB', metric: 'memory', of: 'product-idle', atMost: 12 },
        { what: 'pushd under 0.1 % CPU', metric: 'cpu', of: 'product-idle', atMost: 0.1 },
        { what: 'no WAL', metric: 'wal', of: 'product-idle', atMost: 0 },
    ],
    rounds: 1,
    warmUp: false,

    async measure(bench, name) {
        const product = await bench.contender(name);
        if (!bench.quick) {
            await settle(product);
        }
        const [wal, cpu, database, begun] = [await written(product), product.cpu(), product.cpu('postgres'), Date.now()];
        await pause(bench.count(MINUTE_MS, 5000));
        const elapsed = Date.now() - begun;
        return {
            memory: memoryOf(product.pid('pushd')) / 1e6,
            cpu: (product.cpu() - cpu) / elapsed / 10,
            database_cpu: (product.cpu('postgres') - database) / elapsed / 10,
            wal: ((await written(product)) - wal) * (MINUTE_MS / elapsed),
        };
    },
};

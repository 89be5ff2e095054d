// A stack with nobody connected: it should cost next to nothing, and write nothing.
import { setTimeout as pause } from 'node:timers/promises';
import { memoryOf } from '../support/process.mjs';

const MINUTE_MS = 60000;
const SETTLING_MS = 5000;

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
        const written = async () => {
            const [{ at }] = await product.database.query("select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as at");
            return at;
        };
        await pause(bench.count(SETTLING_MS, 1000));
        const [wal, cpu, database, begun] = [await written(), product.cpu(), product.cpu('postgres'), Date.now()];
        await pause(bench.count(MINUTE_MS, 5000));
        const elapsed = Date.now() - begun;
        return {
            memory: memoryOf(product.pid('pushd')) / 1e6,
            cpu: (product.cpu() - cpu) / elapsed / 10,
            database_cpu: (product.cpu('postgres') - database) / elapsed / 10,
            wal: ((await written()) - wal) * (MINUTE_MS / elapsed),
        };
    },
};

// Logs come in as lines of JSON, a thousand in a request; each line is checked, redacted, stored and put on the stream.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, tokenOf } from '../support/rest.mjs';

const LINES = 1000;
const CONNECTIONS = 4;
const WAYS = { product: { title: 'Bookly Realtime' }, gateway: { title: 'Node gateway (stored only)' } };

const line = (index) => JSON.stringify({
    level: ['debug', 'info', 'warn', 'error'][index % 4], service: 'reservations', context: 'ReservationHandler',
    message: `Reservation ${index} was handled in time`, metadata: { requestId: `request-${index}`, durationMs: index % 97 },
});

export default {
    name: 'log_ingest',
    title: 'Log ingest through lighttpd: 1,000 lines a request, 4 connections',
    metrics: {
        lines: { title: 'lines a second', digits: 0 },
        own_us: { title: 'CPU a line', unit: 'µs', digits: 1 },
        database_us: { title: "PostgreSQL's", unit: 'µs', digits: 1 },
        p99: { title: 'p99 of a request', unit: 'ms', digits: 0 },
    },
    contenders: Object.keys(WAYS),
    called: WAYS,
    bars: [{ what: 'at least 20,000 lines a second', metric: 'lines', of: 'product', atLeast: 20000 }],

    prepare(bench) {
        this.bodyFile = join(bench.work, 'log-lines');
        writeFileSync(this.bodyFile, `${Array.from({ length: LINES }, (_, index) => line(index)).join('\n')}\n`);
    },

    async measure(bench, name) {
        const contender = await bench.contender(name);
        const { rate, p99, own_us: own, database_us: database } = await ask(bench, contender, 'logs', {
            connections: CONNECTIONS, token: tokenOf(contender, ['SERVICE']), method: 'POST',
            headers: { 'Content-Type': 'application/x-ndjson' }, bodyFile: this.bodyFile,
        });
        return { lines: rate * LINES, own_us: own / LINES, database_us: database / LINES, p99 };
    },
};

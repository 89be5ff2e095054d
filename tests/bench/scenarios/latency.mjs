// From the writer to the client's socket, while 1,000 transactions a second are committed. The time is taken in the
// writer's statement, so that the flush of its commit counts as well.
import { pgbench } from '../support/pgbench.mjs';

const CLIENTS = 1000;
const RATE = 1000;
const MS = 1000;

const data = "jsonb_build_object('bench', 1, 'n', (extract(epoch from clock_timestamp()) * 1000000)::bigint, "
    + "'t', (extract(epoch from clock_timestamp()) * 1000000)::bigint)";
const writing = (call) => `\\set key random(0, ${CLIENTS - 1})\nselect ${call}('bench', 'key-' || :key, data => ${data});\n`;

const WAYS = {
    product: { title: 'Bookly Realtime', contender: 'product', call: 'bookly.publish_event' },
    lighttpd: { title: 'through lighttpd', contender: 'product', call: 'bookly.publish_event', front: 'lighttpd' },
    apache: { title: 'through Apache', contender: 'product', call: 'bookly.publish_event', front: 'apache' },
    gateway: { title: 'Node gateway', contender: 'gateway', call: 'publish_event' },
};

export default {
    name: 'latency',
    title: 'From the writer to the socket: 1,000 commits a second, each to one of 1,000 WebSockets',
    metrics: {
        p50: { title: 'p50', unit: 'ms', digits: 2 }, p90: { title: 'p90', unit: 'ms', digits: 2 },
        p99: { title: 'p99', unit: 'ms', digits: 2 }, p999: { title: 'p99.9', unit: 'ms', digits: 2 },
        max: { title: 'max', unit: 'ms', digits: 1 }, rate: { title: 'commits a second', digits: 0 },
    },
    contenders: Object.keys(WAYS),
    called: WAYS,
    bars: [
        { what: 'p50 at most 4 ms', metric: 'p50', of: 'product', atMost: 4 },
        { what: 'p99 at most 15 ms', metric: 'p99', of: 'product', atMost: 15 },
    ],
    rounds: 2,
    warmUp: false,
    plots: [{
        file: 'latency', kind: 'lines', series: 'latency', title: 'From the writer to the socket, 1,000 commits a second',
        x: 'ms', y: 'share of messages, %', log: 'x', key: 'bottom right',
    }],

    async measure(bench, name) {
        const { contender: who, call, front } = WAYS[name];
        const contender = await bench.contender(who);
        if (front && front !== contender.front) {
            await bench.dismiss(who);
            await contender.up(contender.settings, front);
        }
        const crowd = await bench.crowd(who, CLIENTS, {
            wire: { filters: { services: ['key-%d'] }, front }, load: { nap: false },
        });
        const writers = (seconds) => pgbench(bench, contender.database.url, writing(call),
            ['-M', 'prepared', '-c', 8, '-j', 1, '-R', RATE, '-T', seconds]);
        await crowd.reset();
        await crowd.wait((await writers(1)).transactions);
        await crowd.reset();
        const { tps, transactions } = await writers(bench.count(7, 2));
        const { latency_us: latency, histogram, ...report } = await crowd.wait(transactions);
        if (report.messages !== transactions || report.closed) {
            throw new Error(`${report.messages} messages of ${transactions}, ${report.closed} closed`);
        }
        const shares = Object.entries(latency).map(([share, us]) => [share, us / MS]);
        return { ...Object.fromEntries(shares), rate: tps, series: { latency: cumulated(histogram ?? []) } };
    },
};

/** [[upper µs, count], …] → [[ms, % up to there], …], a hundred points at most */
function cumulated(histogram) {
    const all = histogram.reduce((total, [, count]) => total + count, 0);
    const points = [];
    let sum = 0;
    for (const [upper, count] of histogram) {
        sum += count;
        const share = (100 * sum) / all;
        if (points.length === 0 || share >= points.at(-1)[1] + 1 || sum === all) {
            points.push([upper / MS, share]);
        }
    }
    return points;
}

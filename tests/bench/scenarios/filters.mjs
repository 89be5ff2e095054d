// Everybody is subscribed to one channel with a filter that lets the message through: how many distinct ones there
// are must not matter much.
import { cost } from '../support/fanout.mjs';

const COUNTS = [1, 100, 1000, 10000];
const name = (count) => `filters-${count}`;

export default {
    name: 'filters',
    title: 'Distinct filters on one channel: fan-out to 10,000 WebSockets',
    metrics: { cpu_us: { title: 'CPU a delivery', unit: 'µs', digits: 2 } },
    contenders: COUNTS.map(name),
    called: Object.fromEntries(COUNTS.map((count) => [name(count), { title: `${count.toLocaleString('en-US')} distinct` }])),
    bars: [{
        what: '1,000 at most 1.3 × one', metric: 'cpu_us', of: name(1000), atMost: 1.3, against: { contender: name(1) },
    }],
    rounds: 2, // every one with new connections
    warmUp: false,
    plots: [{
        file: 'filters', kind: 'growth', metric: 'cpu_us', title: 'CPU of a delivery by distinct filters',
        points: COUNTS.map((count) => [name(count), count]), x: 'distinct filters, 10,000 WebSockets', y: 'µs', log: 'x',
    }],

    async measure(bench, label) {
        const keys = Number(label.split('-')[1]);
        const clients = bench.count(10000, 500);
        const crowd = await bench.crowd('product', clients, {
            wire: { filters: { services: ['bench', 'other-%d'] } }, load: { keys },
        });
        await cost(bench, 'product', { clients, crowd, pushes: 3, together: 1 });
        const { cpu_us } = await cost(bench, 'product', { clients, crowd, pushes: bench.count(20, 4), together: 1 });
        return { cpu_us };
    },
};

// Long polling: the message answers every client's waiting request, and each asks again.
import { cost } from '../support/fanout.mjs';

export default {
    name: 'polling',
    title: 'Long polling: single pushes to 1,000 clients',
    metrics: {
        cpu_us: { title: 'CPU a message', unit: 'µs', digits: 2 },
        generator_us: { title: 'of the load generator', unit: 'µs', digits: 2 },
    },
    contenders: ['product', 'floor-polling', 'gateway'],
    bars: [
        { what: 'at most 1.5 × the floor', metric: 'cpu_us', of: 'product', atMost: 1.5, against: { contender: 'floor-polling' } },
        { what: 'at most a quarter of the Node gateway', metric: 'cpu_us', of: 'product', atMost: 0.25, against: { contender: 'gateway' } },
    ],

    turns: 3, // short ones, so that all contenders see the same machine

    async measure(bench, name) {
        const clients = bench.count(1000, 100);
        const crowd = await bench.crowd(name, clients, { wire: { polling: true } });
        return cost(bench, name, { clients, crowd, pushes: bench.count(25, 5), together: 1 });
    },
};

// One push to everybody, then the next: what does a delivery cost?
import { cost } from '../support/fanout.mjs';

export default {
    name: 'fanout',
    title: 'Fan-out: single pushes of 230 bytes to 10,000 WebSockets',
    metrics: {
        cpu_us: { title: 'CPU a delivery', unit: 'µs', digits: 2 },
        generator_us: { title: 'of the load generator', unit: 'µs', digits: 2 },
        bytes: { title: 'bytes a message', unit: 'B', digits: 0 },
    },
    plots: [{ file: 'fanout', kind: 'bars', metric: 'cpu_us', digits: 1, title: 'CPU of a delivery to 10,000 WebSockets, µs' }],
    contenders: ['product', 'floor', 'gateway', 'gateway-2', 'nchan'],
    bars: [
        { what: 'at most 1.2 × the floor', metric: 'cpu_us', of: 'product', atMost: 1.2, against: { contender: 'floor' } },
        { what: 'at most a third of the Node gateway', metric: 'cpu_us', of: 'product', atMost: 1 / 3, against: { contender: 'gateway' } },
        { what: 'below Nchan', metric: 'cpu_us', of: 'product', atMost: 1, against: { contender: 'nchan' } },
    ],

    turns: 3, // short ones, so that all contenders see the same machine

    measure(bench, name) {
        return cost(bench, name, { clients: bench.count(10000, 500), pushes: bench.count(8, 5), together: 1 });
    },
};

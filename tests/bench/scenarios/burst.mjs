// Many messages in one transaction: they leave a socket in as few writes as they can.
import { cost } from '../support/fanout.mjs';

export default {
    name: 'burst',
    title: 'Fan-out in bursts: 50 pushes of 230 bytes committed at once, to 10,000 WebSockets',
    metrics: {
        cpu_us: { title: 'CPU a delivery', unit: 'µs', digits: 2 },
        generator_us: { title: 'of the load generator', unit: 'µs', digits: 2 },
    },
    contenders: ['product', 'floor', 'gateway', 'nchan'],
    bars: [{
        what: 'at most half of a single push', metric: 'cpu_us', of: 'product', atMost: 0.5,
        against: { scenario: 'fanout', contender: 'product' },
    }],

    measure(bench, name) {
        return cost(bench, name, { clients: bench.count(10000, 500), pushes: 1, together: 50 });
    },
};

// What a connected, subscribed client costs in memory, and whether a delivery gets dearer with their number.
import { cost } from '../support/fanout.mjs';
import { slope } from '../support/statistics.mjs';

export default {
    name: 'memory',
    title: 'Memory of a connected, subscribed client, from 1,000 to 18,000',
    metrics: {
        bytes: { title: 'bytes a client (slope)', unit: 'B', digits: 0 },
        total: { title: 'resident with all of them', unit: 'MB', digits: 1 },
    },
    contenders: ['product', 'gateway', 'nchan'],
    bars: [{ what: 'at most 3 kB', metric: 'bytes', of: 'product', atMost: 3000 }],
    rounds: 2, // every one on a fresh process
    warmUp: false,
    plots: [
        { file: 'memory', kind: 'lines', series: 'memory', title: 'Resident memory by connections', x: 'WebSockets', y: 'MB' },
        { file: 'connections', kind: 'lines', series: 'cpu', title: 'CPU of a delivery by connections', x: 'WebSockets', y: 'µs', key: 'top right' },
    ],

    async measure(bench, name) {
        const contender = await bench.contender(name);
        await bench.dismiss(name);
        await contender.restart();
        const steps = bench.count([1000, 5000, 9000, 13500, 18000], [100, 200, 300]);
        const crowd = await bench.crowd(name, steps[0]);
        const series = { memory: [], cpu: [] };
        for (const clients of steps) {
            if (clients > crowd.clients) {
                await crowd.more(clients - crowd.clients);
            }
            series.memory.push([clients, await contender.memory() / 1e6]);
            const { cpu_us: cpu } = await cost(bench, name, { crowd, clients, pushes: 4, together: 1 });
            series.cpu.push([clients, cpu]);
        }
        await bench.dismiss(name);
        return { bytes: slope(series.memory) * 1e6, total: series.memory.at(-1)[1], series };
    },
};

// How many deliveries a second, with the next transaction on its way while the last one is delivered.
import { faultsOf } from '../support/fanout.mjs';

const TOGETHER = 10;
const AHEAD = 2; // within the bound of a client's queue
const LONG_ENOUGH_MS = 1500;
const FEWEST = 4;

export default {
    name: 'sustained',
    title: 'Deliveries a second, sustained, to 10,000 WebSockets',
    metrics: {
        rate: { title: 'deliveries a second', digits: 0 },
        cpu_us: { title: 'CPU a delivery', unit: 'µs', digits: 2 },
    },
    contenders: ['product', 'floor', 'gateway', 'gateway-2', 'nchan'],
    bars: [{ what: 'at least 100,000', metric: 'rate', of: 'product', atLeast: 100000 }],
    plots: [{ file: 'sustained', kind: 'bars', metric: 'rate', digits: 0, title: 'Deliveries a second to 10,000 WebSockets' }],

    warmUp: false, // the burst has been before

    async measure(bench, name) {
        const clients = bench.count(10000, 500);
        const contender = await bench.contender(name);
        const crowd = await bench.crowd(name, clients);
        await crowd.reset();
        const cpu = contender.cpu();
        const end = Date.now() + bench.count(LONG_ENOUGH_MS, 200);
        let batches = 0;
        while (batches < FEWEST || Date.now() < end) {
            await contender.publish(TOGETHER);
            batches += 1;
            if (batches > AHEAD) {
                await crowd.wait((batches - AHEAD) * TOGETHER * clients);
            }
        }
        const report = await crowd.wait(batches * TOGETHER * clients);
        faultsOf(report);
        const seconds = (report.last_us - report.first_us) / 1e6;
        return { rate: report.messages / seconds, cpu_us: (contender.cpu() - cpu) / report.messages };
    },
};

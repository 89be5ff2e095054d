// What connections cost that nothing is sent to: a ping every 25 s. All contenders are looked at in the same time.
import { setTimeout as pause } from 'node:timers/promises';

const PING_MS = 25000;
const CONTENDERS = ['product', 'gateway', 'nchan'];

let looked = {};

async function look(bench, clients) {
    const all = await Promise.all(CONTENDERS.map((name) => bench.contender(name)));
    const [before, begun] = [all.map((contender) => contender.cpu()), Date.now()];
    await pause(bench.count(PING_MS, 3000));
    const seconds = (Date.now() - begun) / 1000;
    return Object.fromEntries(all.map((contender, index) =>
        [CONTENDERS[index], (contender.cpu() - before[index]) / clients / seconds]));
}

export default {
    name: 'idle_cpu',
    title: 'Idle connections: CPU of each of 10,000 WebSockets, pinged every 25 s',
    metrics: { cpu_us: { title: 'CPU a connection and second', unit: 'µs/s', digits: 2 } },
    contenders: CONTENDERS,
    bars: [{ what: 'at most 2 µs/s', metric: 'cpu_us', of: 'product', atMost: 2 }],
    warmUp: false,

    async prepare(bench) {
        for (const name of CONTENDERS) {
            await bench.crowd(name, bench.count(10000, 500));
        }
    },

    async measure(bench, name) {
        if (name === CONTENDERS[0]) {
            looked = await look(bench, bench.count(10000, 500));
        }
        return { cpu_us: looked[name] };
    },
};

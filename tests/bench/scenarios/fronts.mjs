// The same fan-out through a front server: what it adds to a delivery, and what a socket through it takes.
import { cost } from '../support/fanout.mjs';

const WAYS = { direct: { title: 'direct' }, lighttpd: { title: 'through lighttpd' }, apache: { title: 'through Apache' } };

export default {
    name: 'fronts',
    title: 'Fan-out through the front servers: single pushes of 230 bytes to 2,000 WebSockets',
    metrics: {
        pushd_us: { title: 'CPU a delivery: pushd', unit: 'µs', digits: 2 },
        front_us: { title: 'the front server', unit: 'µs', digits: 2 },
        memory: { title: "the front server's memory a socket", unit: 'kB', digits: 0 },
    },
    contenders: Object.keys(WAYS),
    called: WAYS,
    rounds: 2,
    warmUp: false,

    async measure(bench, way) {
        const clients = bench.count(2000, 200);
        const product = await bench.contender('product');
        const front = way === 'direct' ? undefined : way;
        await bench.dismiss('product');
        if (front) {
            await product.up(product.settings, front, { again: true });
        }
        const before = front && product.memory(front);
        const crowd = await bench.crowd('product', clients, { wire: { front } });
        const memory = front && (product.memory(front) - before) / clients / 1000;
        await cost(bench, 'product', { clients, crowd, pushes: 3, together: 1 });
        const pushes = bench.count(20, 4);
        const cpu = front && product.cpu(front);
        const { cpu_us } = await cost(bench, 'product', { clients, crowd, pushes, together: 1 });
        return {
            pushd_us: cpu_us,
            ...(front ? { front_us: (product.cpu(front) - cpu) / clients / pushes, memory } : {}),
        };
    },
};

// New clients: the handshake, the namespace with a token of each one's own, and a subscription, which the product
// acknowledges when it is durable.

const AT_ONCE = 256;

export default {
    name: 'handshakes',
    title: 'Handshakes with HS256: WebSocket, namespace, subscription',
    metrics: {
        rate: { title: 'handshakes a second', digits: 0 },
        cpu_us: { title: 'CPU a handshake', unit: 'µs', digits: 0 },
    },
    contenders: ['product', 'gateway', 'gateway-2'],
    bars: [{ what: 'at least 3,000 a second', metric: 'rate', of: 'product', atLeast: 3000 }],

    warmUp: false,

    async measure(bench, name) {
        const clients = bench.count(5000, 500);
        const contender = await bench.contender(name);
        await bench.dismiss(name);
        const cpu = contender.cpu();
        const crowd = await bench.crowd(name, clients, { load: { opening: AT_ONCE } });
        const { handshakes_per_second: rate } = crowd.opening;
        const cpu_us = (contender.cpu() - cpu) / clients;
        await bench.dismiss(name);
        return { rate, cpu_us };
    },
};

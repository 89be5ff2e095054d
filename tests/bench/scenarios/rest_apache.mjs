// REST through Apache's mod_fcgid, which has no queue: what does it cost, and does anybody ever wait for a process?
import { METRICS, ask, fill, tokenOf } from '../support/rest.mjs';

const WAYS = {
    constant: { title: 'constant FastCGI answer', of: 'constant-apache', path: 'notifications/unread/count' },
    count: { title: 'unread count', of: 'product', path: 'notifications/unread/count' },
    inbox: { title: 'inbox of 20', of: 'product', path: 'notifications?limit=20' },
};
const CONNECTIONS = 32;

export default {
    name: 'rest_apache',
    title: 'REST through Apache with mod_fcgid, 32 connections',
    metrics: METRICS,
    contenders: Object.keys(WAYS),
    called: WAYS,
    bars: [
        ...['count', 'inbox'].map((of) => ({ what: `${WAYS[of].title}: no request over 500 ms`, metric: 'max', of, atMost: 500 })),
        {
            what: 'unread count: at least 60 % of the constant answer', metric: 'rate', of: 'count', atLeast: 0.6,
            against: { contender: 'constant' },
        },
    ],

    async prepare(bench) {
        const product = await fill(bench, 'product');
        await product.up({}, 'apache', { again: true });
    },

    async measure(bench, way) {
        const { of, path } = WAYS[way];
        const token = tokenOf(await bench.contender('product'));
        return ask(bench, await bench.contender(of), path, { connections: CONNECTIONS, token });
    },

    async finish(bench) {
        await (await bench.contender('product')).up({}, 'lighttpd', { again: true });
    },
};

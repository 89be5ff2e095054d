// REST through lighttpd: how near to a program that answers a constant, and how far from the same routes in Node?
import { METRICS, ask, endOfStream, fill, tokenOf } from '../support/rest.mjs';

const PATHS = {
    count: { title: 'unread count', path: 'notifications/unread/count' },
    inbox: { title: 'inbox of 20', path: 'notifications?limit=20' },
    stream: { title: 'stream, nothing new', path: 'stream?channels=events&after=' },
};

const WAYS = {
    constant: { title: 'constant FastCGI answer', of: 'constant-lighttpd', path: 'notifications/unread/count' },
    ...Object.fromEntries(Object.entries(PATHS).flatMap(([name, { title, path }]) => [
        [name, { title: `${title}: Bookly Realtime`, of: 'product', path }],
        [`${name}-gateway`, { title: `${title}: Node gateway`, of: 'gateway', path }],
    ])),
};

const times = (of, factor) => ({
    what: `${PATHS[of].title}: at least ${factor} × the Node gateway`, metric: 'rate', of, atLeast: factor,
    against: { contender: `${of}-gateway` },
});

export default {
    name: 'rest_lighttpd',
    title: 'REST through lighttpd, 16 connections',
    metrics: METRICS,
    contenders: Object.keys(WAYS),
    called: WAYS,
    bars: [
        {
            what: 'unread count: at least half of the constant answer', metric: 'rate', of: 'count', atLeast: 0.5,
            against: { contender: 'constant' },
        },
        times('count', 2), times('inbox', 1.5), times('stream', 1.5),
    ],

    async prepare(bench) {
        const product = await fill(bench, 'product');
        await product.up({}, 'lighttpd');
        await fill(bench, 'gateway');
    },

    async measure(bench, way) {
        const { of, path } = WAYS[way];
        const contender = await bench.contender(of);
        const token = tokenOf(of === 'gateway' ? contender : await bench.contender('product'));
        return ask(bench, contender, path.endsWith('=') ? path + await endOfStream(contender, token) : path, { token });
    },
};

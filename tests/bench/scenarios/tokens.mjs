// What another kind of signature costs: when a client comes for the first time, and when it comes back with the
// token that it had.
import { join } from 'node:path';
import { makeKeys } from '../support/keys.mjs';
import { tokenFile } from '../support/tokens.mjs';

const ALGORITHMS = ['HS256', 'RS256', 'ES256'];

let tokens; // (algorithm, count) → a file of them

export default {
    name: 'tokens',
    title: 'Handshakes by kind of token',
    metrics: {
        first_us: { title: 'CPU a handshake, new token', unit: 'µs', digits: 0 },
        again_us: { title: 'with the same token again', unit: 'µs', digits: 0 },
    },
    contenders: ALGORITHMS,
    called: Object.fromEntries(ALGORITHMS.map((name) => [name, { title: name }])),
    bars: ['RS256', 'ES256'].map((of) => ({
        what: `${of}, coming back: at most 1.2 × HS256`, metric: 'again_us', of, atMost: 1.2, against: { contender: 'HS256' },
    })),

    async prepare(bench) {
        const product = await bench.contender('product');
        const folder = join(bench.work, 'keys');
        const keys = { HS256: product.secret, ...makeKeys(folder) };
        await bench.dismiss('product');
        await product.up({ JWT_PUBLIC_KEYS: folder, JWT_SECRET_FILE: join(product.state, 'secret/jwt_secret') });
        tokens = (algorithm, count) => tokenFile(bench.work, count, keys[algorithm], {
            algorithm, kid: algorithm === 'HS256' ? undefined : algorithm,
        });
    },

    async measure(bench, algorithm) {
        const clients = bench.count(2000, 200); // fewer than the tokens that the daemon remembers
        const product = await bench.contender('product');
        const file = tokens(algorithm, clients);
        const handshakes = async () => {
            await bench.dismiss('product');
            const cpu = product.cpu();
            await bench.crowd('product', clients, { load: { tokens: file } });
            return (product.cpu() - cpu) / clients;
        };
        return { first_us: await handshakes(), again_us: await handshakes() };
    },

    async finish(bench) {
        await bench.dismiss('product');
        await (await bench.contender('product')).up({});
    },
};

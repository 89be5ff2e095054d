// What another kind of signature costs a request, when the token has been seen before.
import { join } from 'node:path';
import { makeKeys } from '../support/keys.mjs';
import { METRICS, USER, ask, fill } from '../support/rest.mjs';
import { signToken } from '../support/tokens.mjs';

const ALGORITHMS = ['HS256', 'RS256', 'ES256'];

export default {
    name: 'tokens_rest',
    title: 'REST by kind of token: unread count through lighttpd, 16 connections',
    metrics: METRICS,
    contenders: ALGORITHMS,
    called: Object.fromEntries(ALGORITHMS.map((name) => [name, { title: name }])),
    bars: ['RS256', 'ES256'].map((of) => ({
        what: `${of}: at most 1.2 × HS256`, metric: 'own_us', of, atMost: 1.2, against: { contender: 'HS256' },
    })),

    async prepare(bench) {
        const product = await fill(bench, 'product');
        const folder = join(bench.work, 'keys-rest');
        const keys = { HS256: product.secret, ...makeKeys(folder) };
        await bench.dismiss('product');
        await product.up({ JWT_PUBLIC_KEYS: folder, JWT_SECRET_FILE: join(product.state, 'secret/jwt_secret') }, 'lighttpd');
        this.tokens = Object.fromEntries(ALGORITHMS.map((algorithm) => [algorithm, signToken(
            USER, ['PROGRAM_ADMIN'], keys[algorithm], { algorithm, kid: algorithm === 'HS256' ? undefined : algorithm },
        )]));
    },

    async measure(bench, algorithm) {
        return ask(bench, await bench.contender('product'), 'notifications/unread/count', { token: this.tokens[algorithm] });
    },

    async finish(bench) {
        await (await bench.contender('product')).up({}, 'lighttpd');
    },
};

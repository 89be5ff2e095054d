// Everybody is dropped at once and comes back at once: how long until all of them have what they missed, and how
// much that asks of the database.
import { Statements } from '../support/statements.mjs';

const MISSED = 20;
const AT_ONCE = 4000; // nobody waits for the others
const ENDS = { SIGKILL: { title: 'kill -9' }, SIGTERM: { title: 'restart' } };

export default {
    name: 'resume',
    title: '10,000 clients resume after the daemon has ended, and catch up on 20 messages',
    metrics: {
        seconds: { title: 'until all have caught up', unit: 's', digits: 1 },
        statements: { title: 'SQL statements', digits: 0 },
    },
    contenders: Object.keys(ENDS),
    called: ENDS,
    bars: Object.keys(ENDS).flatMap((of) => [
        { what: `${ENDS[of].title}: at most 10 s`, metric: 'seconds', of, atMost: 10 },
        { what: `${ENDS[of].title}: at most 100 statements`, metric: 'statements', of, atMost: 100 },
    ]),
    rounds: 2,
    warmUp: false,

    async measure(bench, signal) {
        const clients = bench.count(10000, 500);
        const product = await bench.contender('product');
        const crowd = await bench.crowd('product', clients, {
            load: { resume: true, consecutive: true, opening: AT_ONCE },
        });
        await crowd.reset();
        await product.publish(1);
        await crowd.wait(clients);

        const { recovered: before } = await crowd.report();
        const statements = new Statements(product, 'bookly_pushd');
        await statements.begin();
        const begun = Date.now();
        await product.kill(signal);
        await product.publish(MISSED);
        await product.startDaemon();
        const report = await crowd.wait((1 + MISSED) * clients);
        const seconds = (Date.now() - begun) / 1000;
        if (report.lost || report.repeated || report.disordered || report.recovered - before !== clients) {
            throw new Error(`not everybody got everything: ${JSON.stringify(report)}`);
        }
        return { seconds, statements: await statements.end() };
    },
};

// The scenarios in turn, each in rounds in which its contenders take turns (A B A B), and what came of it.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Bench } from './support/bench.mjs';
import { Results } from './support/results.mjs';

const FOLDER = dirname(fileURLToPath(import.meta.url));

// those that want the same crowd stand together
const ORDER = [
    'memory', 'fanout', 'burst', 'sustained', 'idle_cpu', 'filters', 'fronts', 'latency', 'handshakes', 'polling', 'resume',
    'tokens', 'tokens_rest', 'rest_lighttpd', 'rest_apache', 'log_ingest', 'growth', 'writers', 'idle',
];

async function scenarios(wanted) {
    const present = readdirSync(join(FOLDER, 'scenarios')).map((file) => file.replace(/\.mjs$/, ''));
    const rank = (name) => ORDER.indexOf(name);
    const unknown = wanted.filter((name) => !present.includes(name));
    if (unknown.length > 0) {
        throw new Error(`no scenario named ${unknown} (there are: ${present.join(' ')})`);
    }
    const names = (wanted.length > 0 ? wanted : present).sort((one, other) => rank(one) - rank(other));
    return Promise.all(names.map(async (name) => (await import(`./scenarios/${name}.mjs`)).default));
}

/** One scenario → {contender: [metrics of each round]} */
async function measure(bench, scenario) {
    const rounds = bench.quick ? 1 : Math.min(bench.rounds, scenario.rounds ?? Infinity) * (scenario.turns ?? 1);
    const first = scenario.warmUp === false || bench.quick ? 1 : 0;
    const taken = Object.fromEntries(scenario.contenders.map((name) => [name, []]));
    await scenario.prepare?.(bench);
    for (let round = first; round <= rounds; round += 1) {
        for (const name of scenario.contenders) {
            const metrics = await scenario.measure(bench, name, round);
            bench.note(`${scenario.name} ${round === 0 ? 'warm-up' : round} ${name}: ${JSON.stringify(metrics)}`);
            if (round > 0) {
                taken[name].push(metrics);
            }
        }
    }
    await scenario.finish?.(bench);
    return taken;
}

async function main() {
    const bench = new Bench({
        work: process.env.BENCH_WORK, rounds: Number(process.env.ROUNDS) || 3,
        quick: Boolean(process.env.QUICK), nofile: Number(process.env.BENCH_NOFILE), order: ORDER,
    });
    const results = new Results(bench);
    let failed = 0;
    process.once('SIGTERM', () => bench.close().finally(() => process.exit(143)));
    try {
        for (const scenario of await scenarios(process.argv.slice(2))) {
            const begun = Date.now();
            try {
                results.add(scenario, await measure(bench, scenario), (Date.now() - begun) / 1000);
            } catch (error) {
                failed += 1;
                process.stderr.write(`bench: ${scenario.name} could not be measured: ${error.stack}\n`);
                await bench.close();
            }
        }
    } finally {
        await bench.close();
    }
    process.exitCode = failed ? 1 : 0;
}

await main();

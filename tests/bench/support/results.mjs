// What was measured: kept as JSON, told as a table and as plots. A run of some scenarios keeps what is there of the
// others; a quick one only shows that everything runs, and leaves its results among what is built.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { judged } from './bars.mjs';
import { machine } from './machine.mjs';
import { draw } from './plots.mjs';
import { markdown } from './report.mjs';
import { summary } from './statistics.mjs';

/** Indented, but for arrays of figures, which take one line. */
function json(value) {
    const flat = (_, member) => (Array.isArray(member) && !member.some((item) => item?.constructor === Object)
        ? JSON.stringify(member) : member);
    return JSON.stringify(value, flat, 1).replace(/"(\[.*\])"/g, (_, text) => JSON.parse(`"${text}"`));
}

export class Results {
    constructor(bench) {
        this.bench = bench;
        this.folder = process.env.RESULTS || (bench.quick ? join(bench.programs, 'results') : join(bench.root, 'tests/bench/results'));
        this.file = join(this.folder, 'results.json');
        const kept = existsSync(this.file) && !bench.quick ? JSON.parse(readFileSync(this.file, 'utf8')) : {};
        this.scenarios = kept.scenarios ?? {};
    }

    /** taken: {contender: [what each round gave: its metrics, and maybe series: {name: [[x, y], …]}]} */
    add(scenario, taken, seconds) {
        const { name, title, metrics, bars = [], plots = [] } = scenario;
        const contenders = {};
        for (const [who, rounds] of Object.entries(taken)) {
            const { title: called = who, version = '' } = this.bench.contenders.get(who) ?? scenario.called?.[who] ?? {};
            contenders[who] = {
                title: scenario.called?.[who]?.title ?? called, version,
                metrics: summary(rounds.map(({ series, ...figures }) => figures)),
                series: rounds.at(-1)?.series ?? {},
            };
        }
        this.scenarios[name] = { name, title, metrics, bars, plots, contenders, seconds: Math.round(seconds) };
        this.write();
    }

    /** After each scenario, so that an interrupted run leaves what it has. */
    write() {
        mkdirSync(this.folder, { recursive: true });
        const scenarios = Object.fromEntries(this.bench.order.filter((name) => this.scenarios[name])
            .map((name) => [name, this.scenarios[name]]));
        const all = { machine: machine(this.bench), scenarios, bars: judged(scenarios) };
        writeFileSync(this.file, `${json(all)}\n`);
        writeFileSync(join(this.folder, 'results.md'), markdown(all));
        draw(this.folder, scenarios);
        return all;
    }
}

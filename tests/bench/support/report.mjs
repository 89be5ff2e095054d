// The results as a Markdown document.

export function figure(value, { digits = 0, unit = '' } = {}) {
    if (!Number.isFinite(value)) {
        return '–';
    }
    const text = value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
    return unit ? `${text} ${unit}` : text;
}

const row = (cells) => `| ${cells.join(' | ')} |`;

const table = (heads, rows) => [row(heads), row(heads.map((_, index) => (index ? '---:' : '---'))), ...rows.map(row)];

function spread({ median, min, max }, metric) {
    const plain = { digits: metric.digits };
    const around = max > min ? ` (${figure(min, plain)}–${figure(max, plain)})` : '';
    return `${figure(median, metric)}${around}`;
}

function scenarioTable({ metrics, contenders }) {
    const shown = Object.entries(metrics).filter(([name]) =>
        Object.values(contenders).some((contender) => Number.isFinite(contender.metrics[name]?.median)));
    return table(['', ...shown.map(([, metric]) => metric.title)], Object.values(contenders).map((contender) => [
        contender.title,
        ...shown.map(([name, metric]) => (contender.metrics[name] ? spread(contender.metrics[name], metric) : '–')),
    ]));
}

function barTable(scenarios, bars) {
    return table(['what', 'bar', 'measured', ''], bars.map((bar) => {
        const metric = scenarios[bar.scenario].metrics[bar.metric] ?? {};
        const measured = bar.ratio ? `${figure(bar.measured, { digits: 2 })} ×` : figure(bar.measured, metric);
        return [scenarios[bar.scenario].title, bar.what, measured, bar.met ? 'met' : '**not met**'];
    }));
}

function versions(scenarios) {
    const all = Object.values(scenarios).flatMap(({ contenders }) => Object.values(contenders));
    const known = new Map(all.filter(({ version }) => version).map(({ title, version }) => [title, version]));
    return [...known].map(([title, version]) => `- ${title}: ${version}`);
}

export function markdown({ machine, scenarios, bars }) {
    const plots = Object.values(scenarios).flatMap(({ plots: list }) => list);
    return [
        '# Measured',
        '',
        `\`make bench\`, ${machine.date}: ${machine.cores} × ${machine.processor}, ${figure(machine.memory / 2 ** 30)} GiB, `
        + `${machine.system}, Linux ${machine.kernel}, ${figure(machine.nofile)} descriptors a process. Everything runs on the one `
        + `machine, the load as well. Medians of up to ${machine.rounds} rounds (more where they are short) in which the contenders take turns, and what they `
        + 'spread over; a warm-up is thrown away.',
        '',
        ...barTable(scenarios, bars),
        '',
        ...plots.map(({ file, title }) => `![${title}](${file}.svg)`),
        '',
        ...Object.values(scenarios).flatMap((scenario) => [`## ${scenario.title}`, '', ...scenarioTable(scenario), '']),
        '## Versions',
        '',
        ...versions(scenarios),
        '',
    ].join('\n');
}

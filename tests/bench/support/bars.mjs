// The bars: is what was measured where it ought to be?

function value(scenarios, scenario, contender, metric) {
    return scenarios[scenario]?.contenders[contender]?.metrics[metric]?.median;
}

/** One bar → {scenario, what, measured, limit, atMost, met}; measured is a ratio where it is against somebody. */
function judge(scenarios, { name }, bar) {
    const { metric, of, against } = bar;
    const own = value(scenarios, name, of, metric);
    const other = against && value(scenarios, against.scenario ?? name, against.contender, against.metric ?? metric);
    const measured = against ? own / other : own;
    const limit = bar.atMost ?? bar.atLeast;
    const known = Number.isFinite(measured);
    const met = known && (bar.atMost === undefined ? measured >= limit : measured <= limit);
    return {
        scenario: name, what: bar.what, metric, measured: known ? measured : null, ratio: Boolean(against), limit,
        atMost: bar.atMost !== undefined, met,
    };
}

export function judged(scenarios) {
    return Object.values(scenarios).flatMap((scenario) => scenario.bars.map((bar) => judge(scenarios, scenario, bar)));
}

// The plots, made by gnuplot: readable on a light and on a dark page, since nothing but the lines is painted.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const COLOURS = ['#2a78d6', '#d9822b', '#3a9d5d', '#c0487e', '#8a6fd1', '#8c8c8c'];
const INK = '#808080';
const MANY_POINTS = 20;

const quoted = (text) => `"${String(text).replace(/[\\"]/g, '\\$&')}"`;

function beginning({ title, x = '', y = '', log = '', key = 'top left' }) {
    return [
        'set terminal svg size 720,400 dynamic font "sans-serif,13"',
        `set border 3 lc rgb "${INK}"`,
        'set format "%.10g"',
        `set grid y lc rgb "${INK}" lt 1 lw 0.3`,
        `set tics nomirror textcolor rgb "${INK}"`,
        `set key ${key} reverse Left textcolor rgb "${INK}"`,
        `set title ${quoted(title)} textcolor rgb "${INK}"`,
        `set xlabel ${quoted(x)} textcolor rgb "${INK}"`,
        `set ylabel ${quoted(y)} textcolor rgb "${INK}"`,
        ...(log ? [`set logscale ${log}`] : []),
        ...(log.includes('y') ? [] : ['set yrange [0:*]']),
    ];
}

/** A bar a contender, with its figure above it. */
function bars(plot, { contenders }) {
    const rows = Object.values(contenders).map(({ title, metrics }) => [title, metrics[plot.metric]?.median])
        .filter(([, value]) => Number.isFinite(value));
    const data = rows.map(([title, value], index) => `${index} ${value} ${COLOURS[index].replace('#', '0x')} "${title.replace(/,? (?=[(\d])/, '\\n')}"`);
    return [
        ...beginning(plot), 'unset key', 'set style fill solid 0.85 noborder', 'set boxwidth 0.6', 'set yrange [0:*]',
        'set xtics scale 0', 'set bmargin 3.5', `set xrange [-0.6:${rows.length - 0.4}]`, 'set offsets 0,0,graph 0.08,0',
        '$data << END', ...data, 'END',
        'plot $data using 1:2:3:xtic(4) with boxes lc rgb variable, \\',
        `  $data using 1:2:(sprintf("%.${plot.digits ?? 1}f", $2)) with labels offset 0,0.7 textcolor rgb "${INK}"`,
    ];
}

/** A line for each contender that has the series. */
function lines(plot, { contenders }) {
    const having = Object.values(contenders).filter(({ series }) => series[plot.series]?.length > 0);
    const blocks = having.map(({ series }, index) => [
        `$line${index} << END`, ...series[plot.series].map((point) => point.join(' ')), 'END',
    ]);
    const parts = having.map(({ title, series }, index) => {
        const style = series[plot.series].length > MANY_POINTS ? 'lines' : 'linespoints pt 7 ps 0.5';
        return `$line${index} using 1:2 with ${style} lw 2 lc rgb "${COLOURS[index]}" title ${quoted(title)}`;
    });
    return having.length === 0 ? null : [...beginning(plot), ...blocks.flat(), `plot ${parts.join(', \\\n  ')}`];
}

/** One line: a metric of the contenders, each at its place on the x axis. */
function growth(plot, { contenders }) {
    const points = plot.points.filter(([name]) => contenders[name]).map(([name, x]) => [x, contenders[name].metrics[plot.metric].median]);
    return [
        ...beginning(plot), 'unset key', '$data << END', ...points.map((point) => point.join(' ')), 'END',
        `plot $data using 1:2 with linespoints pt 7 ps 0.5 lw 2 lc rgb "${COLOURS[0]}"`,
    ];
}

const KINDS = { bars, lines, growth };

export function draw(folder, scenarios) {
    for (const scenario of Object.values(scenarios)) {
        for (const plot of scenario.plots) {
            const script = KINDS[plot.kind](plot, scenario);
            if (script) {
                const output = `set output ${quoted(join(folder, `${plot.file}.svg`))}`;
                const input = [output, ...script, ''].join('\n');
                execFileSync('gnuplot', { input, stdio: ['pipe', 'ignore', 'inherit'] });
            }
        }
    }
}

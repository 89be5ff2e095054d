// A line chart over the last 15 minutes (uPlot), with what it shows in words for those who don't see it, or as a table.
import uPlot from '../vendor/uplot.js';
import { html, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState } from './view.js';
import { Language, useFormat, useText } from './text.js';
import { Preferences } from './preferences.js';
import { SPAN_MS } from './metrics.js';

const HEIGHT = 140;
const MINUTE_MS = 60000;
const LABEL_S = 45; // a time closer to the edge would stand on the figures there

const words = {
    es: {
        span: '{title}, últimos 15 minutos.', none: 'Sin datos todavía.', gap: 'sin datos', minute: 'Minuto',
        summary: '{label}: ahora {now}, mínimo {low}, máximo {high}.',
    },
    en: {
        span: '{title}, last 15 minutes.', none: 'No figures yet.', gap: 'no figures', minute: 'Minute',
        summary: '{label}: now {now}, lowest {low}, highest {high}.',
    },
};

/** The colours of a chart, as the sheet gives them to its parts: a canvas knows no tokens. */
function palette(figure) {
    const of = (element) => getComputedStyle(element).color;
    return {
        text: of(figure.querySelector('.axes')),
        grid: of(figure.querySelector('.grid-lines')),
        series: [...figure.querySelectorAll('.swatch')].map(of),
    };
}

const faded = (rgb) => rgb.replace(/^rgb\((.*)\)$/, 'rgba($1, .16)');

/** Options of uPlot. colours(): a palette; show(value): with its unit, short; onHover(index or null). */
function options({ width, series, stacked, colours, show, minute, onHover }) {
    const line = { stroke: () => colours().text, font: '11px system-ui, sans-serif', size: 20, gap: 3 };
    const grid = { stroke: () => colours().grid, width: 1 };
    return {
        width, height: HEIGHT, padding: [8, 6, 0, 0],
        legend: { show: false },
        cursor: { sync: { key: 'overview' }, drag: { x: false, y: false }, points: { size: 7 }, y: false },
        scales: {
            x: { time: true, range: () => [(Date.now() - SPAN_MS) / 1000, Date.now() / 1000] },
            y: { range: (plot, low, high) => [0, Math.max(high * 1.12, 0.5)] },
        },
        axes: [
            { ...line, grid: { show: false }, ticks: { show: false }, space: 60,
                values: (plot, splits) => splits.map((second) =>
                    (second - plot.scales.x.min < LABEL_S ? '' : minute(second * 1000))) },
            { ...line, grid, ticks: { show: false }, size: 52, space: 34,
                values: (plot, splits) => splits.map((value) => show(value)) },
        ],
        series: [{}, ...series.map((_, index) => ({
            stroke: () => colours().series[index], fill: () => faded(colours().series[index]),
            width: 1.6, points: { show: false },
        }))],
        bands: stacked ? series.slice(1).map((_, index) => ({ series: [index + 2, index + 1] })) : [],
        hooks: { setCursor: [({ cursor }) => onHover(cursor.left >= 0 ? cursor.idx : null)] },
    };
}

/** Rows as uPlot takes them: [seconds, values of each series…], one on top of the other when stacked. */
function columns(rows, series, stacked) {
    const values = series.map(({ of }) => rows.map((row) => of(row) ?? null));
    if (stacked) {
        for (let index = 1; index < values.length; index += 1) {
            values[index] = values[index].map((value, at) => value === null ? null : value + values[index - 1][at]);
        }
    }
    return [rows.map(({ time }) => time / 1000), ...values];
}

function Plot({ rows, now, series, stacked, show, label, figure, onHover }) {
    const box = useRef(null);
    const plot = useRef(null);
    const shades = useRef(null);
    const { minute } = useFormat();
    const { theme } = useContext(Preferences);
    const language = useContext(Language);
    const latest = useRef(null);
    latest.current = { show, onHover };
    useLayoutEffect(() => {
        const colours = () => { shades.current ??= palette(figure.current); return shades.current; };
        const made = new uPlot(options({
            width: box.current.clientWidth, series, stacked, colours, minute,
            show: (value) => latest.current.show(value), onHover: (index) => latest.current.onHover(index),
        }), columns(rows, series, stacked), box.current);
        plot.current = made;
        const watcher = new ResizeObserver(() => made.setSize({ width: box.current.clientWidth, height: HEIGHT }));
        watcher.observe(box.current);
        return () => { watcher.disconnect(); made.destroy(); };
    }, [language]);
    useEffect(() => plot.current.setData(columns(rows, series, stacked)), [rows, now]);
    useEffect(() => {
        const dark = matchMedia('(prefers-color-scheme: dark)');
        const repaint = () => { shades.current = null; plot.current.redraw(false); };
        repaint();
        dark.addEventListener('change', repaint);
        return () => dark.removeEventListener('change', repaint);
    }, [theme, language]);
    return html`<div class="plot" ref=${box} role="img" aria-label=${label}></div>`;
}

/** The mean of each minute, newest first. */
function MinuteTable({ rows, series: given, show, title, stacked }) {
    const series = stacked ? given.toReversed() : given;
    const text = useText(words);
    const format = useFormat();
    const minutes = useMemo(() => {
        const found = new Map();
        for (const row of rows) {
            const start = row.time - row.time % MINUTE_MS;
            found.set(start, [...(found.get(start) ?? []), row]);
        }
        return [...found].reverse();
    }, [rows]);
    const mean = (some, of) => {
        const values = some.map(of).filter((value) => value !== null && value !== undefined);
        return values.length > 0 ? show(values.reduce((sum, value) => sum + value, 0) / values.length) : text('gap');
    };
    return html`
        <div class="minutes" tabindex="0" role="group" aria-label=${title}>
            <table>
                <thead><tr><th scope="col">${text('minute')}</th>
                    ${series.map(({ label }) => html`<th scope="col" class="figure">${label}</th>`)}</tr></thead>
                <tbody>${minutes.map(([start, some]) => html`
                    <tr key=${start}><th scope="row">${format.minute(start)}</th>
                        ${series.map(({ of }) => html`<td class="figure">${mean(some, of)}</td>`)}</tr>`)}</tbody>
            </table>
        </div>`;
}

/**
 * rows: samples, oldest first; now: drawn anew when it changes; series: [{label, of: row => value or null}], at most
 * three; show(value): with its unit; stacked: one on top of the other, the first lowest; asTable: instead of drawn.
 */
export function Chart({ title, rows, now, series, show, stacked = false, asTable = false }) {
    const text = useText(words);
    const format = useFormat();
    const figure = useRef(null);
    const [hovered, setHovered] = useState(null);
    const last = rows.at(-1);
    const row = hovered === null ? last : rows[hovered];
    const value = (of) => {
        const found = row && of(row);
        return found === null || found === undefined ? '–' : show(found);
    };
    const summary = [text('span', { title }), ...series.map(({ label, of }) => {
        const values = rows.map(of).filter((each) => each !== null && each !== undefined);
        return values.length === 0 ? `${label}: ${text('none')}` : text('summary', {
            label, now: value(of), low: show(Math.min(...values)), high: show(Math.max(...values)),
        });
    })].join(' ');
    const drawn = { rows, series, show };
    return html`
        <figure class="chart card" ref=${figure}>
            <figcaption><h3>${title}</h3>
                ${hovered !== null && row && html`<span class="soft small">${format.clock(row.time)}</span>`}
            </figcaption>
            <div class=${stacked ? 'legend turned' : 'legend'}>${series.map(({ label, of }, index) => html`
                <span><i class=${`swatch s${stacked ? series.length - index : index + 1}`}></i>
                    ${label} <b>${value(of)}</b></span>`)}</div>
            <i class="axes" hidden></i><i class="grid-lines" hidden></i>
            ${asTable
                ? html`<${MinuteTable} ...${drawn} title=${title} stacked=${stacked} />`
                : html`<${Plot} ...${drawn} now=${now} stacked=${stacked} label=${summary} figure=${figure}
                    onHover=${setHovered} />`}
        </figure>`;
}

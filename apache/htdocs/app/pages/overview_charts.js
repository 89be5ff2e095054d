// The charts of the overview: what dashboard:metrics:updated carried over the last 15 minutes.
import { html, useState } from '../view.js';
import { useFormat, useText } from '../text.js';
import { useNow } from '../live.js';
import { Chart } from '../chart.js';

const TICK_MS = 5000; // time goes on when no figures come

const words = {
    es: {
        title: 'Últimos 15 minutos', asTable: 'Como tablas',
        throughput: 'Eventos por segundo', stored: 'guardados',
        latency: 'Latencia de entrega', mean: 'media', slowest: 'máx. de las últimas 10',
        connections: 'Conexiones', websocket: 'WebSocket', polling: 'polling', sse: 'SSE',
        failures: 'Fallos por minuto', failed: 'fallos', retries: 'reintentos',
        memory: 'Memoria', rss: 'residente', cpu: 'CPU', core: 'de un núcleo',
    },
    en: {
        title: 'Last 15 minutes', asTable: 'As tables',
        throughput: 'Events per second', stored: 'stored',
        latency: 'Delivery latency', mean: 'mean', slowest: 'slowest of the last 10',
        connections: 'Connections', websocket: 'WebSocket', polling: 'polling', sse: 'SSE',
        failures: 'Failures per minute', failed: 'failures', retries: 'retries',
        memory: 'Memory', rss: 'resident', cpu: 'CPU', core: 'of one core',
    },
};

export function Charts({ rows }) {
    const text = useText(words);
    const { number, unit, bytes } = useFormat();
    const [asTable, setAsTable] = useState(false);
    const now = useNow(TICK_MS);
    const small = (value) => number(value, value < 10 ? 2 : 0);
    const chart = (title, show, series, more = {}) => html`
        <${Chart} key=${title} title=${text(title)} rows=${rows} now=${now} show=${show} asTable=${asTable} ...${more}
            series=${series.map(([label, of]) => ({ label: text(label), of }))} />`;
    return html`
        <section aria-label=${text('title')}>
            <header class="row spread section">
                <h2>${text('title')}</h2>
                <button type="button" class="quiet" aria-pressed=${asTable} onClick=${() => setAsTable(!asTable)}>
                    ${text('asTable')}</button>
            </header>
            <div class="charts">
                ${chart('throughput', small, [['stored', (row) => row.throughput]])}
                ${chart('latency', (value) => `${small(value)} ms`,
                    [['slowest', (row) => row.slowest], ['mean', (row) => row.latency]])}
                ${chart('connections', (value) => number(value, 1), [
                    ['sse', (row) => row.sse], ['polling', (row) => row.polling], ['websocket', (row) => row.websocket],
                ], { stacked: true })}
                ${chart('failures', small,
                    [['failed', (row) => row.failures], ['retries', (row) => row.retrying]])}
                ${chart('memory', bytes, [['rss', (row) => row.memory]])}
                ${chart('cpu', (value) => unit(value, 'percent', 1), [['core', (row) => row.cpu]])}
            </div>
        </section>`;
}

// How the system is doing now, and how it did over the last 15 minutes.
import { html, useState } from '../view.js';
import { useFormat, useText } from '../text.js';
import { useNow, useSession } from '../live.js';
import { useMetrics } from '../metrics.js';
import { Chart } from '../chart.js';
import { Counts, RecentEvents, Statuses } from './overview_lists.js';
import { Connections } from './overview_connections.js';

const STALE_MS = 20000;
const TICK_MS = 5000; // time goes on when no figures come

const words = {
    es: {
        title: 'Resumen', total: 'Eventos', today: 'Hoy', hour: 'Esta hora', utc: 'en UTC', failed: 'Fallidos',
        retries: 'Reintentos', uptime: 'En marcha', ever: 'guardados', failedHint: 'desde el principio',
        retriesHint: 'de eventos fallidos', uptimeHint: 'el servidor de mensajes',
        waiting: 'Esperando las primeras cifras…', stale: 'Cifras de hace {left}: ahora mismo no llegan nuevas.',
        topTypes: 'Tipos más frecuentes', byService: 'Eventos por servicio',
        services: 'Servicios', infrastructure: 'Infraestructura',
        charts: 'Últimos 15 minutos', asTable: 'Como tablas',
        throughput: 'Eventos por segundo', stored: 'guardados',
        latency: 'Latencia de entrega', mean: 'media', slowest: 'máx. de las últimas 10',
        connections: 'Conexiones', websocket: 'WebSocket', polling: 'polling', sse: 'SSE',
        failures: 'Fallos por minuto', failing: 'fallos', retrying: 'reintentos',
        memory: 'Memoria', rss: 'residente', cpu: 'CPU', core: 'de un núcleo',
    },
    en: {
        title: 'Overview', total: 'Events', today: 'Today', hour: 'This hour', utc: 'in UTC', failed: 'Failed',
        retries: 'Retries', uptime: 'Up for', ever: 'stored', failedHint: 'since the beginning',
        retriesHint: 'of failed events', uptimeHint: 'the push server',
        waiting: 'Waiting for the first figures…', stale: 'Figures of {left} ago: no new ones arrive at the moment.',
        topTypes: 'Most frequent types', byService: 'Events by service',
        services: 'Services', infrastructure: 'Infrastructure',
        charts: 'Last 15 minutes', asTable: 'As tables',
        throughput: 'Events per second', stored: 'stored',
        latency: 'Delivery latency', mean: 'mean', slowest: 'slowest of the last 10',
        connections: 'Connections', websocket: 'WebSocket', polling: 'polling', sse: 'SSE',
        failures: 'Failures per minute', failing: 'failures', retrying: 'retries',
        memory: 'Memory', rss: 'resident', cpu: 'CPU', core: 'of one core',
    },
};

function Tiles({ metrics, dashboard }) {
    const text = useText(words);
    const { number, duration } = useFormat();
    const tile = (label, value, hint, kind = '') => html`
        <div class=${`tile ${kind}`}><dt>${label}</dt><dd><b>${value}</b><span>${hint}</span></dd></div>`;
    return html`
        <dl class="tiles card">
            ${tile(text('total'), number(dashboard.totalEvents), text('ever'))}
            ${tile(text('today'), number(dashboard.eventsToday), text('utc'))}
            ${tile(text('hour'), number(dashboard.eventsThisHour), text('utc'))}
            ${tile(text('failed'), number(metrics.failedEvents), text('failedHint'))}
            ${tile(text('retries'), number(metrics.retryCount), text('retriesHint'))}
            ${tile(text('uptime'), duration(metrics.uptime), text('uptimeHint'))}
        </dl>`;
}

/** Says so when the figures have stopped coming. */
function Stale({ at }) {
    const text = useText(words);
    const { duration } = useFormat();
    const age = useNow(1000) - at;
    return age > STALE_MS && html`<p class="problem warn">${text('stale', { left: duration(age) })}</p>`;
}

/** What the pushes carried over the last 15 minutes. */
function Charts({ rows }) {
    const text = useText(words);
    const { number, unit, bytes } = useFormat();
    const [asTable, setAsTable] = useState(false);
    const now = useNow(TICK_MS);
    const small = (value) => number(value, value < 10 ? 2 : 0);
    const chart = (title, show, series, more = {}) => html`
        <${Chart} key=${title} title=${text(title)} rows=${rows} now=${now} show=${show} asTable=${asTable} ...${more}
            series=${series.map(([label, of]) => ({ label: text(label), of }))} />`;
    return html`
        <section aria-label=${text('charts')}>
            <header class="row spread section">
                <h2>${text('charts')}</h2>
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
                    [['failing', (row) => row.failures], ['retrying', (row) => row.retrying]])}
                ${chart('memory', bytes, [['rss', (row) => row.memory]])}
                ${chart('cpu', (value) => unit(value, 'percent', 1), [['core', (row) => row.cpu]])}
            </div>
        </section>`;
}

export function Overview() {
    const text = useText(words);
    const { roles } = useSession();
    const { rows, latest, at } = useMetrics();
    return html`
        <h1>${text('title')}</h1>
        ${latest ? html`
            <${Stale} at=${at} />
            <${Tiles} metrics=${latest.metrics} dashboard=${latest.dashboard} />`
            : html`<p class="empty" role="status"><span class="busy"></span> ${text('waiting')}</p>`}
        <${Charts} rows=${rows} />
        <div class="lists">
            <${Statuses} title=${text('services')} path="/services" part="service"
                event="service:status:changed" newest=${latest?.metrics.services} />
            <${Statuses} title=${text('infrastructure')} path="/infrastructure" part="component"
                event="infrastructure:status:changed" newest=${latest?.metrics.infrastructure} />
            ${latest && html`
                <${Counts} title=${text('topTypes')} filter="eventTypes"
                    rows=${latest.dashboard.topEventTypes.map(({ eventType, count }) => [eventType, count])} />
                <${Counts} title=${text('byService')} filter="services"
                    rows=${latest.dashboard.eventsByService.map(({ service, count }) => [service, count])} />`}
        </div>
        ${latest && html`<${RecentEvents} events=${latest.dashboard.recentEvents} />`}
        ${roles.includes('GENERAL_ADMIN') && html`<${Connections} />`}`;
}

// How the system is doing now, and how it did over the last 15 minutes.
import { html } from '../view.js';
import { useFormat, useText } from '../text.js';
import { useNow, useSession } from '../live.js';
import { useMetrics } from '../metrics.js';
import { Charts } from './overview_charts.js';
import { Statuses } from './overview_statuses.js';
import { Counts, RecentEvents } from './overview_events.js';
import { Connections } from './overview_connections.js';

const STALE_MS = 20000;

const words = {
    es: {
        title: 'Resumen', total: 'Eventos', today: 'Hoy', hour: 'Esta hora', utc: 'en UTC', failed: 'Fallidos',
        retries: 'Reintentos', uptime: 'En marcha', ever: 'guardados', failedHint: 'desde el principio',
        retriesHint: 'de eventos fallidos', uptimeHint: 'el servidor de mensajes',
        waiting: 'Esperando las primeras cifras…', stale: 'Cifras de hace {left}: ahora mismo no llegan nuevas.',
        topTypes: 'Tipos más frecuentes', byService: 'Eventos por servicio',
        services: 'Servicios', infrastructure: 'Infraestructura',
    },
    en: {
        title: 'Overview', total: 'Events', today: 'Today', hour: 'This hour', utc: 'in UTC', failed: 'Failed',
        retries: 'Retries', uptime: 'Up for', ever: 'stored', failedHint: 'since the beginning',
        retriesHint: 'of failed events', uptimeHint: 'the push server',
        waiting: 'Waiting for the first figures…', stale: 'Figures of {left} ago: no new ones arrive at the moment.',
        topTypes: 'Most frequent types', byService: 'Events by service',
        services: 'Services', infrastructure: 'Infrastructure',
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

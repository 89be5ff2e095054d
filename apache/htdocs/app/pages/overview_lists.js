// The lists of the overview: services and components with their state, what was published most, and the newest.
import { html, useEffect, useState } from '../view.js';
import { useFormat, useText } from '../text.js';
import { useClient, useNow, usePushes } from '../live.js';
import { Chip, Problem } from '../ui.js';

const ORDER = ['down', 'degraded', 'up'];
const KINDS = { up: 'good', degraded: 'warn', down: 'bad' };
const FEW = 8;

const words = {
    es: {
        none: 'Ninguno todavía.', up: 'activo', degraded: 'degradado', down: 'caído', name: 'Nombre', state: 'Estado',
        since: 'Desde hace', more: 'Mostrar {n} más', less: 'Mostrar menos', recent: 'Eventos recientes', all: 'Ver todos',
        time: 'Hora', type: 'Tipo', service: 'Servicio', aggregate: 'Agregado',
    },
    en: {
        none: 'None yet.', up: 'up', degraded: 'degraded', down: 'down', name: 'Name', state: 'State',
        since: 'For', more: 'Show {n} more', less: 'Show fewer', recent: 'Recent events', all: 'Show all',
        time: 'Time', type: 'Type', service: 'Service', aggregate: 'Aggregate',
    },
};

const newer = (one, other) => (!one || Date.parse(other.since) >= Date.parse(one.since) ? other : one);

/** Adds statuses to those known, by name; one that began earlier never replaces a later one. */
function merged(known, statuses) {
    const next = new Map(known);
    for (const status of statuses) {
        next.set(status.name, newer(next.get(status.name), status));
    }
    return next;
}

/** part: 'service' or 'component'; newest: what the dashboard's metrics carry, name: {status, since, …}. */
export function Statuses({ title, path, part, event, newest }) {
    const text = useText(words);
    const format = useFormat();
    const client = useClient();
    const [known, setKnown] = useState(new Map());
    const [error, setError] = useState(null);
    const add = (statuses) => setKnown((now) => merged(now, statuses));
    useEffect(() => {
        client.rest(path).then(({ data }) => add(data.map((status) => ({ ...status, name: status[part] }))), setError);
    }, [client, path]);
    usePushes([event], (batch) => add(batch.map(([, { [part]: name, status, timestamp }]) =>
        ({ name, status, since: timestamp }))));
    useEffect(() => {
        if (newest) {
            setError(null);
            add(Object.entries(newest).map(([name, status]) => ({ name, ...status })));
        }
    }, [newest]);
    const now = useNow(1000);
    const sorted = [...known.values()].sort((a, b) =>
        ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || a.name.localeCompare(b.name));
    const counts = ORDER.map((status) => [status, sorted.filter((each) => each.status === status).length]);
    return html`
        <section class="card statuses" aria-label=${title}>
            <header class="row spread">
                <h2>${title}</h2>
                <span class="row">${counts.filter(([, n]) => n > 0).map(([status, n]) => html`
                    <${Chip} kind=${KINDS[status]}>${text(status)}: ${n}<//>`)}</span>
            </header>
            <${Problem} error=${error} />
            ${sorted.length === 0 ? html`<p class="empty">${text('none')}</p>` : html`
                <div class="scroll" tabindex="0" role="group" aria-label=${title}>
                    <table>
                        <thead><tr><th scope="col">${text('name')}</th><th scope="col">${text('state')}</th>
                            <th scope="col" class="figure">${text('since')}</th></tr></thead>
                        <tbody>${sorted.map(({ name, status, since }) => html`
                            <tr key=${name}>
                                <th scope="row">${name}</th>
                                <td><${Chip} kind=${KINDS[status]}>${text(status)}<//></td>
                                <td class="figure"><time datetime=${since} title=${format.moment(since)}>
                                    ${format.age(now - Date.parse(since))}</time></td>
                            </tr>`)}</tbody>
                    </table>
                </div>`}
        </section>`;
}

/** Names and how often, as bars. rows: [[name, count], …], most first; filter: the events page's name of them. */
export function Counts({ title, rows, filter }) {
    const text = useText(words);
    const { number } = useFormat();
    const [all, setAll] = useState(false);
    const most = rows[0]?.[1] ?? 1;
    const hidden = rows.length - FEW;
    return html`
        <section class="card" aria-label=${title}>
            <h2>${title}</h2>
            ${rows.length === 0 ? html`<p class="empty">${text('none')}</p>` : html`
                <ul class="counts">${(all ? rows : rows.slice(0, FEW)).map(([name, count]) => html`
                    <li key=${name} style=${{ '--share': `${100 * count / most}%` }}>
                        <a class="clip" title=${name}
                            href=${`#/events?${new URLSearchParams({ [filter]: name })}`}>${name}</a>
                        <span>${number(count)}</span>
                    </li>`)}</ul>`}
            ${hidden > 0 && html`
                <button type="button" class="quiet" aria-expanded=${all} onClick=${() => setAll(!all)}>
                    ${all ? text('less') : text('more', { n: number(hidden) })}</button>`}
        </section>`;
}

function Row({ event: { eventId, eventType, service, timestamp, aggregateType, aggregateId } }) {
    const format = useFormat();
    return html`
        <tr>
            <td class="figure"><time datetime=${timestamp} title=${format.moment(timestamp)}>
                ${format.time(timestamp)}</time></td>
            <td><a href=${`#/events?${new URLSearchParams({ id: eventId })}`}>${eventType}</a></td>
            <td>${service}</td>
            <td class="soft">${[aggregateType, aggregateId].filter(Boolean).join(' ')}</td>
        </tr>`;
}

export function RecentEvents({ events }) {
    const text = useText(words);
    return html`
        <section class="card recent" aria-label=${text('recent')}>
            <header class="row spread"><h2>${text('recent')}</h2><a href="#/events">${text('all')}</a></header>
            ${events.length === 0 ? html`<p class="empty">${text('none')}</p>` : html`
                <div class="scroll" tabindex="0" role="group" aria-label=${text('recent')}>
                    <table>
                        <thead><tr>${['time', 'type', 'service', 'aggregate'].map((name) => html`
                            <th scope="col">${text(name)}</th>`)}</tr></thead>
                        <tbody>${events.map((event) => html`<${Row} key=${event.eventId} event=${event} />`)}</tbody>
                    </table>
                </div>`}
        </section>`;
}

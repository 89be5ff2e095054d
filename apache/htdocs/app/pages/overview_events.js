// What was published: how many of each, and the newest.
import { html, useState } from '../view.js';
import { useFormat, useText } from '../text.js';

const FEW = 8;

const words = {
    es: {
        none: 'Ninguno todavía.', more: 'Mostrar {n} más', less: 'Mostrar menos',
        recent: 'Eventos recientes', all: 'Ver todos', time: 'Hora', type: 'Tipo', service: 'Servicio',
        aggregate: 'Agregado',
    },
    en: {
        none: 'None yet.', more: 'Show {n} more', less: 'Show fewer',
        recent: 'Recent events', all: 'Show all', time: 'Time', type: 'Type', service: 'Service',
        aggregate: 'Aggregate',
    },
};

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

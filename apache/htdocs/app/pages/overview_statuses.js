// The services or the components with their state and since when: all of them once, then each change as it happens.
import { html, useEffect, useState } from '../view.js';
import { useFormat, useText } from '../text.js';
import { useClient, useNow, usePushes } from '../live.js';
import { Chip, Problem } from '../ui.js';

const ORDER = ['down', 'degraded', 'up'];
const KINDS = { up: 'good', degraded: 'warn', down: 'bad' };

const words = {
    es: {
        up: 'activo', degraded: 'degradado', down: 'caído', name: 'Nombre', state: 'Estado', since: 'Desde hace',
        none: 'Ninguno todavía.', upOne: '1 activo', upCount: '{n} activos', degradedOne: '1 degradado',
        degradedCount: '{n} degradados', downOne: '1 caído', downCount: '{n} caídos',
    },
    en: {
        up: 'up', degraded: 'degraded', down: 'down', name: 'Name', state: 'State', since: 'For',
        none: 'None yet.', upOne: '1 up', upCount: '{n} up', degradedOne: '1 degraded', degradedCount: '{n} degraded',
        downOne: '1 down', downCount: '{n} down',
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
                    <${Chip} kind=${KINDS[status]}>${text(`${status}${n === 1 ? 'One' : 'Count'}`, { n })}<//>`)}</span>
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

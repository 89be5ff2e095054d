// Who is connected, for administrators: asked for while it is open.
import { html, useEffect, useState } from '../view.js';
import { useFormat, useText } from '../text.js';
import { useClient, useNow } from '../live.js';
import { Chip, List, Problem } from '../ui.js';

const EVERY_MS = 5000;

const words = {
    es: {
        title: 'Quién está conectado', show: 'Mostrar', hide: 'Ocultar', ago: 'hace {left}', count: 'Conexiones: {n}',
        most: 'Las {n} más nuevas', list: 'Conexiones',
    },
    en: {
        title: 'Who is connected', show: 'Show', hide: 'Hide', ago: '{left} ago', count: 'Connections: {n}',
        most: 'The newest {n}', list: 'Connections',
    },
};
const MOST = 10000; // the server lists no more

function Table() {
    const text = useText(words);
    const format = useFormat();
    const client = useClient();
    const [{ rows, error }, setAnswer] = useState({ rows: null, error: null });
    useEffect(() => {
        let open = true;
        let timer = 0;
        const ask = async () => {
            const answer = await client.rest('/connections').then(
                ({ data }) => ({ rows: data.map((row) => ({ ...row, id: row.sid })), error: null }),
                (failure) => ({ rows: null, error: failure }),
            );
            if (open) {
                setAnswer((before) => ({ ...answer, rows: answer.rows ?? before.rows }));
                timer = setTimeout(ask, EVERY_MS);
            }
        };
        ask();
        return () => { open = false; clearTimeout(timer); };
    }, [client]);
    const now = useNow(1000);
    return html`
        <${Problem} error=${error} />
        ${rows && html`
            <p class="soft small">${text(rows.length < MOST ? 'count' : 'most', { n: format.number(rows.length) })}</p>
            <${List} rows=${rows} height=${38} label=${text('list')} row=${(item) => html`
                <strong class="clip who">${item.userId}</strong>
                <${Chip}>${item.transport}<//>
                <span class="soft age" title=${format.moment(item.since)}>
                    ${text('ago', { left: format.age(now - Date.parse(item.since)) })}</span>
                <span class="grow clip">${item.channels.join(', ')}</span>
                <span class="soft clip daemon">${item.daemon}</span>`} />`}`;
}

export function Connections() {
    const text = useText(words);
    const [open, setOpen] = useState(false);
    return html`
        <section class="card connections" aria-label=${text('title')}>
            <header class="row spread">
                <h2>${text('title')}</h2>
                <button type="button" aria-expanded=${open} onClick=${() => setOpen(!open)}>
                    ${text(open ? 'hide' : 'show')}</button>
            </header>
            ${open && html`<${Table} />`}
        </section>`;
}

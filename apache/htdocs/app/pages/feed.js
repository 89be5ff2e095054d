// A list that is kept as it is on the server, on a page: its subscription, and what stands below it.
import { html, useEffect, useLayoutEffect, useMemo, useReducer } from '../view.js';
import { useChannel, useClient } from '../live.js';
import { useFormat, useText } from '../text.js';
import { Problem } from '../ui.js';

const words = {
    es: {
        loading: 'Cargando…', retry: 'Reintentar', rows: 'Filas: {count}', whole: 'no hay anteriores',
        full: 'La página guarda {count} filas.',
    },
    en: {
        loading: 'Loading…', retry: 'Try again', rows: 'Rows: {count}', whole: 'there are no earlier ones',
        full: 'The page keeps {count} rows.',
    },
};

/** A Feed of a search, drawn at each change: {feed, view, error}. filters: as `subscribe` takes them. */
export function useFeed(Feed, search, channel, filters) {
    const client = useClient();
    const [, draw] = useReducer((count) => count + 1, 0);
    const feed = useMemo(() => new Feed(client, draw), [client]);
    const key = JSON.stringify(search);
    useEffect(() => () => feed.close(), [feed]);
    useLayoutEffect(() => feed.open(JSON.parse(key)), [feed, key]);
    const { ready, error } = useChannel(channel, filters);
    useEffect(() => {
        if (ready) { // so nothing falls between what is stored and what is pushed
            feed.load();
        }
    }, [feed, key, ready]);
    return { feed, view: feed.view(), error };
}

/** How many rows there are and whether these are all. children: the way on where the page can't keep more. */
export function Foot({ view: { rows, more, full, busy, error }, feed, children }) {
    const text = useText(words);
    const { number } = useFormat();
    return html`
        <div class="row soft" role="status">
            <span>${busy && busy !== 'older' ? text('loading') : text('rows', { count: number(rows.length) })}</span>
            ${!busy && !more && rows.length > 0 && html`<span>· ${text('whole')}</span>`}
            ${full && more && html`<span>${text('full', { count: number(rows.length) })}</span> ${children}`}
        </div>
        ${error && html`<div class="row"><${Problem} error=${error} />
            <button type="button" onClick=${() => feed.retry()}>${text('retry')}</button></div>`}`;
}

/** When something was: by the clock today, with the date else. */
export function When({ time: at }) {
    const { time, moment } = useFormat();
    const today = new Date(at).toDateString() === new Date().toDateString();
    return html`<span class="soft figure">${today ? time(at) : moment(at)}</span>`;
}

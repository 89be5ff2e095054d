// Notifications: the reader's inbox, filtered, and what is muted.
import { html, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from '../view.js';
import { useFormat, useText } from '../text.js';
import { useClient } from '../live.js';
import { Action, Problem, Select } from '../ui.js';
import { tellTabs, useInbox } from '../inbox.js';
import { Filters } from './filters.js';
import { Inbox } from './notifications_inbox.js';
import { Item } from './notifications_item.js';
import { Muted } from './notifications_muted.js';
import { CATEGORIES, TYPES, words as parts } from './notifications_parts.js';

const words = {
    es: {
        title: 'Avisos', type: 'Tipo', category: 'Categoría', any: 'Todos', anyCategory: 'Todas',
        unreadOnly: 'Solo sin leer', count: '{count} sin leer', count1: '1 sin leer', none: 'Todo leído',
        readAll: 'Marcar todo como leído', clear: 'Eliminar todo', list: 'Avisos',
        ask: 'Se eliminan todos sus avisos, también los que el filtro no muestra. No se puede deshacer.',
        empty: 'No tiene avisos.', emptyFilter: 'Ningún aviso pasa estos filtros.',
        more: 'Ver más antiguos', loading: 'Cargando…', retry: 'Reintentar',
    },
    en: {
        title: 'Notifications', type: 'Type', category: 'Category', any: 'All', anyCategory: 'All',
        unreadOnly: 'Unread only', count: '{count} unread', count1: '1 unread', none: 'All read',
        readAll: 'Mark all as read', clear: 'Delete all', list: 'Notifications',
        ask: 'All of your notifications are deleted, also those that the filter does not show. This can’t be undone.',
        empty: 'You have no notifications.', emptyFilter: 'No notification passes these filters.',
        more: 'Show older ones', loading: 'Loading…', retry: 'Try again',
    },
};

/** The filters of an address: {type, category, unreadOnly}, those that are set. */
const filtersOf = ({ type, category, unread }) => ({
    ...(TYPES.includes(type) && { type }),
    ...(CATEGORIES.includes(category) && { category }),
    ...(unread && { unreadOnly: true }),
});

function change(query, changes) {
    const fields = Object.entries({ ...query, ...changes }).filter(([, value]) => value);
    location.replace(`#/notifications${fields.length > 0 ? '?' : ''}${new URLSearchParams(fields)}`);
}

function useRows(filters) {
    const client = useClient();
    const [, redraw] = useReducer((count) => count + 1, 0);
    const [inbox, setInbox] = useState(null);
    useEffect(() => {
        const made = new Inbox(client, redraw, () => tellTabs(client.state.user));
        setInbox(made);
        return () => made.close();
    }, [client]);
    useEffect(() => { inbox?.open(filters); }, [inbox, filters]);
    return inbox;
}

/** When the notification that had the focus goes, the one in its place gets it: for list elements with an id. */
function useKeptFocus(rows) {
    const list = useRef(null);
    const place = useRef(-1);
    const mark = ({ target }) => {
        place.current = [...list.current.children].indexOf(target.closest('li'));
    };
    useLayoutEffect(() => {
        if (place.current >= 0 && document.activeElement === document.body) {
            const { children } = list.current;
            (children[Math.min(place.current, children.length - 1)] ?? list.current).focus();
        }
    }, [rows]);
    return { ref: list, onFocusIn: mark, onClick: mark };
}

function InboxFilters({ query }) {
    const text = useText(words);
    const named = useText(parts);
    const options = (kind, all, names) => [['', all], ...names.map((name) => [name, named(`${kind}:${name}`)])];
    const { type, category, unreadOnly } = filtersOf(query);
    return html`
        <${Filters} said=${[type, category, unreadOnly].filter(Boolean).length} reset=${() => change({}, {})}>
            <${Select} label=${text('type')} value=${type ?? ''} options=${options('type', text('any'), TYPES)}
                onInput=${(value) => change(query, { type: value })} />
            <${Select} label=${text('category')} value=${category ?? ''}
                options=${options('category', text('anyCategory'), CATEGORIES)}
                onInput=${(value) => change(query, { category: value })} />
            <label class="check"><input type="checkbox" checked=${unreadOnly === true}
                onChange=${({ target }) => change(query, { unread: target.checked ? 'only' : '' })} />
                ${text('unreadOnly')}</label>
        <//>`;
}

const NOTHING = { rows: [], more: false, busy: 'first', error: null };

export function Notifications({ query }) {
    const text = useText(words);
    const { number } = useFormat();
    const key = JSON.stringify(filtersOf(query));
    const filters = useMemo(() => filtersOf(query), [key]);
    const { unreadCount } = useInbox();
    const inbox = useRows(filters);
    const { rows, more, busy, error } = inbox?.view() ?? NOTHING;
    const focus = useKeptFocus(rows);
    const unread = { 0: text('none'), 1: text('count1') }[unreadCount] ?? text('count', { count: number(unreadCount) });
    return html`
        <h1>${text('title')}</h1>
        <${InboxFilters} query=${query} />
        <div class="inbox">
            <section aria-label=${text('list')} aria-busy=${busy !== null}>
                <div class="row inbox-head">
                    <span class="soft grow" role="status">${unread}</span>
                    <${Action} label=${text('readAll')} disabled=${unreadCount === 0} act=${() => inbox.readAll()} />
                    <${Action} label=${text('clear')} kind="danger" ask=${text('ask')}
                        disabled=${rows.length === 0 && key === '{}'} act=${() => inbox.clear()} />
                </div>
                ${error && html`<div class="row"><${Problem} error=${error} />
                    <button type="button" onClick=${() => inbox.retry()}>${text('retry')}</button></div>`}
                <ul class="notices" tabindex="-1" aria-label=${text('list')} ...${focus}>
                    ${rows.map((item) => html`<${Item} key=${item.id} item=${item} inbox=${inbox} />`)}
                </ul>
                ${rows.length === 0 && !error && html`<p class="empty card">${busy === 'first' ? text('loading')
                    : text(key === '{}' ? 'empty' : 'emptyFilter')}</p>`}
                ${more && html`<p class="more"><button type="button" disabled=${busy !== null}
                    onClick=${() => inbox.more()}>${text(busy === 'more' ? 'loading' : 'more')}</button></p>`}
            </section>
            <aside><${Muted} /></aside>
        </div>`;
}

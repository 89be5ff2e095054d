// Notifications: the reader's inbox, filtered, and what is muted.
import { html, useLayoutEffect, useRef } from '../view.js';
import { useFormat, useText } from '../text.js';
import { useAddressFields } from '../address.js';
import { Action, Problem, Select } from '../ui.js';
import { useInbox } from '../inbox.js';
import { useFeed } from './feed.js';
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
        older: 'Ver más antiguos', loading: 'Cargando…', retry: 'Reintentar',
    },
    en: {
        title: 'Notifications', type: 'Type', category: 'Category', any: 'All', anyCategory: 'All',
        unreadOnly: 'Unread only', count: '{count} unread', count1: '1 unread', none: 'All read',
        readAll: 'Mark all as read', clear: 'Delete all', list: 'Notifications',
        ask: 'All of your notifications are deleted, also those that the filter does not show. This can’t be undone.',
        empty: 'You have no notifications.', emptyFilter: 'No notification passes these filters.',
        older: 'Show older ones', loading: 'Loading…', retry: 'Try again',
    },
};

const FIELDS = ['type', 'category', 'unread'];

/** The filters of an address: {type, category, unreadOnly}, those that are set. */
const filtersOf = ({ type, category, unread }) => ({
    ...(TYPES.includes(type) && { type }),
    ...(CATEGORIES.includes(category) && { category }),
    ...(unread && { unreadOnly: true }),
});

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

function InboxFilters({ values, set, reset }) {
    const text = useText(words);
    const named = useText(parts);
    const options = (kind, all, names) => [['', all], ...names.map((name) => [name, named(`${kind}:${name}`)])];
    const { type, category, unread } = values;
    return html`
        <${Filters} said=${[type, category, unread].filter(Boolean).length} reset=${reset}>
            <${Select} label=${text('type')} value=${type} options=${options('type', text('any'), TYPES)}
                onInput=${(value) => set('type', value, 0)} />
            <${Select} label=${text('category')} value=${category}
                options=${options('category', text('anyCategory'), CATEGORIES)}
                onInput=${(value) => set('category', value, 0)} />
            <label class="check"><input type="checkbox" checked=${unread !== ''}
                onChange=${({ target }) => set('unread', target.checked ? 'only' : '', 0)} />
                ${text('unreadOnly')}</label>
        <//>`;
}

export function Notifications({ query }) {
    const text = useText(words);
    const { number } = useFormat();
    const { unreadCount } = useInbox();
    const [values, set, reset] = useAddressFields('notifications', query, FIELDS);
    const filters = filtersOf(query);
    const filtered = Object.keys(filters).length > 0;
    const { feed: inbox, view, error: refused } = useFeed(Inbox, filters, 'notifications');
    const { rows, more, busy } = view;
    const error = refused ?? view.error;
    const focus = useKeptFocus(rows);
    const unread = { 0: text('none'), 1: text('count1') }[unreadCount] ?? text('count', { count: number(unreadCount) });
    return html`
        <h1>${text('title')}</h1>
        <${InboxFilters} values=${values} set=${set} reset=${reset} />
        <div class="inbox">
            <section aria-label=${text('list')} aria-busy=${busy !== null}>
                <div class="row inbox-head">
                    <span class="soft grow" role="status">${unread}</span>
                    <${Action} label=${text('readAll')} disabled=${unreadCount === 0} act=${() => inbox.readAll()} />
                    <${Action} label=${text('clear')} kind="danger" ask=${text('ask')}
                        disabled=${rows.length === 0 && !filtered} act=${() => inbox.clear()} />
                </div>
                ${error && html`<div class="row"><${Problem} error=${error} />
                    <button type="button" onClick=${() => inbox.retry()}>${text('retry')}</button></div>`}
                <ul class="notices" tabindex="-1" aria-label=${text('list')} ...${focus}>
                    ${rows.map((item) => html`<${Item} key=${item.id} item=${item} inbox=${inbox} />`)}
                </ul>
                ${rows.length === 0 && !error && html`<p class="empty card">${busy === 'first' ? text('loading')
                    : text(filtered ? 'emptyFilter' : 'empty')}</p>`}
                ${more && html`<p class="more"><button type="button" disabled=${busy !== null}
                    onClick=${() => inbox.older()}>${text(busy === 'older' ? 'loading' : 'older')}</button></p>`}
            </section>
            <aside><${Muted} /></aside>
        </div>`;
}

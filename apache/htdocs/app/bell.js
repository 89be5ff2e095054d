// The bell: how many notifications are unread, the newest of them, and a word when one comes.
import { html, useEffect, useState } from './view.js';
import { useFormat, useText } from './text.js';
import { useClient, usePushes } from './live.js';
import { Action, Popover } from './ui.js';
import { Icon } from './icons.js';
import { useInbox, useLiveInbox } from './inbox.js';
import { titleUnread } from './title.js';
import { Ago, OpenLink, TypeChip } from './pages/notifications_parts.js';

const words = {
    es: {
        title: 'Avisos', none: 'Avisos, ninguno sin leer', one: 'Avisos, 1 sin leer', many: 'Avisos, {count} sin leer',
        empty: 'No tiene avisos.', all: 'Ver todos', read: 'Marcar como leído', readAll: 'Marcar todo como leído',
        new: 'Sin leer', came: 'Nuevo aviso', cameMany: '{count} avisos nuevos',
    },
    en: {
        title: 'Notifications', none: 'Notifications, none unread', one: 'Notifications, 1 unread',
        many: 'Notifications, {count} unread', empty: 'You have no notifications.', all: 'See all', read: 'Mark as read',
        readAll: 'Mark all as read', new: 'Unread', came: 'New notification', cameMany: '{count} new notifications',
    },
};
const SHOWN = 5;
const SAID_MS = 7000;

/** What has just come, for a while: {count, item}, and null again. */
function useArrivals() {
    const [came, setCame] = useState(null);
    usePushes(['notification:created'], (pushes) => setCame((before) => ({
        count: (before?.count ?? 0) + pushes.length,
        item: pushes.at(-1)[1],
    })));
    useEffect(() => {
        const timer = came && setTimeout(() => setCame(null), SAID_MS);
        return () => clearTimeout(timer);
    }, [came]);
    return came;
}

/** Says politely what came. On the inbox's own page it is seen there, and only said. */
function Arrivals() {
    const text = useText(words);
    const { number } = useFormat();
    const came = useArrivals();
    const seen = location.hash.startsWith('#/notifications');
    return html`<div role="status" class=${came && !seen ? 'arrival' : 'unseen'}>${came && html`
        <strong>${came.count === 1 ? text('came') : text('cameMany', { count: number(came.count) })}</strong>
        <span class="row"><${TypeChip} type=${came.item.type} /> ${came.item.title}</span>`}</div>`;
}

function Newest({ item, close }) {
    const text = useText(words);
    const { notifications } = useClient();
    const follow = () => {
        if (!item.read) {
            notifications.read(item.id).catch(() => {}); // it stays unread, and can be read in the inbox
        }
        close();
    };
    return html`
        <li class=${`newest ${item.read ? '' : 'new'}`}>
            <div class="row spread"><${TypeChip} type=${item.type} />
                <span class="soft small">${!item.read && html`<span class="notice-new">${text('new')}</span> · `}<${Ago}
                    at=${item.createdAt} /></span></div>
            <strong>${item.title}</strong>
            <p class="soft">${item.message.slice(0, 300)}</p>
            <div class="row">
                <${OpenLink} item=${item} onFollow=${follow} />
                ${!item.read && html`<${Action} label=${text('read')} title=${item.title}
                    act=${() => notifications.read(item.id)} />`}
            </div>
        </li>`;
}

export function Bell() {
    const text = useText(words);
    const { number } = useFormat();
    const allowed = useLiveInbox();
    const { items, unreadCount, readAll } = useInbox();
    useEffect(() => titleUnread(unreadCount), [unreadCount]);
    useEffect(() => () => titleUnread(0), []);
    const label = text({ 0: 'none', 1: 'one' }[unreadCount] ?? 'many', { count: number(unreadCount) });
    const shown = html`<${Icon} name="notifications" size=${20} />${unreadCount > 0 && html`
        <span class="bell-count">${number(unreadCount)}</span>`}`;
    return allowed && html`
        <${Popover} kind="quiet bell" title=${text('title')} label=${label} shown=${shown}>${(close) => html`
            <div class="row spread">
                <a href="#/notifications" onClick=${close}>${text('all')}</a>
                ${unreadCount > 0 && html`<${Action} label=${text('readAll')} act=${readAll} />`}
            </div>
            ${items.length === 0 && html`<p class="soft">${text('empty')}</p>`}
            <ul class="newests">${items.slice(0, SHOWN).map((item) => html`
                <${Newest} key=${item.id} item=${item} close=${close} />`)}</ul>`}
        <//>
        <${Arrivals} />`;
}

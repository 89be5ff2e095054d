// One notification in the inbox, with what can be done with it.
import { html, useState } from '../view.js';
import { useText } from '../text.js';
import { Action, Json } from '../ui.js';
import { Ago, CategoryChip, OpenLink, TypeChip } from './notifications_parts.js';

const words = {
    es: {
        read: 'Marcar como leído', unread: 'Marcar como no leído', delete: 'Eliminar', more: 'Ver todo', less: 'Ver menos',
        data: 'Datos', new: 'Sin leer',
    },
    en: {
        read: 'Mark as read', unread: 'Mark as unread', delete: 'Delete', more: 'Show all', less: 'Show less',
        data: 'Data', new: 'Unread',
    },
};
const LONG = 280; // characters, or lines:
const TALL = 4;

export function Item({ item, inbox }) {
    const text = useText(words);
    const [whole, setWhole] = useState(false);
    const { id, type, category, title, message, data, read, createdAt } = item;
    const long = message.length > LONG || message.split('\n').length > TALL;
    return html`
        <li class=${`notice ${read ? '' : 'new'}`} tabindex="-1" data-id=${id}>
            <div class="row notice-head">
                <${TypeChip} type=${type} /><${CategoryChip} category=${category} />
                ${!read && html`<span class="notice-new">${text('new')}</span>`}
                <span class="soft small grow notice-age"><${Ago} at=${createdAt} /></span>
            </div>
            <div class="notice-words">
                <h2>${title}</h2>
                <p class=${`notice-text ${long && !whole ? 'cut' : ''}`}>${message}</p>
            </div>
            <div class="row does">
                <${OpenLink} item=${item} onFollow=${() => read || inbox.mark(id, true).catch(() => {})} />
                <${Action} label=${text(read ? 'unread' : 'read')} title=${title} act=${() => inbox.mark(id, !read)} />
                <${Action} label=${text('delete')} title=${title} act=${() => inbox.delete(id)} />
                ${(long || data) && html`<button type="button" class="quiet" aria-expanded=${whole}
                    onClick=${() => setWhole(!whole)}>${text(whole ? 'less' : 'more')}</button>`}
            </div>
            ${whole && data && html`<div class="wide"><h3>${text('data')}</h3><${Json} value=${data} /></div>`}
        </li>`;
}

// What the bell and the page show of a notification.
import { html, useContext } from '../view.js';
import { Language, useFormat, useText } from '../text.js';
import { useNow } from '../live.js';
import { Chip } from '../ui.js';
import { Icon } from '../icons.js';

export const TYPES = ['info', 'success', 'warning', 'error', 'action_required'];
export const CATEGORIES = ['event', 'user', 'resource', 'reservation', 'limit', 'error', 'system'];
const KINDS = { info: '', success: 'good', warning: 'warn', error: 'bad', action_required: 'act' };

/** Words of types ('type:info') and categories ('category:user'). */
export const words = {
    es: {
        'type:info': 'Información', 'type:success': 'Correcto', 'type:warning': 'Advertencia', 'type:error': 'Error',
        'type:action_required': 'Requiere acción',
        'category:event': 'Eventos', 'category:user': 'Usuarios', 'category:resource': 'Recursos',
        'category:reservation': 'Reservas', 'category:limit': 'Límites', 'category:error': 'Errores',
        'category:system': 'Sistema', 'open': 'Abrir', 'outside': 'en otra pestaña',
    },
    en: {
        'type:info': 'Information', 'type:success': 'Success', 'type:warning': 'Warning', 'type:error': 'Error',
        'type:action_required': 'Action required',
        'category:event': 'Events', 'category:user': 'Users', 'category:resource': 'Resources',
        'category:reservation': 'Reservations', 'category:limit': 'Limits', 'category:error': 'Errors',
        'category:system': 'System', 'open': 'Open', 'outside': 'in a new tab',
    },
};

export function TypeChip({ type }) {
    const text = useText(words);
    return html`<${Chip} kind=${`type ${KINDS[type] ?? ''}`}><${Icon} name=${type} size=${14} />${text(`type:${type}`)}<//>`;
}

export function CategoryChip({ category }) {
    const text = useText(words);
    return html`<${Chip} kind="plain">${text(`category:${category}`)}<//>`;
}

/** Where an actionUrl leads: a path of this site (one / in front) or https; null for everything else. */
export function safeAddress(url) {
    if (typeof url !== 'string' || !URL.canParse(url, location.origin)) {
        return null;
    }
    const { origin, protocol } = new URL(url, location.origin);
    const path = /^\/(?![/\\])/.test(url) && origin === location.origin; // "/<tab>/host" would be another host
    return path || (/^https:/i.test(url) && protocol === 'https:') ? url : null;
}

/** The way to what a notification is about, where it has one. onFollow: called when it is taken. */
export function OpenLink({ item, onFollow }) {
    const text = useText(words);
    const address = safeAddress(item.actionUrl);
    if (!address) {
        return null;
    }
    const outside = !address.startsWith('/');
    return html`<a class="button" href=${address} onClick=${onFollow} onAuxClick=${onFollow}
        target=${outside ? '_blank' : undefined} rel=${outside ? 'noopener noreferrer' : undefined}>
        ${text('open')}<span class="unseen">: ${item.title}${outside ? ` (${text('outside')})` : ''}</span>${
            outside ? html`<span aria-hidden="true">\u00a0↗</span>` : ''}</a>`;
}

const STEPS = [['second', 60], ['minute', 60], ['hour', 24], ['day', 7]];

/** "2 min ago", kept right; the date after a week. */
export function Ago({ at }) {
    const language = useContext(Language);
    const { moment } = useFormat();
    const now = useNow(30000);
    let past = Math.max(0, (Math.max(now, Date.now()) - new Date(at)) / 1000);
    let shown = moment(at);
    for (const [unit, size] of STEPS) {
        if (past < size) {
            const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
            shown = relative.format(unit === 'second' ? 0 : -Math.floor(past), unit);
            break;
        }
        past /= size;
    }
    return html`<time datetime=${at} title=${moment(at)}>${shown}</time>`;
}

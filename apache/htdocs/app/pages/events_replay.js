// Replaying: which events, how many they are, and then it begins.
import { html, useState } from '../view.js';
import { useSession } from '../live.js';
import { useText } from '../text.js';
import { Field } from '../ui.js';
import { TaskDialog } from './task.js';
import { EventFields } from './events_filters.js';
import { replayBody, searchOf } from './events_search.js';

export const words = {
    es: {
        title: 'Reenviar eventos', one: 'Reenviar este evento', label: 'Reenvío', start: 'Reenviar',
        about: 'Se envían otra vez como event:replayed, en el orden en que ocurrieron, a quienes están suscritos.',
        count: 'Eventos que se reenviarán: {count}', limit: 'Como máximo', all: 'todos',
        running: 'Hay un reenvío en curso: espere a que termine o deténgalo.',
        why: 'Para reenviar se necesita el rol GENERAL_ADMIN.',
    },
    en: {
        title: 'Replay events', one: 'Replay this event', label: 'Replay', start: 'Replay',
        about: 'They are pushed once more as event:replayed, in the order in which they occurred, to all subscribers.',
        count: 'Events that will be replayed: {count}', limit: 'At most', all: 'all',
        running: 'A replay is running: wait for its end, or cancel it.',
        why: 'Replaying needs the role GENERAL_ADMIN.',
    },
};

/** The way to a replay; who may not is told why. */
export function ReplayButton({ label, onClick }) {
    const text = useText(words);
    const may = useSession().roles.includes('GENERAL_ADMIN');
    return html`<span class="action">
        <button type="button" disabled=${!may} onClick=${onClick}>${text(label)}…</button>
        ${!may && html`<span class="soft small">${text('why')}</span>`}
    </span>`;
}

/** values: the page's fields, to begin with; event: this one only. task: that of useTask(). */
export function ReplayDialog({ values, event, task, onClose }) {
    const text = useText(words);
    const [fields, setFields] = useState({ ...values, limit: '' });
    const limit = Number(fields.limit);
    const body = event ? { eventIds: [event.eventId] }
        : { ...replayBody(searchOf(fields)), ...fields.limit !== '' && { limit } };
    const set = (name, value) => setFields((before) => ({ ...before, [name]: value }));
    return html`
        <${TaskDialog} title=${text(event ? 'one' : 'title')} say=${text} path="/events/replay" task=${task}
            body=${body} onClose=${onClose}>
            <p class="soft">${text('about')}</p>
            ${event ? html`<p><strong>${event.eventType}</strong> <code>${event.eventId}</code></p>` : html`
                <div class="search">
                    <${EventFields} values=${fields} set=${set} />
                    <${Field} label=${text('limit')}>${(id) => html`
                        <input id=${id} type="number" min="1" max="500000" value=${fields.limit}
                            placeholder=${text('all')}
                            onInput=${({ target }) => set('limit', target.value)} />`}<//>
                </div>`}
        <//>`;
}

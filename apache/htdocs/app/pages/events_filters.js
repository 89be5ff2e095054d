// The fields of a search in the events, for the page and for a replay.
import { html } from '../view.js';
import { useText } from '../text.js';
import { Field, Input } from '../ui.js';

const words = {
    es: {
        eventTypes: 'Tipos de evento', services: 'Servicios', aggregateTypes: 'Tipos de agregado',
        aggregateId: 'Id. del agregado', from: 'Desde', to: 'Hasta', many: 'varios: a, b',
        any: 'todos',
    },
    en: {
        eventTypes: 'Event types', services: 'Services', aggregateTypes: 'Aggregate types',
        aggregateId: 'Aggregate id', from: 'From', to: 'Until', many: 'several: a, b',
        any: 'any',
    },
};

/** 2025-01-05T10:00:00.000Z as the reader's clock shows it, for <input type="datetime-local">. */
function localTime(text) {
    const time = new Date(text);
    return text && !Number.isNaN(time.getTime())
        ? new Date(time - time.getTimezoneOffset() * 60000).toISOString().slice(0, 19) : '';
}

/** values: the fields as texts; set(name, value). */
export function EventFields({ values, set }) {
    const text = useText(words);
    const written = (name, placeholder) => html`
        <${Input} label=${text(name)} value=${values[name]} onInput=${(value) => set(name, value)}
            placeholder=${placeholder} autocomplete="off" spellcheck=${false} maxlength="2000" />`;
    const time = (name) => html`
        <${Field} label=${text(name)}>${(id) => html`
            <input id=${id} type="datetime-local" step="1" value=${localTime(values[name])} onInput=${({ target }) =>
        set(name, target.value && new Date(target.value).toISOString())} />`}<//>`;
    return html`
        ${written('eventTypes', text('many'))} ${written('services', text('many'))}
        ${written('aggregateTypes', text('many'))} ${written('aggregateId', text('any'))}
        ${time('from')} ${time('to')}`;
}

// The counters of the queue, each of which shows its own records, and the fields of a search.
import { html, useId } from '../view.js';
import { useLatest } from '../live.js';
import { useFormat, useText } from '../text.js';
import { Field, Select } from '../ui.js';
import { STATUSES } from './dead_letters_search.js';
import { STATUS } from './dead_letters_words.js';

const words = {
    es: {
        counters: 'Registros por estado', total: 'todos', status: 'Estado', topic: 'Tema', service: 'Servicio',
        eventType: 'Tipo de evento', any: 'todos', many: 'varios: a, b',
    },
    en: {
        counters: 'Records by status', total: 'all', status: 'Status', topic: 'Topic', service: 'Service',
        eventType: 'Event type', any: 'any', many: 'several: a, b',
    },
};

/** What the statistics say now: null until they were told. */
export const useStats = () => useLatest('dlq:stats:updated')?.stats ?? null;

export function Counters({ stats, status, set }) {
    const text = useText({ es: { ...words.es, ...STATUS.es }, en: { ...words.en, ...STATUS.en } });
    const { number } = useFormat();
    return html`
        <div class="counters" role="group" aria-label=${text('counters')}>
            ${['total', ...STATUSES].map((name) => {
        const value = name === 'total' ? '' : name;
        const kind = stats?.[name] > 0 ? STATUS.kinds[name] ?? '' : '';
        return html`
            <button type="button" aria-pressed=${status === value} onClick=${() => set('status', value, 0)} key=${name}>
                <span class=${`big ${kind}`}>${stats ? number(stats[name]) : '–'}</span>
                <span class="soft">${text(name)}</span></button>`;
    })}
        </div>`;
}

/** values: the fields as texts; stats: what is suggested. many: whether several event types may be named. */
export function LetterFields({ values, set, stats, many = false, withStatus = false }) {
    const text = useText(words);
    const status = useText(STATUS);
    const id = useId();
    const written = (name, suggested, placeholder) => html`
        <${Field} label=${text(name)}>${(field) => html`
            <input id=${field} value=${values[name]} list=${`${id}-${name}`} placeholder=${placeholder}
                autocomplete="off" spellcheck=${false} maxlength="2000"
                onInput=${({ target }) => set(name, target.value)} />
            <datalist id=${`${id}-${name}`}>
                ${Object.keys(suggested ?? {}).slice(0, 100).map((key) => html`<option value=${key} key=${key} />`)}
            </datalist>`}<//>`;
    return html`
        ${withStatus && html`<${Select} label=${text('status')} value=${values.status}
            onInput=${(value) => set('status', value)}
            options=${[['', text('any')], ...STATUSES.slice(0, 3).map((name) => [name, status(name)])]} />`}
        ${written('topic', stats?.byTopic, text('many'))}
        ${written('service', stats?.byService, text('many'))}
        ${written('eventType', stats?.byEventType, text(many ? 'many' : 'any'))}`;
}

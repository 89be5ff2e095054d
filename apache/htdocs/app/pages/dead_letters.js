// Dead letters: counters, the records with their states as they change, one in detail, redrives.
import { html, useRef, useState } from '../view.js';
import { useFormat, useText } from '../text.js';
import { go, useAddressFields } from '../address.js';
import { Chip, List, Problem, useNarrow } from '../ui.js';
import { TaskProgress, useTask } from './task.js';
import { Filters } from './filters.js';
import { Foot, useFeed, When } from './feed.js';
import { DeadLetterFeed } from './dead_letters_feed.js';
import { Counters, LetterFields, useStats } from './dead_letters_filters.js';
import { FIELDS, liveFilters, searchOf } from './dead_letters_search.js';
import { LetterDetail } from './dead_letters_detail.js';
import { RedriveDialog, words as redriveWords } from './dead_letters_redrive.js';
import { STATUS, useOperator, WhyNot } from './dead_letters_words.js';

const words = {
    es: {
        title: 'Fallidos', list: 'Eventos fallidos, los más recientes primero', status: 'Estado', type: 'Tipo',
        service: 'Servicio', error: 'Error', attempts: 'Intentos', created: 'Llegó',
        narrower: 'Los filtros muestran otras.',
    },
    en: {
        title: 'Dead letters', list: 'Dead letters, newest first', status: 'Status', type: 'Type',
        service: 'Service', error: 'Error', attempts: 'Attempts', created: 'Arrived',
        narrower: 'Filters show others.',
    },
};

const COLUMNS = ['status', 'type', 'service', 'error', 'attempts', 'created'];

function Row({ letter, narrow }) {
    const status = useText(STATUS);
    const { number } = useFormat();
    const chip = html`<span><${Chip} kind=${STATUS.kinds[letter.status]}>${status(letter.status)}<//></span>`;
    const attempts = `${number(letter.attemptCount)}/${number(letter.maxAttempts)}`;
    const created = html`<${When} time=${letter.createdAt} />`;
    return narrow ? html`
        <span class="two">
            <span class="row"><strong class="clip grow">${letter.eventType}</strong>${chip}</span>
            <span class="row soft small">${created}<span class="clip grow">${letter.error}</span>
                <span class="figure">${attempts}</span></span>
        </span>` : html`
        ${chip}<strong class="clip">${letter.eventType}</strong><span class="clip">${letter.service}</span>
        <span class="clip soft">${letter.error}</span><span class="figure">${attempts}</span>${created}`;
}

export function DeadLetters({ query }) {
    const text = useText(words);
    const redrive = useText(redriveWords);
    const narrow = useNarrow();
    const operator = useOperator();
    const stats = useStats();
    const [values, set, reset] = useAddressFields('dead-letters', query, FIELDS);
    const search = searchOf(query);
    const { feed, view, error } = useFeed(DeadLetterFeed, search, 'dlq', { dlqFilters: liveFilters(search) });
    const task = useTask('/dlq/redrive');
    const [redriving, setRedriving] = useState(false);
    const opened = useRef(null); // the row that is shown in detail, which may leave the list meanwhile
    const { id } = query;
    opened.current = view.rows.find((row) => row.id === id) ?? (opened.current?.id === id ? opened.current : null);
    const address = (more) => ({ ...Object.fromEntries(FIELDS.map((name) => [name, query[name]])), ...more });
    return html`
        <div class="row spread">
            <h1>${text('title')}</h1>
            <span class="row"><${WhyNot} />
                <button type="button" disabled=${!operator} onClick=${() => setRedriving(true)}>
                    ${redrive('title')}…</button>
            </span>
        </div>
        <${Counters} stats=${stats} status=${values.status} set=${set} />
        <${Filters} said=${FIELDS.filter((name) => values[name] !== '').length} reset=${reset}>
            <${LetterFields} values=${values} set=${set} stats=${stats} /><//>
        <${Problem} error=${error} />
        <${TaskProgress} label=${redrive('label')} task=${task} />
        <div class="rows letters">
            ${!narrow && html`<div class="columns" aria-hidden="true">${COLUMNS.map((name) =>
        html`<span key=${name}>${text(name)}</span>`)}</div>`}
            <${List} rows=${view.rows} height=${narrow ? 58 : 36} label=${text('list')} onEnd=${() => feed.older()}
                onOpen=${(row) => go('dead-letters', address({ id: row.id }))}
                row=${(row) => html`<${Row} letter=${row} narrow=${narrow} />`} />
        </div>
        <${Foot} view=${view} feed=${feed}>${text('narrower')}<//>
        ${redriving && html`<${RedriveDialog} values=${values} stats=${stats} task=${task}
            onClose=${() => setRedriving(false)} />`}
        ${id && html`<${LetterDetail} id=${id} row=${opened.current} put=${(letter) => feed.put(letter)}
            gone=${() => feed.remove(id)} onClose=${() => go('dead-letters', address({ id: '' }))} />`}`;
}

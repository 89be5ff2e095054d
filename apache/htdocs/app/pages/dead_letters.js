// Dead letters: counters, the records with their states as they change, one in detail, redrives.
import { html, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from '../view.js';
import { useChannel, useClient } from '../live.js';
import { useFormat, useText } from '../text.js';
import { go, useAddressFields } from '../address.js';
import { Chip, List, Problem, useNarrow } from '../ui.js';
import { TaskProgress, useTask } from './task.js';
import { Filters } from './filters.js';
import { CEILING, DeadLetterFeed } from './dead_letters_feed.js';
import { Counters, LetterFields, useStats } from './dead_letters_filters.js';
import { FIELDS, liveFilters, searchOf } from './dead_letters_search.js';
import { LetterDetail } from './dead_letters_detail.js';
import { RedriveDialog, words as redriveWords } from './dead_letters_redrive.js';
import { STATUS, useOperator, WhyNot } from './dead_letters_words.js';

const words = {
    es: {
        title: 'Fallidos', list: 'Eventos fallidos, los más recientes primero', loading: 'Cargando…', retry: 'Reintentar',
        rows: 'Filas: {count}', full: 'La página guarda {count} filas; los filtros muestran otras.', status: 'Estado',
        type: 'Tipo', service: 'Servicio', topic: 'Tema', error: 'Error', attempts: 'Intentos', created: 'Llegó',
        whole: 'no hay anteriores',
    },
    en: {
        title: 'Dead letters', list: 'Dead letters, newest first', loading: 'Loading…', retry: 'Try again',
        rows: 'Rows: {count}', full: 'The page keeps {count} rows; filters show others.', status: 'Status',
        type: 'Type', service: 'Service', topic: 'Topic', error: 'Error', attempts: 'Attempts', created: 'Arrived',
        whole: 'there are no earlier ones',
    },
};

const COLUMNS = ['status', 'type', 'service', 'error', 'attempts', 'created'];

function useFeed(search) {
    const client = useClient();
    const [, draw] = useReducer((count) => count + 1, 0);
    const feed = useMemo(() => new DeadLetterFeed(client, draw), [client]);
    const key = JSON.stringify(search);
    useEffect(() => () => feed.close(), [feed]);
    useLayoutEffect(() => feed.open(JSON.parse(key)), [feed, key]);
    const { ready, error } = useChannel('dlq', { dlqFilters: liveFilters(search) });
    useEffect(() => {
        if (ready) {
            feed.load();
        }
    }, [feed, key, ready]);
    return { feed, view: feed.view(), error };
}

function Row({ letter, narrow }) {
    const status = useText(STATUS);
    const { time, moment, number } = useFormat();
    const today = new Date(letter.createdAt).toDateString() === new Date().toDateString();
    const chip = html`<span><${Chip} kind=${STATUS.kinds[letter.status]}>${status(letter.status)}<//></span>`;
    const attempts = `${number(letter.attemptCount)}/${number(letter.maxAttempts)}`;
    const created = html`<span class="soft figure">${today ? time(letter.createdAt) : moment(letter.createdAt)}</span>`;
    return narrow ? html`
        <span class="two">
            <span class="row"><strong class="clip grow">${letter.eventType}</strong>${chip}</span>
            <span class="row soft small">${created}<span class="clip grow">${letter.error}</span>
                <span class="figure">${attempts}</span></span>
        </span>` : html`
        ${chip}<strong class="clip">${letter.eventType}</strong><span class="clip">${letter.service}</span>
        <span class="clip soft">${letter.error}</span><span class="figure">${attempts}</span>${created}`;
}

function Foot({ view: { rows, more, full, busy, error }, feed }) {
    const text = useText(words);
    const { number } = useFormat();
    return html`
        <div class="row soft" role="status">
            <span>${busy && (busy !== 'older' || rows.length === 0) ? text('loading') : text('rows', { count: number(rows.length) })}</span>
            ${!busy && !more && rows.length > 0 && html`<span>· ${text('whole')}</span>`}
            ${full && more && html`<span>${text('full', { count: number(CEILING) })}</span>`}
        </div>
        ${error && html`<div class="row"><${Problem} error=${error} />
            <button type="button" onClick=${() => feed.retry()}>${text('retry')}</button></div>`}`;
}

export function DeadLetters({ query }) {
    const text = useText(words);
    const redrive = useText(redriveWords);
    const narrow = useNarrow();
    const operator = useOperator();
    const stats = useStats();
    const [values, set, reset] = useAddressFields('dead-letters', query, FIELDS);
    const { feed, view, error } = useFeed(searchOf(query));
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
                <button type="button" disabled=${!operator} onClick=${() => setRedriving(true)}>${redrive('title')}…</button>
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
        <${Foot} view=${view} feed=${feed} />
        ${redriving && html`<${RedriveDialog} values=${values} stats=${stats} task=${task} onClose=${() => setRedriving(false)} />`}
        ${id && html`<${LetterDetail} id=${id} row=${opened.current} put=${(letter) => feed.put(letter)}
            gone=${() => feed.remove(id)} onClose=${() => go('dead-letters', address({ id: '' }))} />`}`;
}

// Events: the live stream and what was stored before in one list, one event in detail, replays.
import { html, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from '../view.js';
import { useChannel, useClient } from '../live.js';
import { useFormat, useText } from '../text.js';
import { addressOf, go, useAddressFields } from '../address.js';
import { Chip, List, Problem, useNarrow } from '../ui.js';
import { TaskProgress, useTask } from './task.js';
import { CEILING, EventFeed } from './events_feed.js';
import { Filters } from './filters.js';
import { EventFields } from './events_filters.js';
import { FIELDS, liveFilters, matches, searchOf } from './events_search.js';
import { EventDetail } from './events_detail.js';
import { ReplayButton, ReplayDialog, words as replayWords } from './events_replay.js';

const words = {
    es: {
        title: 'Eventos', list: 'Eventos, los más recientes primero', live: 'en vivo', paused: 'en pausa', past: 'pasado',
        pause: 'Pausar', resume: 'Continuar', waiting: 'Nuevos: {count}', loading: 'Cargando…', retry: 'Reintentar',
        lost: 'No se guardaron {count} más antiguos; se pueden buscar hacia atrás.', rows: 'Filas: {count}',
        full: 'La página guarda {count} filas.', further: 'Seguir hacia atrás desde la última', time: 'Hora', type: 'Tipo',
        service: 'Servicio', aggregate: 'Agregado', failed: 'falló', replayed: 'reenviado', nothing: 'No hay eventos así.',
        whole: 'no hay anteriores',
    },
    en: {
        title: 'Events', list: 'Events, newest first', live: 'live', paused: 'paused', past: 'past',
        pause: 'Pause', resume: 'Resume', waiting: 'New: {count}', loading: 'Loading…', retry: 'Try again',
        lost: '{count} older ones were not kept; looking back in time shows them.', rows: 'Rows: {count}',
        full: 'The page keeps {count} rows.', further: 'Go on back from the last one', time: 'Time', type: 'Type',
        service: 'Service', aggregate: 'Aggregate', failed: 'failed', replayed: 'replayed', nothing: 'There are no such events.',
        whole: 'there are no earlier ones',
    },
};

const NONE = { failures: [], replays: [] };

/** The feed of a search, drawn at each change. wide: hears of all events, for one that the search leaves out. */
function useFeed(search, wide) {
    const client = useClient();
    const [, draw] = useReducer((count) => count + 1, 0);
    const feed = useMemo(() => new EventFeed(client, draw), [client]);
    const key = JSON.stringify(search);
    useEffect(() => () => feed.close(), [feed]);
    useLayoutEffect(() => feed.open(JSON.parse(key)), [feed, key]);
    const { ready, error } = useChannel('events', { eventFilters: wide ? null : liveFilters(search) });
    useEffect(() => {
        if (ready) {
            feed.load();
        }
    }, [feed, key, ready]);
    return { feed, view: feed.view(), error };
}

function Row({ event, marks: { failures, replays }, narrow }) {
    const text = useText(words);
    const { time, moment } = useFormat();
    const today = new Date(event.timestamp).toDateString() === new Date().toDateString();
    const when = html`<span class="soft figure">${today ? time(event.timestamp) : moment(event.timestamp)}</span>`;
    const marked = html`${failures.length > 0 && html`<${Chip} kind="bad">${text('failed')}<//>`}
        ${replays.length > 0 && html`<${Chip}>${text('replayed')}<//>`}`;
    const aggregate = [event.aggregateType, event.aggregateId].filter(Boolean).join(' ');
    return narrow ? html`
        <span class="two">
            <span class="row"><strong class="clip grow">${event.eventType}</strong>${marked}</span>
            <span class="row soft small">${when}<span class="clip grow">${event.service} ${aggregate}</span></span>
        </span>` : html`
        ${when}<strong class="clip">${event.eventType}</strong><span class="clip">${event.service}</span>
        <span class="clip soft">${aggregate}</span><span class="row end">${marked}</span>`;
}

function Status({ view, feed, live }) {
    const text = useText(words);
    const { number } = useFormat();
    const { paused, waiting, lost } = view;
    return html`
        <span class="row">
            <${Chip} kind=${paused ? 'warn' : live ? 'good' : ''}>${text(paused ? 'paused' : live ? 'live' : 'past')}<//>
            <button type="button" onClick=${() => (paused ? feed.resume() : feed.pause())}>
                ${text(paused ? 'resume' : 'pause')}</button>
            ${paused && html`<span>${text('waiting', { count: number(waiting) })}</span>`}
            ${lost > 0 && html`<span class="problem warn" role="status">${text('lost', { count: number(lost) })}</span>`}
        </span>`;
}

function Foot({ view, feed, further }) {
    const text = useText(words);
    const { number } = useFormat();
    const { rows, more, full, busy, error } = view;
    return html`
        <div class="row soft" role="status">
            <span>${busy && (busy !== 'older' || rows.length === 0) ? text('loading') : text('rows', { count: number(rows.length) })}</span>
            ${!busy && !more && rows.length > 0 && html`<span>· ${text('whole')}</span>`}
            ${full && more && html`<span>${text('full', { count: number(CEILING) })}</span>
                <button type="button" onClick=${() => further(rows.at(-1))}>${text('further')}</button>`}
        </div>
        ${error && html`<div class="row"><${Problem} error=${error} />
            <button type="button" onClick=${() => feed.retry()}>${text('retry')}</button></div>`}`;
}

export function Events({ query }) {
    const text = useText(words);
    const replay = useText(replayWords);
    const narrow = useNarrow();
    const [values, set, reset] = useAddressFields('events', query, FIELDS);
    const search = searchOf(query);
    const [replaying, setReplaying] = useState(false);
    const opened = useRef(null); // the row that is shown in detail, which may leave the list meanwhile
    const task = useTask('/events/replay');
    const shown = useRef([]);
    const { id } = query;
    if (opened.current?.id !== id) {
        opened.current = shown.current.find((row) => row.id === id) ?? null;
    }
    const { feed, view, error } = useFeed(search, Boolean(id) && !(opened.current && matches(search, opened.current)));
    const { rows, marks } = view;
    shown.current = rows;
    const address = (more) => ({ ...Object.fromEntries(FIELDS.map((name) => [name, query[name]])), ...more });
    const said = FIELDS.filter((name) => values[name] !== '').length;
    const live = !search.to || Date.parse(search.to) > Date.now();
    return html`
        <div class="row spread">
            <h1>${text('title')}</h1>
            <${Status} view=${view} feed=${feed} live=${live} />
            <span class="grow"></span>
            <${ReplayButton} label="start" onClick=${() => setReplaying(true)} />
        </div>
        <${Filters} said=${said} reset=${reset}><${EventFields} values=${values} set=${set} /><//>
        <${Problem} error=${error} />
        <${TaskProgress} label=${replay('label')} task=${task} />
        <div class="rows events">
            ${!narrow && html`<div class="columns" aria-hidden="true">${['time', 'type', 'service', 'aggregate'].map((name) =>
        html`<span>${text(name)}</span>`)}</div>`}
            <${List} rows=${rows} height=${narrow ? 58 : 36} label=${text('list')} onEnd=${() => feed.older()}
                onOpen=${(row) => go('events', address({ id: row.id }))}
                row=${(row) => html`<${Row} event=${row} marks=${marks.get(row.id) ?? NONE} narrow=${narrow} />`} />
        </div>
        <${Foot} view=${view} feed=${feed} further=${(row) => reset({ ...values, to: row.timestamp })} />
        ${replaying && html`<${ReplayDialog} values=${values} task=${task} onClose=${() => setReplaying(false)} />`}
        ${id && html`<${EventDetail} id=${id} row=${opened.current} rows=${rows} marks=${marks.get(id) ?? NONE} task=${task}
            openAt=${(next) => addressOf('events', address({ id: next }))} onClose=${() => go('events', address({ id: '' }))} />`}`;
}

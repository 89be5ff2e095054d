// Events: the live stream and what was stored before in one list, one event in detail, replays.
import { html, useRef, useState } from '../view.js';
import { useFormat, useText } from '../text.js';
import { addressOf, go, useAddressFields } from '../address.js';
import { Chip, List, Problem, useNarrow } from '../ui.js';
import { TaskProgress, useTask } from './task.js';
import { Foot, useFeed, When } from './feed.js';
import { EventFeed } from './events_feed.js';
import { Filters } from './filters.js';
import { EventFields } from './events_filters.js';
import { FIELDS, liveFilters, matches, searchOf } from './events_search.js';
import { EventDetail } from './events_detail.js';
import { ReplayButton, ReplayDialog, words as replayWords } from './events_replay.js';

const words = {
    es: {
        title: 'Eventos', list: 'Eventos, los más recientes primero', live: 'en vivo', paused: 'en pausa',
        past: 'pasado', pause: 'Pausar', resume: 'Continuar', waiting: 'Nuevos: {count}',
        lost: 'No se guardaron {count} más antiguos; se pueden buscar hacia atrás.',
        further: 'Seguir hacia atrás desde la última', time: 'Hora', type: 'Tipo', service: 'Servicio',
        aggregate: 'Agregado', failed: 'falló', replayed: 'reenviado',
    },
    en: {
        title: 'Events', list: 'Events, newest first', live: 'live', paused: 'paused', past: 'past',
        pause: 'Pause', resume: 'Resume', waiting: 'New: {count}',
        lost: '{count} older ones were not kept; looking back in time shows them.',
        further: 'Go on back from the last one', time: 'Time', type: 'Type', service: 'Service', aggregate: 'Aggregate',
        failed: 'failed', replayed: 'replayed',
    },
};

/** Times are told in milliseconds and kept in microseconds: one later, so that nothing of that one is left out. */
const after = ({ timestamp }) => new Date(Date.parse(timestamp) + 1).toISOString();

const COLUMNS = ['time', 'type', 'service', 'aggregate'];
const NONE = { failures: [], replays: [] };

function Row({ event, marks: { failures, replays }, narrow }) {
    const text = useText(words);
    const when = html`<${When} time=${event.timestamp} />`;
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
    const state = paused ? 'paused' : live ? 'live' : 'past';
    return html`
        <span class="row">
            <${Chip} kind=${{ paused: 'warn', live: 'good' }[state]}>${text(state)}<//>
            <button type="button" onClick=${() => (paused ? feed.resume() : feed.pause())}>
                ${text(paused ? 'resume' : 'pause')}</button>
            ${paused && html`<span>${text('waiting', { count: number(waiting) })}</span>`}
            ${lost > 0 && html`<span class="problem warn" role="status">
                ${text('lost', { count: number(lost) })}</span>`}
        </span>`;
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
    const beside = id && !(opened.current && matches(search, opened.current)); // the search leaves it out: hear of all
    const { feed, view, error } = useFeed(EventFeed, search, 'events',
        { eventFilters: beside ? null : liveFilters(search) });
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
            ${!narrow && html`<div class="columns" aria-hidden="true">${COLUMNS.map((name) =>
        html`<span key=${name}>${text(name)}</span>`)}</div>`}
            <${List} rows=${rows} height=${narrow ? 58 : 36} label=${text('list')} onEnd=${() => feed.older()}
                onOpen=${(row) => go('events', address({ id: row.id }))}
                row=${(row) => html`<${Row} event=${row} marks=${marks.get(row.id) ?? NONE} narrow=${narrow} />`} />
        </div>
        <${Foot} view=${view} feed=${feed}>
            <button type="button" onClick=${() => reset({ ...values, to: after(rows.at(-1)) })}>
                ${text('further')}</button>
        <//>
        ${replaying && html`<${ReplayDialog} values=${values} task=${task} onClose=${() => setReplaying(false)} />`}
        ${id && html`<${EventDetail} id=${id} row=${opened.current} rows=${rows} marks=${marks.get(id) ?? NONE}
            task=${task} openAt=${(next) => addressOf('events', address({ id: next }))}
            onClose=${() => go('events', address({ id: '' }))} />`}`;
}

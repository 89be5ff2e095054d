// Logs: the live tail, its filters, history further down, and one line in detail.
import { html, useEffect, useState } from '../view.js';
import { useFormat, useText } from '../text.js';
import { go, useAddressFields } from '../address.js';
import { List } from '../list.js';
import { Problem, useNarrow } from '../ui.js';
import { useFeed } from './feed.js';
import { FIELDS, filtersOf } from './logs_filter.js';
import { CEILING, Tail } from './logs_tail.js';
import { LogFilters } from './logs_filters.js';
import { Line } from './logs_line.js';
import { Entry } from './logs_entry.js';
import { Stats } from './logs_stats.js';
import { Export } from './logs_export.js';

const words = {
    es: {
        title: 'Logs', list: 'Líneas del log', live: 'En vivo', paused: 'En pausa', reading: 'Leyendo',
        loading: 'Cargando…', pause: 'Pausar', resume: 'Reanudar', lines: '{count} líneas',
        fresh: '↑ {count} líneas nuevas', fresh1: '↑ 1 línea nueva', older: 'Buscando más atrás…',
        end: 'El servidor no mira más atrás con estos filtros.',
        full: 'Se muestran {count} líneas, el máximo. Con filtros llega más atrás.',
        missed: '{count} líneas que llegaron mientras tanto no se guardaron aquí (máximo: {ceiling}). No se han perdido.',
        read: 'Leer las siguientes', back: 'Volver a ellas', forget: 'Descartar', retry: 'Reintentar',
        gone: 'El servidor ya no guarda las líneas de entonces.',
    },
    en: {
        title: 'Logs', list: 'Lines of the log', live: 'Live', paused: 'Paused', reading: 'Reading',
        loading: 'Loading…', pause: 'Pause', resume: 'Resume', lines: '{count} lines',
        fresh: '↑ {count} new lines', fresh1: '↑ 1 new line', older: 'Looking further back…',
        end: 'The server looks back no further with these filters.',
        full: '{count} lines are shown, the ceiling. With filters it reaches further back.',
        missed: '{count} lines that came meanwhile were not kept here (the ceiling is {ceiling}). They are not lost.',
        read: 'Read the next ones', back: 'Go back to them', forget: 'Dismiss', retry: 'Try again',
        gone: 'The server no longer keeps the lines of that time.',
    },
};

/** What was not kept, and what failed, each with the way on. */
function Notes({ tail, view, pause, text, number }) {
    const goBack = () => {
        pause();
        tail.hold(true);
        tail.readMissed();
    };
    return html`
        ${view.missed > 0 && html`<p class="problem warn row" role="status">
            <span class="grow">${text('missed', { count: number(view.missed), ceiling: number(CEILING) })}</span>
            <button type="button" disabled=${view.busy !== null}
                onClick=${view.behind ? goBack : () => tail.readMissed()}>${text(view.behind ? 'back' : 'read')}</button>
            <button type="button" class="quiet" onClick=${() => tail.forgetMissed()}>${text('forget')}</button>
        </p>`}
        ${view.error && html`<div class="row">
            ${view.error.code === 'gone' ? html`<p class="problem" role="alert">${text('gone')}</p>` : html`
                <${Problem} error=${view.error} />
                <button type="button" onClick=${() => tail.retry()}>${text('retry')}</button>`}
        </div>`}`;
}

export function Logs({ query }) {
    const text = useText(words);
    const { number } = useFormat();
    const [values, set, reset] = useAddressFields('logs', query, FIELDS);
    const filters = filtersOf(query);
    const { feed: tail, view, error } = useFeed(Tail, filters, 'logs', { logFilters: filters });
    const height = useNarrow() ? 54 : 32; // a narrow line has its message below the rest
    const [paused, setPaused] = useState(false);
    const [away, setAway] = useState(false); // scrolled down
    const [inside, setInside] = useState(false); // a line has the focus
    const [open, setOpen] = useState(null);
    const reading = away || inside || open !== null;
    useEffect(() => tail.hold(paused || reading), [tail, paused || reading]);

    const state = view.busy === 'first' ? 'loading' : (paused && 'paused') || (reading && 'reading') || 'live';
    const waiting = number(view.waiting);
    const end = (view.busy === 'older' && text('older'))
        || (view.full && text('full', { count: number(CEILING) }))
        || (!view.more && view.busy !== 'first' && view.rows.length > 0 && text('end'));
    const line = (entry) => html`<${Line} entry=${entry} />`;
    return html`
        <h1>${text('title')}</h1>
        <${LogFilters} values=${values} set=${set} reset=${reset} />
        <${Problem} error=${error} />
        <div class="logs">
            <section class="logs-tail" aria-label=${text('list')}>
                <div class="row">
                    <span role="status" class=${`chip state ${{ live: 'good', paused: 'warn' }[state] ?? ''}`}>
                        ${text(state)}</span>
                    <span class="soft grow">${text('lines', { count: number(view.rows.length) })}</span>
                    <button type="button" class=${paused ? 'primary' : ''} onClick=${() => setPaused(!paused)}>
                        ${text(paused ? 'resume' : 'pause')}</button>
                    <${Export} rows=${view.rows} />
                </div>
                <${Notes} tail=${tail} view=${view} pause=${() => setPaused(true)} text=${text} number=${number} />
                <div class="logs-list" onFocusIn=${({ target }) => setInside(target.classList.contains('line'))}
                    onFocusOut=${({ relatedTarget }) => relatedTarget?.closest('.logs-list') || setInside(false)}>
                    <${List} key=${`${JSON.stringify(filters)} ${height}`} rows=${view.rows} height=${height}
                        label=${text('list')} row=${line} onOpen=${setOpen} onEnd=${() => tail.older()} onAway=${setAway}
                        up=${view.waiting > 0 && (paused || reading)
                            ? text(view.waiting === 1 ? 'fresh1' : 'fresh', { count: waiting }) : null}
                        onUp=${() => setPaused(false)} />
                </div>
                <p class="soft small logs-end" role="status">${end || ''}</p>
            </section>
            <${Stats} onOpen=${setOpen} onFilter=${(change) => go('logs', { ...query, ...change })} />
        </div>
        ${open && html`<${Entry} entry=${open} onClose=${() => setOpen(null)} />`}`;
}

// One event: all that is stored of it, what it came from, and what became of it.
import { html, useEffect, useState } from '../view.js';
import { useClient } from '../live.js';
import { useFormat, useText } from '../text.js';
import { addressOf } from '../address.js';
import { Chip, Dialog, Json, Problem } from '../ui.js';
import { TaskProgress } from './task.js';
import { ReplayButton, ReplayDialog, words as replayWords } from './events_replay.js';
import { STATUS } from './dead_letters_words.js';

const words = {
    es: {
        title: 'Evento', id: 'Id.', service: 'Servicio', occurred: 'Ocurrió', aggregate: 'Agregado',
        correlation: 'Correlación', cause: 'Causa', user: 'Usuario', data: 'Datos', metadata: 'Metadatos',
        none: 'No hay ningún evento guardado con este id.', causes: 'Cadena de causas',
        noCause: 'No nombra ninguna causa.', gone: 'no está guardado', self: 'este evento',
        more: 'Las causas anteriores no se muestran.',
        related: 'Misma correlación, entre las filas cargadas', became: 'Qué fue de él',
        quiet: 'Desde que se abrió la página no ha fallado ni se ha reenviado.', failed: 'Falló', replayed: 'Reenviado',
        letters: 'En la cola de fallidos', noLetter: 'No está en la cola de fallidos.', letter: 'Abrir',
        unfound: 'No está entre los {count} fallidos más recientes de su servicio y tipo.', all: 'Ver todos',
        forbidden: 'Sus roles no permiten ver la cola de fallidos.', loading: 'Cargando…',
    },
    en: {
        title: 'Event', id: 'Id', service: 'Service', occurred: 'Occurred', aggregate: 'Aggregate',
        correlation: 'Correlation', cause: 'Cause', user: 'User', data: 'Data', metadata: 'Metadata',
        none: 'No event with this id is stored.', causes: 'Chain of causes', noCause: 'It names no cause.',
        gone: 'not stored', self: 'this event', more: 'Earlier causes are not shown.',
        related: 'Same correlation, among the rows that are loaded', became: 'What became of it',
        quiet: 'It has neither failed nor been replayed since the page was opened.', failed: 'Failed',
        replayed: 'Replayed', letters: 'In the dead-letter queue', noLetter: 'It is not in the dead-letter queue.',
        letter: 'Open',
        unfound: 'It is not among the newest {count} dead letters of its service and type.', all: 'See all',
        forbidden: 'Your roles do not show the dead-letter queue.', loading: 'Loading…',
    },
};

const CAUSES = 20;
const RELATED = 20;
const LETTERS = 500;

const pathOf = (id) => `/events/${encodeURIComponent(id)}`;

/** What get(signal) answers, asked anew when the keys change: {value, error}. The last value stays until then. */
function useFetched(get, keys) {
    const [answer, setAnswer] = useState({ value: null, error: null });
    useEffect(() => {
        const abort = new AbortController();
        setAnswer(({ value }) => ({ value, error: null }));
        get(abort.signal).then(
            (value) => abort.signal.aborted || setAnswer({ value, error: null }),
            (error) => abort.signal.aborted || setAnswer({ value: null, error }),
        );
        return () => abort.abort();
    }, keys);
    return answer;
}

/** From the cause upward, the nearest first; one that is not stored has only its id. */
async function causesOf(client, event, signal) {
    const causes = [];
    const seen = new Set([event.eventId]);
    for (let id = event.causationId; id && !seen.has(id) && causes.length < CAUSES; id = causes.at(-1).causationId) {
        seen.add(id);
        const cause = await client.rest(pathOf(id), { signal }).then(({ data }) => data, (error) => {
            if (error.status !== 404) {
                throw error;
            }
            return { eventId: id, gone: true };
        });
        causes.push(cause);
    }
    return causes;
}

function Causes({ event, openAt }) {
    const text = useText(words);
    const client = useClient();
    const { value: causes, error } = useFetched((signal) => causesOf(client, event, signal),
        [client, event.eventId, event.causationId]);
    const shown = (each) => (each.gone ? html`<code>${each.eventId}</code> <span class="soft">${text('gone')}</span>`
        : html`<a href=${openAt(each.eventId)}>${each.eventType}</a> <span class="soft">${each.service}</span>`);
    return html`
        <h3>${text('causes')}</h3>
        <${Problem} error=${error} />
        ${!event.causationId ? html`<p class="soft">${text('noCause')}</p>` : causes && html`
            ${causes.at(-1)?.causationId && html`<p class="soft">${text('more')}</p>`}
            <ol class="chain">
                ${causes.toReversed().map((each) => html`<li key=${each.eventId}>${shown(each)}</li>`)}
                <li><strong>${event.eventType}</strong> <span class="soft">${text('self')}</span></li>
            </ol>`}`;
}

/** Others of the same correlation: the API can't ask for them, the page's rows are looked through. */
function Related({ event, rows, openAt }) {
    const text = useText(words);
    const { time } = useFormat();
    const related = event.correlationId
        ? rows.filter(({ id, correlationId }) => correlationId === event.correlationId && id !== event.eventId) : [];
    return related.length > 0 && html`
        <h3>${text('related')}</h3>
        <ul class="facts">${related.slice(0, RELATED).map((each) => html`<li key=${each.id}>
            <span class="soft figure">${time(each.timestamp)}</span>
            <a href=${openAt(each.id)}>${each.eventType}</a> <span class="soft">${each.service}</span></li>`)}</ul>`;
}

function Letters({ event, failures }) {
    const text = useText(words);
    const status = useText(STATUS);
    const client = useClient();
    const query = { service: event.service, eventType: event.eventType };
    const { value, error } = useFetched(async (signal) => {
        const { data, next } = await client.rest('/dlq', { query: { ...query, limit: LETTERS }, signal });
        return { letters: data.filter(({ eventId }) => eventId === event.eventId), whole: next === null };
    }, [client, event.eventId, failures]);
    const list = () => (value.letters.length > 0 ? html`
        <ul class="facts">${value.letters.map((letter) => html`<li key=${letter.dlqId}>
            <${Chip} kind=${STATUS.kinds[letter.status]}>${status(letter.status)}<//>
            <span class="grow clip" title=${letter.error}>${letter.error}</span>
            <a href=${addressOf('dead-letters', { id: letter.dlqId })}>${text('letter')}</a></li>`)}</ul>` : html`
        <p class="soft">${text(value.whole ? 'noLetter' : 'unfound', { count: LETTERS })}
            ${!value.whole && html` <a href=${addressOf('dead-letters', query)}>${text('all')}</a>`}</p>`);
    return html`
        <h3>${text('letters')}</h3>
        ${error?.code === 'forbidden' ? html`<p class="soft">${text('forbidden')}</p>`
        : html`<${Problem} error=${error} />`}
        ${value && list()}`;
}

function Became({ marks }) {
    const text = useText(words);
    const { time } = useFormat();
    const { failures, replays } = marks;
    return html`
        <h3>${text('became')}</h3>
        <div aria-live="polite">
            ${failures.length + replays.length === 0 && html`<p class="soft">${text('quiet')}</p>`}
            <ul class="facts">
                ${failures.map(({ error, at }) => html`<li><${Chip} kind="bad">${text('failed')}<//>
                    <span class="soft figure">${time(at)}</span> <span class="grow">${error}</span></li>`)}
                ${replays.map((at) => html`<li><${Chip}>${text('replayed')}<//>
                    <span class="soft figure">${time(at)}</span></li>`)}
            </ul>
        </div>`;
}

function Fields({ event, openAt }) {
    const text = useText(words);
    const { moment, time } = useFormat();
    const field = (name, value) => value && html`<dt>${text(name)}</dt><dd>${value}</dd>`;
    const { aggregateType = '', aggregateId, causationId } = event;
    return html`<dl>
        ${field('id', html`<code>${event.eventId}</code>`)}
        ${field('service', event.service)}
        ${field('occurred', html`<time datetime=${event.timestamp} title=${time(event.timestamp)}>
            ${moment(event.timestamp)}</time>`)}
        ${field('aggregate', (aggregateType || aggregateId) && html`${aggregateType} ${aggregateId && html`
            <a href=${addressOf('events', { aggregateId })}>${aggregateId}</a>`}`)}
        ${field('correlation', event.correlationId && html`<code>${event.correlationId}</code>`)}
        ${field('cause', causationId && html`<a href=${openAt(causationId)}>${causationId}</a>`)}
        ${field('user', event.userId)}
    </dl>`;
}

/** id: which; row: what the page knows of it already; openAt(id): the address of another one; task: the replay. */
export function EventDetail({ id, row, rows, marks, task, openAt, onClose }) {
    const text = useText(words);
    const replay = useText(replayWords);
    const client = useClient();
    const [replaying, setReplaying] = useState(false);
    const { value, error } = useFetched((signal) =>
        client.rest(pathOf(id), { signal }).then(({ data }) => data), [client, id]);
    const event = value?.eventId === id ? value : row;
    return html`
        <${Dialog} side title=${event?.eventType ?? text('title')} onClose=${onClose}>
            ${error?.status === 404 ? html`<p class="empty">${text('none')}</p>` : html`<${Problem} error=${error} />`}
            ${!event ? !error && html`<p class="empty">${text('loading')}</p>` : html`
                <${Fields} event=${event} openAt=${openAt} />
                <p><${ReplayButton} label="one" onClick=${() => setReplaying(true)} /></p>
                <${TaskProgress} label=${replay('label')} task=${task} />
                <h3>${text('data')}</h3><${Json} value=${event.data} />
                ${event.metadata && html`<h3>${text('metadata')}</h3><${Json} value=${event.metadata} />`}
                <${Became} marks=${marks} />
                <${Letters} event=${event} failures=${marks.failures.length} key=${`letters ${id}`} />
                <${Causes} event=${event} openAt=${openAt} key=${`causes ${id}`} />
                <${Related} event=${event} rows=${rows} openAt=${openAt} />`}
            ${replaying && html`<${ReplayDialog} event=${event} task=${task} onClose=${() => setReplaying(false)} />`}
        <//>`;
}

// One dead letter: why it failed, how often it was tried and when it will be, the event that it is about.
import { html, useEffect, useState } from '../view.js';
import { useClient, useNow, usePushes } from '../live.js';
import { useFormat, useText } from '../text.js';
import { addressOf } from '../address.js';
import { Chip, Dialog, Json, Problem } from '../ui.js';
import { STATUS } from './dead_letters_words.js';
import { LetterActions } from './dead_letters_actions.js';

const words = {
    es: {
        title: 'Evento fallido', status: 'Estado', service: 'Servicio', topic: 'Tema', id: 'Id.',
        attempts: 'Intentos', of: '{count} de {max}', life: '{count} en total', due: 'Próximo intento',
        now: 'ya le toca', in: 'en {time}', created: 'Llegó', updated: 'Último cambio', resolution: 'Resolución',
        by: 'por {who}',
        error: 'Error', stack: 'Pila', event: 'Evento original', open: 'Ver el evento', loading: 'Cargando…',
        none: 'Este registro ya no existe.', eventGone: 'El evento ya no está guardado.',
    },
    en: {
        title: 'Dead letter', status: 'Status', service: 'Service', topic: 'Topic', id: 'Id',
        attempts: 'Attempts', of: '{count} of {max}', life: '{count} in all', due: 'Next attempt', now: 'due now',
        in: 'in {time}', created: 'Arrived', updated: 'Last change', resolution: 'Resolution', by: 'by {who}',
        error: 'Error', stack: 'Stack', event: 'Original event', open: 'See the event', loading: 'Loading…',
        none: 'This record does not exist any more.', eventGone: 'The event is not stored any more.',
    },
};

const STEPS = ['dlq:event:retrying', 'dlq:event:resolved', 'dlq:event:failed'];

/** The record as it is now: {letter, error, put}. Asked for anew with each push about it, and with the statistics. */
function useLetter(id) {
    const client = useClient();
    const [answer, setAnswer] = useState({ letter: null, error: null });
    const [round, setRound] = useState(0);
    useEffect(() => {
        const abort = new AbortController();
        client.rest(`/dlq/${encodeURIComponent(id)}`, { signal: abort.signal }).then(
            ({ data }) => setAnswer({ letter: data, error: null }),
            (error) => abort.signal.aborted || setAnswer(({ letter }) => ({ letter, error })),
        );
        return () => abort.abort();
    }, [client, id, round]);
    const again = () => setRound((count) => count + 1);
    usePushes(STEPS, (batch) => batch.some(([, { dlqId }]) => dlqId === id) && again());
    usePushes(['dlq:stats:updated'], again); // a failure that will be tried again, and a deletion, are no pushes
    return { ...answer, put: (letter) => setAnswer({ letter, error: null }) };
}

function Due({ at }) {
    const text = useText(words);
    const { duration, moment } = useFormat();
    const left = Date.parse(at) - useNow(1000);
    return html`<time datetime=${at} title=${moment(at)}>
        ${left > 0 ? text('in', { time: duration(left) }) : text('now')}</time>`;
}

function Fields({ letter }) {
    const text = useText(words);
    const status = useText(STATUS);
    const { moment, number } = useFormat();
    const field = (name, value) => value && html`<dt>${text(name)}</dt><dd>${value}</dd>`;
    const { attemptCount, maxAttempts, totalAttempts, resolution, resolvedBy } = letter;
    return html`<dl>
        ${field('status', html`<${Chip} kind=${STATUS.kinds[letter.status]}>${status(letter.status)}<//>`)}
        ${field('attempts', `${text('of', { count: number(attemptCount), max: number(maxAttempts) })}${
        totalAttempts > attemptCount ? ` · ${text('life', { count: number(totalAttempts) })}` : ''}`)}
        ${field('due', letter.nextRetryAt && html`<${Due} at=${letter.nextRetryAt} />`)}
        ${field('resolution', resolution && html`${resolution} ${resolvedBy && html`
            <span class="soft">${text('by', { who: resolvedBy })}</span>`}`)}
        ${field('service', letter.service)}
        ${field('topic', letter.topic)}
        ${field('id', html`<code>${letter.dlqId}</code>`)}
        ${field('created', moment(letter.createdAt))}
        ${letter.updatedAt !== letter.createdAt && field('updated', moment(letter.updatedAt))}
    </dl>`;
}

/** id: which; row: what the page knows of it already; put, gone: for the page's list. */
export function LetterDetail({ id, row, put, gone, onClose }) {
    const text = useText(words);
    const { letter: known, error, put: keep } = useLetter(id);
    const letter = known?.dlqId === id ? known : row;
    const missing = error?.status === 404;
    return html`
        <${Dialog} side title=${letter?.eventType ?? text('title')} onClose=${onClose}>
            ${missing ? html`<p class="empty">${text('none')}</p>` : html`<${Problem} error=${error} />`}
            ${!letter && !error && html`<p class="empty">${text('loading')}</p>`}
            ${letter && !missing && html`
                <${LetterActions} letter=${letter} gone=${() => { gone(); onClose(); }}
                    put=${(next) => { keep(next); put(next); }} />
                <h3>${text('error')}</h3>
                <p class="problem plain">${letter.error}</p>
                ${letter.stack && html`<details><summary>${text('stack')}</summary>
                    <pre class="json" tabindex="0">${letter.stack}</pre></details>`}
                <${Fields} letter=${letter} />
                <h3>${text('event')}</h3>
                ${letter.originalEvent ? html`
                    <p><a href=${addressOf('events', { id: letter.eventId })}>${text('open')}</a></p>
                    <${Json} value=${letter.originalEvent} />` : html`<p class="soft">${text('eventGone')}</p>`}`}
        <//>`;
}

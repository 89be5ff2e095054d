// What an operator does to one dead letter: retry, resolve, delete.
import { html, useState } from '../view.js';
import { useClient } from '../live.js';
import { useText } from '../text.js';
import { Action, Dialog, Field, Problem, useAction } from '../ui.js';
import { STATUS, useOperator, WhyNot } from './dead_letters_words.js';

const words = {
    es: {
        retry: 'Reintentar', resolve: 'Resolver', delete: 'Eliminar', cancel: 'Cancelar', working: 'En curso…',
        resolution: 'Cómo se resolvió', sure: 'Se elimina para siempre; solo queda en la auditoría. ¿Eliminarlo?',
        faster: 'Alguien fue más rápido: ahora está {status}.', trying: 'Un trabajador lo está intentando ahora mismo.',
        spent: 'Ya se intentó 50 veces: no se intentará más.', retried: 'Se intentará cuanto antes.',
        resolved: 'Resuelto.',
    },
    en: {
        retry: 'Retry', resolve: 'Resolve', delete: 'Delete', cancel: 'Cancel', working: 'Working…',
        resolution: 'How it was resolved', sure: 'It is deleted for good; only the audit keeps it. Delete it?',
        faster: 'Somebody was faster: it is {status} now.', trying: 'A worker is trying it right now.',
        spent: 'It was tried 50 times: it will not be tried again.', retried: 'It will be tried as soon as can be.',
        resolved: 'Resolved.',
    },
};

const LIFETIME = 50; // attempts, whatever operators do

/** Why a 409, by what the record is now. */
function reason(now, text, status) {
    if (now.status === 'retrying') {
        return text('trying');
    }
    return now.status !== 'resolved' && now.totalAttempts >= LIFETIME ? text('spent')
        : text('faster', { status: status(now.status) });
}

function Resolve({ resolve, onClose }) {
    const text = useText(words);
    const [resolution, setResolution] = useState('');
    const [run, { busy, error }] = useAction(async () => {
        await resolve(resolution);
        onClose();
    });
    return html`
        <${Dialog} title=${text('resolve')} onClose=${onClose}>
            <form onSubmit=${(event) => { event.preventDefault(); run(); }}>
                <${Field} label=${text('resolution')}>${(id) => html`
                    <textarea id=${id} class="wide" rows="4" maxlength="8000" required value=${resolution}
                        onInput=${({ target }) => setResolution(target.value)} />`}<//>
                <${Problem} error=${error} />
                <p class="row end">
                    <button type="button" onClick=${onClose}>${text('cancel')}</button>
                    <button type="submit" class="primary" disabled=${busy || !resolution.trim()}>
                        ${text(busy ? 'working' : 'resolve')}</button>
                </p>
            </form>
        <//>`;
}

/** put(record): as the server says it is now; gone(): it was deleted, by this or by somebody else. */
export function LetterActions({ letter, put, gone }) {
    const text = useText(words);
    const status = useText(STATUS);
    const client = useClient();
    const operator = useOperator();
    const [resolving, setResolving] = useState(false);
    const [done, setDone] = useState(null);
    const path = `/dlq/${letter.dlqId}`;
    const act = async (suffix, options, said) => {
        setDone(null);
        try {
            const { data } = await client.rest(`${path}${suffix}`, options);
            if (options.method === 'DELETE') {
                gone();
                return;
            }
            put(data);
            setDone(said);
        } catch (error) {
            if (error.status === 409) {
                const { data } = await client.rest(path);
                put(data);
                throw Object.assign(new Error(reason(data, text, status)), { code: 'told' });
            }
            throw error;
        }
    };
    const open = letter.status !== 'resolved';
    return html`
        <div class="row">
            <${Action} label=${text('retry')} kind="primary" disabled=${!operator || !open}
                act=${() => act('/retry', { method: 'POST' }, 'retried')} />
            <button type="button" disabled=${!operator || !open} onClick=${() => setResolving(true)}>
                ${text('resolve')}…</button>
            <${Action} label=${text('delete')} kind="danger" ask=${text('sure')} disabled=${!operator}
                act=${() => act('', { method: 'DELETE' })} />
            <${WhyNot} />
            <span class="soft" role="status">${done && text(done)}</span>
        </div>
        ${resolving && html`<${Resolve} onClose=${() => setResolving(false)}
            resolve=${(resolution) => act('/resolve', { method: 'POST', body: { resolution } }, 'resolved')} />`}`;
}

// A replay or a redrive: how many it would be, its progress, its end. The server does it whether anybody looks or not.
import { html, useEffect, useReducer, useState } from '../view.js';
import { useClient } from '../live.js';
import { useFormat, useText } from '../text.js';
import { Action, Chip, Dialog, Problem, useAction } from '../ui.js';

const words = {
    es: {
        running: 'en curso', completed: 'terminado', cancelled: 'cancelado', cancel: 'Detener', dismiss: 'Ocultar',
        done: '{done} de {count}', skipped: 'omitidos: {count}', counting: 'Contando…',
        close: 'Cancelar', working: 'En curso…',
    },
    en: {
        running: 'running', completed: 'completed', cancelled: 'cancelled', cancel: 'Cancel', dismiss: 'Dismiss',
        done: '{done} of {count}', skipped: 'skipped: {count}', counting: 'Counting…',
        close: 'Cancel', working: 'Working…',
    },
};

const SETTLED_MS = 300;
const LOOK_MS = 400;
const AGAIN_MS = 2000;

/** How many records a task with this body would have: {count, busy, error}; count null until known. */
function usePreview(path, body) {
    const client = useClient();
    const key = JSON.stringify(body);
    const [answer, setAnswer] = useState({ key: null, count: null, error: null });
    useEffect(() => {
        const abort = new AbortController();
        const timer = setTimeout(() => {
            client.rest(`${path}/preview`, { method: 'POST', body: JSON.parse(key), signal: abort.signal }).then(
                ({ data }) => setAnswer({ key, count: data.count, error: null }),
                (error) => abort.signal.aborted || setAnswer({ key, count: null, error }),
            );
        }, SETTLED_MS);
        return () => { clearTimeout(timer); abort.abort(); };
    }, [client, path, key]);
    const known = answer.key === key;
    return { count: known ? answer.count : null, error: known ? answer.error : null, busy: !known };
}

const begun = new WeakMap(); // client -> {path: task}: what was begun in this tab, whatever page was looked at since

/** The task that was begun here last: {task, error, begin(body), cancel(), dismiss()}. */
export function useTask(path) {
    const client = useClient();
    const [, draw] = useReducer((count) => count + 1, 0);
    const [error, setError] = useState(null);
    const tasks = begun.get(client) ?? {};
    begun.set(client, tasks);
    const task = tasks[path] ?? null;
    const keep = (next) => {
        tasks[path] = next;
        draw();
    };
    useEffect(() => {
        if (task?.status !== 'running') {
            return undefined;
        }
        const abort = new AbortController();
        let timer = 0;
        const look = async () => {
            let next = LOOK_MS;
            try {
                const { data } = await client.rest(`${path}/${task.id}`, { signal: abort.signal });
                if (abort.signal.aborted || tasks[path]?.id !== task.id) {
                    return;
                }
                setError(null);
                keep(data);
            } catch (problem) {
                if (abort.signal.aborted) {
                    return;
                }
                setError(problem);
                next = problem.status === 404 ? 0 : AGAIN_MS;
            }
            timer = next && setTimeout(look, next);
        };
        timer = setTimeout(look, LOOK_MS);
        return () => { clearTimeout(timer); abort.abort(); };
    }, [client, path, task?.id, task?.status]);
    const begin = async (body) => {
        const { data: { id, count } } = await client.rest(path, { method: 'POST', body });
        setError(null);
        keep({ id, count, done: 0, skipped: 0, status: count > 0 ? 'running' : 'completed' });
    };
    const cancel = async () => {
        try {
            keep((await client.rest(`${path}/${task.id}`, { method: 'DELETE' })).data);
        } catch (problem) {
            if (problem.status !== 409) { // it was faster
                throw problem;
            }
            keep((await client.rest(`${path}/${task.id}`)).data);
        }
    };
    return { task, error, begin, cancel, dismiss: () => { setError(null); keep(null); } };
}

const KINDS = { running: '', completed: 'good', cancelled: 'warn' };

/** Its progress, in the page. task: what useTask() says; label: what it is. */
export function TaskProgress({ label, task: { task, error, cancel, dismiss } }) {
    const text = useText(words);
    const { number } = useFormat();
    if (!task) {
        return null;
    }
    const { status, done, count, skipped } = task;
    return html`
        <section class="card task" aria-label=${label}>
            <div class="row">
                <strong>${label}</strong>
                <span role="status"><${Chip} kind=${KINDS[status]}>${text(status)}<//></span>
                <span>${text('done', { done: number(done), count: number(count) })}</span>
                ${skipped > 0 && html`<span class="soft">${text('skipped', { count: number(skipped) })}</span>`}
                <span class="grow"></span>
                ${status === 'running' ? html`<${Action} label=${text('cancel')} act=${cancel} />`
        : html`<button type="button" onClick=${dismiss}>${text('dismiss')}</button>`}
            </div>
            <progress max=${Math.max(count, 1)} value=${count > 0 ? done : 1} aria-label=${label}></progress>
            <${Problem} error=${error} />
        </section>`;
}

/** The preview in a dialog. shown: {count} in words. */
function Preview({ preview: { count, busy, error }, shown }) {
    const text = useText(words);
    const { number } = useFormat();
    return html`
        <p class="preview" role="status">${busy ? html`<span class="soft">${text('counting')}</span>`
        : count !== null && html`<strong>${shown(number(count))}</strong>`}</p>
        <${Problem} error=${error} />`;
}

/**
 * The dialog that begins a task at `path`, one at a time. task: that of useTask(path); body: what it is begun with;
 * counted: what its number depends on. say: the caller's words `start`, `count` and `running`. children: what is asked.
 */
export function TaskDialog({ title, say, path, task, body, counted = body, onClose, children }) {
    const text = useText(words);
    const preview = usePreview(path, counted);
    const [begin, { busy, error }] = useAction(async () => {
        await task.begin(body);
        onClose();
    });
    const running = task.task?.status === 'running';
    return html`
        <${Dialog} title=${title} onClose=${onClose}>
            <form onSubmit=${(submit) => { submit.preventDefault(); begin(); }}>
                ${children}
                <${Preview} preview=${preview} shown=${(count) => say('count', { count })} />
                ${running && html`<p class="problem warn">${say('running')}</p>`}
                <${Problem} error=${error} />
                <p class="row end">
                    <button type="button" onClick=${onClose}>${text('close')}</button>
                    <button type="submit" class="primary" disabled=${busy || running || !preview.count}>
                        ${busy ? text('working') : say('start')}</button>
                </p>
            </form>
        <//>`;
}

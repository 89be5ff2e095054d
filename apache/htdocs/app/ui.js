// The parts that pages are put together from.
import { html, useEffect, useId, useLayoutEffect, useRef, useState } from './view.js';
import { useText } from './text.js';
export { List } from './list.js';

const words = {
    es: {
        cancel: 'Cancelar', close: 'Cerrar', working: 'En curso…', error: 'No se pudo: {why}',
        forbidden: 'Sus roles no lo permiten.', not_found: 'Ya no existe.',
        away: 'El servidor no responde; inténtelo de nuevo.',
    },
    en: {
        cancel: 'Cancel', close: 'Close', working: 'Working…', error: 'That failed: {why}',
        forbidden: 'Your roles do not allow this.', not_found: 'It does not exist any more.',
        away: 'The server does not answer; try again.',
    },
};

const NARROW = matchMedia('(max-width: 48rem)');

/** Whether the page is as narrow as a phone, where the sheet's rules for it hold. */
export function useNarrow() {
    const [narrow, setNarrow] = useState(NARROW.matches);
    useEffect(() => {
        const changed = () => setNarrow(NARROW.matches);
        NARROW.addEventListener('change', changed);
        return () => NARROW.removeEventListener('change', changed);
    }, []);
    return narrow;
}

/** An error in words; the server's own say which field was wrong, one with the code `told` says all. Nothing without. */
export function Problem({ error }) {
    const text = useText(words);
    if (!error) {
        return null;
    }
    const { code, message, status } = error;
    const known = { forbidden: 'forbidden', not_found: 'not_found', offline: 'away', unavailable: 'away' }[code];
    const key = known ?? (status >= 500 ? 'away' : 'error');
    return html`<p class="problem" role="alert">${code === 'told' ? message : text(key, { why: message })}</p>`;
}

/** Something that takes a while: [run, {busy, error, done}]. run never throws. */
export function useAction(act) {
    const [state, setState] = useState({ busy: false, error: null, done: null });
    const living = useRef(true);
    useEffect(() => () => { living.current = false; }, []);
    const run = async (...values) => {
        setState({ busy: true, error: null, done: null });
        const next = await Promise.resolve(act(...values)).then(
            (done) => ({ busy: false, error: null, done: done ?? true }),
            (error) => ({ busy: false, error, done: null }),
        );
        if (living.current) {
            setState(next);
        }
        return next;
    };
    return [run, state];
}

/** A button that shows how its action goes. ask: a question put first, for what can't be taken back. */
export function Action({ label, act, ask, kind = '', disabled = false, title }) {
    const text = useText(words);
    const [run, { busy, error }] = useAction(act);
    const [asking, setAsking] = useState(false);
    return html`
        <span class="action">
            <button type="button" class=${kind} disabled=${disabled || busy} title=${title} aria-busy=${busy}
                onClick=${() => (ask ? setAsking(true) : run())}>${busy ? text('working') : label}</button>
            ${asking && html`<${Dialog} title=${label} onClose=${() => setAsking(false)}>
                <p>${ask}</p>
                <p class="row end">
                    <button type="button" onClick=${() => setAsking(false)}>${text('cancel')}</button>
                    <button type="button" class=${kind || 'primary'} onClick=${() => { setAsking(false); run(); }}>
                        ${label}</button>
                </p>
            <//>`}
            <${Problem} error=${error} />
        </span>`;
}

/** A modal dialog, closed by Escape and by its button. side: at the edge of the page, for one thing in detail. */
export function Dialog({ title, onClose, side = false, children }) {
    const text = useText(words);
    const dialog = useRef(null);
    const id = useId();
    useLayoutEffect(() => {
        dialog.current.showModal();
        return () => dialog.current?.close();
    }, []);
    return html`
        <dialog ref=${dialog} class=${side ? 'side' : ''} aria-labelledby=${id}
            onCancel=${(event) => { event.preventDefault(); onClose(); }}
            onClick=${(event) => event.target === dialog.current && onClose()}>
            <div class="dialog">
                <div class="row spread head">
                    <h2 id=${id}>${title}</h2>
                    <button type="button" class="quiet" onClick=${onClose}>${text('close')}</button>
                </div>
                ${children}
            </div>
        </dialog>`;
}

/**
 * A button and a panel under it, which does not cover what it tells about. Closed by Escape, by a click elsewhere and
 * by its button. shown: what stands in the button; children: a function, called only while it is open.
 */
export function Popover({ shown, title, label, kind = '', children }) {
    const button = useRef(null);
    const panel = useRef(null);
    const [place, setPlace] = useState(null);
    const id = useId();
    const toggled = ({ newState }) => {
        const { bottom, right } = button.current.getBoundingClientRect();
        const room = document.documentElement.clientWidth;
        setPlace(newState === 'open' ? { top: `${bottom + 6}px`, right: `${Math.max(8, room - right)}px` } : null);
    };
    return html`
        <span class="popover">
            <button type="button" ref=${button} class=${kind} aria-label=${label} title=${label}
                popovertarget=${id} aria-expanded=${place !== null}>${shown}</button>
            <div id=${id} ref=${panel} class="panel" popover="auto" role="group" aria-label=${title}
                onBeforeToggle=${toggled} style=${place}>
                ${place && html`<h2>${title}</h2>${children(() => panel.current.hidePopover())}`}
            </div>
        </span>`;
}

/** A labelled control: children is the input or select, given the id by a function. */
export function Field({ label, children }) {
    const id = useId();
    return html`<span class="field"><label for=${id}>${label}</label>${children(id)}</span>`;
}

export function Input({ label, value, onInput, ...rest }) {
    return html`<${Field} label=${label}>${(id) => html`
        <input id=${id} value=${value} onInput=${(event) => onInput(event.target.value)} ...${rest} />`}<//>`;
}

/** options: [[value, words], …] */
export function Select({ label, value, options, onInput, ...rest }) {
    return html`<${Field} label=${label}>${(id) => html`
        <select id=${id} value=${value} onChange=${(event) => onInput(event.target.value)} ...${rest}>
            ${options.map(([option, shown]) => html`
                <option value=${option} selected=${option === value}>${shown}</option>`)}
        </select>`}<//>`;
}

/** A state as a coloured word; the colour never says more than the word. kind: good, warn, bad, or none. */
export const Chip = ({ kind = '', children }) => html`<span class=${`chip ${kind}`}>${children}</span>`;

/** JSON, for reading. */
export const Json = ({ value }) =>
    html`<pre class="json" tabindex="0">${JSON.stringify(value ?? null, null, 2)}</pre>`;

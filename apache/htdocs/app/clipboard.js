// Copying text. Pages that came by http have no navigator.clipboard; there a selection is copied as by hand.
import { html } from './view.js';
import { useText } from './text.js';
import { Problem, useAction } from './ui.js';

const words = {
    es: { copied: 'Copiado ✓', refused: 'El navegador no deja copiar' },
    en: { copied: 'Copied ✓', refused: 'The browser does not allow copying' },
};

/** Resolves when the text is on the clipboard, rejects when the browser refuses. */
export async function copyText(text) {
    if (navigator.clipboard) {
        await navigator.clipboard.writeText(text);
        return;
    }
    const focused = document.activeElement;
    const area = document.createElement('textarea');
    area.className = 'unseen';
    area.readOnly = true; // no keyboard comes up on a phone
    area.value = text;
    (focused?.closest('dialog') ?? document.body).append(area); // the rest of a page with a dialog can't be selected
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    focused?.focus();
    if (!done) {
        throw new Error('refused');
    }
}

/** A button that copies what make() returns, and says so until the next drawing after a while. */
export function Copy({ label, make, kind = '', disabled = false }) {
    const text = useText(words);
    const [copy, { done, error }] = useAction(() => copyText(make()));
    return html`
        <span class="action">
            <button type="button" class=${kind} disabled=${disabled} onClick=${copy}>
                <span aria-live="polite">${done ? text('copied') : label}</span></button>
            <${Problem} error=${error && new Error(text('refused'))} />
        </span>`;
}

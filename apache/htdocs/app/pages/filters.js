// The fields of a search, at the head of a page.
import { html } from '../view.js';
import { useText } from '../text.js';
import { useNarrow } from '../ui.js';

const words = {
    es: { filters: 'Filtros', clear: 'Quitar filtros' },
    en: { filters: 'Filters', clear: 'Clear the filters' },
};

/** The fields, folded away where there is little room. said: how many are filled. */
export function Filters({ said, reset, children }) {
    const text = useText(words);
    const narrow = useNarrow();
    const fields = html`
        <div class="search">
            ${children}
            ${said > 0 && html`<button type="button" onClick=${() => reset()}>${text('clear')}</button>`}
        </div>`;
    return narrow ? html`
        <details class="card" key="narrow">
            <summary>${text('filters')}${said > 0 ? ` (${said})` : ''}</summary>${fields}
        </details>`
        : html`<div role="group" aria-label=${text('filters')} key="wide">${fields}</div>`;
}

// Icons: strokes of one weight in the colour of the text around them. They say nothing that words beside them or the
// label of their button don't say.
import { html } from './view.js';

const SHAPES = {
    'overview': 'M3 13h4l3-8 4 14 3-6h4',
    'events': 'M4 6h10M4 12h16M4 18h7M18 4v5M15.5 6.5h5',
    'dead-letters': 'M4 13l3-8h10l3 8v6H4zM4 13h5l1.5 2.5h3L15 13h5',
    'notifications': 'M6 16v-5a6 6 0 0 1 12 0v5l2 2H4zM10 21h4',
    'logs': 'M4 5h16v14H4zM7.5 9.5l3 2.5-3 2.5M13 15h4',
    'user': 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5',
    'down': 'M6 9l6 6 6-6',
};

export const Icon = ({ name, size = 18 }) => html`
    <svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" fill="none" stroke="currentColor"
        stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
        <path d=${SHAPES[name]} />
    </svg>`;

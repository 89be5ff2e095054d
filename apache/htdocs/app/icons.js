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
    'info': 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.5v.2',
    'success': 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8 12.5l2.7 2.7L16 9.5',
    'warning': 'M12 3.5l9.5 17h-19zM12 10v4.5M12 17.3v.2',
    'error': 'M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3zM12 7.5v5.5M12 16.3v.2',
    'action_required': 'M5.5 21V4H18l-2.5 4.2L18 12.5H5.5',
};

export const Icon = ({ name, size = 18 }) => html`
    <svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" fill="none" stroke="currentColor"
        stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
        <path d=${SHAPES[name]} />
    </svg>`;

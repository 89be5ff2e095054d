import { html } from './view.js';

export const Bell = () => html`<span></span>`;

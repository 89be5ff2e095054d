import { html } from './view.js';

export const Badge = () => html`<span></span>`;

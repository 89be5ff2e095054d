import { html } from '../view.js';

export const Logs = () => html`<h1>Logs</h1>`;

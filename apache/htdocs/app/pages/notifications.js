import { html } from '../view.js';

export const Notifications = () => html`<h1>Notifications</h1>`;

import { html } from '../view.js';

export const Events = () => html`<h1>Events</h1>`;

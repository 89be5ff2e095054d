import { html } from '../view.js';

export const DeadLetters = () => html`<h1>DeadLetters</h1>`;

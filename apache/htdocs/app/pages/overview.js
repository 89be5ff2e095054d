import { html } from '../view.js';

export const Overview = () => html`<h1>Overview</h1>`;

import { html } from './view.js';

export const Account = ({ signOut }) => html`<button type="button" onClick=${signOut}>Sign out</button>`;

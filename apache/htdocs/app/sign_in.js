import { html, useState } from './view.js';

export function SignIn({ signIn }) {
    const [token, setToken] = useState('');
    return html`<main><input aria-label="Token" value=${token} onInput=${(event) => setToken(event.target.value)} />
        <button type="button" onClick=${() => signIn(token.trim())}>Sign in</button></main>`;
}

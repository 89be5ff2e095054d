// Signed out: a token is pasted here. No address of the server gives one out.
import { html, useEffect, useId, useRef, useState } from './view.js';
import { useFormat, useText } from './text.js';
import { findToken, readToken, tokenProblem } from './session.js';
import { titlePage } from './title.js';
import { PreferenceChoice } from './preferences.js';
import { Chip, useAction } from './ui.js';

const words = {
    es: {
        title: 'Entrar', signIn: 'Entrar', token: 'Token de acceso', working: 'Un momento…',
        who: '{user}, válido otros {left}', noRoles: 'sin roles',
        empty: 'Pegue un token.',
        not_jwt: 'Esto no es un token: un JWT son tres partes separadas por puntos, con usuario (sub) y fin (exp).',
        expired: 'El token ha caducado. Pida uno nuevo.',
        expired_at: 'Este token caducó el {when}. Pida uno nuevo.',
        token_invalid: 'El servidor no reconoce este token: es de otra instalación, o su clave ha cambiado.',
        token_revoked: 'Este token fue revocado por un administrador.',
        token_purpose: 'Este token sirve para otra cosa (por ejemplo, para cambiar una contraseña), no para entrar.',
        refused: 'El servidor rechazó el token.',
        failed: 'No se pudo: {why}',
        how: '¿De dónde sale un token?',
        how_run: 'Quien arrancó el servidor con {run} tiene en su terminal enlaces para entrar, uno por rol.',
        how_token: 'O haga un token en la terminal del servidor y péguelo aquí:',
        how_role: 'El rol decide lo que verá: un {admin} lo ve todo, un {student} sus avisos.',
        how_kept: 'El token se queda en esta pestaña y se olvida al salir o al cerrarla.',
    },
    en: {
        title: 'Sign in', signIn: 'Sign in', token: 'Access token', working: 'One moment…',
        who: '{user}, good for another {left}', noRoles: 'no roles',
        empty: 'Paste a token.',
        not_jwt: 'This is no token: a JWT has three parts with dots between them, a user (sub) and an end (exp).',
        expired: 'The token has expired. Ask for a new one.',
        expired_at: 'This token expired on {when}. Ask for a new one.',
        token_invalid: 'The server does not know this token: it is of another installation, or its key has changed.',
        token_revoked: 'This token was revoked by an administrator.',
        token_purpose: 'This token is for something else (resetting a password, say), not for signing in.',
        refused: 'The server refused the token.',
        failed: 'That failed: {why}',
        how: 'Where does a token come from?',
        how_run: 'Whoever started the server by {run} has sign-in links in that terminal, one a role: open one.',
        how_token: 'Or make a token in a terminal of the server, and paste it here:',
        how_role: 'The role decides what you will see: a {admin} sees everything, a {student} their notifications.',
        how_kept: 'The token stays in this tab, and is forgotten when you sign out or close it.',
    },
};

/** Words for a problem of tokenProblem(), or for a refusal of the server. */
function useReasons() {
    const text = useText(words);
    return (code) => text(code in words.en ? code : code === 'token_expired' ? 'expired' : 'refused');
}

/**
 * A field for a token and its button. submit(token) may fail; label: what the button says;
 * children: buttons beside it.
 */
export function TokenForm({ submit, label, reason = null, children }) {
    const text = useText(words);
    const format = useFormat();
    const reasons = useReasons();
    const [pasted, setPasted] = useState('');
    const [problem, setProblem] = useState(reason);
    const [run, { busy, error }] = useAction(submit);
    const field = useRef(null);
    const id = useId();
    useEffect(() => field.current.focus(), []);
    useEffect(() => setProblem(reason), [reason]);

    const token = findToken(pasted);
    const said = readToken(token);
    const good = said && said.expiresAt > Date.now();
    const send = (event) => {
        event.preventDefault();
        const found = tokenProblem(token);
        setProblem(found);
        if (found) {
            field.current.focus();
        } else if (!busy) {
            run(token);
        }
    };
    const shown = problem && (problem === 'expired' && said && !good
        ? text('expired_at', { when: format.moment(said.expiresAt) }) : reasons(problem));
    const failure = error && (/^token_/.test(error.code) ? reasons(error.code) : text('failed', { why: error.message }));
    return html`
        <form onSubmit=${send} class="token-form">
            <label for=${id}>${text('token')}</label>
            <textarea id=${id} ref=${field} class="mono" rows="4" value=${pasted} placeholder="eyJhbGciOi…"
                autocomplete="off" autocapitalize="off" spellcheck=${false} aria-invalid=${Boolean(problem)}
                aria-describedby=${`${id}-said`}
                onInput=${({ target }) => { setPasted(target.value); setProblem(null); }}
                onKeyDown=${(event) => event.key === 'Enter' && !event.shiftKey && send(event)}></textarea>
            <div id=${`${id}-said`} aria-live="polite">
                ${good && html`<p class="row said">
                    <span>${text('who', { user: said.user, left: format.duration(said.expiresAt - Date.now()) })}</span>
                    ${said.roles.length === 0 ? html`<${Chip}>${text('noRoles')}<//>`
                        : said.roles.map((role) => html`<${Chip}>${role}<//>`)}</p>`}
                ${(shown || failure) && html`<p class="problem" role="alert">${shown || failure}</p>`}
            </div>
            <p class="row">
                <button type="submit" class="primary" disabled=${busy} aria-busy=${busy}>
                    ${busy ? text('working') : label}</button>
                ${children}
            </p>
        </form>`;
}

/** A sentence with {names} in it, each shown as code. */
const withCode = (sentence, values) => sentence.split(/(\{\w+\})/)
    .map((part) => (part.startsWith('{') ? html`<code>${values[part.slice(1, -1)]}</code>` : part));

export function SignIn({ signIn, reason }) {
    const text = useText(words);
    useEffect(() => titlePage(`${text('title')} · Bookly Realtime`), [text('title')]);
    return html`
        <main class="sign-in">
            <div class="card">
                <p class="brand"><img src="icon.svg" alt="" width="36" height="36" />Bookly Realtime</p>
                <h1>${text('title')}</h1>
                <${TokenForm} submit=${signIn} label=${text('signIn')} reason=${reason} />
                <section class="how">
                    <h2>${text('how')}</h2>
                    <p>${withCode(text('how_run'), { run: 'make run' })}</p>
                    <p>${text('how_token')}</p>
                    <pre class="json" tabindex="0">make token USER=ana ROLES=GENERAL_ADMIN TTL=3600</pre>
                    <p>${withCode(text('how_role'), { admin: 'GENERAL_ADMIN', student: 'STUDENT' })}</p>
                    <p>${text('how_kept')}</p>
                </section>
            </div>
            <${PreferenceChoice} />
        </main>`;
}

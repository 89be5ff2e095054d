// Who is signed in, and until when: at the right of the top bar, and as a dialog when a new token is due.
import { html, useState } from './view.js';
import { useFormat, useText } from './text.js';
import { useConnection, useNow, useSession } from './live.js';
import { Icon } from './icons.js';
import { PreferenceChoice } from './preferences.js';
import { TokenForm } from './sign_in.js';
import { Chip, Dialog, Popover } from './ui.js';

const NEAR_MS = 5 * 60 * 1000;

const words = {
    es: {
        account: 'Cuenta', accountOf: 'Cuenta de {user}', user: 'Usuario', roles: 'Roles', none: 'ninguno',
        until: 'Válido hasta', left: 'quedan {left}', over: 'caducado',
        renew: 'Token nuevo…', signOut: 'Salir',
        renewTitle: 'Token nuevo', expiringTitle: 'La sesión termina pronto', expiredTitle: 'La sesión ha terminado',
        renewText: 'Pegue otro token. Si es del mismo usuario, la conexión sigue abierta y no se pierde nada; si es de '
            + 'otro, empieza una sesión nueva.',
        expiringText: 'Quedan {left}. Pegue un token nuevo para seguir: la conexión no se interrumpe.',
        expiredText: 'El token de {user} ha caducado. Pegue uno nuevo y todo sigue donde estaba.',
        goOn: 'Seguir', later: 'Más tarde',
    },
    en: {
        account: 'Account', accountOf: 'Account of {user}', user: 'User', roles: 'Roles', none: 'none',
        until: 'Good until', left: '{left} left', over: 'expired',
        renew: 'New token…', signOut: 'Sign out',
        renewTitle: 'New token', expiringTitle: 'The session ends soon', expiredTitle: 'The session has ended',
        renewText: 'Paste another token. The same user’s keeps the connection open and loses nothing; somebody '
            + 'else’s begins a new session.',
        expiringText: '{left} are left. Paste a new token to go on: the connection is not interrupted.',
        expiredText: 'The token of {user} has expired. Paste a new one, and everything goes on where it was.',
        goOn: 'Go on', later: 'Later',
    },
};

/** When the token ends; near its end as a countdown. */
function Until({ expiresAt }) {
    const text = useText(words);
    const format = useFormat();
    const left = expiresAt - useNow(1000);
    return html`${format.moment(expiresAt)}<br /><span class="soft">
        ${left > 0 ? text('left', { left: format.duration(left) }) : text('over')}</span>`;
}

function Countdown({ expiresAt }) {
    const text = useText(words);
    const format = useFormat();
    const left = expiresAt - useNow(1000);
    return left < NEAR_MS && html`<${Chip} kind=${left > 0 ? 'warn' : 'bad'}>
        ${left > 0 ? format.duration(left) : text('over')}<//>`;
}

/** Asks for a token: why is 'renew' (the user wants to), 'expiring' or 'expired' (the client needs it). */
function RenewDialog({ why, renew, close, signOut }) {
    const text = useText(words);
    const format = useFormat();
    const { user, expiresAt } = useSession();
    const ms = expiresAt - useNow(1000);
    const left = format.duration(ms);
    const over = why === 'expired' || (why === 'expiring' && ms <= 0); // it ended while the dialog was open
    const said = over ? 'expired' : why;
    return html`
        <${Dialog} title=${text(`${said}Title`)} onClose=${over ? () => {} : close}>
            <p>${text(`${said}Text`, { left, user })}</p>
            <${TokenForm} submit=${renew} label=${text('goOn')}>
                ${!over && html`<button type="button" onClick=${close}>${text('later')}</button>`}
                <button type="button" onClick=${signOut}>${text('signOut')}</button>
            <//>
        <//>`;
}

export function Account({ asked, renew, later, signOut }) {
    const text = useText(words);
    const { user, roles, expiresAt } = useSession();
    const { status } = useConnection();
    const [wanted, setWanted] = useState(false);
    const why = status === 'expired' ? 'expired' : asked ?? (wanted ? 'renew' : null);
    const close = () => { setWanted(false); later(); };
    return html`
        <${Popover} kind="quiet account" title=${text('account')} label=${text('accountOf', { user })}
            shown=${html`<${Icon} name="user" /><span class="clip">${user}</span>
                <${Countdown} expiresAt=${expiresAt} />`}>
            ${(hide) => html`
                <dl>
                    <dt>${text('user')}</dt><dd><strong>${user}</strong></dd>
                    <dt>${text('roles')}</dt><dd class="row">
                        ${roles.length === 0 ? text('none') : roles.map((role) => html`<${Chip}>${role}<//>`)}</dd>
                    <dt>${text('until')}</dt><dd><${Until} expiresAt=${expiresAt} /></dd>
                </dl>
                <${PreferenceChoice} />
                <p class="row">
                    <button type="button" onClick=${() => { hide(); setWanted(true); }}>${text('renew')}</button>
                    <button type="button" onClick=${() => signOut()}>${text('signOut')}</button>
                </p>`}
        <//>
        ${why && html`<${RenewDialog} key=${why} why=${why} close=${close} signOut=${() => signOut()}
            renew=${async (token) => { await renew(token); setWanted(false); }} />`}`;
}

// The site: signed out it asks for a token, signed in it shows one page at a time, named in the address (#/events).
import { connect } from '../bookly.js';
import { io } from '../vendor/socket.io.js';
import { html, render, useEffect, useMemo, useState } from './view.js';
import { firstLanguage, keepLanguage, Language } from './text.js';
import { firstToken, keepToken, readToken } from './session.js';
import { Client } from './live.js';
import { Shell } from './shell.js';
import { SignIn } from './sign_in.js';

function Site() {
    const [language, setLanguage] = useState(firstLanguage);
    const [token, setToken] = useState(firstToken);
    const [reason, setReason] = useState(null);
    const client = useMemo(() => (token && readToken(token) ? connect({ url: location.origin, token, io }) : null),
        [token]);

    useEffect(() => {
        document.documentElement.lang = language;
        keepLanguage(language);
    }, [language]);
    useEffect(() => client && (() => client.close()), [client]);

    const signIn = (next) => { setReason(null); keepToken(next); setToken(next); };
    const signOut = (why = null) => { setReason(why); keepToken(null); setToken(null); };
    /** The same user's next token, on the connection that is open; another user's makes a new one. */
    const renew = async (next) => {
        if (readToken(next)?.user !== readToken(token).user) {
            signIn(next);
            return;
        }
        await client.setToken(next);
        keepToken(next);
    };
    return html`
        <${Language.Provider} value=${language}>
            ${client ? html`
                <${Client.Provider} value=${client}>
                    <${Shell} key=${token} renew=${renew} signOut=${signOut} setLanguage=${setLanguage} />
                <//>` : html`
                <${SignIn} signIn=${signIn} reason=${reason} setLanguage=${setLanguage} />`}
        <//>`;
}

render(html`<${Site} />`, document.getElementById('app'));

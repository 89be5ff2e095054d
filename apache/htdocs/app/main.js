// The site: signed out it asks for a token, signed in it shows one page at a time, named in the address (#/events).
import { connect } from '../bookly.js';
import { io } from '../vendor/socket.io.js';
import { html, render, useCallback, useEffect, useMemo, useRef, useState } from './view.js';
import { Language } from './text.js';
import { firstSession, keepToken, readToken, takeLinkToken, tokenProblem } from './session.js';
import { Client, Session } from './live.js';
import { Preferences, usePreferences } from './preferences.js';
import { Shell } from './shell.js';
import { SignIn } from './sign_in.js';

/**
 * Who is signed in, and the client of that session. A session is {id, token, reason}: the same user's next token stays
 * in it, and on its connection. asked: why the client wants such a token ('expiring', 'expired'), null when it doesn't.
 */
function useSignedIn() {
    const [session, setSession] = useState(() => ({ id: 1, ...firstSession() }));
    const [asked, setAsked] = useState(null);
    const waiting = useRef(() => {});
    const answer = useCallback((token) => {
        waiting.current(token);
        waiting.current = () => {};
        setAsked(null);
    }, []);
    const begin = useCallback((token, reason = null) => {
        answer(null);
        keepToken(null);
        keepToken(token);
        setSession(({ id }) => ({ id: id + 1, token, reason }));
    }, []);
    const client = useMemo(() => {
        const ask = (why) => new Promise((resolve) => {
            if (why === 'expired' && made.state.expiresAt > Date.now()) {
                resolve(null); // refused for another reason: signed out, with that reason
                return;
            }
            waiting.current(null);
            waiting.current = resolve;
            setAsked(why);
        });
        const made = session.token && connect({ url: location.origin, token: session.token, io, onToken: ask });
        return made;
    }, [session.id]);
    useEffect(() => client && (() => client.close()), [client]);
    useEffect(() => { // a sign-in link that was opened in this tab
        const changed = () => {
            const token = takeLinkToken();
            if (token !== null) {
                begin(tokenProblem(token) ? null : token, tokenProblem(token));
            }
        };
        addEventListener('hashchange', changed);
        return () => removeEventListener('hashchange', changed);
    }, []);
    const renew = async (token) => {
        if (readToken(token).user !== readToken(session.token).user) {
            begin(token);
            return;
        }
        await client.setToken(token);
        keepToken(token);
        setSession((now) => ({ ...now, token }));
        answer(token);
    };
    const signOut = (why) => begin(null, why);
    return { session, client, asked, renew, later: () => answer(null), signIn: begin, signOut };
}

function Site() {
    const preferences = usePreferences();
    const { session, client, asked, renew, later, signIn, signOut } = useSignedIn();
    const who = useMemo(() => session.token && readToken(session.token), [session.token]);
    return html`
        <${Preferences.Provider} value=${preferences}>
            <${Language.Provider} value=${preferences.language}>
                ${client ? html`
                    <${Client.Provider} value=${client}><${Session.Provider} value=${who}>
                        <${Shell} key=${session.id} asked=${asked} renew=${renew} later=${later} signOut=${signOut} />
                    <//><//>` : html`
                    <${SignIn} signIn=${signIn} reason=${session.reason} />`}
            <//>
        <//>`;
}

render(html`<${Site} />`, document.getElementById('app'));

// Who is signed in: a token that somebody pasted or that came in the fragment of a sign-in link. It stays in this tab
// (sessionStorage) and is never part of an address that goes to a server.
const KEPT = 'bookly.token';

/** What a token says of itself, unverified: the server decides. null: not a JWT that has a user and an end. */
export function readToken(token) {
    try {
        const [head, payload, signature, more] = token.split('.');
        if (!head || !signature || more !== undefined) {
            return null;
        }
        const bytes = Uint8Array.from(atob(payload.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
        const { sub, exp, roles } = JSON.parse(new TextDecoder().decode(bytes));
        return typeof sub === 'string' && sub && Number.isFinite(exp)
            ? { user: sub, expiresAt: exp * 1000, roles: Array.isArray(roles) ? roles : [] } : null;
    } catch {
        return null;
    }
}

/** The token in what somebody pasted: alone, as `TOKEN=…`, `Bearer …` or in quotes, broken by lines, or a link. */
export function findToken(pasted) {
    return pasted.replace(/\s+/g, ' ').replace(/^.*?\b(token=|bearer )/i, '').replace(/[\s"'`;,<>]/g, '');
}

/** Why a token can't be used, as far as can be seen from here: 'empty', 'not_jwt', 'expired', or null. */
export function tokenProblem(token) {
    if (!token) {
        return 'empty';
    }
    const said = readToken(token);
    if (!said) {
        return 'not_jwt';
    }
    return said.expiresAt <= Date.now() ? 'expired' : null;
}

/** The token of a sign-in link (#token=…), taken out of the address and the history; null without one. */
export function takeLinkToken() {
    const token = new URLSearchParams(location.hash.slice(1)).get('token');
    if (token !== null) {
        history.replaceState(null, '', location.pathname);
    }
    return token;
}

/** The session to begin with, {token, reason}: of a link, or the one kept in this tab. */
export function firstSession() {
    const token = takeLinkToken() ?? sessionStorage.getItem(KEPT);
    const reason = token === null ? null : tokenProblem(token);
    const session = { token: reason ? null : token, reason };
    keepToken(session.token);
    return session;
}

/** Keeps a token in this tab; null forgets all that the tab kept of a session. */
export function keepToken(token) {
    if (token) {
        sessionStorage.setItem(KEPT, token);
    } else {
        sessionStorage.clear();
    }
}

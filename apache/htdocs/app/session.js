// Who is signed in: a token that somebody pasted or that came in the fragment of a sign-in link. It stays in this tab
// (sessionStorage) and is never part of an address that goes to a server.
const KEPT = 'bookly.token';

/** What a token says of itself, unverified: the server decides. null: not a JWT. */
export function readToken(token) {
    try {
        const [, payload] = token.split('.');
        const bytes = Uint8Array.from(atob(payload.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
        const { sub, exp, roles = [] } = JSON.parse(new TextDecoder().decode(bytes));
        return typeof sub === 'string' && Number.isFinite(exp) ? { user: sub, expiresAt: exp * 1000, roles } : null;
    } catch {
        return null;
    }
}

/** The token of a sign-in link (#token=…), which then leaves the address and the history; or the one kept. */
export function firstToken() {
    const { token } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    if (token) {
        history.replaceState(null, '', location.pathname);
        keepToken(token);
    }
    return token ?? sessionStorage.getItem(KEPT);
}

export function keepToken(token) {
    if (token) {
        sessionStorage.setItem(KEPT, token);
    } else {
        sessionStorage.removeItem(KEPT);
    }
}

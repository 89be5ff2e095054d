// What a page shows stands in the address, so that it can be linked, bookmarked and gone back to: #/events?services=x
import { useEffect, useRef, useState } from './view.js';

/** The address of a page; values that are empty are left out. */
export function addressOf(page, query = {}) {
    const said = Object.entries(query).filter(([, value]) => value);
    return `#/${page}${said.length > 0 ? `?${new URLSearchParams(said)}` : ''}`;
}

/** To another address. replace: without a step for Back. */
export function go(page, query, { replace = false } = {}) {
    if (replace) {
        location.replace(addressOf(page, query));
    } else {
        location.hash = addressOf(page, query);
    }
}

const SETTLED_MS = 400;

/**
 * The fields of a page's filters: [values, set(name, value, wait), reset(values)]. They come from the address, and are
 * its query once nothing was typed for a moment (wait, in milliseconds).
 */
export function useAddressFields(page, query, names) {
    const told = Object.fromEntries(names.map((name) => [name, query[name] ?? '']));
    const key = JSON.stringify(told);
    const [values, setValues] = useState(told);
    const known = useRef(key);
    const patience = useRef(0);
    useEffect(() => { // a link or Back, not what was typed here
        if (key !== known.current) {
            known.current = key;
            setValues(told);
        }
    }, [key]);
    const wished = JSON.stringify(values);
    useEffect(() => {
        if (wished === known.current) {
            return undefined;
        }
        const timer = setTimeout(() => {
            known.current = wished;
            go(page, JSON.parse(wished), { replace: true });
        }, patience.current);
        return () => clearTimeout(timer);
    }, [page, wished]);
    const change = (next, wait) => {
        patience.current = wait;
        setValues(next);
    };
    const set = (name, value, wait = SETTLED_MS) => change((before) => ({ ...before, [name]: value }), wait);
    const reset = (next = {}) => change(Object.fromEntries(names.map((name) => [name, next[name] ?? ''])), 0);
    return [values, set, reset];
}

// The view library (Preact) and its template tag, bound once for all pages.
import { h } from '../vendor/preact.js';
import htm from '../vendor/htm.js';

export const html = htm.bind(h);
export { createContext, render } from '../vendor/preact.js';
export {
    useCallback, useContext, useEffect, useId, useLayoutEffect, useMemo, useReducer, useRef, useState,
} from '../vendor/hooks.js';

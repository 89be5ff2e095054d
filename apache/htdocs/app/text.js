// Words and figures in the reader's language. Each module brings its own words: {es: {key: 'text'}, en: {key: 'text'}},
// with {name} where a value goes.
import { createContext, useContext } from './view.js';

const KEPT = 'bookly.language';
export const LANGUAGES = { es: 'Español', en: 'English' };
export const Language = createContext('en');

export function firstLanguage() {
    const kept = localStorage.getItem(KEPT);
    const wished = [kept, ...navigator.languages].filter(Boolean).map((name) => name.slice(0, 2));
    return wished.find((name) => name in LANGUAGES) ?? 'en';
}

export function keepLanguage(language) {
    localStorage.setItem(KEPT, language);
}

/** The words of a dictionary in the reader's language: text('key', {name: value}). An unknown key shows itself. */
export function useText(dictionary) {
    const language = useContext(Language);
    return (key, values = {}) => (dictionary[language][key] ?? key)
        .replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** How times, numbers and durations are written in the reader's language. */
export function useFormat() {
    const language = useContext(Language);
    const number = (value, digits = 0) =>
        new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
    const time = (value) => new Intl.DateTimeFormat(language, {
        hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hour12: false,
    }).format(new Date(value));
    const moment = (value) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' })
        .format(new Date(value));
    return { number, time, moment, duration: (ms) => duration(ms, language) };
}

const UNITS = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];

/** The two largest units: "2 h 5 min". */
function duration(ms, language) {
    let left = Math.max(0, Math.round(ms / 1000));
    const first = UNITS.findIndex(([, size]) => left >= size);
    const shown = first < 0 ? UNITS.slice(-1) : UNITS.slice(first, first + 2);
    return shown.map(([unit, size]) => {
        const count = Math.floor(left / size);
        left -= count * size;
        return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'narrow' }).format(count);
    }).join(' ');
}

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

const made = new Map(); // a formatter costs more than what it formats

function formatter(Kind, language, options) {
    const key = `${Kind.name} ${language} ${JSON.stringify(options)}`;
    if (!made.has(key)) {
        made.set(key, new Kind(language, options));
    }
    return made.get(key);
}

const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };
const formats = Object.fromEntries(Object.keys(LANGUAGES).map((language) => {
    const date = (options) => (value) => formatter(Intl.DateTimeFormat, language, options).format(new Date(value));
    const number = (value, digits = 0) =>
        formatter(Intl.NumberFormat, language, { maximumFractionDigits: digits }).format(value);
    const unit = (value, name, digits = 0) => formatter(Intl.NumberFormat, language, {
        style: 'unit', unit: name, unitDisplay: 'narrow', maximumFractionDigits: digits,
    }).format(value);
    return [language, {
        number,
        unit,
        bytes: (value) => `${number(value / 1e6, value < 1e8 ? 1 : 0)} MB`,
        time: date({ ...CLOCK, fractionalSecondDigits: 3 }),
        clock: date(CLOCK),
        minute: date({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
        moment: date({ dateStyle: 'medium', timeStyle: 'medium' }),
        duration: (ms) => duration(ms, unit),
        age: (ms) => duration(ms, unit, ms < 3600000 ? 1 : 2),
    }];
}));

/**
 * How figures and times are written in the reader's language: number(value, digits), unit(value, 'second'),
 * bytes(value), time (with milliseconds), clock (seconds), minute, moment (date and time), duration(ms) to the
 * second, age(ms): the same, calmer.
 */
export const useFormat = () => formats[useContext(Language)];

const UNITS = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];

/** The largest units: "2h 5m". */
function duration(ms, unit, most = 2) {
    let left = Math.max(0, Math.round(ms / 1000));
    const first = UNITS.findIndex(([, size]) => left >= size);
    const shown = first < 0 ? UNITS.slice(-1) : UNITS.slice(first, first + most);
    return shown.map(([name, size]) => {
        const count = Math.floor(left / size);
        left -= count * size;
        return unit(count, name);
    }).join(' ');
}

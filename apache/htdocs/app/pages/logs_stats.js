// Figures of the log beside its list: the newest lines that the server looks at, whatever the filters.
import { html, useEffect, useState } from '../view.js';
import { useFormat, useText } from '../text.js';
import { useClient } from '../live.js';
import { LEVELS } from './logs_filter.js';
import { Level } from './logs_line.js';

const words = {
    es: {
        title: 'Las últimas {count} líneas', only: 'Ver solo {name}', services: 'Servicios', more: 'y {count} más',
        errors: 'Últimos errores', none: 'Ningún error',
    },
    en: {
        title: 'The newest {count} lines', only: 'Show only {name}', services: 'Services', more: 'and {count} more',
        errors: 'Recent errors', none: 'No errors',
    },
};
const EVERY_MS = 5000;
const SHARE = 50; // asking takes at most one part in so many of the time
const SERVICES = 8;

/** GET /logs/stats again and again while the tab is seen; null until there is an answer. */
function useStats() {
    const client = useClient();
    const [stats, setStats] = useState(null);
    useEffect(() => {
        const control = new AbortController();
        let timer = 0;
        const ask = async () => {
            const begun = performance.now();
            if (!document.hidden) {
                await client.rest('/notifications/logs/stats', { signal: control.signal })
                    .then(({ data }) => setStats(data), () => {}); // the badge says what is wrong; the next one may do
            }
            if (!control.signal.aborted) {
                timer = setTimeout(ask, Math.max(EVERY_MS, (performance.now() - begun) * SHARE));
            }
        };
        ask();
        return () => { control.abort(); clearTimeout(timer); };
    }, [client]);
    return stats;
}

function Bar({ count, total, label, kind = '', children, onClick }) {
    const { number } = useFormat();
    return html`
        <li><button type="button" class="quiet logs-bar" title=${label} onClick=${onClick}>
            <span class="grow clip">${children}</span><span class="count">${number(count)}</span>
            <span class="line-of"><span class=${`part ${kind}`}
                style=${{ width: `${total > 0 ? (100 * count) / total : 0}%` }} /></span>
        </button></li>`;
}

/** onFilter({level} or {service}): to see only these; onOpen(entry): one line in detail. */
export function Stats({ onFilter, onOpen }) {
    const text = useText(words);
    const { number, time } = useFormat();
    const stats = useStats();
    if (!stats) {
        return html`<aside class="card logs-stats" aria-busy="true"><span class="busy" /></aside>`;
    }
    const { total, byLevel, byService, recentErrors } = stats;
    const services = Object.entries(byService);
    return html`
        <aside class="card logs-stats" aria-label=${text('title', { count: number(total) })}>
            <h2>${text('title', { count: number(total) })}</h2>
            <ul>${LEVELS.map((level) => html`
                <${Bar} count=${byLevel[level]} total=${total} kind=${level} label=${text('only', { name: level })}
                    onClick=${() => onFilter({ level, minLevel: '' })}><${Level} level=${level} /><//>`)}</ul>
            <h3>${text('services')}</h3>
            <ul>${services.slice(0, SERVICES).map(([service, count]) => html`
                <${Bar} key=${service} count=${count} total=${total} label=${text('only', { name: service })}
                    onClick=${() => onFilter({ service })}>${service}<//>`)}
                ${services.length > SERVICES && html`
                    <li class="soft small">${text('more', { count: number(services.length - SERVICES) })}</li>`}</ul>
            <h3>${text('errors')}</h3>
            ${recentErrors.length === 0 && html`<p class="soft">${text('none')}</p>`}
            <ul>${recentErrors.map((entry) => html`
                <li key=${entry.id}><button type="button" class="quiet logs-error" onClick=${() => onOpen(entry)}>
                    <span class="soft small mono">${time(entry.timestamp)}</span>
                    <span class="clip">${entry.service}: ${entry.message.slice(0, 200)}</span>
                </button></li>`)}</ul>
        </aside>`;
}

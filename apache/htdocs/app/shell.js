// The frame around all pages: menu, connection badge, bell, who is signed in.
import { html, useEffect, useRef, useState } from './view.js';
import { useText } from './text.js';
import { useAllowed, useConnection } from './live.js';
import { KeepMetrics } from './metrics.js';
import { Icon } from './icons.js';
import { PAGES } from './pages.js';
import { Badge } from './badge.js';
import { Bell } from './bell.js';
import { titlePage } from './title.js';
import { Account } from './account.js';

export const words = {
    es: {
        'overview': 'Resumen', 'events': 'Eventos', 'dead-letters': 'Fallidos', 'notifications': 'Avisos',
        'logs': 'Logs', 'pages': 'Páginas', 'skip': 'Ir al contenido',
        'waiting': 'Preguntando al servidor qué puede ver…', 'nothing': 'Sus roles no permiten ver ninguna página.',
    },
    en: {
        'overview': 'Overview', 'events': 'Events', 'dead-letters': 'Dead letters', 'notifications': 'Notifications',
        'logs': 'Logs', 'pages': 'Pages', 'skip': 'Skip to the content',
        'waiting': 'Asking the server what you may see…', 'nothing': 'Your roles do not allow any page.',
    },
};

/** The page that the address names: #/events?id=7 is ['events', {id: '7'}]. */
function useRoute() {
    const read = () => {
        const [name, query] = location.hash.replace(/^#\/?/, '').split('?');
        return [name, Object.fromEntries(new URLSearchParams(query))];
    };
    const [route, setRoute] = useState(read);
    useEffect(() => {
        const changed = () => setRoute(read());
        addEventListener('hashchange', changed);
        return () => removeEventListener('hashchange', changed);
    }, []);
    return route;
}

/** The page, or why there is none yet. */
function Content({ page, query, allowed }) {
    const text = useText(words);
    if (page) {
        return html`<${page.Page} query=${query} key=${page.name} />`;
    }
    return html`<p class="empty" role="status">
        ${allowed ? text('nothing') : html`<span class="busy"></span> ${text('waiting')}`}</p>`;
}

export function Shell({ asked, renew, later, signOut }) {
    const text = useText(words);
    const allowed = useAllowed();
    const [name, query] = useRoute();
    const { status, error } = useConnection();
    const shown = PAGES.filter(({ channel }) => allowed?.includes(channel));
    const page = shown.find((each) => each.name === name) ?? shown[0];
    const title = page ? text(page.name) : '';
    const content = useRef(null);
    const opened = useRef(null);
    useEffect(() => { // a token that can never succeed
        if (status === 'refused') {
            signOut(error?.code ?? 'refused');
        }
    }, [status]);
    useEffect(() => {
        titlePage(`${title ? `${title} · ` : ''}Bookly Realtime`);
    }, [title]);
    useEffect(() => { // another page was chosen: a screen reader and the keyboard go there
        if (opened.current && page && opened.current !== page) {
            content.current.focus();
            scrollTo(0, 0);
        }
        opened.current = page ?? opened.current;
    }, [page]);
    return html`
        <a class="skip" href="#content" onClick=${(event) => {
            event.preventDefault();
            content.current.focus();
        }}>${text('skip')}</a>
        <${KeepMetrics} allowed=${allowed} />
        <header class="top">
            <span class="brand"><img src="icon.svg" alt="" width="26" height="26" /><b>Bookly Realtime</b></span>
            <nav aria-label=${text('pages')}>
                ${shown.map((each) => html`<a href=${`#/${each.name}`}
                    aria-current=${each === page ? 'page' : undefined}>
                    <${Icon} name=${each.name} /><span>${text(each.name)}</span></a>`)}
            </nav>
            <span class="tools">
                <${Badge} />
                ${allowed?.includes('notifications') && html`<${Bell} />`}
                <${Account} asked=${asked} renew=${renew} later=${later} signOut=${signOut} />
            </span>
        </header>
        <main id="content" tabindex="-1" ref=${content}>
            <${Content} page=${page} query=${query} allowed=${allowed} />
        </main>`;
}

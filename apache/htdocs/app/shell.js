// The frame around all pages: menu, connection badge, bell, who is signed in.
import { html, useEffect, useState } from './view.js';
import { LANGUAGES, useText } from './text.js';
import { useAllowed, useConnection } from './live.js';
import { Icon } from './icons.js';
import { PAGES } from './pages.js';
import { Badge } from './badge.js';
import { Bell } from './bell.js';
import { titlePage } from './title.js';
import { Account } from './account.js';

export const words = {
    es: {
        'overview': 'Resumen', 'events': 'Eventos', 'dead-letters': 'Fallidos', 'notifications': 'Avisos',
        'logs': 'Logs', 'pages': 'Páginas', 'skip': 'Ir al contenido', 'language': 'Idioma',
    },
    en: {
        'overview': 'Overview', 'events': 'Events', 'dead-letters': 'Dead letters', 'notifications': 'Notifications',
        'logs': 'Logs', 'pages': 'Pages', 'skip': 'Skip to the content', 'language': 'Language',
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

export function LanguageChoice({ setLanguage }) {
    const text = useText(words);
    return html`<span class="languages" role="group" aria-label=${text('language')}>
        ${Object.entries(LANGUAGES).map(([name, shown]) => html`
            <button type="button" class="quiet" lang=${name} title=${shown} onClick=${() => setLanguage(name)}>
                ${name.toUpperCase()}</button>`)}
    </span>`;
}

export function Shell({ renew, signOut, setLanguage }) {
    const text = useText(words);
    const allowed = useAllowed();
    const [name, query] = useRoute();
    const { status } = useConnection();
    useEffect(() => { // a token that can never succeed
        if (status === 'refused') {
            signOut('refused');
        }
    }, [status]);
    const shown = PAGES.filter(({ channel }) => allowed?.includes(channel));
    const page = shown.find((each) => each.name === name) ?? shown[0];
    useEffect(() => {
        titlePage(`${page ? `${text(page.name)} · ` : ''}Bookly Realtime`);
    }, [page, text('overview')]);
    return html`
        <a class="skip" href="#content" onClick=${(event) => {
            event.preventDefault();
            document.getElementById('content').focus();
        }}>${text('skip')}</a>
        <header class="top">
            <span class="brand"><img src="icon.svg" alt="" width="24" height="24" /><b>Bookly Realtime</b></span>
            <nav aria-label=${text('pages')}>
                ${shown.map((each) => html`<a href=${`#/${each.name}`}
                    aria-current=${each === page ? 'page' : undefined}>
                    <${Icon} name=${each.name} />${text(each.name)}</a>`)}
            </nav>
            <span class="tools">
                <${Badge} />
                <${Bell} />
                <${LanguageChoice} setLanguage=${setLanguage} />
                <${Account} renew=${renew} signOut=${() => signOut()} />
            </span>
        </header>
        <main id="content" tabindex="-1">${page && html`<${page.Page} query=${query} key=${page.name} />`}</main>`;
}

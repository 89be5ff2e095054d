// Which categories the reader has muted: the server then neither writes, shows, counts nor pushes them.
import { html, useEffect, useId, useState } from '../view.js';
import { useText } from '../text.js';
import { useClient } from '../live.js';
import { Problem } from '../ui.js';
import { tellTabs, useInbox } from '../inbox.js';
import { CATEGORIES, words as parts } from './notifications_parts.js';

const words = {
    es: {
        title: 'Categorías silenciadas', why: 'Lo silenciado no llega, no se muestra y no cuenta.', retry: 'Reintentar',
        saved: 'Guardado', saving: 'Guardando…',
    },
    en: {
        title: 'Muted categories', why: 'What is muted does not arrive, is not shown and does not count.',
        retry: 'Try again', saved: 'Saved', saving: 'Saving…',
    },
};

export function Muted() {
    const text = useText(words);
    const named = useText(parts);
    const client = useClient();
    const { version } = useInbox(); // another tab's choice raises it
    const id = useId();
    const [muted, setMuted] = useState(null);
    const [state, setState] = useState({ saving: false, saved: false, error: null });
    const load = () => client.notifications.preferences().then(({ mutedCategories }) => {
        setMuted(mutedCategories);
        setState((now) => ({ ...now, error: null }));
    }, (error) => setState({ saving: false, saved: false, error }));
    useEffect(() => {
        load();
    }, [client, version]);

    const toggle = async (category) => {
        const before = muted;
        const next = before.includes(category) ? before.filter((each) => each !== category) : [...before, category];
        setMuted(next);
        setState({ saving: true, saved: false, error: null });
        try {
            const answer = await client.notifications.mute(next);
            setMuted(answer.mutedCategories);
            setState({ saving: false, saved: true, error: null });
            tellTabs(client.state.user);
        } catch (error) {
            setMuted(before);
            setState({ saving: false, saved: false, error });
        }
    };
    return html`
        <details class="card muted" open=${matchMedia('(min-width: 64rem)').matches}>
            <summary id=${id}>${text('title')}${muted?.length > 0 && ` (${muted.length})`}</summary>
            <p class="soft small">${text('why')}</p>
            <div role="group" aria-labelledby=${id}>${muted && CATEGORIES.map((category) => html`
                <label key=${category}><input type="checkbox" checked=${muted.includes(category)}
                    disabled=${state.saving} onChange=${() => toggle(category)} /> ${named(`category:${category}`)}</label>`)}
            </div>
            <p class="soft small" role="status">${(state.saving && text('saving')) || (state.saved && text('saved')) || ''}</p>
            <${Problem} error=${state.error} />
            ${state.error && html`<button type="button" onClick=${load}>${text('retry')}</button>`}
        </details>`;
}

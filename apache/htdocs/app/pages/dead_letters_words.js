// The states of a dead letter in words, the colour that goes with each, and who may act on one.
import { html } from '../view.js';
import { useSession } from '../live.js';
import { useText } from '../text.js';

export const STATUS = {
    es: { pending: 'pendiente', retrying: 'en reintento', failed: 'fallido', resolved: 'resuelto' },
    en: { pending: 'pending', retrying: 'retrying', failed: 'failed', resolved: 'resolved' },
    kinds: { pending: 'warn', retrying: '', failed: 'bad', resolved: 'good' },
};

const words = {
    es: { why: 'Para actuar sobre la cola se necesita el rol GENERAL_ADMIN.' },
    en: { why: 'Acting on the queue needs the role GENERAL_ADMIN.' },
};

export const useOperator = () => useSession().roles.includes('GENERAL_ADMIN');

/** Why there is nothing to press; nothing for who may. */
export function WhyNot() {
    const text = useText(words);
    return !useOperator() && html`<span class="soft small">${text('why')}</span>`;
}

// A line of the log as it stands in the list.
import { html } from '../view.js';
import { useFormat } from '../text.js';
import { Chip } from '../ui.js';

const KINDS = { error: 'bad', warn: 'warn', info: '', debug: 'plain' };
const SHOWN = 400; // characters of a message, which may have 32,000

export const Level = ({ level }) => html`<${Chip} kind=${`level ${KINDS[level]}`}>${level}<//>`;

export function Line({ entry }) {
    const { time, moment } = useFormat();
    const { timestamp, level, service, context, message } = entry;
    return html`
        <time class="mono soft" datetime=${timestamp} title=${moment(timestamp)}>${time(timestamp)}</time>
        <${Level} level=${level} />
        <span class="logs-service clip">${service}</span>
        <span class="logs-message clip">${context && html`<span class="soft">${context} · </span>`}${
            message.slice(0, SHOWN)}</span>`;
}

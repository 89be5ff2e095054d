// A line of the log as it stands in the list.
import { html } from '../view.js';
import { Chip } from '../ui.js';
import { When } from './feed.js';

const KINDS = { error: 'bad', warn: 'warn', info: '', debug: 'plain' };
const SHOWN = 400; // characters of a message, which may have 32,000

export const Level = ({ level }) => html`<${Chip} kind=${`level ${KINDS[level]}`}>${level}<//>`;

export function Line({ entry }) {
    const { timestamp, level, service, context, message } = entry;
    return html`
        <${When} time=${timestamp} />
        <${Level} level=${level} />
        <span class="logs-service clip">${service}</span>
        <span class="logs-message clip">${context && html`<span class="soft">${context} · </span>`}${
            message.slice(0, SHOWN)}</span>`;
}

// What the list of the log shows, to take along: copied as text, or as a file of JSON lines; the oldest line first.
import { html } from '../view.js';
import { useText } from '../text.js';
import { Copy } from '../clipboard.js';

const words = {
    es: { copy: 'Copiar', download: 'Descargar' },
    en: { copy: 'Copy', download: 'Download' },
};
const FREED_MS = 10000; // the browser has begun to write by then

const textOf = ({ timestamp, level, service, context, message, stack }) =>
    `${timestamp} ${level.toUpperCase().padEnd(5)} ${service}${context ? ` [${context}]` : ''} ${message}\n${
        stack ? `${stack}\n` : ''}`;

function download(rows) {
    const lines = rows.toReversed().map((entry) => `${JSON.stringify(entry)}\n`);
    const url = URL.createObjectURL(new Blob(lines, { type: 'application/x-ndjson' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `logs-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.ndjson`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), FREED_MS);
}

export function Export({ rows }) {
    const text = useText(words);
    return html`
        <${Copy} label=${text('copy')} disabled=${rows.length === 0} make=${() => rows.toReversed().map(textOf).join('')} />
        <button type="button" disabled=${rows.length === 0} onClick=${() => download(rows)}>${text('download')}</button>`;
}

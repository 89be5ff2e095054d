// One line of the log in detail.
import { html } from '../view.js';
import { useFormat, useText } from '../text.js';
import { Dialog, Json } from '../ui.js';
import { Copy } from '../clipboard.js';
import { Level } from './logs_line.js';

const words = {
    es: {
        title: 'Línea del log', time: 'Hora', level: 'Nivel', service: 'Servicio', context: 'Contexto', id: 'Id',
        message: 'Mensaje', metadata: 'Metadatos', stack: 'Pila de llamadas', copy: 'Copiar JSON',
    },
    en: {
        title: 'Line of the log', time: 'Time', level: 'Level', service: 'Service', context: 'Context', id: 'Id',
        message: 'Message', metadata: 'Metadata', stack: 'Stack', copy: 'Copy JSON',
    },
};

export function Entry({ entry, onClose }) {
    const text = useText(words);
    const { moment, time } = useFormat();
    const { id, timestamp, level, service, context, message, metadata, stack } = entry;
    return html`
        <${Dialog} title=${text('title')} side onClose=${onClose}>
            <dl>
                <dt>${text('time')}</dt><dd title=${timestamp}>${moment(timestamp)} <span class="soft mono">
                    ${time(timestamp)}</span></dd>
                <dt>${text('level')}</dt><dd><${Level} level=${level} /></dd>
                <dt>${text('service')}</dt><dd>${service}</dd>
                ${context && html`<dt>${text('context')}</dt><dd>${context}</dd>`}
                <dt>${text('id')}</dt><dd class="mono">${id}</dd>
            </dl>
            <h3>${text('message')}</h3>
            <pre class="json" tabindex="0">${message}</pre>
            ${metadata !== null && html`<h3>${text('metadata')}</h3><${Json} value=${metadata} />`}
            ${stack && html`<h3>${text('stack')}</h3><pre class="json stack" tabindex="0">${stack}</pre>`}
            <p class="row end"><${Copy} label=${text('copy')} make=${() => JSON.stringify(entry, null, 2)} /></p>
        <//>`;
}

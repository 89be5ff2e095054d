// The connection badge: what the client's state says, in a word, and in sentences when it is opened.
import { html, useEffect, useRef, useState } from './view.js';
import { useFormat, useText } from './text.js';
import { useConnection, useNow } from './live.js';
import { Popover } from './ui.js';

const QUIET_MS = 1500; // a state that does not last that long is not read out

const words = {
    es: {
        title: 'Conexión', label: 'Conexión: {state}',
        websocket: 'WebSocket', polling: 'Long polling', sse: 'SSE', rest: 'Sondeo REST',
        live: 'En vivo', connecting: 'Conectando…', stalled: 'Sin base de datos', offline: 'Sin conexión',
        refused: 'Rechazado', expired: 'Token caducado', closed: 'Cerrada', gap: 'con huecos',
        websocket_text: 'Los mensajes llegan cuando ocurren, por un WebSocket.',
        polling_text: 'Los mensajes llegan cuando ocurren, por long polling de HTTP: no hay (todavía) un WebSocket.',
        sse_text: 'Los mensajes llegan cuando ocurren, como Server-Sent Events: Socket.IO no consiguió conectar.',
        rest_text: 'No hay conexión en vivo: se pregunta al servidor por REST cada pocos segundos. Los mensajes llegan '
            + 'algo más tarde y no se pierde ninguno. La conexión en vivo se intenta de nuevo por sí sola.',
        connecting_text: 'Se está abriendo la conexión.',
        stalled_text: 'La conexión está abierta, pero la base de datos del servidor no responde. Lo que pase mientras '
            + 'tanto llegará cuando vuelva.',
        offline_text: 'No se llega al servidor. Se intenta de nuevo por sí solo; lo que pase mientras tanto llegará '
            + 'al volver.',
        refused_text: 'El servidor rechazó el token.',
        expired_text: 'El token ha caducado. Con uno nuevo todo sigue donde estaba.',
        closed_text: 'La conexión se cerró.',
        transport: 'Transporte', none: 'ninguno', session: 'Esta conexión',
        recovered: 'Reanudada: siguió donde terminó la anterior', fresh: 'Nueva: empezó desde cero',
        missed: 'Mensajes perdidos', missedNone: 'Ninguno',
        missedSome: '{gaps} huecos que el servidor ya no pudo llenar',
        missedOne: 'Un hueco que el servidor ya no pudo llenar',
        since: 'Así desde', ago: '{clock}, hace {left}', why: 'Motivo',
    },
    en: {
        title: 'Connection', label: 'Connection: {state}',
        websocket: 'WebSocket', polling: 'Long polling', sse: 'SSE', rest: 'REST polling',
        live: 'Live', connecting: 'Connecting…', stalled: 'Database away', offline: 'Offline',
        refused: 'Refused', expired: 'Token expired', closed: 'Closed', gap: 'with gaps',
        websocket_text: 'Messages arrive as they happen, over a WebSocket.',
        polling_text: 'Messages arrive as they happen, over HTTP long polling: there is no WebSocket (yet).',
        sse_text: 'Messages arrive as they happen, as Server-Sent Events: Socket.IO did not get through.',
        rest_text: 'There is no live connection: the server is asked over REST every few seconds. Messages arrive a '
            + 'little later, and none is lost. A live connection is tried again by itself.',
        connecting_text: 'The connection is being opened.',
        stalled_text: 'The connection is open, but the server’s database does not answer. What happens meanwhile '
            + 'arrives when it is back.',
        offline_text: 'The server can’t be reached. It is tried again by itself; what happens meanwhile arrives then.',
        refused_text: 'The server refused the token.',
        expired_text: 'The token has expired. With a new one everything goes on where it was.',
        closed_text: 'The connection was closed.',
        transport: 'Transport', none: 'none', session: 'This connection',
        recovered: 'Resumed: it went on where the last one ended', fresh: 'Fresh: it began anew',
        missed: 'Messages missed', missedNone: 'None',
        missedSome: '{gaps} gaps that the server could no longer fill',
        missedOne: 'One gap that the server could no longer fill',
        since: 'Like this since', ago: '{clock}, {left} ago', why: 'Reason',
    },
};

/** What a state is called, and how good it is: [key of its words, kind]. */
function nameOf({ status, transport, gaps, expiresAt }) {
    if (status === 'connecting' && expiresAt < Date.now()) {
        return ['expired', 'bad']; // the client waits for a new token
    }
    if (status !== 'connected') {
        return [status, ['connecting', 'stalled'].includes(status) ? 'warn' : 'bad'];
    }
    return [transport, transport === 'rest' || gaps > 0 ? 'warn' : 'good'];
}

/** The words, once they have stood for a moment: what a screen reader is told. */
function useSettled(shown) {
    const [settled, setSettled] = useState('');
    const first = useRef(true);
    useEffect(() => {
        const timer = setTimeout(() => {
            setSettled(first.current ? '' : shown); // how it began is on the page to be read
            first.current = false;
        }, QUIET_MS);
        return () => clearTimeout(timer);
    }, [shown]);
    return settled;
}

function Since({ since }) {
    const text = useText(words);
    const format = useFormat();
    const now = useNow(1000);
    return text('ago', { clock: format.clock(since), left: format.duration(Math.max(0, now - since)) });
}

export function Badge() {
    const text = useText(words);
    const state = useConnection();
    const { status, transport, recovered, gaps, since, error } = state;
    const [name, kind] = nameOf(state);
    const live = status === 'connected' && transport !== 'rest';
    const missed = [text('missedNone'), text('missedOne')][gaps] ?? text('missedSome', { gaps });
    const shown = [live && text('live'), text(name), gaps > 0 && text('gap')].filter(Boolean).join(' · ');
    const settled = useSettled(shown);
    return html`
        <${Popover} kind=${`badge ${kind}`} title=${text('title')} label=${text('label', { state: shown })}
            shown=${html`<i class="dot"></i>${live && html`<span class="word">${text('live')} · </span>`}
                <span>${text(name)}</span>${gaps > 0 && html`<span> · ${text('gap')}</span>`}`}>
            ${() => html`
                <p>${text(`${name}_text`)}</p>
                <dl>
                    <dt>${text('transport')}</dt><dd>${text(transport ?? 'none')}</dd>
                    ${['connected', 'stalled'].includes(status) && html`
                        <dt>${text('session')}</dt><dd>${text(recovered ? 'recovered' : 'fresh')}</dd>`}
                    <dt>${text('missed')}</dt><dd>${missed}</dd>
                    <dt>${text('since')}</dt><dd><${Since} since=${since} /></dd>
                    ${error && html`<dt>${text('why')}</dt><dd>${error.message}</dd>`}
                </dl>`}
        <//>
        <span class="unseen" role="status">${settled && text('label', { state: settled })}</span>`;
}

// A long list: rows stand where they belong, and only those in sight exist.
import { html, useEffect, useLayoutEffect, useRef, useState } from './view.js';
import { useText } from './text.js';

const words = {
    es: { empty: 'Nada por ahora', up: 'Al principio', keys: 'Flechas: otra fila. Intro: abrir.' },
    en: { empty: 'Nothing yet', up: 'To the top', keys: 'Arrow keys: another row. Enter: open.' },
};

const SPARE = 8; // rows drawn beyond what is seen

/** How many rows a key goes; page: as many as fit. */
const stepOf = (key, page) => ({
    ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity,
})[key];

/**
 * The one row that Tab reaches (10,000 stops would be none), and the keys that go on from it.
 * → {stop: its place, onKeyDown, onFocus(item)}
 */
function useRows({ rows, height, box, measure, inSight }) {
    const [chosen, setChosen] = useState(null); // its id
    const going = useRef(false);
    const place = chosen === null ? -1 : rows.findIndex(({ id }) => id === chosen);
    const stop = place < 0 ? Math.min(inSight, rows.length - 1) : place;
    useLayoutEffect(() => {
        if (going.current) {
            going.current = false;
            box.current.querySelector('.line[tabindex="0"]')?.focus({ preventScroll: true });
        }
    });
    const onKeyDown = (event) => {
        const { scrollTop, clientHeight } = box.current;
        const step = stepOf(event.key, Math.max(1, Math.floor(clientHeight / height) - 1));
        if (step === undefined || !event.target.matches('.line') || event.ctrlKey || event.altKey || event.metaKey) {
            return;
        }
        event.preventDefault();
        const next = Math.min(rows.length - 1, Math.max(0, stop + step));
        const top = next * height;
        box.current.scrollTop = Math.min(top, Math.max(scrollTop, top + height - clientHeight));
        going.current = true;
        setChosen(rows[next].id);
        measure();
    };
    return { stop, onKeyDown, onFocus: (item) => setChosen(item.id) };
}

/**
 * rows: newest first, each with an id; height: pixels of a row; row(item): what stands in it; onOpen(item): a row is a
 * button then, and the arrow keys go from one to the next. New rows do not move what is being read: a list that is
 * scrolled down keeps its place and offers the way up. onEnd: called when its end is near; onAway(away): when it was
 * scrolled away from the top, or back; up: what the way up is called, offered even at the top; onUp: when it is taken.
 */
export function List({ rows, height, row, label, onEnd, onOpen, onAway, up, onUp }) {
    const text = useText(words);
    const box = useRef(null);
    const first = useRef(null);
    const [at, setAt] = useState({ top: 0, room: 600 });
    const measure = () => setAt({ top: box.current.scrollTop, room: box.current.clientHeight });
    useLayoutEffect(() => {
        const watcher = new ResizeObserver(measure);
        watcher.observe(box.current);
        return () => watcher.disconnect();
    }, []);
    useLayoutEffect(() => {
        const before = first.current;
        first.current = rows[0]?.id;
        const added = before === undefined ? 0 : rows.findIndex(({ id }) => id === before);
        if (added > 0 && box.current.scrollTop > height / 2) {
            box.current.scrollTop += added * height;
            measure();
        }
    }, [rows]);
    const from = Math.max(0, Math.floor(at.top / height) - SPARE);
    const until = Math.min(rows.length, Math.ceil((at.top + at.room) / height) + SPARE);
    const { stop, onKeyDown, onFocus } = useRows({ rows, height, box, measure, inSight: Math.ceil(at.top / height) });
    useEffect(() => {
        if (onEnd && rows.length > 0 && until >= rows.length - SPARE) {
            onEnd();
        }
    }, [until, rows.length]);
    const away = at.top > height / 2;
    useEffect(() => onAway?.(away), [away]);
    const toTop = () => {
        box.current.scrollTop = 0;
        box.current.focus(); // the button goes
        onUp?.();
    };
    // the row with the focus stays, wherever one scrolls: else the focus would be lost
    const drawn = Array.from({ length: Math.max(0, until - from) }, (_, index) => from + index);
    if (onOpen && stop >= 0 && stop < from) {
        drawn.unshift(stop);
    } else if (onOpen && stop >= until) {
        drawn.push(stop);
    }
    return html`
        <div class="list" ref=${box} onScroll=${measure} onKeyDown=${onKeyDown} role="region" aria-label=${label}
            tabindex=${onOpen && rows.length > 0 ? -1 : 0}>
            ${(up || at.top > height * 2) && html`<button type="button" class="up" onClick=${toTop}
                aria-label=${up ? undefined : text('up')}>${up ?? '↑'}</button>`}
            <ol style=${{ height: `${rows.length * height}px` }} aria-description=${onOpen ? text('keys') : undefined}>
                ${drawn.map((place) => html`
                    <li key=${rows[place].id} aria-setsize=${rows.length} aria-posinset=${place + 1}
                        style=${{ transform: `translateY(${place * height}px)`, height: `${height}px` }}>
                        ${onOpen ? html`<button type="button" class="line" tabindex=${place === stop ? 0 : -1}
                            onFocus=${() => onFocus(rows[place])} onClick=${() => onOpen(rows[place])}>
                            ${row(rows[place])}</button>` : html`<div class="line">${row(rows[place])}</div>`}
                    </li>`)}
            </ol>
            ${rows.length === 0 && html`<p class="empty">${text('empty')}</p>`}
        </div>`;
}

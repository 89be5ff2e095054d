// The tail of the log (app/pages/logs_tail.js) against a server that is made up: lines are committed out of their order,
// come in bursts, and everything else happens in between, by chance. Whatever happens, the view is a run without hole
// or repeat, and what was not kept can be read. It runs in the page, where the module is at home.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { withBrowser } from './support/browser.mjs';

/** One story. → {checks, missed, problem: what went wrong, in words, or null} */
async function story(seed) {
    const { Tail } = await import('/app/pages/logs_tail.js');
    const CEILING = 2000;
    const LOOKED_AT = [300, 1500, 100000][seed % 3]; // LOG_BUFFER_SIZE
    let state = seed;
    const chance = () => {
        state = (state * 1664525 + 1013904223) % 4294967296;
        return state / 4294967296;
    };
    const below = (number) => Math.floor(chance() * number);
    const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

    const stream = []; // as committed; a cursor is how many went before
    const late = [];
    let [made, told] = [0, 0];
    const listeners = {};
    const passes = ({ minLevel }, { level }) => !minLevel || ['warn', 'error'].includes(level);
    const write = (count) => {
        for (let i = 0; i < count; i += 1) {
            made += 1;
            const line = { id: String(made), level: ['debug', 'info', 'warn', 'error'][below(4)], service: 's', context: null };
            (chance() < 0.01 ? late : stream).push(line);
            if (late.length > 0 && chance() < 0.02) {
                stream.push(late.shift());
            }
        }
        for (; told < stream.length; told += 1) {
            listeners['log:entry'].forEach((take) => take({ ...stream[told] }));
        }
    };
    const client = {
        on: (event, listener) => {
            (listeners[event] ??= new Set()).add(listener);
            return () => listeners[event].delete(listener);
        },
        get cursor() { return String(told); },
        rest: async (path, { query }) => {
            await pause(chance() < 0.1 ? 150 : 0); // lines are drawn every 100 ms
            if (path === '/stream') {
                let at = Number(query.after);
                const messages = [];
                for (; at < stream.length && messages.length < query.limit; at += 1) {
                    if (passes(query, stream[at])) {
                        messages.push({ event: 'log:entry', data: { ...stream[at] }, cursor: String(at + 1) });
                    }
                }
                return { data: { messages, cursor: String(at), hasMore: at < stream.length } };
            }
            const found = [...stream].sort((a, b) => b.id - a.id).slice(0, LOOKED_AT)
                .filter((line) => passes(query, line) && !(Number(line.id) >= query.before));
            const page = found.slice(0, query.limit).map((line) => ({ ...line }));
            await pause(0);
            return { data: page, next: found.length > page.length ? `/x?before=${page[page.length - 1].id}` : null };
        },
    };

    let filters = {};
    let held = false;
    const tail = new Tail(client, () => {}, CEILING);
    const settled = async () => {
        for (let left = 3000; left > 0; left -= 1) {
            const { busy, waiting } = tail.view();
            if (!busy && (held || waiting === 0)) {
                return;
            }
            await pause(2);
        }
        throw new Error('it does not come to rest');
    };
    const begin = async () => {
        tail.open(filters);
        write(below(10));
        await tail.load();
    };
    const place = new Map(); // id -> place in the stream
    /**
     * What is wrong with the rows: they have to be all that was committed from the first of them on, down to the last id;
     * when the view is held, up to the last of them.
     */
    const problem = () => {
        const ids = tail.view().rows.map(({ id }) => Number(id));
        if (ids.some((id, index) => index > 0 && ids[index - 1] <= id)) {
            return 'twice, or out of order';
        }
        stream.forEach(({ id }, index) => place.set(Number(id), index));
        const first = ids.reduce((least, id) => Math.min(least, place.get(id)), Infinity);
        const last = held ? ids.reduce((most, id) => Math.max(most, place.get(id)), -1) : stream.length;
        const has = new Set(ids);
        const missing = stream.slice(first, last).filter((line) => passes(filters, line)
            && Number(line.id) > ids[ids.length - 1] && !has.has(Number(line.id)));
        return missing.length > 0 ? `${missing.length} are missing, the first is ${missing[0].id}` : null;
    };

    write(below(3000));
    await begin();
    let checks = 0;
    const acts = [
        () => write(below(1500)), () => write(below(100)), () => write(below(1500)),
        () => { held = !held; tail.hold(held); },
        () => { const done = tail.older(); write(below(60)); return done; },
        () => {
            if (tail.view().missed > 0) {
                held = true;
                tail.hold(true);
                const done = tail.readMissed();
                write(below(600));
                return done;
            }
        },
        () => { if (chance() < 0.2) { filters = chance() < 0.5 ? { minLevel: 'warn' } : {}; return begin(); } },
    ];
    for (let step = 0; step < 40; step += 1) {
        await acts[below(acts.length)]();
        await settled();
        const { rows, waiting, error } = tail.view();
        const wrong = error?.message ?? (rows.length > CEILING || waiting > CEILING ? 'past the ceiling' : null)
            ?? problem();
        if (wrong) {
            return { checks, problem: `step ${step}: ${wrong}` };
        }
        checks += 1;
    }

    // at last: a pause in which more comes than is kept; all of it has to be seen
    held = false;
    tail.hold(false);
    await settled();
    tail.forgetMissed();
    held = true;
    tail.hold(true);
    const from = stream.length;
    while (tail.view().missed < 1200) {
        write(500);
    }
    if (chance() < 0.5) { // goes on, and comes back to it
        held = false;
        tail.hold(false);
        write(below(900));
        await settled();
        held = true;
        tail.hold(true);
    }
    const { missed } = tail.view();
    const seen = new Set();
    const look = () => tail.view().rows.forEach(({ id }) => seen.add(id));
    for (let round = 0; tail.view().missed > 0; round += 1) {
        const done = tail.readMissed();
        write(below(200));
        await done;
        look();
        if (round > 100) {
            return { checks, problem: 'what was missed has no end' };
        }
    }
    held = false;
    tail.hold(false);
    await settled();
    look();
    // a line that was committed late may be older than the oldest row, and is none
    const inOrder = (line, index) => !(Number(stream[index - 1]?.id) > Number(line.id));
    const never = stream.filter((line, index) =>
        index >= from && passes(filters, line) && inOrder(line, index) && !seen.has(line.id));
    tail.close();
    return { checks, missed, problem: problem() ?? (never.length > 0 ? `${never.length} were never seen` : null) };
}

describe('whatever happens, there is neither hole nor repeat', () => {
    const open = withBrowser();

    test('24 stories', async (t) => {
        const page = await open(t, { roles: ['STUDENT'] });
        const seeds = Array.from({ length: 24 }, (_, index) => index + 1);
        const ends = await page.evaluate(`(${(all, tell) => Promise.all(all.map(tell))})(${JSON.stringify(seeds)}, ${story})`);
        assert.deepEqual(ends.map(({ problem }) => problem), seeds.map(() => null));
        const checks = ends.reduce((sum, end) => sum + end.checks, 0);
        assert.ok(checks > 900, `${checks} checks`);
        assert.ok(ends.every(({ missed }) => missed >= 1200), 'each has missed some');
        t.diagnostic(`${checks} checks`);
    });
});

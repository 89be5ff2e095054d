// The last 15 minutes of dashboard:metrics:updated, gathered while any page is open, so that the charts are full when
// somebody comes to them. Where nothing could be measured there is a row of nulls: a gap, never a line across it.
import { html, useEffect, useMemo, useReducer } from './view.js';
import { useChannel, useClient, useSession } from './live.js';

export const SPAN_MS = 15 * 60 * 1000;
const CLOSEST_MS = 500; // samples that come faster replace the last one: 1,800 at most
const GAP_MS = 15000; // or three times the usual distance, where that is longer
const MINUTE_MS = 60000;
const KEPT = 'bookly.samples';

/** What is kept of one push. failed and retries count from the beginning; their growth is added later. */
function sampleOf({ metrics }, time) {
    const { throughput, avgLatency, recentLatencies, connections, process, failedEvents, retryCount } = metrics;
    return {
        time,
        throughput,
        latency: recentLatencies.length > 0 ? avgLatency : null, // nothing was delivered in the last minute
        slowest: recentLatencies.length > 0 ? Math.max(...recentLatencies) : null,
        websocket: connections.websocket, polling: connections.polling, sse: connections.sse,
        memory: process.rss, cpu: process.cpu,
        failed: failedEvents, retries: retryCount,
    };
}

const isGap = (row) => row.throughput === null;
const gapAt = (time) => ({ time, throughput: null });

function usualDistance(rows) {
    const distances = rows.slice(-10).map(({ time }, index, some) => time - some[index - 1]?.time).slice(1);
    return distances.sort((a, b) => a - b)[distances.length >> 1] ?? 0;
}

/** How much a counter has grown in the last minute, as far as is known. */
function growth(rows, sample, counter) {
    const since = rows.find((row) => !isGap(row) && row.time >= sample.time - MINUTE_MS);
    return since ? Math.max(0, sample[counter] - since[counter]) : null;
}

/** rows with one more, those that are too old gone. */
export function withSample(rows, sample) {
    const last = rows.at(-1);
    const kept = rows.filter(({ time }) => time > sample.time - SPAN_MS);
    if (last && !isGap(last) && sample.time - last.time > Math.max(GAP_MS, 3 * usualDistance(rows))) {
        kept.push(gapAt(last.time + 1));
    }
    if (last && !isGap(last) && sample.time - last.time < CLOSEST_MS) {
        kept.pop();
    }
    kept.push({
        ...sample,
        failures: growth(kept, sample, 'failed'), retrying: growth(kept, sample, 'retries'),
    });
    return kept;
}

/** A reload of the page leaves them as they were; signing out forgets them. */
function restored(user) {
    try {
        const { user: whose, rows } = JSON.parse(sessionStorage.getItem(KEPT));
        return whose === user ? rows.filter(({ time }) => time > Date.now() - SPAN_MS) : [];
    } catch {
        return [];
    }
}

class Store {
    rows = [];
    latest = null;
    at = 0;
    #listeners = new Set();

    constructor(client, user) {
        this.rows = restored(user);
        client.on('dashboard:metrics:updated', (data) => {
            this.at = Date.now();
            this.latest = data;
            this.rows = withSample(this.rows, sampleOf(data, this.at));
            this.#tell();
        });
        client.on('state', ({ status }) => {
            const last = this.rows.at(-1);
            if (status !== 'connected' && last && !isGap(last)) {
                this.rows = [...this.rows, gapAt(Date.now())];
                this.#tell();
            }
        });
        addEventListener('pagehide', () => {
            if (client.state.status !== 'closed' && this.rows.length > 0) {
                sessionStorage.setItem(KEPT, JSON.stringify({ user, rows: this.rows }));
            }
        });
    }

    #tell() {
        for (const listener of this.#listeners) {
            listener();
        }
    }

    on(listener) {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }
}

const stores = new WeakMap();

function useStore() {
    const client = useClient();
    const { user } = useSession();
    return useMemo(() => {
        if (!stores.has(client)) {
            stores.set(client, new Store(client, user));
        }
        return stores.get(client);
    }, [client]);
}

/** {rows, latest, at}: the samples, oldest first; the newest push; when it came. */
export function useMetrics() {
    const store = useStore();
    const [, redraw] = useReducer((count) => count + 1, 0);
    useEffect(() => store.on(redraw), [store]);
    return store;
}

function Keep() {
    useStore();
    useChannel('dashboard');
    return null;
}

/** Gathers samples as long as it stands, for those who may see the dashboard. */
export const KeepMetrics = ({ allowed }) => allowed?.includes('dashboard') && html`<${Keep} />`;

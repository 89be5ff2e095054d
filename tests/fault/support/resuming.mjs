// A client behind a network of its own, and numbered events that only it listens to.
import assert from 'node:assert/strict';
import { connect } from '../../integration/support/client.mjs';
import { publishEvent, sql } from '../../integration/support/sql.mjs';
import { stack } from '../../integration/support/stack.mjs';
import { token, unique } from '../../integration/support/token.mjs';
import { waitFor } from '../../integration/support/wait.mjs';
import { Proxy } from './proxy.mjs';

export const target = (url) => ({ host: '127.0.0.1', port: Number(new URL(url).port) });

/** A proxy that is closed when the test ends. */
export async function network(t, url = stack.socketUrl) {
    const proxy = await new Proxy(target(url)).listen();
    t.after(() => proxy.close());
    return proxy;
}

/** Options of a client that reconnects soon. */
export const RECONNECTING = {
    reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 300, randomizationFactor: 0, timeout: 5000,
};

/** Events of one service, counted from 1. */
export class Source {
    constructor() {
        this.service = unique('source');
        this.count = 0;
    }

    async publish(count = 1) {
        for (let index = 0; index < count; index += 1) {
            this.count += 1;
            await publishEvent({ event_type: 'fault.numbered', service: this.service, data: { number: this.count } });
        }
    }

    /** Many at once, in one transaction. */
    async flood(count, padding = 0) {
        await sql(`select bookly.publish_event(event_type => 'fault.numbered', service => $1,
                       data => jsonb_build_object('number', $2::int + n, 'padding', repeat('x', $4::int)))
                     from generate_series(1, $3::int) n`, [this.service, this.count, count, padding]);
        this.count += count;
    }

    get filter() {
        return { eventFilters: { services: this.service } };
    }

    /** 1 … count */
    get all() {
        return Array.from({ length: this.count }, (_, index) => index + 1);
    }

    /** The numbers among what was pushed: [{event, data}]. */
    numbers(pushes) {
        return pushes.filter(({ event, data }) => event === 'event:created' && data.service === this.service)
            .map(({ data }) => data.data.number);
    }

    /** Waits until these pushes hold everything that was published, and asserts: once and in order. */
    async heardBy(pushes, from = 1) {
        const list = () => (typeof pushes === 'function' ? pushes() : pushes);
        const expected = this.all.slice(from - 1);
        await waitFor(() => this.numbers(list()).includes(this.count), `event ${this.count} of ${this.service}`)
            .catch(() => {});
        assert.deepEqual(this.numbers(list()), expected);
    }
}

/** A subscribed client that reconnects by itself: {client, source, proxy, user, bearer, recoveries, sid}. */
export async function listener(t, { user = unique('admin'), roles = ['GENERAL_ADMIN'], url, ...options } = {}) {
    const proxy = await network(t, url);
    const source = new Source();
    const bearer = token(user, roles);
    const client = await connect(t, { token: bearer, url: proxy.url, transports: ['websocket'], ...RECONNECTING, ...options });
    const recoveries = [];
    client.socket.on('connect', () => recoveries.push(client.socket.recovered));
    await client.subscribe(['events'], source.filter);
    return { client, source, proxy, user, bearer, recoveries, sid: client.socket.id };
}

/** Waits for the given number of reconnections, and asserts that each was a resume of the same session. */
export async function resumed({ client, recoveries, sid }, times = 1) {
    await waitFor(() => recoveries.length >= times && client.socket.connected, 'the client to come back');
    assert.deepEqual(recoveries.slice(0, times), Array(times).fill(true), 'recovered');
    assert.equal(client.socket.id, sid, 'the same sid');
}

/** Breaks every connection of a network at once. */
export const cut = (proxy) => proxy.chosen().forEach((link) => link.cut());

/** The network is down until `mend(proxy)`; resolves when the client has noticed. */
export async function breakNetwork(proxy, client) {
    const before = client.disconnects.length;
    proxy.refusing = true;
    cut(proxy);
    await waitFor(() => client.disconnects.length > before, 'the client to notice');
}

export const mend = (proxy) => {
    proxy.refusing = false;
};

/** The network is down for a moment. */
export async function interrupt(proxy, client) {
    await breakNetwork(proxy, client);
    mend(proxy);
}

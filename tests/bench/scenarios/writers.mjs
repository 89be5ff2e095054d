// What publishing costs those who write: the product's publish_event(), the same with its trigger off, and with the
// trigger that people write first: the whole message by NOTIFY, inside the transaction.
import pg from 'pg';
import { pgbench } from '../support/pgbench.mjs';

const CONNECTIONS = 16;
const CHANNEL = 'bench_naive';
const SCRIPT = `\\set n random(1, 1000000)
select bookly.publish_event('RESERVATION_CREATED', 'reservations',
    data => jsonb_build_object('reservationId', :n::int, 'title', 'Study room', 'date', '2026-01-05', 'pad', repeat('x', 120)),
    aggregate_type => 'Reservation', aggregate_id => 'reservation-' || :n::int);
`;

const WAYS = {
    published: { title: 'publish_event', product: true, naive: false },
    insert: { title: 'the same INSERT, nothing published', product: false, naive: false },
    notify: { title: 'the same INSERT, naive NOTIFY', product: false, naive: true },
};

const at = (what, metric, against, atLeast) => ({ what, metric, of: 'published', atLeast, against: { contender: against } });

export default {
    name: 'writers',
    title: 'Writers: 16 connections that publish events',
    metrics: {
        rate: { title: 'commits a second', digits: 0 },
        latency: { title: 'mean time of a commit', unit: 'ms', digits: 2 },
    },
    contenders: Object.keys(WAYS),
    called: WAYS,
    bars: [
        at('at least 70 % of the INSERT without publishing', 'rate', 'insert', 0.7),
        at('at least twice the naive NOTIFY', 'rate', 'notify', 2),
    ],

    async prepare(bench) {
        const { database } = await bench.contender('product');
        await database.query(`
            create or replace function bookly_data.bench_naive() returns trigger language plpgsql as $$
            begin
                perform pg_notify('${CHANNEL}', bookly_data.event_json(new));
                return new;
            end $$;
            drop trigger if exists bench_naive on bookly_data.events;
            create trigger bench_naive after insert on bookly_data.events
                for each row execute function bookly_data.bench_naive()`);
        // whoever gets them by NOTIFY reads them as they come
        this.listener = new pg.Client({ connectionString: database.url });
        this.listener.on('error', () => {}); // its database has gone
        await this.listener.connect();
        await this.listener.query(`listen ${CHANNEL}`);
    },

    async measure(bench, name) {
        const { database } = await bench.contender('product');
        const { product, naive } = WAYS[name];
        const state = (on) => (on ? 'enable' : 'disable');
        await database.query(`alter table bookly_data.events ${state(product)} trigger event_push,
            ${state(naive)} trigger bench_naive`);
        const { tps, latency_ms: latency, failed } = await pgbench(bench, database.url, SCRIPT,
            ['-M', 'prepared', '-c', CONNECTIONS, '-j', 1, '-T', bench.count(5, 1)]);
        if (failed > 0) {
            throw new Error(`${failed} transactions failed`);
        }
        return { rate: tps, latency };
    },

    async finish(bench) {
        const { database } = await bench.contender('product');
        await database.query(`alter table bookly_data.events enable trigger event_push;
            drop trigger bench_naive on bookly_data.events; drop function bookly_data.bench_naive()`);
        await this.listener.end();
    },
};

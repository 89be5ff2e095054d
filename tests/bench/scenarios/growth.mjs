// Do reads notice what lies behind them? The same questions with more and more in the stream and in other inboxes.
import { USER, ask, endOfStream, fill, tokenOf } from '../support/rest.mjs';

const SIZES = { thousand: 1e3, 'ten-thousand': 1e4, 'hundred-thousand': 1e5, million: 1e6 };
const QUICK = 1e4;
const NEW = 100; // rows that the poll with something new gets

const QUESTIONS = {
    count: () => 'notifications/unread/count',
    inbox: () => 'notifications?limit=20',
    quiet: (end) => `stream?channels=logs&after=${end}`,
    page: (end) => {
        const [epoch, position] = end.split('.');
        return `stream?channels=logs&limit=${NEW}&after=${epoch}.${position - NEW}`;
    },
};
const TITLES = { count: 'unread count', inbox: 'inbox of 20', quiet: 'stream, nothing new', page: `stream, ${NEW} new` };

const STREAM = `insert into bookly_data.stream (id, at, event, channel, key1, key2, key3, payload)
    select nextval('bookly_data.stream_id_seq'), clock_timestamp(), 'log:entry', 'logs', 'info', 'growth', 'growth',
        '{"id":"' || i || '","level":"info","service":"growth","message":"one of very many"}'
    from generate_series(1, $1::int) i`;
const NOTIFICATIONS = `insert into bookly_data.notifications (id, user_id, type, category, title, message)
    select bookly_data.uuid_v7(), 'other-' || i % greatest(1, $1::int / 50), 'info', 'system', 'Somebody else''s', 'one of very many'
    from generate_series(1, $1::int) i`;

/** So many rows in the stream, and so many notifications of others; they come in as one bulk load. */
async function grow(bench, rows) {
    const { database } = await bench.contender('product');
    const [{ stream, others }] = await database.query(`select (select count(*) from bookly_data.stream)::int as stream,
        (select count(*) from bookly_data.notifications where user_id <> '${USER}')::int as others`);
    await database.query('alter table bookly_data.notifications disable trigger user');
    await database.query(NOTIFICATIONS, [Math.max(0, rows - others)]);
    await database.query('alter table bookly_data.notifications enable trigger user');
    await database.query(STREAM, [Math.max(NEW, rows - stream)]);
    await database.query('vacuum (analyze) bookly_data.notifications, bookly_data.stream');
}

export default {
    name: 'growth',
    title: 'Reads, by how much lies behind them: rows in the stream, and as many notifications of others',
    metrics: Object.fromEntries(Object.entries(TITLES).map(([name, title]) => [
        name, { title: `PostgreSQL's CPU: ${title}`, unit: 'µs', digits: 0 },
    ])),
    contenders: Object.keys(SIZES),
    called: Object.fromEntries(Object.entries(SIZES).map(([name, rows]) => [
        name, { title: `${rows.toLocaleString('en-US')} rows` },
    ])),
    bars: Object.entries(TITLES).map(([metric, title]) => ({
        what: `${title}: with a million rows at most 1.5 × what it costs with a thousand`, metric, of: 'million', atMost: 1.5,
        against: { contender: 'thousand' },
    })),
    plots: Object.entries(TITLES).map(([metric, title]) => ({
        file: `growth-${metric}`, kind: 'growth', metric, points: Object.entries(SIZES), log: 'x',
        title: `PostgreSQL's CPU of a request, by what lies behind it: ${title}`, x: 'rows in all', y: 'µs',
    })),
    rounds: 1,
    warmUp: false,

    prepare: (bench) => fill(bench, 'product'),

    async measure(bench, size) {
        const product = await bench.contender('product');
        await grow(bench, bench.count(SIZES[size], Math.min(SIZES[size], QUICK)));
        const token = tokenOf(product, ['GENERAL_ADMIN']);
        const end = await endOfStream(product, token, 'logs');
        const taken = {};
        for (const [name, path] of Object.entries(QUESTIONS)) {
            const once = () => ask(bench, product, path(end), { connections: 4, seconds: 1, token });
            await once(); // plans and caches
            const costs = [await once(), await once(), await once()].map(({ database_us: us }) => us);
            taken[name] = costs.sort((one, other) => one - other)[1];
        }
        return taken;
    },
};

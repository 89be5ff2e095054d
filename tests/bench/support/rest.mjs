// What REST costs: the same question from a few connections at once, of the product, of the gateway, or of the constant
// answer.
import { cpuOf, family, sum } from './process.mjs';
import { signToken } from './tokens.mjs';
import { wrk } from './wrk.mjs';

export const USER = 'user-0';
const ROLES = ['PROGRAM_ADMIN'];
const INBOX = 20;
const EVENTS = 1000;

const TEXTS = ['info', 'system', 'Reservation approved', 'Your reservation of the room A-201 was approved by the program.'];

/** An inbox of 20 for one user, and a stream with something in it; once for each contender. */
export async function fill(bench, name) {
    const contender = await bench.contender(name);
    if (contender.filled) {
        return contender;
    }
    const data = "jsonb_build_object('reservationId', i)";
    await contender.database.query(name === 'product'
        ? `select count(bookly.notify_user($1, $2, $3, $4, $5, ${data}, '/reservations/1')) from generate_series(1, ${INBOX}) i`
        : `insert into notifications (user_id, type, category, title, message, data, action_url)
           select $1, $2, $3, $4, $5, ${data}, '/reservations/1' from generate_series(1, ${INBOX}) i`, [USER, ...TEXTS]);
    await contender.database.query(`select count(${name === 'product' ? 'bookly.' : ''}publish_event('bench', 'bench',
        data => jsonb_build_object('n', i))) from generate_series(1, ${EVENTS}) i`);
    await contender.database.query(name === 'product'
        ? 'analyze bookly_data.notifications, bookly_data.inboxes, bookly_data.events, bookly_data.stream'
        : 'analyze');
    contender.filled = true;
    return contender;
}

export const tokenOf = (contender, roles = ROLES) => signToken(USER, roles, contender.secret);

/** Where the stream ends: what is asked for behind it is nothing. */
export async function endOfStream(contender, token, channel = 'events') {
    let after = '';
    for (;;) {
        const answer = await fetch(`${contender.url}/api/v1/stream?channels=${channel}&limit=500${after}`, {
            headers: { Authorization: `Bearer ${token}` },
        });
        const { cursor, hasMore } = await answer.json();
        if (!hasMore) {
            return cursor;
        }
        after = `&after=${cursor}`;
    }
}

/** The first process of what answers. */
function root(contender) {
    if (contender.name === 'product') {
        return contender.pid(contender.front);
    }
    return contender.child?.pid ?? contender.pid();
}

/** pid → µs of processor time until now, of a process and all that descend from it. */
function used(first) {
    return new Map(family(first).flatMap((pid) => {
        try {
            return [[pid, cpuOf(pid)]];
        } catch {
            return []; // a worker of PostgreSQL that has just ended
        }
    }));
}

/** Without those that have ended meanwhile. */
const between = (before, after) => sum([...after].map(([pid, us]) => us - (before.get(pid) ?? 0)));

/** → {rate, p50, p99, max, own_us, database_us}: a second, ms, and processor time a request */
export async function ask(bench, contender, path, { connections = 16, seconds = bench.count(3, 1), ...request } = {}) {
    const roots = [root(contender), (await bench.contender('product')).pid('postgres')];
    const before = roots.map(used);
    const { requests, rate, p50, p99, max } = await wrk(bench, `${contender.url}/api/v1/${path}`, {
        connections, seconds, ...request,
    });
    const [own, database] = roots.map((first, index) => between(before[index], used(first)) / requests);
    const asks = !contender.name.startsWith('constant');
    return { rate, p50, p99, max, own_us: own, ...(asks ? { database_us: database } : {}) };
}

export const METRICS = {
    rate: { title: 'requests a second', digits: 0 },
    p50: { title: 'p50', unit: 'ms', digits: 1 },
    p99: { title: 'p99', unit: 'ms', digits: 1 },
    max: { title: 'slowest', unit: 'ms', digits: 0 },
    own_us: { title: 'CPU a request', unit: 'µs', digits: 0 },
    database_us: { title: "PostgreSQL's", unit: 'µs', digits: 0 },
};

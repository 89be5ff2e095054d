// Back-ends that share the database and know nothing of daemons: several connections, transactions of every shape.
import pg from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import { call } from '../../integration/support/sql.mjs';
import { stack } from '../../integration/support/stack.mjs';

export const SERVICES = ['reservations', 'resources', 'availability', 'reports'];
export const EVENT_TYPES = ['RESERVATION_CREATED', 'resource.updated', 'bookly.report.made', 'availability-changed'];
export const AGGREGATES = ['Reservation', 'Resource', undefined];
const LEVELS = ['debug', 'info', 'warn', 'error'];
const CONTEXTS = ['HttpServer', 'MainLoop', 'Scheduler'];
const STATUSES = ['up', 'degraded', 'down'];
// what must come through unharmed: quotes, escapes, ends of lines, separators of the protocols, beyond the basic plane
const TEXTS = ['plain', 'with "quotes" and \\', 'line\nend\r\n', '\u001e\u2028\u0001', 'ñandú 日本語 😀', '</script>'];

/** What each kind of statement costs in rows is about one; the weights make the mixture. */
const KINDS = {
    event: 50, log: 20, notification: 12, inbox: 4, roleNotification: 1, failure: 5, worker: 5, status: 3,
};

class Writer {
    constructor(name, random, options) {
        this.name = name;
        this.random = random;
        this.users = options.users;
        this.roles = options.roles;
        this.pauseMs = options.pauseMs;
        this.paddingBytes = options.paddingBytes ?? 200;
        this.marker = 0;
        this.committed = []; // eventIds whose commit was acknowledged
        this.undone = []; // eventIds that were rolled back
        this.unknown = 0; // transactions whose end was not heard of
        this.transactions = 0;
    }

    async connect() {
        const client = new pg.Client({ connectionString: stack.databaseUrl });
        client.on('error', () => {});
        await client.connect();
        this.client = client;
        this.query = (text, values = []) => client.query(text, values).then((result) => result.rows);
    }

    eventId() {
        this.marker += 1;
        return `${this.name}-${this.marker}`;
    }

    async event(ids) {
        const { random } = this;
        const eventId = this.eventId();
        const aggregate = random.pick(AGGREGATES);
        ids.push(eventId);
        await call('publish_event', {
            event_type: random.pick(EVENT_TYPES),
            service: random.pick(SERVICES),
            event_id: eventId,
            data: { number: this.marker, text: random.pick(TEXTS), padding: 'x'.repeat(random.between(0, this.paddingBytes)) },
            ...(aggregate ? { aggregate_type: aggregate, aggregate_id: String(random.between(1, 50)) } : {}),
        }, this.query);
        return eventId;
    }

    async statement(ids) {
        const { random, query } = this;
        switch (random.weighted(KINDS)) {
            case 'event':
                return this.event(ids);
            case 'log':
                return call('write_log', {
                    level: random.pick(LEVELS), service: random.pick(SERVICES), context: random.pick(CONTEXTS),
                    message: random.pick(TEXTS),
                }, query);
            case 'notification':
                return call('notify_user', {
                    user_id: random.pick(this.users), type: 'info', category: 'system',
                    title: 'A title', message: random.pick(TEXTS),
                }, query);
            case 'inbox':
                return this.inbox();
            case 'roleNotification':
                return query('select body from bookly.notification_create($1, $2::jsonb, null)', [this.name, JSON.stringify({
                    role: random.pick(this.roles), type: 'warning', category: 'system', title: 'For a role', message: 'm',
                })]);
            case 'failure':
                return call('fail_event', { event_id: await this.event(ids), error: random.pick(TEXTS), topic: 'topic' }, query);
            case 'worker':
                return this.worker();
            default:
                return call('report_service', { service: random.pick(SERVICES), status: random.pick(STATUSES) }, query);
        }
    }

    /** A user reads or deletes one of their own; another writer may have been faster. */
    async inbox() {
        const user = this.random.pick(this.users);
        const [row] = await this.query(
            'select id from bookly_data.notifications where user_id = $1 and not read limit 1 for update skip locked', [user]);
        if (row) {
            const name = this.random.chance(0.7) ? 'notification_read' : 'notification_delete';
            await call(name, { user_id: user, notification_id: row.id }, this.query);
        }
    }

    async worker() {
        const claimed = await this.query('select dlq_id from bookly.dlq_claim(max_records => 2)');
        for (const { dlq_id: id } of claimed) {
            if (this.random.chance(0.6)) {
                await call('dlq_succeed', { dlq_id: id, resolution: 'done' }, this.query);
            } else {
                await call('dlq_fail', { dlq_id: id, error: 'again' }, this.query);
            }
        }
    }

    /** One transaction: short, long with a pause in it, with a part undone, or undone as a whole. */
    async transaction() {
        const { random, query } = this;
        const ids = [];
        const undo = random.chance(0.1);
        await query('begin');
        for (let count = random.between(1, 4); count > 0; count -= 1) {
            await this.statement(ids);
        }
        if (random.chance(0.1)) {
            const dropped = [];
            await query('savepoint part');
            await this.statement(dropped);
            await query('rollback to part');
            this.undone.push(...dropped);
        }
        if (random.chance(0.1)) {
            // holding what was appended, so that later ids are committed before
            await query('set constraints all immediate');
            await pause(random.between(1, 150));
        }
        await query(undo ? 'rollback' : 'commit');
        (undo ? this.undone : this.committed).push(...ids);
    }

    async run(stopped) {
        while (!stopped()) {
            try {
                if (!this.client) {
                    await this.connect();
                }
                await this.transaction();
                this.transactions += 1;
            } catch (error) {
                // deadlocks and lost races end one transaction; everything else the connection
                this.unknown += 1;
                this.failure = error;
                const usable = error.severity === 'ERROR'
                    && await this.client.query('rollback').then(() => true, () => false);
                if (!usable) {
                    this.client?.end().catch(() => {});
                    this.client = undefined;
                }
            }
            await pause(this.random.between(0, 2 * this.pauseMs));
        }
        await this.client?.end().catch(() => {});
        this.client = undefined;
    }
}

/** `count` writers that run until stop(); {committed, undone} are event ids, once stopped. */
export class Writers {
    constructor(random, { count, users, roles, pauseMs, paddingBytes, prefix = random.seed }) {
        this.writers = Array.from({ length: count }, (_, index) =>
            new Writer(`${prefix}-w${index}`, random.fork(`writer ${index}`), { users, roles, pauseMs, paddingBytes }));
    }

    start() {
        this.running = this.writers.map((writer) => writer.run(() => this.stopped));
    }

    async stop() {
        this.stopped = true;
        await Promise.all(this.running);
    }

    get committed() {
        return this.writers.flatMap((writer) => writer.committed);
    }

    get undone() {
        return this.writers.flatMap((writer) => writer.undone);
    }

    get transactions() {
        return this.writers.reduce((sum, writer) => sum + writer.transactions, 0);
    }

    get unknown() {
        return this.writers.reduce((sum, writer) => sum + writer.unknown, 0);
    }
}

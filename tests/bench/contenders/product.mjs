// The product: a stack of its own as `make up` starts it, on a disk that is really flushed.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from '../../integration/support/wait.mjs';
import { cpuOfAll, family, memoryOfAll } from '../support/process.mjs';
import { padding } from '../support/fanout.mjs';
import { Database } from '../support/database.mjs';
import { tokenFile } from '../support/tokens.mjs';

const execute = promisify(execFile);
const NAMESPACE = '/api/v1/ws';

// more clients than the defaults allow; all of them come from the loopback
const SETTINGS = {
    WEBSOCKET_MAX_CONNECTIONS: 30000, WEBSOCKET_MAX_PER_ADDRESS: 0, WEBSOCKET_MAX_PER_USER: 0, FRONT_MAX_CONNECTIONS: 0,
};

export class Product {
    constructor(bench, name) {
        Object.assign(this, { bench, name, title: 'Bookly Realtime', front: 'lighttpd', settings: {} });
        this.state = join(bench.work, name);
        this.number = 0; // of the last message that was published
        this.pad = 0;
    }

    async start() {
        [this.port, this.pushPort] = await this.bench.ports(2);
        await this.up();
        this.database = new Database(await this.value('database_url'));
        const [{ version }] = await this.database.query("select current_setting('server_version') as version");
        this.version = `PostgreSQL ${version}`;
    }

    async stop() {
        await this.database?.end();
        await this.script('down.sh');
    }

    script(name, ...words) {
        const env = {
            PATH: process.env.PATH, ...SETTINGS, ...this.settings,
            STATE: this.state, PORT: this.port, PUSH_PORT: this.pushPort, FRONT: this.front,
        };
        return execute('bash', [join(this.bench.root, 'apache/stack', name), ...words], { env });
    }

    /** Brings up what is down, and restarts what has other settings now; again: the front server in any case. */
    async up(settings = this.settings, front = this.front, { again = false } = {}) {
        Object.assign(this, { settings, front });
        if (again) {
            await this.script('front.sh', 'stop');
        }
        await this.script('up.sh', 'background');
    }

    /** Only the daemon, so that its memory is that of a fresh one. */
    async restart() {
        await this.kill('SIGTERM');
        await this.startDaemon();
    }

    async startDaemon() {
        await this.script('pushd.sh', 'start');
        await waitFor(() => fetch(`http://127.0.0.1:${this.pushPort}/socket.io/?EIO=4&transport=polling`)
            .then(async (answer) => (await answer.text(), answer.status === 200)), 'pushd');
    }

    async kill(signal) {
        const pid = this.pid('pushd');
        process.kill(pid, signal);
        await waitFor(() => {
            try {
                return process.kill(pid, 0) && false;
            } catch {
                return true;
            }
        }, 'the end of pushd');
    }

    /** part: pushd, postgres, lighttpd or apache */
    pid(part) {
        return Number(readFileSync(join(this.state, 'run', `${part}.pid`), 'utf8').split('\n')[0]);
    }

    value(secret) {
        return readFileSync(join(this.state, 'secret', secret), 'utf8').trim();
    }

    get url() {
        return `http://127.0.0.1:${this.port}`;
    }

    get secret() {
        return this.value('jwt_secret');
    }

    async superuserUrl() {
        return (await this.script('postgres.sh', 'superuser-url')).stdout.trim();
    }

    /** How bench_load reaches it: pushd's own port, or with `front` that of the front server. */
    wire({ polling = false, front, clients, channel = 'events', filters, secret, token } = {}) {
        const payload = { channels: [channel], ...(filters ? { eventFilters: filters } : {}) };
        return {
            wire: polling ? 'socketio-polling' : 'socketio-ws',
            url: `${polling ? 'http' : 'ws'}://127.0.0.1:${front ? this.port : this.pushPort}/api/v1/ws`,
            namespace: NAMESPACE,
            subscribe: JSON.stringify(['subscribe', payload]),
            tokens: tokenFile(this.bench.work, clients, secret ?? this.secret, token),
        };
    }

    cpu(part = 'pushd') {
        return cpuOfAll(this.processes(part));
    }

    memory(part = 'pushd') {
        return memoryOfAll(this.processes(part));
    }

    processes(part) {
        return part === 'pushd' ? [this.pid(part)] : family(this.pid(part));
    }

    /** So many messages in one transaction. */
    async publish(count, { service = 'bench' } = {}) {
        await this.database.query(`
            select bookly.publish_event('bench', $1, data => jsonb_strip_nulls(jsonb_build_object(
                'bench', 1, 'n', $2::bigint + i, 't', (extract(epoch from clock_timestamp()) * 1000000)::bigint,
                'pad', repeat('x', nullif($3::int, 0)))))
              from generate_series(1, $4) i`, [service, this.number, padding(this.pad), count]);
        this.number += count;
    }
}

// The Node gateway, gateway/: its own database in the cluster of the product's stack, the same disk and settings.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Child } from '../support/child.mjs';
import { Database } from '../support/database.mjs';
import { cpuOfAll, family, memoryOfAll } from '../support/process.mjs';
import { padding } from '../support/fanout.mjs';
import { tokenFile } from '../support/tokens.mjs';

const START_MS = 20000;
const COLLECTING_MS = 1000;

export class Gateway {
    constructor(bench, name, { processes }) {
        Object.assign(this, { bench, name, processes, folder: join(bench.root, 'tests/bench/gateway') });
        this.title = `Node gateway${processes > 1 ? `, ${processes} processes` : ''}`;
        this.database = null;
        this.number = 0;
        this.pad = 0;
        this.secret = randomBytes(32).toString('base64url');
    }

    installed(name) {
        return JSON.parse(readFileSync(join(this.folder, 'node_modules', name, 'package.json'), 'utf8')).version;
    }

    async start() {
        this.version = `Node ${process.versions.node}, ${['socket.io', 'ws', 'express', 'pg'].map((name) => `${name} ${this.installed(name)}`).join(', ')}`;
        [this.port] = await this.bench.ports(1);
        await this.makeDatabase();
        await this.launch();
    }

    async launch() {
        this.child = new Child(process.execPath, ['--expose-gc', join(this.folder, 'server.mjs')], {
            log: join(this.bench.work, `${this.name}.log`),
            env: {
                NODE_ENV: 'production', PORT: this.port, PROCESSES: this.processes,
                DATABASE_URL: this.database.url, JWT_SECRET: this.secret,
            },
        });
        await this.child.line(START_MS);
    }

    async makeDatabase() {
        const product = await this.bench.contender('product');
        const superuserUrl = await product.superuserUrl();
        const name = this.name.replace('-', '_');
        const password = randomBytes(16).toString('hex');
        const superuser = new Database(superuserUrl);
        await superuser.query(`create role ${name} login password '${password}'`);
        await superuser.query(`create database ${name} owner ${name}`);
        await superuser.end();
        this.database = new Database(superuserUrl.replace('postgres@/postgres', `${name}:${password}@/${name}`));
        for (const file of ['schema.sql', 'rest.sql']) {
            await this.database.query(readFileSync(join(this.folder, file), 'utf8'));
        }
    }

    async stop() {
        await this.child?.end();
        await this.database?.end();
    }

    /** A fresh process. */
    async restart() {
        await this.child.end();
        await this.launch();
    }

    get url() {
        return `http://127.0.0.1:${this.port}`;
    }

    wire({ polling = false, clients, channel = 'events', filters } = {}) {
        const payload = { channels: [channel], ...(filters ? { eventFilters: filters } : {}) };
        return {
            wire: polling ? 'socketio-polling' : 'socketio-ws',
            url: `${polling ? 'http' : 'ws'}://127.0.0.1:${this.port}/socket.io/`,
            subscribe: JSON.stringify(['subscribe', payload]),
            tokens: tokenFile(this.bench.work, clients, this.secret),
        };
    }

    cpu() {
        return cpuOfAll(family(this.child.pid));
    }

    /** After a collection of garbage in each process. */
    async memory() {
        const pids = family(this.child.pid);
        pids.forEach((pid) => process.kill(pid, 'SIGUSR2'));
        await pause(COLLECTING_MS);
        return memoryOfAll(pids);
    }

    async publish(count, { service = 'bench' } = {}) {
        await this.database.query(`
            select publish_event('bench', $1, jsonb_strip_nulls(jsonb_build_object(
                'bench', 1, 'n', $2::bigint + i, 't', (extract(epoch from clock_timestamp()) * 1000000)::bigint,
                'pad', repeat('x', nullif($3::int, 0)))))
              from generate_series(1, $4) i`, [service, this.number, padding(this.pad), count]);
        this.number += count;
    }
}

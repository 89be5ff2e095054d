// What a role asks of the database, out of PostgreSQL's own log: its statistics count everybody's.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from './database.mjs';

// the stream is read whether anybody comes back or not
const READING = /bookly\.(stream_read|stream_try_sleep|stream_wake|stream_stalls)\b/;

export class Statements {
    constructor(product, role) {
        Object.assign(this, { product, role, file: join(product.state, 'log', 'postgres.log') });
    }

    async asSuperuser(text) {
        const superuser = new Database(await this.product.superuserUrl());
        await superuser.query(text);
        await superuser.end();
    }

    /** Whatever connects as this role from now on is counted, until end(). */
    async begin() {
        await this.asSuperuser(`alter role ${this.role} set log_statement = 'all'`);
        this.from = readFileSync(this.file).length;
    }

    /** Statements since begin(), without the reading of the stream. */
    async end() {
        await this.asSuperuser(`alter role ${this.role} reset log_statement`);
        return readFileSync(this.file).subarray(this.from).toString().split('\n')
            .filter((line) => line.includes(` ${this.role}@`) && / LOG: {2}(execute|statement)\b/.test(line))
            .filter((line) => !READING.test(line)).length;
    }
}

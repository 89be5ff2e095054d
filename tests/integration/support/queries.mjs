// A man in the middle of a daemon and PostgreSQL who counts the statements: a socket in a folder of
// its own that passes everything on.
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stackSettings } from './stack.mjs';

/** The statements of one connection, in the frontend's messages (PostgreSQL protocol 3). */
class Statements {
    constructor(executed) {
        this.executed = executed;
        this.rest = Buffer.alloc(0);
        this.begun = false; // the first message has no type byte
        this.prepared = new Map();
    }

    take(bytes) {
        this.rest = Buffer.concat([this.rest, bytes]);
        for (;;) {
            const at = this.begun ? 1 : 0;
            if (this.rest.length < at + 4 || this.rest.length < at + this.rest.readInt32BE(at)) {
                return;
            }
            const end = at + this.rest.readInt32BE(at);
            if (this.begun) {
                this.message(String.fromCharCode(this.rest[0]), this.rest.subarray(5, end));
            }
            this.begun = true;
            this.rest = this.rest.subarray(end);
        }
    }

    message(type, body) {
        const [first, second] = body.toString('latin1').split('\0');
        if (type === 'P') {
            this.prepared.set(first, second);
        } else if (type === 'B') {
            this.executed(this.prepared.get(second) ?? second);
        } else if (type === 'Q') {
            this.executed(first);
        }
    }
}

/** → {url, all, count(pattern), clear(), hold(), release()}: the stack's database by way of the counter; held, it answers nothing. */
export async function countQueries(test) {
    const folder = mkdtempSync(join(tmpdir(), 'bookly-test-'));
    const address = new URL(stackSettings().DATABASE_URL.replace('postgresql:///', 'postgresql://x/'));
    const port = address.searchParams.get('port') ?? '5432';
    const target = join(address.searchParams.get('host'), `.s.PGSQL.${port}`);
    const queries = {
        all: [],
        count: (pattern) => queries.all.filter((text) => pattern.test(text)).length,
        clear: () => queries.all.splice(0),
        hold: () => answers.forEach((socket) => socket.pause()),
        release: () => answers.forEach((socket) => socket.resume()),
    };
    const sockets = new Set();
    const answers = new Set();
    const server = net.createServer((client) => {
        const statements = new Statements((text) => queries.all.push(text));
        const upstream = net.connect(target);
        client.on('data', (bytes) => statements.take(bytes));
        client.pipe(upstream);
        upstream.on('data', (bytes) => client.write(bytes));
        answers.add(upstream);
        for (const socket of [client, upstream]) {
            sockets.add(socket);
            socket.on('error', () => {});
            socket.on('close', () => {
                client.destroy();
                upstream.destroy();
                sockets.delete(socket);
                answers.delete(socket);
            });
        }
    });
    await new Promise((resolve) => server.listen(join(folder, `.s.PGSQL.${port}`), resolve));
    test.after(() => {
        server.close();
        sockets.forEach((socket) => socket.destroy());
        rmSync(folder, { recursive: true, force: true });
    });
    queries.url = `postgresql:///bookly?host=${encodeURIComponent(folder)}&port=${port}`;
    return queries;
}

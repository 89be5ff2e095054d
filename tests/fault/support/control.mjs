// Ending the parts of the stack under test and bringing them back, and a second daemon on the same database.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, openSync, closeSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../integration/support/daemon.mjs';
import { request } from '../../integration/support/http.mjs';
import { alive, endPart, script, startPart } from '../../integration/support/parts.mjs';
import { processId, pushdEnvironment, pushdProgram, stack, stackSettings } from '../../integration/support/stack.mjs';
import { waitFor, within } from '../../integration/support/wait.mjs';

const execute = promisify(execFile);

export { alive, endPart as end };

/** make up: whatever has died is there again when this resolves. */
export async function up() {
    await script('up.sh', 'background');
}

/** Only the daemon: sooner than make up, which looks after everything. */
export async function startPushd() {
    await startPart('pushd');
    await waitFor(async () => (await handshake(stack.pushUrl)).status === 200, 'pushd');
}

/** Only the database, so that what the other parts do about its absence is their own doing. */
export async function startPostgres() {
    await startPart('postgres');
}

export async function superuserUrl() {
    return (await script('postgres.sh', 'superuser-url')).stdout.trim();
}

/** Where Debian keeps the client programs of the newest PostgreSQL. */
function clientPrograms() {
    const root = '/usr/lib/postgresql';
    const versions = readdirSync(root).sort((one, other) => Number(one) - Number(other));
    return join(root, versions.at(-1), 'bin');
}

/** A dump of the stack's database restored beside it, until the test ends: {url of its owner, url for programs}. */
export async function restoredCopy(t) {
    const name = `restored_${Date.now().toString(36)}`;
    const there = (text) => text.replace('/bookly?', `/${name}?`);
    const programs = stackSettings().DATABASE_URL;
    const superuser = (await superuserUrl()).replace('/postgres?', '/bookly?');
    const client = (program, ...words) => execute(join(clientPrograms(), program), words);
    await client('psql', '-XAtqc', `create database ${name} owner bookly`, superuser);
    t.after(() => client('psql', '-XAtqc', `drop database ${name} with (force)`, superuser));
    const file = join(mkdtempSync(join(tmpdir(), 'bookly-fault-')), 'dump');
    await client('pg_dump', '-Fc', '-f', file, superuser);
    await client('pg_restore', '-d', there(superuser), file);
    rmSync(dirname(file), { recursive: true });
    return { owner: there(stack.databaseUrl), programs: there(programs) };
}

const children = (pid) => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((name) => {
    try {
        return / \d+ /.exec(readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\) ./, ''))[0].trim() === String(pid);
    } catch {
        return false;
    }
}).map(Number);

/** Stops the private cluster's processes without ending them: sockets stay open and nobody answers. */
export function freezePostgres() {
    const postmaster = processId('postgres');
    // the postmaster first, so that no backend is made meanwhile
    process.kill(postmaster, 'SIGSTOP');
    const all = [postmaster, ...children(postmaster)];
    for (const pid of all) {
        if (alive(pid)) {
            process.kill(pid, 'SIGSTOP');
        }
    }
    return () => all.filter(alive).reverse().forEach((pid) => process.kill(pid, 'SIGCONT'));
}

export const handshake = (url) => request('GET', `${url}/socket.io/?EIO=4&transport=polling`);

/** A further daemon with the stack's settings, which can be ended and started again on its port. */
export class Daemon {
    constructor(overrides = {}) {
        this.overrides = overrides;
        this.program = pushdProgram();
        this.environment = pushdEnvironment();
        this.folder = mkdtempSync(join(tmpdir(), 'bookly-fault-'));
    }

    async start() {
        if (this.child?.exitCode === null && this.child.signalCode === null) {
            return this;
        }
        this.port ??= await freePort();
        const settings = {
            ...stackSettings(), PUSH_PORT: this.port, PUSH_ADMIN_PORT: undefined, PUSH_BIND: '127.0.0.1', LOG_FILE: undefined, ...this.overrides,
        };
        const file = join(this.folder, 'bookly.conf');
        const lines = Object.entries(settings).filter(([, value]) => value !== undefined);
        writeFileSync(file, lines.map(([name, value]) => `${name}=${value}\n`).join(''), { mode: 0o600 });
        const log = openSync(join(this.folder, 'pushd.log'), 'a');
        this.child = spawn(this.program, ['--config', file], {
            env: { PATH: process.env.PATH, ...this.environment }, stdio: ['ignore', 'ignore', log],
        });
        closeSync(log);
        this.exited = new Promise((resolve) => {
            this.child.once('exit', (code, signal) => resolve(code ?? signal));
        });
        this.url = `http://127.0.0.1:${this.port}`;
        await waitFor(async () => (await handshake(this.url)).status === 200, `the daemon on port ${this.port}`);
        return this;
    }

    get log() {
        return readFileSync(join(this.folder, 'pushd.log'), 'utf8');
    }

    /** → its exit code or signal. */
    async end(signal = 'SIGTERM') {
        this.child.kill(signal);
        return within(this.exited, 'the end of a daemon');
    }

    async close() {
        if (this.child?.exitCode === null && this.child.signalCode === null) {
            await this.end().catch(() => this.child.kill('SIGKILL'));
        }
        rmSync(this.folder, { recursive: true, force: true });
    }
}

/** Everything answers: REST and a handshake at each of these addresses. */
export async function healthy(urls) {
    await waitFor(async () => {
        const answers = await Promise.all([
            request('GET', `${stack.url}/api/v1/health`), ...urls.map(handshake),
        ]);
        return answers.every((answer) => answer.status === 200);
    }, 'the stack to answer', 60000);
}

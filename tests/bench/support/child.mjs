// A program that takes commands on its standard input and answers each with one line.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { within } from '../../integration/support/wait.mjs';

const END_MS = 5000;

export class Child {
    /** `log`: a file for what it says on standard error; `env`: beside PATH. */
    constructor(program, words, { log, env = {}, ipc = false } = {}) {
        this.name = program.split('/').at(-1);
        this.log = log;
        this.process = spawn(program, words.map(String), {
            env: { PATH: process.env.PATH, ...env },
            stdio: ['pipe', 'pipe', 'pipe', ...(ipc ? ['ipc'] : [])],
        });
        this.process.stderr.pipe(createWriteStream(log, { flags: 'a' }));
        this.process.stdin.on('error', () => {}); // its end is noticed below
        this.exited = new Promise((resolve) => {
            this.process.once('error', resolve);
            this.process.once('exit', (code, signal) => resolve(signal ?? code));
        });
        this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
    }

    get pid() {
        return this.process.pid;
    }

    async line(deadline) {
        const { value, done } = await within(this.lines.next(), `a line of ${this.name}`, deadline);
        if (done) {
            throw new Error(`${this.name} has ended (${await this.exited}); it may have said why in ${this.log}`);
        }
        return value;
    }

    /** → its answer; lines that are JSON are parsed. */
    async command(text, deadline = 120000) {
        this.process.stdin.write(`${text}\n`);
        return JSON.parse(await this.line(deadline));
    }

    async end() {
        this.process.stdin.end();
        await within(this.exited, `the end of ${this.name}`, END_MS).catch(async () => {
            this.process.kill('SIGTERM');
            await within(this.exited, `the end of ${this.name}`, END_MS).catch(() => this.process.kill('SIGKILL'));
        });
        await this.exited;
    }
}

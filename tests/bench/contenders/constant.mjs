// The floor of a REST answer: floor/floor_fcgi, which always answers the same, where a stack has bookly.fcgi; the site
// files, the log and the number of processes are the product's.
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from '../../integration/support/wait.mjs';

const execute = promisify(execFile);

export class Constant {
    constructor(bench, name, { front }) {
        Object.assign(this, { bench, name, front, title: 'constant answer', version: 'this tree' });
        this.state = join(bench.work, name);
        this.programs = join(bench.work, `${name}-programs`);
    }

    script(name, ...words) {
        const env = {
            PATH: process.env.PATH, PROGRAMS: this.programs, STATE: this.state, FRONT: this.front,
            PORT: this.port, PUSH_PORT: this.pushPort,
        };
        return execute('bash', [join(this.bench.root, 'apache/stack', name), ...words], { env });
    }

    async start() {
        [this.port, this.pushPort] = await this.bench.ports(2);
        mkdirSync(this.programs, { mode: 0o755 });
        copyFileSync(join(this.bench.programs, 'floor_fcgi'), join(this.programs, 'bookly.fcgi'));
        copyFileSync(join(this.bench.root, '.build/bookly-pushd'), join(this.programs, 'bookly-pushd'));
        for (const name of ['secrets.sh', 'settings.sh', 'programs.sh']) {
            await this.script(name);
        }
        await this.script('front.sh', 'start');
        await waitFor(() => fetch(`${this.url}/api/v1/`).then(({ status }) => status === 200), 'the constant answer');
        await this.script('warm.sh');
    }

    async stop() {
        await this.script('down.sh');
    }

    get url() {
        return `http://127.0.0.1:${this.port}`;
    }

    /** The front server's. */
    pid() {
        return Number(readFileSync(join(this.state, 'run', `${this.front}.pid`), 'utf8').split('\n')[0]);
    }
}

// What a scenario may ask for: contenders and crowds of clients, made when first wanted.
import { execFile } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CONTENDERS } from '../contenders/index.mjs';
import { Load } from './load.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

export class Bench {
    constructor({ work, rounds, quick, nofile, order }) {
        Object.assign(this, { work, rounds, quick, nofile, order });
        this.root = ROOT;
        this.programs = join(ROOT, '.build/tests/bench');
        this.contenders = new Map();
        this.crowds = new Map();
    }

    /** The count, or a small one when the bench itself is being tried. */
    count(full, quick) {
        return this.quick ? quick : full;
    }

    note(text) {
        process.stderr.write(`bench: ${text}\n`);
    }

    async ports(count) {
        const { stdout } = await promisify(execFile)(join(ROOT, 'tests/free_ports'), [String(count)]);
        return stdout.trim().split('\n').map(Number);
    }

    /** The contender of that name, started. */
    async contender(name) {
        if (!this.contenders.has(name)) {
            const contender = CONTENDERS[name](this, name);
            this.contenders.set(name, contender);
            await contender.start();
        }
        return this.contenders.get(name);
    }

    /**
     * A crowd of clients, all of them subscribed; an equal one that is still open is used again. `wire`: for the
     * contender's wire(); `load`: for the load generator. A contender has one crowd at a time.
     */
    async crowd(name, clients, { wire = {}, load = {} } = {}) {
        const wanted = JSON.stringify([clients, wire, load]);
        const held = this.crowds.get(name);
        if (held?.wanted === wanted) {
            return held.crowd;
        }
        await this.dismiss(name);
        const contender = await this.contender(name);
        const crowd = new Load(this, { clients, ...contender.wire({ clients, ...wire }), ...load });
        this.crowds.set(name, { wanted, crowd });
        crowd.opening = await crowd.open();
        return crowd;
    }

    async dismiss(name) {
        const held = this.crowds.get(name);
        this.crowds.delete(name);
        await held?.crowd.end();
    }

    async close() {
        for (const name of [...this.crowds.keys()]) {
            await this.dismiss(name);
        }
        const started = [...this.contenders.values()].reverse();
        this.contenders.clear();
        for (const contender of started) {
            await contender.stop();
        }
    }
}

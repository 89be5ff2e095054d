// The floor: floor/floor_push, which does nothing but send the same prebuilt frame to every socket.
import { join } from 'node:path';
import { Child } from '../support/child.mjs';
import { MESSAGE_BYTES } from '../support/fanout.mjs';
import { cpuOf, memoryOf } from '../support/process.mjs';

export class Floor {
    constructor(bench, name, { polling = false } = {}) {
        Object.assign(this, { bench, name, polling });
        this.title = polling ? 'floor (bare epoll, long polling)' : 'floor (bare epoll)';
        this.version = 'this tree';
    }

    async start() {
        [this.port] = await this.bench.ports(1);
        const words = ['--port', this.port, '--bytes', MESSAGE_BYTES, ...(this.polling ? ['--polling'] : [])];
        this.child = new Child(join(this.bench.programs, 'floor_push'), words, { log: join(this.bench.work, 'floor.log') });
        await this.child.line();
    }

    stop() {
        return this.child.end();
    }

    /** How bench_load reaches it. */
    wire() {
        return this.polling
            ? { wire: 'raw-polling', url: `http://127.0.0.1:${this.port}/` }
            : { wire: 'websocket', url: `ws://127.0.0.1:${this.port}/` };
    }

    cpu() {
        return cpuOf(this.child.pid);
    }

    memory() {
        return memoryOf(this.child.pid);
    }

    publish(count) {
        return this.child.command(`push ${count}`);
    }
}

// The load generator, load/: a crowd of clients of one contender.
import { join } from 'node:path';
import { Child } from './child.mjs';

// the port range of one address ends at 28,000 connections
const SOURCES = 8;
// messages gather while it sleeps: it shall not be woken for each of them, nor take its processor from the contender
const NAP_US = 1000;
const OPENING_MS = 180000;

export class Load {
    /**
     * options: url, wire, clients, tokens, namespace, subscribe, keys, opening, resume, consecutive, nap; words that are
     * undefined or false are left out, true stands alone.
     */
    constructor(bench, options) {
        const { clients, ...rest } = options;
        const words = Object.entries({ sources: SOURCES, nap: NAP_US, ...rest, clients })
            .filter(([, value]) => value !== undefined && value !== false)
            .flatMap(([name, value]) => (value === true ? [`--${name}`] : [`--${name}`, value]));
        this.clients = clients;
        this.child = new Child(join(bench.programs, 'bench_load'), words, { log: join(bench.work, 'bench_load.log') });
    }

    /** Everybody is connected and subscribed; refused handshakes are an error. */
    async open() {
        return this.complete(await this.child.command('open', OPENING_MS), this.clients);
    }

    async more(count) {
        this.clients += count;
        return this.complete(await this.child.command(`more ${count}`, OPENING_MS), count);
    }

    complete(answer, wanted) {
        if (answer.failed > 0 || answer.opened < wanted) {
            throw new Error(`not everybody could connect: ${JSON.stringify(answer)}`);
        }
        return answer;
    }

    reset() {
        return this.child.command('reset');
    }

    /** Until so many marked messages have come since the last reset. → the report */
    async wait(messages, timeoutMs = 60000) {
        const answer = await this.child.command(`wait ${messages} ${timeoutMs}`, timeoutMs + 10000);
        const report = { ...answer, ...await this.report() };
        if (report.messages < messages) {
            throw new Error(`${report.messages} of ${messages} messages after ${timeoutMs} ms: ${JSON.stringify(report)}`);
        }
        return report;
    }

    report() {
        return this.child.command('report');
    }

    end() {
        return this.child.end();
    }
}

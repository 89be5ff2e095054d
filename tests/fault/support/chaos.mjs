// What goes wrong: a random sequence of faults, each brought about and, where nobody else would, mended.
import { setTimeout as pause } from 'node:timers/promises';
import { processId, stack } from '../../integration/support/stack.mjs';
import { alive, end, freezePostgres, startPostgres, startPushd, up } from './control.mjs';

const WEIGHTS = {
    'pushd killed': 3,
    'pushd restarted': 2,
    'pushd frozen': 1,
    'second daemon killed': 1,
    'second daemon restarted': 1,
    'moved to the other daemon': 3,
    'PostgreSQL killed': 1,
    'PostgreSQL stopped': 1,
    'PostgreSQL frozen': 1,
    'front server killed': 0.5,
    'all connections cut': 2,
    'some connections cut': 6,
    'half-open connections': 4,
    'swallowed connections': 4,
    'slow readers': 4,
    'clients dropped their transport': 4,
    'subscriptions changed': 5,
};

export class Chaos {
    /** `networks`: {front, direct, roaming}; `daemon`: the second one; `clients`: those to be disturbed. */
    constructor({ random, tally, networks, daemon, clients, change }) {
        Object.assign(this, { random, tally, networks, daemon, clients, change });
        this.timers = new Set();
    }

    /** A random share of the links of all networks. */
    links(share) {
        return Object.values(this.networks).flatMap((network) =>
            network.chosen(() => this.random.chance(share)));
    }

    after(milliseconds, action) {
        const timer = setTimeout(() => {
            this.timers.delete(timer);
            action();
        }, milliseconds);
        this.timers.add(timer);
    }

    async restart(part, signal) {
        await end(part, signal);
        await pause(this.random.between(0, 800));
        await (part === 'pushd' && this.random.chance(0.7) ? startPushd() : up());
    }

    async restartDaemon(signal) {
        await this.daemon.end(signal);
        await pause(this.random.between(0, 500));
        await this.daemon.start();
    }

    async restartPostgres(signal) {
        await end('postgres', signal);
        await pause(this.random.between(0, 1500));
        await startPostgres();
        await this.daemon.start();
    }

    async frozen(thaw) {
        await pause(this.random.between(300, 2500));
        thaw();
    }

    async freezePushd() {
        const pid = processId('pushd');
        process.kill(pid, 'SIGSTOP');
        await this.frozen(() => alive(pid) && process.kill(pid, 'SIGCONT'));
    }

    move() {
        const { roaming } = this.networks;
        const here = Number(new URL(stack.pushUrl).port);
        roaming.target = { host: '127.0.0.1', port: roaming.target.port === here ? this.daemon.port : here };
        roaming.chosen().forEach((link) => link.cut());
    }

    async one(fault) {
        const { random } = this;
        switch (fault) {
            case 'pushd killed': return this.restart('pushd', 'SIGKILL');
            case 'pushd restarted': return this.restart('pushd', 'SIGTERM');
            case 'pushd frozen': return this.freezePushd();
            case 'second daemon killed': return this.restartDaemon('SIGKILL');
            case 'second daemon restarted': return this.restartDaemon('SIGTERM');
            case 'moved to the other daemon': return this.move();
            case 'PostgreSQL killed': return this.restartPostgres('SIGKILL');
            case 'PostgreSQL stopped': return this.restartPostgres('SIGINT');
            case 'PostgreSQL frozen': return this.frozen(freezePostgres());
            case 'front server killed': return this.restart(stack.front, 'SIGKILL');
            case 'all connections cut': return this.links(1).forEach((link) => link.cut());
            case 'some connections cut': return this.links(0.3).forEach((link) => link.cut());
            case 'half-open connections': return this.links(0.2).forEach((link) => this.halfOpen(link));
            case 'swallowed connections': return this.links(0.2).forEach((link) => this.swallow(link));
            case 'slow readers': return this.links(0.15).forEach((link) => this.trickle(link));
            case 'clients dropped their transport':
                return this.clients.filter(() => random.chance(0.3)).forEach((client) => client.drop());
            default:
                return this.clients.filter((client) => client.change && random.chance(0.3))
                    .forEach((client) => client.change(this.change(client)));
        }
    }

    halfOpen(link) {
        link.halfOpen();
        this.after(this.random.between(500, 6000), () => link.cut());
    }

    swallow(link) {
        link.swallow();
        this.after(this.random.between(500, 6000), () => link.cut());
    }

    trickle(link) {
        link.trickle(this.random.pick([200, 1000, 4000]));
        this.after(this.random.between(1000, 6000), () => link.trickle(0));
    }

    /** Faults until `end` (milliseconds of the clock), one after another with pauses between. */
    async run(end, pauseMs) {
        while (Date.now() < end) {
            await pause(this.random.between(0, 2 * pauseMs));
            const fault = this.random.weighted(WEIGHTS);
            this.tally.add(fault);
            const began = Date.now();
            await this.one(fault);
            this.trace?.(`${fault} (${Date.now() - began} ms)`);
        }
    }

    /** Nothing is broken any more. */
    async calm() {
        this.timers.forEach((timer) => clearTimeout(timer));
        Object.values(this.networks).forEach((network) => network.calm());
        await up();
        await this.daemon.start();
    }
}

// One cursor, carried from transport to transport: what a client does whose WebSocket is blocked today.
import { Client } from './client.mjs';

export class Wanderer extends Client {
    static kind = 'wanderer';

    constructor(options) {
        super(options);
        this.options = options; // kinds: classes of client; stay: [shortest, longest] milliseconds
    }

    start() {
        const Kind = this.random.pick(this.options.kinds);
        this.now = new Kind(this.options);
        this.now.start();
        this.count(`as ${Kind.kind}`);
        this.timer = setTimeout(() => this.move(), this.random.between(...this.options.stay));
    }

    /** Not before the first place is known: without one it would begin anew. */
    move() {
        if (this.record.place && this.record.subscriptions.length > 0 && !this.record.wish) {
            this.now.stop();
            this.start();
        } else {
            this.timer = setTimeout(() => this.move(), 200);
        }
    }

    /** Stays with what it is. */
    rest() {
        clearTimeout(this.timer);
    }

    drop() {
        this.now.drop();
    }

    leave() {
        this.now.stop();
    }
}

// The bad network between clients and server: a TCP proxy that can cut, swallow, trickle, and change where it leads.
import net from 'node:net';

const TRICKLE_EVERY_MS = 100;

/** RST. One that was already told to end cannot be reset: Node 20 would never close its handle. */
function reset(socket) {
    if (socket.writableEnded) {
        socket.destroy();
    } else if (!socket.destroyed) {
        socket.resetAndDestroy();
    }
}

class Link {
    constructor(client, upstream, asked) {
        this.client = client;
        this.upstream = upstream;
        this.swallowed = false; // both ends stay open, nothing passes
        this.rate = 0; // bytes a turn from the server; 0: as they come
        this.request = ''; // the first line that the client sent
        client.once('data', (chunk) => {
            [this.request] = chunk.toString('latin1').split('\r\n', 1);
            asked(this);
        });
        for (const [from, to] of [[client, upstream], [upstream, client]]) {
            from.setNoDelay(true);
            from.on('error', () => {});
            from.on('data', (chunk) => this.pass(from, to, chunk));
            from.on('end', () => this.swallowed || to.end());
            from.on('close', () => this.swallowed || to.destroy());
            to.on('drain', () => this.swallowed || (this.rate && from === upstream) || from.resume());
        }
    }

    pass(from, to, chunk) {
        if (this.swallowed) {
            return;
        }
        if (!to.write(chunk)) {
            from.pause();
        }
        if (this.rate && from === this.upstream) {
            from.pause();
        }
    }

    /** Both sides, at once and without a farewell. */
    cut() {
        reset(this.client);
        reset(this.upstream);
    }

    /** The network is gone and nobody is told. */
    swallow() {
        this.swallowed = true;
        this.client.pause();
        this.upstream.pause();
    }

    /** The client learns it, the server still believes in the connection. */
    halfOpen() {
        this.swallow();
        reset(this.client);
    }

    trickle(bytes) {
        this.rate = bytes;
        if (bytes) {
            this.upstream.pause();
        } else if (!this.swallowed) {
            this.upstream.resume();
        }
    }

    /** One turn of a trickle: reading lets at most so many bytes through, as `data`. */
    turn() {
        if (this.rate && !this.swallowed && !this.client.writableNeedDrain) {
            this.upstream.read(Math.min(this.rate, this.upstream.readableLength));
        }
    }
}

export class Proxy {
    /** `target`: {host, port}; may be changed at any time, for the connections that come later. */
    constructor(target) {
        this.target = target;
        this.links = new Set();
        this.refusing = false;
        this.swallowing = false;
        this.choose = () => false;
        this.server = net.createServer((client) => this.open(client));
        this.turns = setInterval(() => this.links.forEach((link) => link.turn()), TRICKLE_EVERY_MS);
    }

    open(client) {
        if (this.refusing) {
            client.on('error', () => {});
            reset(client);
            return;
        }
        const upstream = net.connect(this.target);
        const link = new Link(client, upstream, (asking) => this.choose(asking) && asking.trickle(1));
        this.links.add(link);
        if (this.swallowing) {
            link.swallow();
        }
        const gone = () => {
            if (client.destroyed && upstream.destroyed) {
                this.links.delete(link);
            }
        };
        client.on('close', gone);
        upstream.on('close', gone);
    }

    async listen() {
        await new Promise((resolve, reject) => {
            this.server.once('error', reject);
            this.server.listen(0, '127.0.0.1', resolve);
        });
        this.port = this.server.address().port;
        this.url = `http://127.0.0.1:${this.port}`;
        return this;
    }

    /** The links that `choose` takes, those already swallowed left out. */
    chosen(choose = () => true) {
        return [...this.links].filter((link) => !link.swallowed && choose(link));
    }

    /** Whatever comes, those that come later included. */
    swallowAll() {
        this.swallowing = true;
        this.chosen().forEach((link) => link.swallow());
    }

    /** The server's answers to the requests that `choose` takes creep, later requests included; the others run. */
    holdBack(choose) {
        this.choose = choose;
        this.chosen().forEach((link) => link.trickle(choose(link) ? 1 : 0));
    }

    /** Ends what was swallowed. */
    dropSwallowed() {
        this.swallowing = false;
        [...this.links].filter((link) => link.swallowed).forEach((link) => link.cut());
    }

    /** Everything passes again. */
    calm() {
        this.refusing = false;
        this.dropSwallowed();
        this.links.forEach((link) => link.trickle(0));
    }

    close() {
        clearInterval(this.turns);
        this.server.close();
        this.links.forEach((link) => link.cut());
    }
}

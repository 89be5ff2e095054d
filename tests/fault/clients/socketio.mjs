// Unmodified socket.io-client 4.8: it reconnects and resumes by itself, this file only listens.
import { io } from 'socket.io-client';
import { Client } from './client.mjs';

class SocketIo extends Client {
    start() {
        const transports = this.constructor.transports;
        this.socket = io(this.network.url + (this.random.chance(0.5) ? '/api/v1/ws' : ''), {
            forceNew: true,
            ...(transports ? { transports } : {}),
            reconnectionDelay: 100,
            reconnectionDelayMax: 1000,
            timeout: 10000,
            auth: (give) => give(this.auth()),
        });
        this.began = this.record.place;
        this.socket.onAny((event, ...args) => {
            if (event === 'sync:ready') {
                this.ready = args.at(-1);
            }
            this.push(event, args[0], args.at(-1));
        });
        this.socket.on('connect', () => this.connected());
        this.socket.on('disconnect', (reason) => this.count(`disconnect: ${reason}`));
        this.socket.on('connect_error', (error) => {
            // an answer of the server to CONNECT is not tried again: never right in these runs
            if (!this.socket.active) {
                this.count(`refused: ${error.data?.code ?? error.message}`);
            }
        });
    }

    /** A new socket names the place to begin from; the same socket resumes by its pid. */
    auth() {
        return { token: this.token, ...(this.began ? { cursor: this.record.place } : {}) };
    }

    connected() {
        if (this.stopped) {
            return;
        }
        if (this.socket.recovered) {
            this.count('recovered');
        } else if (this.joined) {
            this.count(this.settled ? 'NOT RECOVERED' : 'not recovered before it had subscribed');
        } else {
            this.count('joined');
        }
        this.joined = true;
        if (this.record.wish || !this.settled || !this.socket.recovered) {
            this.subscribe();
        }
    }

    subscribe(leaving) {
        const attempt = {};
        this.attempt = attempt;
        this.record.wanting({ ...this.wanted });
        const acknowledged = (answer) => {
            if (this.stopped || this.attempt !== attempt || !this.record.wish) {
                return;
            }
            if (!answer?.success) {
                this.count(`subscribe refused: ${answer?.code}`);
                this.timer = setTimeout(() => this.socket.connected && this.subscribe(), 300);
                return;
            }
            this.settled = true;
            this.record.granted(this.ready);
        };
        if (leaving) {
            this.socket.emit('unsubscribe', { channels: leaving }, acknowledged);
        } else {
            const left = ['events', 'dlq', 'logs', 'notifications', 'dashboard'].filter((name) => !(name in this.wanted));
            if (this.settled && left.length > 0) {
                this.socket.emit('unsubscribe', { channels: left });
            }
            this.socket.emit('subscribe', this.subscription(), acknowledged);
        }
    }

    /** Other subscriptions from now on; ignored while the last change is under way. */
    change(wanted) {
        if (!this.settled || this.record.wish || !this.socket.connected) {
            return;
        }
        const left = Object.keys(this.wanted).filter((channel) => !(channel in wanted));
        const grows = Object.keys(wanted).some((channel) => wanted[channel] !== this.wanted[channel]);
        if (!grows && left.length === 0) {
            return;
        }
        this.wanted = wanted;
        this.count('changes of subscription');
        this.subscribe(grows ? undefined : left);
    }

    /**
     * What a page does that goes offline. Not while the client is writing or upgrading: it then closes in the middle of
     * what it reads, and what it has read it hands out when it is back, and so twice, whoever the server is.
     */
    drop() {
        const { engine } = this.socket.io;
        if (engine && !engine.upgrading && engine.writeBuffer.length === 0) {
            engine.close();
        }
    }

    leave() {
        this.socket.disconnect();
    }
}

export class SocketIoPolling extends SocketIo {
    static kind = 'socket.io polling';
    static transports = ['polling'];
}

export class SocketIoWebSocket extends SocketIo {
    static kind = 'socket.io websocket';
    static transports = ['websocket'];
}

export class SocketIoDefault extends SocketIo {
    static kind = 'socket.io default';
    static transports = undefined;
}

// A plain WebSocket, resumed by ?cursor= or by the event `resume`.
import WebSocket from 'ws';
import { Client } from './client.mjs';

const SILENCE_MS = 15000;

export class PlainWebSocket extends Client {
    static kind = 'plain websocket';

    start() {
        const { place } = this.record;
        const byQuery = this.random.chance(0.5);
        const byFrame = this.random.chance(0.3);
        const query = place && byQuery ? `?cursor=${encodeURIComponent(place)}` : '';
        this.socket = new WebSocket(`${this.network.url.replace(/^http/, 'ws')}/api/v1/ws${query}`, {
            perMessageDeflate: false,
            headers: byFrame ? {} : { Authorization: `Bearer ${this.token}` },
            handshakeTimeout: 10000,
        });
        const { socket } = this;
        socket.on('open', () => {
            if (byFrame) {
                this.send('auth', { token: this.token });
            }
        });
        socket.on('message', (text) => this.alive(socket) && this.frame(JSON.parse(text), place && !byQuery ? place : undefined));
        socket.on('ping', () => this.alive(socket));
        socket.on('error', () => {});
        socket.on('close', (code) => {
            clearTimeout(this.silence);
            if (!this.stopped) {
                this.count(`closed: ${code}`);
                this.later(() => this.start());
            }
        });
        this.subscribing = false;
        this.alive(socket);
    }

    alive(socket) {
        clearTimeout(this.silence);
        this.silence = setTimeout(() => socket.terminate(), SILENCE_MS);
        return true;
    }

    send(event, data, id) {
        this.socket.send(JSON.stringify({ event, data, ...(id ? { id } : {}) }));
    }

    frame(frame, resumeFrom) {
        if (this.stopped) {
            return;
        }
        if (frame.ack !== undefined) {
            this.acknowledged(frame.data);
            return;
        }
        if (frame.event === 'sync:ready') {
            this.ready = frame.cursor;
        }
        if (!this.subscribing && resumeFrom) {
            // the first frame tells where the stream stands; the place to go on from is the client's own
            this.send('resume', { cursor: resumeFrom });
        } else {
            this.push(frame.event, frame.data, frame.cursor);
        }
        if (!this.subscribing) {
            this.subscribing = true;
            this.count(this.record.place && this.joined ? 'resumed' : 'joined');
            this.joined = true;
            this.record.wanting(this.wanted);
            this.send('subscribe', this.subscription(), 1);
        }
    }

    acknowledged(answer) {
        if (!answer.success) {
            this.count(`subscribe refused: ${answer.code}`);
            this.socket.terminate();
        } else if (this.record.wish) {
            this.record.granted(this.ready);
        }
    }

    drop() {
        this.socket?.terminate();
    }

    leave() {
        clearTimeout(this.silence);
        this.socket.on('error', () => {});
        if (this.random.chance(0.5)) {
            this.socket.close(1000);
            this.silence = setTimeout(() => this.socket.terminate(), 1000);
        } else {
            this.socket.terminate();
        }
    }
}

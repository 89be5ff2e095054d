// Runs in a thread of its own (attack.mjs starts it), so that who is served beside it is not slowed down by it.
// Each kind goes on until it is told to stop, and then says what became of it.
import net from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const { kind, url, from, count, ...options } = workerData;
const { hostname, port } = new URL(url);
const told = { opened: 0, ended: 0, failed: 0, bytes: 0, codes: {}, statuses: {} };
let stopped = false;
const sockets = new Set();

const note = (counts, key) => { counts[key] = (counts[key] ?? 0) + 1; };

/** A connection; `over` is called once, when it is gone. */
function open(over) {
    const socket = net.connect({ host: hostname, port: Number(port), localAddress: from });
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('connect', () => { told.opened += 1; });
    socket.on('error', () => { told.failed += 1; });
    socket.on('close', () => {
        sockets.delete(socket);
        told.ended += 1;
        over?.();
    });
    return socket;
}

/** A frame as a client sends it; the mask is all zeros, so that the payload stays as it is. */
function frame(opcode, payload, { fin = true, reserved = 0 } = {}) {
    const body = Buffer.from(payload);
    const head = [(fin ? 0x80 : 0) | reserved | opcode];
    if (body.length < 126) {
        head.push(0x80 | body.length);
    } else if (body.length < 65536) {
        head.push(0x80 | 126, body.length >> 8, body.length & 255);
    } else {
        head.push(0x80 | 127, 0, 0, 0, 0, body.length >>> 24, (body.length >> 16) & 255, (body.length >> 8) & 255, body.length & 255);
    }
    return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), body]);
}

const upgrade = (path) => `GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`
    + 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

/**
 * Reads what a server sends on a WebSocket: notes the status of the handshake and the code of the close frame.
 * True once a message that begins with `awaited` has come.
 */
function reader(awaited) {
    let rest = Buffer.alloc(0);
    let greeted = false;
    let seen = false;
    return (chunk) => {
        rest = Buffer.concat([rest, chunk]);
        if (!greeted) {
            const end = rest.indexOf('\r\n\r\n');
            if (end < 0) {
                return false;
            }
            greeted = true;
            note(told.statuses, rest.toString('latin1', 9, 12));
            rest = rest.subarray(end + 4);
        }
        while (rest.length >= 2) {
            const short = rest[1] & 127;
            const head = short === 126 ? 4 : short === 127 ? 10 : 2;
            if (rest.length < head) {
                break;
            }
            const length = short === 126 ? rest.readUInt16BE(2) : short === 127 ? Number(rest.readBigUInt64BE(2)) : short;
            if (rest.length < head + length) {
                break;
            }
            if ((rest[0] & 15) === 8) {
                note(told.codes, length >= 2 ? rest.readUInt16BE(head) : 0);
            }
            seen ||= rest.toString('latin1', head, head + awaited.length) === awaited;
            rest = rest.subarray(head + length);
        }
        return seen;
    };
}

/** What is sent again and again after the handshake, as large pieces. */
function pieces({ frames, times }) {
    const once = Buffer.concat(frames.map(({ opcode = 1, text = '', size, ...more }) =>
        frame(opcode, size ? text.padEnd(size, 'x') : text, more)));
    return Buffer.concat(Array.from({ length: times ?? Math.max(1, Math.ceil(65536 / once.length)) }, () => once));
}

/** WebSockets that send frames as fast as they are taken, or `once`; one that is closed comes again. */
function flood() {
    const piece = pieces(options);
    const first = Buffer.concat((options.first ?? []).map((text) => frame(1, text)));
    const begin = () => {
        const socket = open(() => stopped || setTimeout(begin, 10));
        const read = reader(first.length ? '40{' : '0{'); // who has not joined yet may say nothing else
        const pour = () => {
            let more = true;
            while (more && !stopped && !socket.destroyed) {
                more = socket.write(piece) && !options.once;
                told.bytes += piece.length;
            }
        };
        let pouring = false;
        socket.write(upgrade(options.path));
        socket.once('data', () => socket.write(first));
        socket.on('data', (chunk) => {
            if (read(chunk) && !pouring) {
                pouring = true;
                if (!options.once) {
                    socket.on('drain', pour);
                }
                pour();
            }
        });
        // half open, it would go on sending to nobody
        socket.on('end', () => socket.destroy());
    };
    for (let i = 0; i < count; i += 1) {
        begin();
    }
}

/** Connections that say `first[i]` and then `drip[i]`, again and again, every `everyMs`. */
function hold() {
    const turns = new Set();
    const begin = (number) => {
        const socket = open(() => {
            turns.delete(turn);
            if (!stopped && options.again) {
                setTimeout(() => begin(number), options.again);
            }
        });
        const drip = options.drip[number % options.drip.length];
        const turn = () => socket.writable && socket.write(drip);
        socket.on('connect', () => {
            socket.write(options.first[number % options.first.length]);
            if (drip) {
                turns.add(turn);
            }
        });
        socket.on('data', (chunk) => {
            told.bytes += chunk.length;
            if (chunk.subarray(0, 5).toString() === 'HTTP/') {
                note(told.statuses, chunk.toString('latin1', 9, 12));
            }
        });
    };
    for (let i = 0; i < count; i += 1) {
        begin(i);
    }
    setInterval(() => turns.forEach((turn) => turn()), options.everyMs ?? 250).unref();
}

/** Requests one after another on each of `count` connections, each with a connection of its own. */
function ask() {
    const begin = (number) => {
        const socket = open(() => stopped || setTimeout(begin, 1, number + count));
        let head = '';
        socket.on('data', (chunk) => {
            if (head.length < 12) {
                head += chunk.toString('latin1', 0, 12);
                if (head.length >= 12) {
                    note(told.statuses, head.slice(9, 12));
                }
            }
        });
        socket.on('end', () => socket.destroy());
        const pour = () => {
            let more = true;
            while (more && options.endless && socket.writable) {
                more = socket.write(options.endless);
            }
        };
        socket.on('connect', () => {
            socket.write(options.requests[number % options.requests.length]);
            pour();
        });
        socket.on('drain', pour);
    };
    for (let i = 0; i < count; i += 1) {
        begin(i);
    }
}

parentPort.on('message', (message) => {
    if (message === 'stop') {
        stopped = true;
        parentPort.postMessage({ told });
        sockets.forEach((socket) => socket.destroy());
        parentPort.close();
    } else {
        parentPort.postMessage({ told });
    }
});
({ flood, hold, ask })[kind]();

// Small HTTP servers to be probed, each with a vice of its own.
import http from 'node:http';
import net from 'node:net';
import { freePort } from './daemon.mjs';

/** server: of node's; → its address, closed when the test ends. */
async function listening(test, server) {
    const sockets = new Set();
    server.on('connection', (socket) => {
        sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => sockets.delete(socket));
    });
    await new Promise((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
    });
    test.after(() => {
        server.close();
        sockets.forEach((socket) => socket.destroy());
    });
    return `127.0.0.1:${server.address().port}`;
}

/** Answers with `answer(request, response)`, which may be replaced. → {address, requests, answer}. */
export async function target(test, answer = (_, response) => response.end('ok')) {
    const made = { requests: [], answer };
    made.address = await listening(test, http.createServer((request, response) => {
        response.on('error', () => {});
        made.requests.push(request);
        made.answer(request, response);
    }));
    return made;
}

export const status = (code, headers = {}) => (_, response) => response.writeHead(code, headers).end();

/** Takes connections and says nothing. */
export const hanging = async (test) => ({ address: await listening(test, net.createServer()) });

export const refusing = async () => ({ address: `127.0.0.1:${await freePort()}` });

/** Says `text` for ever: as fast as it is taken, or so many milliseconds apart. → {address, sent}. */
export async function endless(test, begin, text, pauseMs = 0) {
    const made = { sent: 0 };
    made.address = await listening(test, net.createServer((socket) => {
        socket.write(begin);
        socket.resume();
        const pump = () => {
            while (!socket.destroyed && !pauseMs && socket.write(text)) {
                made.sent += text.length;
            }
        };
        if (pauseMs) {
            const timer = setInterval(() => socket.destroyed || socket.write(text), pauseMs);
            socket.on('close', () => clearInterval(timer));
        } else {
            socket.on('drain', pump);
            pump();
        }
    }));
    return made;
}

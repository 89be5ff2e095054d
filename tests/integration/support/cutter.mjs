// A TCP proxy that cuts its connections on demand.
import net from 'node:net';
import { freePort } from './daemon.mjs';

/** On a port of its own, or on the one given. */
export async function startCutter(test, target, port) {
    const { hostname, port: targetPort } = new URL(target);
    const pairs = new Set();
    const server = net.createServer((inner) => {
        const outer = net.connect(Number(targetPort), hostname);
        const pair = [inner, outer];
        pairs.add(pair);
        const end = () => {
            pairs.delete(pair);
            inner.destroy();
            outer.destroy();
        };
        for (const socket of pair) {
            socket.on('error', end);
            socket.on('close', end);
        }
        inner.pipe(outer);
        outer.pipe(inner);
    });
    port ??= await freePort();
    await new Promise((resolve) => {
        server.listen(port, '127.0.0.1', resolve);
    });
    const cut = () => {
        for (const pair of pairs) {
            pair.forEach((socket) => socket.destroy());
        }
    };
    test.after(() => {
        cut();
        server.close();
    });
    return { url: `http://127.0.0.1:${port}`, cut };
}

// Further daemons on the stack's own database, with other settings: sign-in modes, keys, origins, intervals.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from './http.mjs';
import { pushdEnvironment, pushdProgram, stackSettings } from './stack.mjs';
import { waitFor, within } from './wait.mjs';

const isFree = (port) => new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
});

const handedOut = new Set();

/** One that nobody has, below those that the kernel gives to outgoing connections; never the same twice. */
export async function freePort() {
    for (let tries = 0; tries < 1000; tries += 1) {
        const port = 15000 + Math.floor(Math.random() * 15000);
        if (!handedOut.has(port) && await isFree(port)) {
            handedOut.add(port);
            return port;
        }
    }
    throw new Error('no free port');
}

export function temporaryFolder(test) {
    const folder = mkdtempSync(join(tmpdir(), 'bookly-test-'));
    test.after(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
}

function settingsFile(test, settings) {
    const file = join(temporaryFolder(test), 'bookly.conf');
    const lines = Object.entries(settings)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(file, lines.join(''), { mode: 0o600 });
    return file;
}

function run(program, args, environment) {
    const child = spawn(program, args, {
        env: { PATH: process.env.PATH, ...pushdEnvironment(), ...environment },
        stdio: ['ignore', 'ignore', 'pipe'],
    });
    const daemon = { child, log: '', code: undefined };
    child.stderr.on('data', (chunk) => {
        daemon.log += chunk;
    });
    daemon.exited = new Promise((resolve) => {
        child.once('close', (code, signal) => {
            daemon.code = code ?? signal;
            resolve(daemon.code);
        });
    });
    return daemon;
}

/**
 * Starts pushd with the stack's settings and `overrides` (undefined drops one) and waits until a
 * handshake is answered with `ready`. → {url, log, child, exited}; stopped when the test ends.
 */
export async function startPushd(test, overrides = {}, ready = 200, environment = {}) {
    const port = overrides.PUSH_PORT ?? await freePort();
    const file = settingsFile(test, {
        ...stackSettings(), PUSH_PORT: port, PUSH_BIND: '127.0.0.1', PUSH_ADMIN_PORT: undefined, LOG_FILE: undefined, ...overrides,
    });
    const daemon = run(pushdProgram(), ['--config', file], environment);
    daemon.url = `http://127.0.0.1:${port}`;
    test.after(async () => {
        daemon.child.kill('SIGTERM');
        await within(daemon.exited, 'the end of pushd').catch(() => daemon.child.kill('SIGKILL'));
        if (daemon.code !== 0 || /Sanitizer|runtime error:/.test(daemon.log)) {
            throw new Error(`pushd ended with ${daemon.code}: ${daemon.log}`);
        }
    });
    await waitFor(async () => {
        if (daemon.code !== undefined) {
            const end = new Error(`pushd ended with ${daemon.code}: ${daemon.log}`);
            throw Object.assign(end, { hopeless: true });
        }
        const answer = await request('GET', `${daemon.url}/socket.io/?EIO=4&transport=polling`);
        return answer.status === ready;
    }, `pushd on port ${port}`);
    return daemon;
}

/** `pushd --check` with these settings in the file and the environment: {code, log}. */
export async function checkSettings(test, overrides = {}, environment = {}) {
    const file = settingsFile(test, { ...stackSettings(), LOG_FILE: undefined, ...overrides });
    const daemon = run(pushdProgram(), ['--config', file, '--check'], environment);
    await within(daemon.exited, 'pushd --check');
    return daemon;
}

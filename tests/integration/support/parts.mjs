// Ending a part of the stack under test, and bringing it back.
import { execFile } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { processId, stack } from './stack.mjs';
import { waitFor } from './wait.mjs';

const folder = resolve(dirname(fileURLToPath(import.meta.url)), '../../../apache/stack');
const scripts = { postgres: 'postgres.sh', pushd: 'pushd.sh', apache: 'front.sh', lighttpd: 'front.sh' };

/** A script of the stack, with the environment that started it: what `make env` prints is not its own. */
export function script(name, ...words) {
    const { DATABASE_URL, JWT_SECRET, ...env } = process.env;
    return promisify(execFile)('bash', [resolve(folder, name), ...words], { env: { ...env, STATE: stack.state } });
}

export function alive(pid) {
    try {
        process.kill(pid, 0);
        return true;
    } catch {
        return false;
    }
}

/** Part: postgres, pushd, apache or lighttpd. Resolves when its process is gone. */
export async function endPart(part, signal) {
    const pid = processId(part);
    process.kill(pid, signal);
    await waitFor(() => !alive(pid), `the end of ${part}`);
}

export const startPart = (part) => script(scripts[part], 'start');

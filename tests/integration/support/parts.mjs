// Ending a part of the stack under test, and bringing it back.
import { execFile } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { processId, stack } from './stack.mjs';
import { waitFor } from './wait.mjs';

const folder = resolve(dirname(fileURLToPath(import.meta.url)), '../../../apache/stack');
const scripts = { postgres: 'postgres.sh', pushd: 'pushd.sh', apache: 'front.sh', lighttpd: 'front.sh' };

function alive(pid) {
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

export const startPart = (part) =>
    promisify(execFile)('bash', [resolve(folder, scripts[part]), 'start'], { env: { ...process.env, STATE: stack.state } });

// Where it was measured.
import { readFileSync } from 'node:fs';
import os from 'node:os';

function system() {
    const name = /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'));
    return name ? name[1] : os.type();
}

export function machine({ nofile, rounds, quick }) {
    return {
        date: new Date().toISOString().slice(0, 10),
        processor: os.cpus()[0]?.model ?? 'unknown',
        cores: os.cpus().length,
        memory: os.totalmem(),
        system: system(),
        kernel: os.release(),
        nofile, rounds, quick: Boolean(quick),
    };
}

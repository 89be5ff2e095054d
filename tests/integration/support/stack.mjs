// The running stack under test, as the environment describes it.
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

function required(name) {
    const value = process.env[name];
    if (!value) {
        throw new Error(`${name} is not set: start a stack and take its variables (make up, make env)`);
    }
    return value;
}

const url = required('BOOKLY_URL').replace(/\/$/, '');
const state = required('BOOKLY_STATE');

export const stack = {
    url, // the front server: REST, and sockets unless told otherwise
    socketUrl: (process.env.BOOKLY_SOCKET_URL || url).replace(/\/$/, ''),
    pushUrl: required('BOOKLY_PUSH_URL').replace(/\/$/, ''),
    databaseUrl: required('DATABASE_URL'),
    secret: required('JWT_SECRET'),
    state,
    front: process.env.BOOKLY_FRONT || 'apache',
};

/** KEY=value lines of the running daemon's settings file. */
export function stackSettings() {
    const settings = {};
    for (const line of readFileSync(join(state, 'run', 'bookly.conf'), 'utf8').split('\n')) {
        const match = /^\s*([A-Z][A-Z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line);
        if (match) {
            settings[match[1]] = match[2];
        }
    }
    return settings;
}

export function processId(part) {
    return Number(readFileSync(join(state, 'run', `${part}.pid`), 'utf8').split('\n')[0].trim());
}

const programs = join(realpathSync(state), 'bin');

/** The very program that runs, so that a sanitizer build is tested as one. */
export function pushdProgram() {
    return realpathSync(join(programs, 'bookly-pushd'));
}

/** Of the stack's own `name` (bookly-pushd, bookly.fcgi); its command line is all that others may read of it. */
export function programIds(name) {
    return readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)).map(Number).filter((pid) => {
        try {
            return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] === join(programs, name);
        } catch {
            return false;
        }
    });
}

/** What the running daemon was given beside its file: its database role, the sanitizers' options. */
export function pushdEnvironment() {
    return {
        HOME: '/nonexistent',
        DATABASE_USER: 'bookly_pushd',
        DATABASE_PASSWORD_FILE: join(realpathSync(state), 'secret', 'pushd_password'),
        ...Object.fromEntries(Object.entries(process.env).filter(([name]) => /^[A-Z]*SAN_OPTIONS$/.test(name))),
    };
}

export function pushdLog() {
    return readFileSync(join(state, 'log', 'pushd.log'), 'utf8');
}

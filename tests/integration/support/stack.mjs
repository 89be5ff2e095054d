// The running stack under test, as the environment describes it.
import { readFileSync, readlinkSync } from 'node:fs';
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

/** The very program that runs, so that a sanitizer build is tested as one. */
export function pushdProgram() {
    return readlinkSync(`/proc/${processId('pushd')}/exe`);
}

/** What the running daemon was given beside its file: its database role, the sanitizers' options. */
export function pushdEnvironment() {
    const lines = readFileSync(`/proc/${processId('pushd')}/environ`, 'utf8').split('\0');
    return Object.fromEntries(lines
        .filter((line) => /^(DATABASE_[A-Z_]*|HOME|[A-Z]*SAN_OPTIONS)=/.test(line))
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

export function pushdLog() {
    return readFileSync(join(state, 'log', 'pushd.log'), 'utf8');
}

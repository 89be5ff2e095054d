// What a process has used: processor time and memory, as the kernel accounts for them.
import { readFileSync, readdirSync } from 'node:fs';

const PAGE = 4096;

const read = (file) => {
    try {
        return readFileSync(file, 'utf8');
    } catch {
        return null; // a thread that has just ended
    }
};

function tasks(pid) {
    try {
        return readdirSync(`/proc/${pid}/task`);
    } catch {
        throw new Error(`process ${pid} has ended`);
    }
}

/** Microseconds of processor time of all its threads. */
export function cpuOf(pid) {
    let ns = 0;
    for (const task of tasks(pid)) {
        ns += Number(read(`/proc/${pid}/task/${task}/schedstat`)?.split(' ')[0] ?? 0);
    }
    return ns / 1000;
}

/** Resident bytes. */
export function memoryOf(pid) {
    const exact = /^Rss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '');
    return exact ? Number(exact[1]) * 1024 : Number(read(`/proc/${pid}/statm`).split(' ')[1]) * PAGE;
}

function parents() {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((name) => {
        const [, parent] = /\) \S (\d+) /.exec(read(`/proc/${name}/stat`) ?? '') ?? [];
        return { pid: Number(name), parent: Number(parent) };
    });
}

/** The process and all that descend from it. */
export function family(pid) {
    const all = parents();
    const found = [pid];
    for (const one of found) {
        found.push(...all.filter(({ parent }) => parent === one).map((child) => child.pid));
    }
    return found;
}

export const sum = (values) => values.reduce((total, value) => total + value, 0);

/** Of several processes together. */
export const cpuOfAll = (pids) => sum(pids.map(cpuOf));
export const memoryOfAll = (pids) => sum(pids.map(memoryOf));

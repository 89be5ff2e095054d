// Prometheus text: asked for, read, and compared with the tables that it is made from.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { request } from './http.mjs';
import { stackSettings } from './stack.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
export const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';
export const adminUrl = () => `http://127.0.0.1:${stackSettings().PUSH_ADMIN_PORT}`;

/** [{name, type}] of these tables. */
export function metricRows(...tables) {
    return tables.flatMap((table) => {
        const text = readFileSync(resolve(root, table), 'utf8').replace(/\/\*[^]*?\*\//g, '');
        return [...text.matchAll(/^METRIC\(\w+, "(\w+)", (\w+),/gm)]
            .map(([, name, type]) => ({ name, type: type.toLowerCase() }));
    });
}
export const SHARED = 'shared/catalogue/metrics.def';
export const PUSHD = 'pushd/admin/metrics.def';
export const FCGI = 'fcgi/metrics.def';

/** Its text is clean for promtool, and has the rows of the tables, in their order, and no other. */
export function assertMetrics(text, ...tables) {
    const checked = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    assert.deepEqual([checked.status, checked.stdout, checked.stderr], [0, '', ''], checked.error?.message);
    const typed = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => ({ name, type }));
    assert.deepEqual(typed, metricRows(...tables));
}

export class Metrics {
    constructor(text) {
        this.text = text;
        this.series = new Map([...text.matchAll(/^([a-z_]+)(?:\{(.*)\})? (\S+)$/gm)]
            .map(([, name, labels = '', value]) => [`${name}{${labels}}`, Number(value)]));
    }

    /** `of('bookly_sessions', {transport: 'sse', state: 'joined'})`; one that has counted nothing is 0. */
    of(name, labels = {}) {
        const list = Object.entries(labels).map(([label, value]) => `${label}="${value}"`).join();
        return this.series.get(`${name}{${list}}`) ?? 0;
    }

    has(name) {
        return [...this.series.keys()].some((series) => series.startsWith(`${name}{`));
    }
}

export async function scrape(url) {
    const answer = await request('GET', `${url}/metrics`);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers['content-type'], TEXT_FORMAT);
    return new Metrics(answer.text);
}

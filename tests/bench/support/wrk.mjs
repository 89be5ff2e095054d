// wrk: as many requests as a few connections get answered. The token is in a file: what is in argv everybody sees.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const MS = 1000;

const quoted = (text) => JSON.stringify(text); // Lua reads these escapes alike

function script({ token, method, headers, bodyFile }) {
    const all = { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...headers };
    return [
        ...(method ? [`wrk.method = ${quoted(method)}`] : []),
        ...Object.entries(all).map(([name, value]) => `wrk.headers[${quoted(name)}] = ${quoted(value)}`),
        ...(bodyFile ? [`wrk.body = io.open(${quoted(bodyFile)}):read("*a")`] : []),
        'done = function(summary, latency)',
        '    local e = summary.errors',
        '    io.write(string.format(\'RESULT {"requests":%d,"us":%d,"failed":%d,"p50":%d,"p99":%d,"max":%d}\\n\',',
        '        summary.requests, summary.duration, e.connect + e.read + e.write + e.status + e.timeout,',
        '        latency:percentile(50), latency:percentile(99), latency.max))',
        'end',
        '',
    ].join('\n');
}

/** Answers of 400 and above, and none at all, are an error → {requests, rate (a second), p50, p99, max (ms)} */
export async function wrk(bench, url, { connections, seconds, ...request }) {
    const file = join(bench.work, `wrk-${randomBytes(4).toString('hex')}.lua`);
    writeFileSync(file, script(request), { mode: 0o600 });
    const words = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', file, url];
    const { stdout } = await promisify(execFile)('wrk', words, { env: { PATH: process.env.PATH } });
    const { requests, us, failed, p50, p99, max } = JSON.parse(/^RESULT (.*)$/m.exec(stdout)[1]);
    if (failed > 0 || requests === 0) {
        throw new Error(`${url}: ${requests} requests, ${failed} failed\n${stdout}`);
    }
    return { requests, rate: (requests * 1e6) / us, p50: p50 / MS, p99: p99 / MS, max: max / MS };
}

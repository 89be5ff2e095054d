// Both programs, once they serve: nothing more than their work may be done with them, and they keep their secrets.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect, refused } from '../integration/support/client.mjs';
import { checkSettings, temporaryFolder } from '../integration/support/daemon.mjs';
import { request } from '../integration/support/http.mjs';
import { processId, programIds, pushdEnvironment, stack } from '../integration/support/stack.mjs';
import { admin } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { Daemon, handshake } from './support/control.mjs';

const preload = fileURLToPath(new URL('../../.build/tests/preload/forbidden.so', import.meta.url));
const TRIED = ['ptrace', 'socket', 'fork', 'kill', 'listen', 'unlink', 'chmod', 'setuid', 'unshare', 'process_vm_readv', 'execve'];

const statusOf = (pid, name) =>
    new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
const filtered = (pid) => statusOf(pid, 'Seccomp') === '2';

/** What became of each attempt: {name: 'refused'}. */
async function attempts(child, log) {
    process.kill(child.pid, 'SIGUSR1');
    await waitFor(() => log().includes('tried execve'), 'the attempts');
    return Object.fromEntries([...log().matchAll(/^tried (\w+): (.*)$/gm)].map(([, name, result]) => [name, result]));
}

const allRefused = Object.fromEntries(TRIED.map((name) => [name, 'refused']));

test('the programs that serve are filtered, without new rights, and closed to their own user', () => {
    const pids = [processId('pushd'), ...programIds('bookly.fcgi')];
    assert.ok(pids.length > 1);
    for (const pid of pids) {
        assert.equal(lstatSync(`/proc/${pid}/environ`).uid, 0, 'what cannot be dumped belongs to root');
        assert.deepEqual([statusOf(pid, 'Seccomp'), statusOf(pid, 'NoNewPrivs')], ['2', '1'], String(pid));
        if (process.getuid() === 0) {
            assert.match(statusOf(pid, 'Uid'), /^[1-9]/, 'an ordinary user');
            assert.match(statusOf(pid, 'CapEff'), /^0+$/);
        } else {
            assert.throws(() => readFileSync(`/proc/${pid}/environ`), { code: 'EACCES' });
        }
    }
});

test('a running pushd refuses what is not its work, and goes on', async (t) => {
    const daemon = new Daemon();
    t.after(() => daemon.close());
    daemon.environment.LD_PRELOAD = preload;
    await daemon.start();
    assert.deepEqual(await attempts(daemon.child, () => daemon.log), allRefused);
    assert.equal((await handshake(daemon.url)).status, 200);
    assert.equal(await daemon.end(), 0);
});

test('a running bookly.fcgi as well', async (t) => {
    const folder = temporaryFolder(t);
    const listener = `socket(S, AF_UNIX, SOCK_STREAM, 0) && bind(S, sockaddr_un($ARGV[0])) && listen(S, 1)
        && dup2(fileno(S), 0) or die; $ENV{LD_PRELOAD} = $ARGV[2]; exec $ARGV[1]`;
    const child = spawn('perl', ['-MSocket', '-MPOSIX=dup2', '-e', listener,
        join(folder, 'socket'), join(stack.state, 'bin', 'bookly.fcgi'), preload], {
        env: { PATH: process.env.PATH, ...pushdEnvironment(), BOOKLY_CONFIG: join(stack.state, 'run', 'bookly.conf') },
        stdio: ['ignore', 'ignore', 'pipe'],
    });
    let log = '';
    child.stderr.on('data', (text) => { log += text; });
    const ended = new Promise((resolve) => { child.once('exit', (code, signal) => resolve(code ?? signal)); });
    t.after(() => child.kill('SIGKILL'));
    await waitFor(() => filtered(child.pid), 'bookly.fcgi to serve');
    assert.deepEqual(await attempts(child, () => log), allRefused);
    child.kill('SIGTERM');
    assert.equal(await ended, 0, log);
});

const secretOf = (name) => readFileSync(join(stack.state, 'secret', name), 'utf8').trim();

function readable(file) {
    try {
        return readFileSync(file, 'utf8');
    } catch {
        return ''; // it has ended
    }
}
const commandLines = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    .map((pid) => readable(`/proc/${pid}/cmdline`)).join('\n');

/** What is said to those who come with nonsense, by both programs. */
async function complaints(bearer) {
    const forged = `${bearer.slice(0, bearer.lastIndexOf('.'))}.forged`;
    const calls = [
        ['GET', '/notifications', {}], ['GET', '/notifications', { Authorization: `Bearer ${forged}` }],
        ['GET', '/nowhere', { Authorization: `Bearer ${bearer}` }], ['GET', '/events?limit=x', { Authorization: `Bearer ${bearer}` }],
        ['GET', '/sse?channels=nothing', { Authorization: `Bearer ${bearer}` }], ['GET', '/sse?ticket=x', {}],
    ];
    const answers = await Promise.all(calls.map(([method, path, headers]) => request(method, `${stack.url}/api/v1${path}`, { headers })));
    assert.deepEqual(answers.filter(({ status }) => status < 400), []);
    return answers.map((answer) => JSON.stringify([answer.headers, answer.text]));
}

test('secrets are in no log, no command line and no answer', async (t) => {
    const bearer = admin();
    const secrets = {
        'the signing key': stack.secret, 'pushd\'s password': secretOf('pushd_password'), 'REST\'s password': secretOf('fcgi_password'),
        'the owner\'s password': secretOf('owner_password'), 'a wrong password': 'not-the-password-of-anybody', 'a token': bearer.split('.')[2],
    };
    const wrong = join(temporaryFolder(t), 'wrong_password');
    writeFileSync(wrong, secrets['a wrong password']);
    const daemon = new Daemon({ LOG_LEVEL: 'debug' });
    t.after(() => daemon.close());
    await daemon.start();
    const mistaken = new Daemon({ LOG_LEVEL: 'debug' });
    t.after(() => mistaken.close());
    mistaken.environment.DATABASE_PASSWORD_FILE = wrong;
    const started = mistaken.start().catch((error) => error);
    await waitFor(() => mistaken.child && mistaken.log.includes('password authentication failed'), 'the wrong password to be refused', 30000);

    const client = await connect(t, { url: daemon.url, token: bearer });
    await client.command('subscribe', { channels: ['nothing'] });
    assert.ok(await refused(t, { url: daemon.url, token: `${bearer}x` }));
    const said = await complaints(bearer);
    const urls = [`postgresql://somebody:${secrets['a wrong password']}@[::1`, `host=/nowhere password='${secrets['a wrong password']}`];
    const checks = await Promise.all(urls.map((DATABASE_URL) => checkSettings(t, { DATABASE_URL })));
    assert.equal(checks.length, urls.length);
    const logs = readdirSync(join(stack.state, 'log')).map((name) => readable(join(stack.state, 'log', name)));
    const places = { 'command lines': commandLines(), logs: logs.join('\n'), 'a daemon': daemon.log, 'a daemon with a wrong password': mistaken.log,
        answers: said.join('\n'), refusals: checks.map(({ log }) => log).join('\n') };
    assert.ok(Object.values(places).slice(0, 5).every((text) => text.length > 0), 'there is something to look through');
    for (const [secret, text] of Object.entries(secrets)) {
        assert.ok(text.length > 15, secret);
        assert.deepEqual(Object.keys(places).filter((place) => places[place].includes(text)), [], secret);
    }
    await mistaken.end('SIGKILL');
    await started;
});

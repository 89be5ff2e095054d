// apache/examples/react built by Vite and served from an origin of its own, as a web application next to the server is.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { stack } from '../../integration/support/stack.mjs';

const run = promisify(execFile);

export const EXAMPLE = fileURLToPath(new URL('../../../apache/examples/react', import.meta.url));

/** What the project's description writes; everything else of its hook stays as it is. */
const WRITTEN = '"http://localhost:3000/api/v1/ws"';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** Its packages, as locked. */
export async function install() {
    const script = resolve(EXAMPLE, '../../../tests/node_modules.sh');
    await run('flock', [join(EXAMPLE, 'package-lock.json'), 'bash', script, '../apache/examples/react']); // one at a time
}

/** The TypeScript compiler over it, the types of the client included; throws what it finds. */
export async function compile() {
    await run(process.execPath, [join(EXAMPLE, 'node_modules/typescript/bin/tsc')], { cwd: EXAMPLE })
        .catch(({ stdout, message }) => { throw new Error(stdout || message); });
}

/** → the address of its page; for the server of the stack. others: texts in place of files of src/. */
export async function serveExample(test, others = {}) {
    const { build } = await import(pathToFileURL(join(EXAMPLE, 'node_modules/vite/dist/node/index.js')));
    const folder = mkdtempSync(join(tmpdir(), 'bookly-example-'));
    test.after(() => rmSync(folder, { recursive: true, force: true }));
    let replaced = 0;
    await build({
        root: EXAMPLE,
        logLevel: 'warn',
        define: { 'import.meta.env.VITE_BOOKLY_URL': JSON.stringify(stack.url) },
        build: { outDir: folder, emptyOutDir: true },
        plugins: [{
            name: 'the port of the stack',
            enforce: 'pre',
            transform(code, id) {
                if (!id.endsWith('useWebSocket.ts')) {
                    return others[basename(id)] ?? null;
                }
                replaced += code.split(WRITTEN).length - 1;
                return code.replace(WRITTEN, JSON.stringify(`${stack.url}/api/v1/ws`));
            },
        }],
    });
    if (replaced !== 1 && !others['App.tsx']) {
        throw new Error(`${WRITTEN} was found ${replaced} times`);
    }
    const server = http.createServer((request, answer) => {
        const name = request.url === '/' ? 'index.html' : request.url.slice(1);
        try {
            const bytes = readFileSync(resolve(folder, name));
            answer.writeHead(200, { 'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream' }).end(bytes);
        } catch {
            answer.writeHead(404).end();
        }
    });
    await new Promise((ready) => { server.listen(0, '127.0.0.1', ready); });
    test.after(() => server.close());
    return `http://127.0.0.1:${server.address().port}/`;
}

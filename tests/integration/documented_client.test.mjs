// The client in Node that apache/README.md shows, exactly as it stands there (but for the port). In a page and in React:
// tests/pages/documented_client.test.mjs.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { documented, root } from './support/documented.mjs';
import { publishEvent } from './support/sql.mjs';
import { stack } from './support/stack.mjs';
import { admin, unique } from './support/token.mjs';
import { waitFor } from './support/wait.mjs';

const SERVICE = 'availability-service'; // as the document has it

test('in Node', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'bookly-client-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const text = documented('apache/README.md', 'The client', 'js');
    writeFileSync(join(folder, 'client.mjs'), text.replace('http://localhost:3000', stack.url));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    copyFileSync(join(root, 'apache/htdocs/bookly.js'), join(folder, 'bookly.js'));
    symlinkSync(join(root, 'tests/node_modules'), join(folder, 'node_modules'));
    await publishEvent({ event_type: 'RESERVATION_BEFORE', service: SERVICE });
    const child = spawn(process.execPath, ['client.mjs', admin()], { cwd: folder });
    t.after(() => child.kill());
    let said = '';
    for (const output of [child.stdout, child.stderr]) {
        output.on('data', (chunk) => { said += chunk; });
    }
    const says = (pattern) => waitFor(() => pattern.test(said), `${pattern} in ${said}`);
    await says(/^connected (websocket|polling)$/m);
    await says(/^stored before \[/m);
    const room = unique('room');
    await publishEvent({ event_type: 'RESERVATION_CREATED', service: SERVICE, data: { room } });
    await publishEvent({ event_type: 'RESERVATION_CREATED', service: unique('other'), data: { room: 'nobody' } });
    await says(new RegExp(`^event RESERVATION_CREATED { room: '${room}' }$`, 'm'));
    assert.ok(!said.includes('nobody'));
});

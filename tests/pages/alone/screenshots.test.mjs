// A Bookly day (make demo) as each page shows it. `make screenshots` keeps the pictures for the README: SCREENSHOTS is
// the folder, and the day lasts as long as the charts look back. Runs alone: the demo writes as fast as it can.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { stack } from '../../integration/support/stack.mjs';
import { waitFor, within } from '../../integration/support/wait.mjs';
import { temporaryFolder } from '../../integration/support/daemon.mjs';
import { withBrowser } from '../support/browser.mjs';
import { visit } from '../support/sign_in.mjs';

const demo = resolve(dirname(fileURLToPath(import.meta.url)), '../../../apache/demo/run.sh');
const kept = process.env.SCREENSHOTS;
const DAY = kept ? { rate: 5, seconds: Number(process.env.SCREENSHOTS_SECONDS ?? 900) } : { rate: 100, seconds: 8 };
const SMALL = 400000; // bytes, all of them

/** The demo beside the stack; ended with the test. → whether it still plays */
function play(t) {
    const { DATABASE_URL, JWT_SECRET, ...env } = process.env;
    const child = spawn('bash', [demo, String(DAY.rate)], {
        env: { ...env, STATE: stack.state }, stdio: ['ignore', 'pipe', 'inherit'],
    });
    let ended = null;
    child.once('exit', (code) => { ended = code; });
    child.stdout.resume();
    t.after(async () => {
        child.kill('SIGINT');
        await within(ended === null ? once(child, 'exit') : null, 'the end of the demo');
        assert.equal(ended, 0);
    });
    return () => ended === null;
}

describe('the demo', () => {
    const open = withBrowser();

    test('is seen on every page', { timeout: (DAY.seconds + 600) * 1000 }, async (t) => {
        const folder = kept ?? temporaryFolder(t);
        mkdirSync(folder, { recursive: true });
        const shoot = async (page, name) => {
            await page.mouse.move(0, 0);
            if (kept) { // nothing in front of the page
                await page.locator('.arrival').waitFor({ state: 'detached', timeout: 120000 });
            }
            await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
        };
        const plays = play(t);
        const page = await open(t, { user: 'ana', roles: ['GENERAL_ADMIN'], at: 'overview' });
        const began = Date.now();
        const canvases = page.locator('main canvas');
        await canvases.first().waitFor();
        await waitFor(() => Date.now() - began > DAY.seconds * 1000, 'some of the day', DAY.seconds * 1000 + 60000);
        const services = page.locator('main').filter({ hasText: 'reports-service' }).filter({ hasText: 'api-gateway' });
        await services.waitFor();
        if (kept) { // the service that goes down every three minutes, while it is
            await page.locator('main li, main tr').filter({ hasText: 'reports-service' })
                .filter({ hasText: /down/i }).first().waitFor({ timeout: 240000 });
        }
        assert.ok(await canvases.count() >= 2, 'charts');
        await shoot(page, 'overview');

        const row = page.locator('.list li');
        await visit(page, 'events');
        await row.filter({ hasText: 'RESERVATION_CREATED' }).first().waitFor();
        await shoot(page, 'events');
        await visit(page, 'events?eventTypes=CHECK_IN_COMPLETED');
        await row.first().click();
        await page.getByRole('dialog').getByText('RESERVATION_CONFIRMED').first().waitFor();
        await page.getByRole('dialog').getByText('RESERVATION_CREATED').first().waitFor(); // the chain of causes
        await shoot(page, 'event');
        await page.keyboard.press('Escape');

        await visit(page, kept ? 'dead-letters' : 'dead-letters?status=resolved'); // other tests left theirs
        await row.filter({ hasText: 'resolved' }).first().waitFor();
        await shoot(page, 'dead-letters');
        const inbox = await open(t, { user: 'user-123', roles: ['GENERAL_ADMIN'], at: 'notifications' });
        await inbox.getByRole('heading', { name: /Reserva creada|Mantenimiento programado/ }).first().waitFor();
        await shoot(inbox, 'notifications');

        const dark = await open(t, { user: 'ana', roles: ['GENERAL_ADMIN'], at: 'logs', colorScheme: 'dark' });
        await dark.locator('.list li').filter({ hasText: 'Reserva creada' }).first().waitFor();
        await shoot(dark, 'logs');
        const phone = await open(t, {
            user: 'student-1', roles: ['STUDENT'], locale: 'es', viewport: { width: 390, height: 750 },
        });
        await phone.getByRole('heading', { name: 'Reserva creada' }).first().waitFor();
        await shoot(phone, 'phone');
        assert.ok(plays(), 'the demo plays all the time');

        const pictures = readdirSync(folder).filter((name) => name.endsWith('.png')).map((name) => join(folder, name));
        assert.equal(pictures.length, 7);
        if (kept) {
            const words = ['--force', '--ext', '.png', '--speed', '1', '--strip', '64', ...pictures];
            await promisify(execFile)('pngquant', words);
            const total = pictures.reduce((sum, picture) => sum + statSync(picture).size, 0);
            assert.ok(total < SMALL, `${total} bytes`);
        }
    });
});

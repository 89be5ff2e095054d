// axe-core, run in the page. It comes in past the Content-Security-Policy, which stays as it is for the page itself.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Nothing serious or critical on the page as it stands now. */
export async function assertAccessible(page) {
    await page.evaluate(source);
    const { violations, passes } = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
    assert.ok(passes.length > 5, 'axe looked at something');
    const bad = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
    const shown = bad.flatMap(({ id, help, nodes }) => nodes.slice(0, 5).map(({ html, failureSummary }) =>
        `${id}: ${help}\n  ${html}\n  ${failureSummary}`));
    assert.equal(shown.length, 0, `${page.url()}\n${shown.join('\n')}`);
}

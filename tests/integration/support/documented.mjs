// What the READMEs show, to be run as it stands there.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(fileURLToPath(import.meta.url), '../../../..');

/** The first block in that language below the heading. */
export function documented(file, heading, language) {
    const text = readFileSync(join(root, file), 'utf8');
    const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
    const [, block] = new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'm').exec(section);
    assert.ok(block.trimEnd().split('\n').length <= 20, `${file}: 20 lines`);
    return block;
}

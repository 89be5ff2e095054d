// Keys of tokens that are signed with them.
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PAIRS = { RS256: ['rsa', { modulusLength: 2048 }], ES256: ['ec', { namedCurve: 'P-256' }] };

/** Public keys in a new folder → the private ones, by algorithm. */
export function makeKeys(folder) {
    mkdirSync(folder, { mode: 0o755 });
    return Object.fromEntries(Object.entries(PAIRS).map(([algorithm, [type, options]]) => {
        const { publicKey, privateKey } = generateKeyPairSync(type, options);
        writeFileSync(join(folder, `${algorithm}.pem`), publicKey.export({ type: 'spki', format: 'pem' }), { mode: 0o644 });
        return [algorithm, privateKey];
    }));
}

// Tokens for many users, in files that only we can read.
import { createHmac, randomBytes, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

const SEALS = {
    HS256: (input, key) => createHmac('sha256', key).update(input).digest('base64url'),
    RS256: (input, key) => sign('sha256', Buffer.from(input), key).toString('base64url'),
    ES256: (input, key) => sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
};

/** `key`: the HS256 secret, or a private key; `kid` names its public one. */
export function signToken(user, roles, key, { algorithm = 'HS256', kid, ttl = 86400 } = {}) {
    const now = Math.floor(Date.now() / 1000);
    const input = `${encode({ alg: algorithm, typ: 'JWT', kid })}.${encode({ sub: user, roles, iat: now, exp: now + ttl })}`;
    return `${input}.${SEALS[algorithm](input, key)}`;
}

/** → the name of a file with one token a line, each for a user of its own. */
export function tokenFile(folder, count, key, options = {}) {
    const file = join(folder, `tokens-${randomBytes(6).toString('hex')}`);
    const lines = Array.from({ length: count }, (_, index) => signToken(`user-${index}`, ['PROGRAM_ADMIN'], key, options));
    writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
    return file;
}

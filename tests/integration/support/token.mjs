// Tokens, good ones and every broken kind, made with nothing but node:crypto.
import { createHmac, generateKeyPairSync, randomBytes, sign as signBytes } from 'node:crypto';
import { stack } from './stack.mjs';

const encode = (value) =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export const now = () => Math.floor(Date.now() / 1000);

export const unique = (prefix) => `${prefix}-${randomBytes(6).toString('hex')}`;

function signature(algorithm, input, key) {
    switch (algorithm) {
        case 'none':
            return '';
        case 'HS256':
        case 'HS384':
        case 'HS512':
            return createHmac(`sha${algorithm.slice(2)}`, key).update(input).digest('base64url');
        case 'RS256':
            return signBytes('sha256', Buffer.from(input), key).toString('base64url');
        case 'ES256':
            return signBytes('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
                .toString('base64url');
        case 'ES256-DER': // what OpenSSL writes by itself, and RFC 7518 does not allow
            return signBytes('sha256', Buffer.from(input), key).toString('base64url');
        default:
            throw new Error(`no such algorithm: ${algorithm}`);
    }
}

/** A token with exactly these claims; header members override the usual ones, undefined drops one. */
export function signToken(claims, { algorithm = 'HS256', key = stack.secret, header = {} } = {}) {
    const alg = algorithm === 'ES256-DER' ? 'ES256' : algorithm;
    const input = `${encode({ alg, typ: 'JWT', ...header })}.${encode(claims)}`;
    return `${input}.${signature(algorithm, input, key)}`;
}

export function claimsOf(user, roles = [], extra = {}) {
    return { sub: user, roles, iat: now(), exp: now() + 3600, ...extra };
}

export function token(user, roles = [], extra = {}) {
    return signToken(claimsOf(user, roles, extra));
}

export const admin = (user = unique('admin')) => token(user, ['GENERAL_ADMIN']);
export const service = (user = unique('service')) => token(user, ['SERVICE']);

export function rsaPair(bits = 2048) {
    return generateKeyPairSync('rsa', {
        modulusLength: bits,
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
}

export function ecPair(namedCurve = 'P-256') {
    return generateKeyPairSync('ec', {
        namedCurve,
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
}

/**
 * Tokens that no daemon with only the HS256 secret may accept: name, token, expected code.
 * `user` is their subject where they have one.
 */
export function refusedTokens(user) {
    const claims = (extra = {}) => claimsOf(user, ['GENERAL_ADMIN'], extra);
    const without = (name) => {
        const { [name]: _, ...rest } = claims();
        return rest;
    };
    const good = signToken(claims());
    const [head, body, seal] = good.split('.');
    const rsa = rsaPair();
    const flipped = seal[0] === 'A' ? `B${seal.slice(1)}` : `A${seal.slice(1)}`;
    const invalid = [
        ['words', 'not a token'],
        ['one part', 'abc'],
        ['three empty parts', '..'],
        ['four parts', `${good}.x`],
        ['padding', `${good}=`],
        ['a line end', `${good}\n`],
        ['no signature', `${head}.${body}.`],
        ['a changed signature', `${head}.${body}.${flipped}`],
        ['a changed body', `${head}.${encode(claims({ sub: 'root' }))}.${seal}`],
        ['alg none without a signature', signToken(claims(), { algorithm: 'none' })],
        ['alg none with a signature', `${encode({ alg: 'none', typ: 'JWT' })}.${body}.${seal}`],
        ['alg NONE', `${encode({ alg: 'NONE', typ: 'JWT' })}.${body}.`],
        ['no alg', signToken(claims(), { header: { alg: undefined } })],
        ['alg in lower case', signToken(claims(), { header: { alg: 'hs256' } })],
        ['another secret', signToken(claims(), { key: randomBytes(32) })],
        ['an empty secret', signToken(claims(), { key: '' })],
        ['HS512', signToken(claims(), { algorithm: 'HS512' })],
        ['RS256 with a key nobody knows', signToken(claims(), { algorithm: 'RS256', key: rsa.privateKey })],
        ['crit', signToken(claims(), { header: { crit: ['exp'] } })],
        ['a foreign typ', signToken(claims(), { header: { typ: 'logout+jwt' } })],
        ['a header that is an array', `${encode([])}.${body}.${seal}`],
        ['no exp', signToken(without('exp'))],
        ['exp as text', signToken(claims({ exp: String(now() + 3600) }))],
        ['exp null', signToken(claims({ exp: null }))],
        ['exp too far', signToken(claims({ exp: now() + 8 * 86400 }))],
        ['exp beyond 2^53', signToken(claims({ exp: 2 ** 60 }))],
        ['not valid yet', signToken(claims({ nbf: now() + 600 }))],
        ['nbf as text', signToken(claims({ nbf: 'now' }))],
        ['issued in the future', signToken(claims({ iat: now() + 600 }))],
        ['no sub', signToken(without('sub'))],
        ['an empty sub', signToken(claims({ sub: '' }))],
        ['sub as a number', signToken(claims({ sub: 7 }))],
        ['sub of 129 characters', signToken(claims({ sub: 'x'.repeat(129) }))],
        ['sub with a line end', signToken(claims({ sub: 'a\nb' }))],
        ['sub with NUL', signToken(claims({ sub: 'a\u0000b' }))],
        ['roles as text', signToken(claims({ roles: 'GENERAL_ADMIN' }))],
        ['roles with a number', signToken(claims({ roles: [1] }))],
        ['claims that are an array', signToken([claims()])],
        ['200 kB', signToken(claims({ padding: 'x'.repeat(200000) }))],
    ].map(([name, value]) => [name, value, 'token_invalid']);
    return [
        ...invalid,
        ['expired', signToken(claims({ iat: now() - 100, exp: now() - 10 })), 'token_expired'],
        ['temp', signToken(claims({ temp: true })), 'token_purpose'],
        ['password reset', signToken(claims({ type: 'password-reset' })), 'token_purpose'],
    ];
}

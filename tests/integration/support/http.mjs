// HTTP with every header in the test's own hands (fetch would not let Host and Origin through).
import http from 'node:http';
import { checkAnswer, checkTaken } from './described.mjs';
import { stack } from './stack.mjs';
import { DEADLINE_MS } from './wait.mjs';

/** → {status, headers, text, json}; json is undefined where the body is none. Rejects with what openapi.json does
 * not describe, unless `described` is false: another program answers. */
export function request(method, address, { headers = {}, body, described = true } = {}) {
    const payload = body === undefined ? undefined : Buffer.from(body);
    return new Promise((resolve, reject) => {
        const outgoing = http.request(address, {
            method,
            agent: false,
            headers: {
                ...(payload && !headers['Transfer-Encoding'] ? { 'Content-Length': payload.length } : {}),
                ...headers,
            },
            timeout: DEADLINE_MS,
        }, (incoming) => {
            const chunks = [];
            incoming.on('data', (chunk) => chunks.push(chunk));
            incoming.on('error', reject);
            incoming.on('end', () => {
                const text = Buffer.concat(chunks).toString('utf8');
                let json;
                try {
                    json = JSON.parse(text);
                } catch {
                    json = undefined;
                }
                const answer = { status: incoming.statusCode, headers: incoming.headers, text, json };
                try {
                    if (described) {
                        checkAnswer(method, address, answer);
                    }
                    if (answer.status < 300) {
                        checkTaken(method, address, body, headers['Content-Type']);
                    }
                    resolve(answer);
                } catch (error) {
                    reject(error);
                }
            });
        });
        outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer: ${method} ${address}`)));
        outgoing.on('error', reject);
        outgoing.end(payload);
    });
}

/** A REST call through the front server; a body that is no text is sent as JSON. */
export function rest(method, path, { token, body, headers = {}, described } = {}) {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    return request(method, `${stack.url}/api/v1${path}`, {
        body: text,
        described,
        headers: {
            ...(token ? { Authorization: `Bearer ${token}` } : {}),
            ...(text === undefined ? {} : { 'Content-Type': 'application/json' }),
            ...headers,
        },
    });
}

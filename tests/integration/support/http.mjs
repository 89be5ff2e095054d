// HTTP with every header in the test's own hands (fetch would not let Host and Origin through).
import http from 'node:http';
import { stack } from './stack.mjs';
import { DEADLINE_MS } from './wait.mjs';

/** → {status, headers, text, json}; json is undefined where the body is none. */
export function request(method, address, { headers = {}, body } = {}) {
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
                resolve({ status: incoming.statusCode, headers: incoming.headers, text, json });
            });
        });
        outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer: ${method} ${address}`)));
        outgoing.on('error', reject);
        outgoing.end(payload);
    });
}

/** A REST call through the front server; a body that is no text is sent as JSON. */
export function rest(method, path, { token, body, headers = {} } = {}) {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    return request(method, `${stack.url}/api/v1${path}`, {
        body: text,
        headers: {
            ...(token ? { Authorization: `Bearer ${token}` } : {}),
            ...(text === undefined ? {} : { 'Content-Type': 'application/json' }),
            ...headers,
        },
    });
}

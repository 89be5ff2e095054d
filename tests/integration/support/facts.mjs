// What the contract fixes and several tests look for.
import assert from 'node:assert/strict';

export const CHANNELS = ['events', 'dlq', 'dashboard', 'notifications', 'logs'];

export const ROLES = [
    'STUDENT', 'TEACHER', 'PROGRAM_ADMIN', 'GENERAL_ADMIN', 'SECURITY', 'ADMINISTRATIVE_STAFF', 'SERVICE',
];

/** Who may subscribe to what. */
export const CHANNEL_ROLES = {
    events: ['PROGRAM_ADMIN', 'GENERAL_ADMIN', 'SERVICE'],
    dlq: ['GENERAL_ADMIN', 'SERVICE'],
    dashboard: ['PROGRAM_ADMIN', 'GENERAL_ADMIN'],
    notifications: null, // any user
    logs: ['GENERAL_ADMIN'],
};

export const mayRead = (channel, roles) =>
    CHANNEL_ROLES[channel] === null || roles.some((role) => CHANNEL_ROLES[channel].includes(role));

export const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function assertKeys(object, keys) {
    assert.deepEqual(Object.keys(object).sort(), [...keys].sort());
}

export function assertTime(value) {
    assert.match(value, TIME);
    assert.ok(Math.abs(Date.parse(value) - Date.now()) < 120000, `${value} is about now`);
}

/** An acknowledged refusal: {success:false, error, code}. */
export function assertRefused(answer, code) {
    assert.equal(answer.success, false, JSON.stringify(answer));
    assert.equal(typeof answer.error, 'string');
    assert.notEqual(answer.error, '');
    if (code instanceof RegExp) {
        assert.match(answer.code, code);
    } else {
        assert.equal(answer.code, code);
    }
}

// Waiting for conditions with a deadline; nothing here sleeps for a fixed time.
import { setTimeout as pause } from 'node:timers/promises';

export const DEADLINE_MS = 20000;
const LOOK_AGAIN_MS = 15;

/**
 * Resolves with the first truthy result of condition(); rejects with `what` at the deadline, or at
 * once with an error of the condition that is marked hopeless. `what` may be a function that says it then.
 */
export async function waitFor(condition, what = 'the condition', deadline = DEADLINE_MS) {
    const end = Date.now() + deadline;
    let failure;
    for (;;) {
        try {
            failure = undefined;
            const result = await condition();
            if (result) {
                return result;
            }
        } catch (error) {
            if (error.hopeless) {
                throw error;
            }
            failure = error;
        }
        if (Date.now() > end) {
            const why = failure ? `: ${failure.message}` : '';
            const said = typeof what === 'function' ? what() : what;
            throw new Error(`waited ${deadline} ms for ${said}${why}`, { cause: failure });
        }
        await pause(LOOK_AGAIN_MS);
    }
}

/** The same promise, rejected at the deadline. */
export function within(promise, what, deadline = DEADLINE_MS) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`waited ${deadline} ms for ${what}`)), deadline);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// Cleaning up what a suite's `before` opened: `after` called inside a hook would run when that hook ends.
import { after } from 'node:test';

/** To be called in the suite's own body; takes the place of a test where a helper wants `test.after`. */
export function suiteScope() {
    const actions = [];
    after(async () => {
        for (const action of actions.reverse()) {
            await action();
        }
    });
    return { after: (action) => actions.push(action) };
}

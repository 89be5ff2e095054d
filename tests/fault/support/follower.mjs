// A client of another kind than Socket.IO with what it heard written down, for tests of single cases.
import { stack } from '../../integration/support/stack.mjs';
import { token } from '../../integration/support/token.mjs';
import { waitFor } from '../../integration/support/wait.mjs';
import { Tally } from '../clients/client.mjs';
import { Record } from '../oracle/record.mjs';
import { Random } from './random.mjs';

/**
 * A started and subscribed client: {client, record, tally, pushes}. `place`: the cursor to begin from; `wanted`: what
 * it subscribes to; `url`: where the network is.
 */
export async function follow(t, Kind, { user, roles = ['GENERAL_ADMIN'], wanted, url = stack.url, place }) {
    const record = new Record({ name: Kind.kind, user, roles });
    const pushes = [];
    const push = record.push.bind(record);
    record.push = (event, data, cursor) => {
        pushes.push({ event, data, cursor });
        push(event, data, cursor);
    };
    record.place = place;
    const tally = new Tally();
    const client = new Kind({
        record, network: { url }, token: token(user, roles), wanted, random: new Random(user), tally,
    });
    client.start();
    t.after(() => client.stopped || client.stop());
    await waitFor(() => record.subscriptions.length > 0, `${Kind.kind} to be subscribed`);
    return { client, record, tally, pushes };
}

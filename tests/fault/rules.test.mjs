// Events that become notifications while what does that dies: each event once for each receiver, none lost; and
// what a user has muted stays muted, whatever comes back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adminCaller, caller, serviceCaller } from '../integration/support/rest.mjs';
import { publishEvent, sql } from '../integration/support/sql.mjs';
import { unique } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { Daemon, end, startPostgres, startPushd } from './support/control.mjs';
import { breakNetwork, listener, mend } from './support/resuming.mjs';

async function madeRule(t, values) {
    const admin = adminCaller();
    const [id, eventType] = [unique('rule'), unique('made')];
    const answer = await admin.put(`/notification-rules/${id}`, {
        eventType, userField: 'users', type: 'info', category: 'user', title: 'T', message: 'M', ...values,
    });
    assert.equal(answer.status, 201, answer.text);
    t.after(() => admin.remove(`/notification-rules/${id}`));
    return { id, eventType };
}

/** Publishes until stopped; what was not acknowledged may or may not be there. */
function publisher(eventType, users) {
    const made = { published: 0, stopped: false };
    made.done = (async () => {
        while (!made.stopped) {
            await publishEvent({ event_type: eventType, service: 'fault', data: { users } })
                .then(() => { made.published += 1; }, () => {});
        }
    })();
    made.reaches = (count) => waitFor(() => made.published >= count, `${count} events`);
    return made;
}

test('pushd, a second daemon and PostgreSQL die while events become notifications', async (t) => {
    const { id, eventType } = await madeRule(t, {});
    const users = [unique('user'), unique('user'), unique('user')];
    const other = new Daemon();
    t.after(() => other.close());
    await other.start();
    const source = publisher(eventType, users);
    t.after(() => { source.stopped = true; });
    await source.reaches(30);
    for (let round = 0; round < 3; round += 1) {
        await end('pushd', 'SIGKILL');
        await source.reaches(source.published + 30);
        await startPushd();
        await other.end('SIGKILL');
        await source.reaches(source.published + 30);
        await other.start();
    }
    await end('postgres', 'SIGKILL');
    await startPostgres();
    await source.reaches(source.published + 30);
    source.stopped = true;
    await source.done;
    const [{ events }] = await sql('select count(*)::int as events from bookly_data.events where event_type = $1', [eventType]);
    assert.ok(events >= source.published && events > 100, `${events} events of ${source.published}`);
    const pushed = () => sql(`select user_id, count(*)::int as n, count(distinct payload::json #>> '{data,eventId}')::int as events
        from bookly_data.stream where event = 'notification:created' and payload::json #>> '{data,ruleId}' = $1
        group by user_id order by user_id`, [id]);
    const expected = [...users].sort().map((user_id) => ({ user_id, n: events, events }));
    await waitFor(async () => (await pushed()).every(({ n }) => n >= events), 'all notifications').catch(() => {});
    assert.deepEqual(await pushed(), expected);
});

test('what is muted while the daemon is away, or the client is, is not pushed', async (t) => {
    const one = await listener(t, { roles: ['TEACHER', 'GENERAL_ADMIN'] });
    await one.client.subscribe(['notifications']);
    const person = caller(['TEACHER', 'GENERAL_ADMIN'], one.user);
    const notify = async (category) => {
        const answer = await serviceCaller().post('/notifications', { role: 'TEACHER', type: 'info', category, title: 't', message: 'm' });
        assert.equal(answer.status, 201, answer.text);
        return answer.json.id;
    };
    const mute = async (...mutedCategories) => {
        assert.equal((await person.put('/notifications/preferences', { mutedCategories })).status, 200);
    };
    const heard = (id) => one.client.push('notification:created', (data) => data.id === id);
    const silent = (...ids) => assert.deepEqual(one.client.all('notification:created', ({ id }) => ids.includes(id)), []);

    await heard(await notify('resource'));
    await breakNetwork(one.proxy, one.client);
    const before = await notify('resource');
    await mute('resource');
    const after = await notify('resource');
    const loud = await notify('limit');
    mend(one.proxy);
    await heard(loud);
    silent(before, after);

    await end('pushd', 'SIGKILL');
    await mute('limit');
    const [resource, limit] = [await notify('resource'), await notify('limit')];
    await startPushd();
    await heard(resource);
    await heard(await notify('resource'));
    silent(limit);
});

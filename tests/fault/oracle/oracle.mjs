// Compares what a client saw with what the database says it should have seen.
import { concerns, passes } from './matching.mjs';
import { EVENT_NAMES, STREAM_EVENTS, payloadDigest } from './record.mjs';

/** The stream's rows after a place, in order, as the oracle wants them. */
export async function readStream(query, after) {
    const rows = [];
    for (let last = after; ;) {
        const page = await query(
            `select id, event, channel, user_id, role, key1, key2, key3, payload
               from bookly_data.stream_pushes where id > $1 order by id limit 10000`, [last]);
        for (const row of page) {
            const payload = JSON.parse(row.payload);
            rows.push({ ...row, id: Number(row.id), digest: payloadDigest(payload), payload: undefined, eventId: payload.eventId });
        }
        if (page.length < 10000) {
            return rows;
        }
        last = page.at(-1).id;
    }
}

/** 'due', 'optional' or undefined: what this record may expect of a row. */
function expectation(record, row) {
    let result;
    if (!concerns(row, record.user, record.roles)) {
        return undefined;
    }
    for (const held of record.subscriptions) {
        if (held.channel === row.channel && row.id > held.maybeFrom && row.id <= held.maybeTo && passes(row, held.filter)) {
            if (row.id > held.from && row.id <= held.to) {
                return 'due';
            }
            result = 'optional';
        }
    }
    return result;
}

/** The rows a record must have seen, and those it may have seen: both as sets of ids. */
export function expectations(record, rows) {
    const due = new Set();
    const optional = new Set();
    for (const row of rows) {
        const what = STREAM_EVENTS[row.event] && expectation(record, row);
        if (what) {
            (what === 'due' ? due : optional).add(row.id);
        }
    }
    return { due, optional };
}

/**
 * → {deliveries, due, lost, duplicated, disordered, foreign, altered}: a number and lists of ids.
 * Duplicated: seen before. Disordered: not after everything that came before it, cursors of the daemon's own pushes
 * included, since a resume begins there. Foreign: not subscribed to, somebody else's, or in no stream. Altered: another
 * name or payload than the row's.
 */
export function judge(record, rows, byId = new Map(rows.map((row) => [row.id, row]))) {
    const { due, optional } = expectations(record, rows);
    const seen = new Set();
    const result = {
        record, name: record.name, deliveries: 0, due: due.size,
        lost: [], duplicated: [], disordered: [], foreign: [], altered: [...record.malformed],
    };
    let place = 0;
    for (const entry of record.entries) {
        if (entry.event < 0) {
            if (entry.id < place) {
                result.disordered.push(entry.id);
            }
        } else {
            const row = byId.get(entry.id);
            result.deliveries += 1;
            if (seen.has(entry.id)) {
                result.duplicated.push(entry.id);
            } else if (entry.id <= place) {
                result.disordered.push(entry.id);
            }
            if (!due.has(entry.id) && !optional.has(entry.id)) {
                result.foreign.push(entry.id);
            } else if (row.event !== EVENT_NAMES[entry.event] || row.digest !== entry.digest) {
                result.altered.push(entry.id);
            }
            seen.add(entry.id);
        }
        place = Math.max(place, entry.id);
    }
    result.lost = [...due].filter((id) => !seen.has(id));
    return result;
}

export const FINDINGS = ['lost', 'duplicated', 'disordered', 'foreign', 'altered'];

/** All records together: {deliveries, due, lost, duplicated, …: numbers, worst: the records with a finding}. */
export function judgeAll(records, rows) {
    const byId = new Map(rows.map((row) => [row.id, row]));
    const results = records.map((record) => judge(record, rows, byId));
    const total = { deliveries: 0, due: 0 };
    for (const name of ['deliveries', 'due']) {
        total[name] = results.reduce((sum, result) => sum + result[name], 0);
    }
    for (const name of FINDINGS) {
        total[name] = results.reduce((sum, result) => sum + result[name].length, 0);
    }
    total.worst = results.filter((result) => FINDINGS.some((name) => result[name].length > 0));
    return total;
}

/** Where the first row of a finding stands: the row, what was held, and what came around it. */
export function explain(record, result, rows) {
    const id = FINDINGS.map((name) => result[name][0]).find((first) => first !== undefined);
    const row = rows.find((each) => each.id === id);
    const near = record.entries.findIndex((entry) => entry.id >= id);
    const begin = Math.max(0, near - 6);
    const happened = [];
    record.entries.slice(begin, near + 6).forEach((entry, index) => {
        happened.push(...record.notes.filter(({ after }) => after === begin + index).map(({ text }) => `[${text}]`));
        happened.push(`${entry.id} ${entry.event < 0 ? entry.own : EVENT_NAMES[entry.event]}`);
    });
    const held = record.subscriptions.filter((each) => !row || each.channel === row.channel);
    return `${id} ${row?.event} ${row?.key1} ${row?.key2}; held ${JSON.stringify(held)}; around it ${happened.join(', ')}`;
}

/** One line a record with a finding: its name and the first few ids of each kind. */
export function describe(result) {
    const parts = FINDINGS.filter((name) => result[name].length > 0)
        .map((name) => `${result[name].length} ${name} (${result[name].slice(0, 5).join(' ')}${result[name].length > 5 ? ' …' : ''})`);
    return `${result.name}: ${result.deliveries} of ${result.due} due; ${parts.join(', ')}`;
}

// SQL as a back-end that shares the database writes it.
import pg from 'pg';
import { stack } from './stack.mjs';

// idle connections must not keep a finished test file alive
export const pool = new pg.Pool({ connectionString: stack.databaseUrl, max: 4, allowExitOnIdle: true });
pool.on('error', () => {}); // an idle connection lost while Postgres restarts is simply replaced

export async function sql(text, values = []) {
    return (await pool.query(text, values)).rows;
}

/** Runs the statements of `work(query)` in one transaction on one connection. */
export async function transaction(work, end = 'commit') {
    const client = await pool.connect();
    try {
        await client.query('begin');
        const result = await work((text, values = []) => client.query(text, values).then((r) => r.rows));
        await client.query(end);
        return result;
    } catch (error) {
        await client.query('rollback').catch(() => {});
        throw error;
    } finally {
        client.release();
    }
}

const NAME = /^[a-z_][a-z0-9_]*$/;

/** select bookly.name(argument => value, …): the one value it returns. */
export async function call(name, values = {}, query = sql) {
    const names = Object.keys(values);
    if (![name, ...names].every((word) => NAME.test(word))) {
        throw new Error(`not a name: ${name}(${names})`);
    }
    const list = names.map((word, index) => `${word} => $${index + 1}`).join(', ');
    const bound = names.map((word) => {
        const value = values[word];
        return value !== null && typeof value === 'object' && !(value instanceof Date)
            ? JSON.stringify(value)
            : value;
    });
    const [row] = await query(`select bookly.${name}(${list}) as result`, bound);
    return row?.result;
}

export const publishEvent = (values, query) => call('publish_event', values, query);
export const failEvent = (values, query) => call('fail_event', values, query);
export const notifyUser = (user, values = {}, query) =>
    call('notify_user', {
        user_id: user,
        type: 'info',
        category: 'system',
        title: 'A title',
        message: 'A message',
        ...values,
    }, query);
export const writeLog = (values, query) => call('write_log', values, query);

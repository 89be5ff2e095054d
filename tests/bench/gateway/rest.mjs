// The REST routes of the gateway that are measured: the same answers, with Express, a pool and prepared statements.
import { createSecretKey } from 'node:crypto';
import express from 'express';
import jwt from 'jsonwebtoken';

const EVENTS_ROLES = ['PROGRAM_ADMIN', 'GENERAL_ADMIN', 'SERVICE'];
const LOG_ROLES = ['SERVICE', 'GENERAL_ADMIN'];
const NEWEST = 100;

// a role's notification is unread until the user has read it
const UNREAD = {
    name: 'unread',
    text: `select (select count(*) from notifications where user_id = $1 and not read)
              + (select count(*) from notifications n where role = any($2) and not exists (
                    select from role_states s where s.user_id = $1 and s.notification_id = n.id)) as count,
            coalesce((select version from inboxes where user_id = $1), 0) as version`,
};

const INBOX = {
    name: 'inbox',
    text: `select n.id, n.user_id, n.type, n.category, n.title, n.message, n.data, n.action_url, n.created_at,
                  n.read or s.user_id is not null as read
             from ((select * from notifications where user_id = $1 order by id desc limit $3)
                   union all
                   (select * from notifications where role = any($2) order by id desc limit $3)) n
             left join role_states s on s.user_id = $1 and s.notification_id = n.id
            order by n.id desc limit $3`,
};

const EVENTS_AFTER = {
    name: 'events-after',
    text: `select seq, id, event_type, service, aggregate_type, aggregate_id, data, occurred_at
             from events where seq > $1 order by seq limit $2`,
};

const LOGS = {
    name: 'logs',
    text: `insert into logs (level, service, context, message, metadata, logged_at)
           select l.level, l.service, l.context, l.message, l.metadata, coalesce(l."timestamp", clock_timestamp())
             from jsonb_to_recordset($1::jsonb) as l (level text, service text, context text, message text,
                  metadata jsonb, "timestamp" timestamptz)`,
};

const notification = (row) => ({
    id: row.id, userId: row.user_id, type: row.type, category: row.category, title: row.title, message: row.message,
    data: row.data, actionUrl: row.action_url, read: row.read, createdAt: row.created_at,
});

const pushed = (row) => ({
    event: 'event:created', cursor: row.seq,
    data: {
        eventId: row.id, eventType: row.event_type, service: row.service, timestamp: row.occurred_at,
        aggregateType: row.aggregate_type, aggregateId: row.aggregate_id, data: row.data,
    },
});

// a key object: a text would be tried as a public key first, each time
const authenticate = (key) => (request, response, next) => {
    const [scheme, token] = (request.get('authorization') ?? '').split(' ');
    jwt.verify(scheme === 'Bearer' ? token : '', key, { algorithms: ['HS256'] }, (error, claims) => {
        if (error) {
            response.status(401).json({ message: 'token_invalid' });
            return;
        }
        request.caller = { user: claims.sub, roles: claims.roles ?? [] };
        next();
    });
};

const only = (roles) => (request, response, next) => {
    if (!request.caller.roles.some((role) => roles.includes(role))) {
        response.status(403).json({ message: 'forbidden' });
        return;
    }
    next();
};

const handled = (work) => (request, response, next) => {
    work(request, response).catch(next);
};

function limitOf(request) {
    const limit = Number(request.query.limit ?? NEWEST);
    return Number.isInteger(limit) && limit >= 1 && limit <= 500 ? limit : NEWEST;
}

/** → a router for /api/v1; pool: of pg, secret: of the HS256 tokens. */
export function restRoutes({ pool, secret }) {
    const router = express.Router();
    const ask = async (statement, values) => (await pool.query({ ...statement, values })).rows;
    router.get('/health', (request, response) => response.json({ status: 'up' }));
    router.use(authenticate(createSecretKey(Buffer.from(secret))));
    router.get('/notifications/unread/count', handled(async ({ caller }, response) => {
        const [{ count, version }] = await ask(UNREAD, [caller.user, caller.roles]);
        response.json({ count: Number(count), version: Number(version) });
    }));
    router.get('/notifications', handled(async (request, response) => {
        const { user, roles } = request.caller;
        response.json((await ask(INBOX, [user, roles, limitOf(request)])).map(notification));
    }));
    router.get('/stream', only(EVENTS_ROLES), handled(async (request, response) => {
        const limit = limitOf(request);
        const rows = await ask(EVENTS_AFTER, [request.query.after ?? 0, limit]);
        response.json({
            messages: rows.map(pushed), cursor: rows.at(-1)?.seq ?? request.query.after ?? '0', hasMore: rows.length === limit,
        });
    }));
    router.post('/logs', only(LOG_ROLES), express.text({ type: 'application/x-ndjson', limit: '1mb' }), handled(
        async (request, response) => {
            const lines = request.body.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
            await ask(LOGS, [JSON.stringify(lines)]);
            response.status(202).json({ accepted: lines.length });
        },
    ));
    return router;
}

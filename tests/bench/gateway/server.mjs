// A gateway for the same contract as people write it for Node: Socket.IO with ws, Express, pg, LISTEN and NOTIFY.
// PORT, DATABASE_URL, JWT_SECRET and PROCESSES come from the environment. More than one process is a cluster: each
// LISTENs itself, and a client's address decides which one has it.
import cluster from 'node:cluster';
import { createSecretKey } from 'node:crypto';
import http from 'node:http';
import net from 'node:net';
import express from 'express';
import jwt from 'jsonwebtoken';
import pg from 'pg';
import { Server } from 'socket.io';
import * as rest from './rest.mjs';
import { Rooms } from './rooms.mjs';

const { PORT, DATABASE_URL, JWT_SECRET } = process.env;
const KEY = createSecretKey(Buffer.from(JWT_SECRET)); // a text would be parsed as a key of any kind each time
const PROCESSES = Number(process.env.PROCESSES ?? 1);
const ROLES = {
    events: ['PROGRAM_ADMIN', 'GENERAL_ADMIN', 'SERVICE'],
    dlq: ['GENERAL_ADMIN', 'SERVICE'],
    dashboard: ['PROGRAM_ADMIN', 'GENERAL_ADMIN'],
    notifications: null, // any user
    logs: ['GENERAL_ADMIN'],
};
const FILTERS = { events: 'eventFilters', dlq: 'dlqFilters', logs: 'logFilters' };

const allowed = (channel, roles) => ROLES[channel] === null || ROLES[channel].some((role) => roles.includes(role));

function authenticate(socket, next) {
    jwt.verify(socket.handshake.auth.token ?? '', KEY, { algorithms: ['HS256'] }, (error, claims) => {
        if (error) {
            next(new Error('token_invalid'));
            return;
        }
        socket.data = { user: claims.sub, roles: claims.roles ?? [], rooms: new Map() };
        next();
    });
}

function subscribe(rooms, socket, payload, acknowledge) {
    const channels = Array.isArray(payload?.channels) ? payload.channels : [];
    const unknown = channels.find((channel) => !Object.hasOwn(ROLES, channel));
    if (channels.length === 0 || unknown !== undefined) {
        acknowledge?.({ success: false, error: 'unknown channel', code: 'unknown_channel' });
        return;
    }
    const denied = channels.filter((channel) => !allowed(channel, socket.data.roles));
    channels.filter((channel) => !denied.includes(channel))
        .forEach((channel) => rooms.join(socket, channel, payload[FILTERS[channel]]));
    acknowledge?.({
        success: denied.length < channels.length, channels: [...socket.data.rooms.keys()],
        ...(denied.length > 0 ? { denied: denied.map((channel) => ({ channel, code: 'forbidden' })) } : {}),
    });
}

function connected(rooms, socket) {
    socket.on('subscribe', (payload, acknowledge) => subscribe(rooms, socket, payload, acknowledge));
    socket.on('unsubscribe', (payload, acknowledge) => {
        (payload?.channels ?? []).forEach((channel) => rooms.leave(socket, channel));
        acknowledge?.({ success: true, channels: [...socket.data.rooms.keys()] });
    });
    socket.on('disconnect', () => [...socket.data.rooms.keys()].forEach((channel) => rooms.leave(socket, channel)));
}

async function listen(rooms) {
    const client = new pg.Client({ connectionString: DATABASE_URL });
    await client.connect();
    client.on('notification', ({ payload }) => {
        const { event, channel, data } = JSON.parse(payload);
        rooms.send(channel, event, data);
    });
    await client.query('LISTEN bookly');
}

async function serve(server) {
    const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });
    const app = express();
    app.disable('x-powered-by');
    app.use('/api/v1', rest.restRoutes({ pool, secret: JWT_SECRET }));
    server.on('request', app);
    const io = new Server(server, {
        perMessageDeflate: false, httpCompression: false, serveClient: false, maxHttpBufferSize: 1e6,
    });
    // as Socket.IO's page on memory usage advises
    io.engine.on('connection', (socket) => {
        socket.request = null;
    });
    const rooms = new Rooms(io);
    io.use(authenticate);
    io.on('connection', (socket) => connected(rooms, socket));
    await listen(rooms);
}

/** The primary accepts, and hands each connection to the process that its address belongs to. */
function primary() {
    const workers = Array.from({ length: PROCESSES }, () => cluster.fork());
    const ready = workers.map((worker) => new Promise((resolve) => {
        worker.once('message', resolve);
    }));
    const acceptor = net.createServer({ pauseOnConnect: true }, (socket) => {
        const last = Number(socket.remoteAddress.split('.').at(-1)) || 0;
        workers[last % PROCESSES].send('connection', socket);
    });
    return Promise.all(ready).then(() => new Promise((resolve) => {
        acceptor.listen({ port: PORT, host: '127.0.0.1', backlog: 4096 }, resolve);
    }));
}

const said = () => process.stdout.write('ready\n');

if (cluster.isPrimary && PROCESSES > 1) {
    await primary();
    said();
} else {
    const server = http.createServer();
    await serve(server);
    if (cluster.isWorker) {
        process.on('message', (message, socket) => {
            if (message === 'connection') {
                server.emit('connection', socket);
                socket.resume();
            }
        });
        process.send('ready');
    } else {
        server.listen({ port: PORT, host: '127.0.0.1', backlog: 4096 }, said);
    }
}
process.once('SIGTERM', () => process.exit());
// asked before its memory is read, so that garbage does not count
process.on('SIGUSR2', () => globalThis.gc?.());
process.stdin.on('end', () => process.exit()).resume();

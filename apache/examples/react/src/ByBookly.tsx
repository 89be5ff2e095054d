import { useEffect, useState } from 'react';
import { io } from 'socket.io-client';
import { useBookly } from '../../../htdocs/bookly-react.js';
import { Shown } from './Shown';

const SERVER = import.meta.env.VITE_BOOKLY_URL ?? 'http://localhost:3000';

/** The same by useBookly: history and badge as well, and a connection that goes on by SSE or polling. */
export function ByBookly({ token }: { token: string }) {
    const [logs, setLogs] = useState(false);
    const [lastError, setLastError] = useState('');
    const { notifications, metrics, dlqStats, client, state, unreadCount, error } = useBookly({
        url: SERVER, token, io,
        channels: logs ? ['dashboard', 'dlq', 'notifications', 'logs'] : ['dashboard', 'dlq', 'notifications'],
        filters: { logFilters: { level: 'error' } },
    });
    useEffect(() => client?.on('log:error', (log) => setLastError(log.message)), [client]);
    return (
        <section aria-label="useBookly">
            <h2>useBookly</h2>
            <p><output>{state?.status} {state?.transport}</output>{error && <strong> {error.message}</strong>}</p>
            <Shown notifications={notifications} metrics={metrics} dlqStats={dlqStats}
                onRead={(id) => client.notifications.read(id)} />
            <p>Unread: <b>{unreadCount}</b></p>
            <label><input type="checkbox" checked={logs} onChange={() => setLogs(!logs)} /> Errors in the logs</label>
            {logs && <p className="log">{lastError}</p>}
        </section>
    );
}

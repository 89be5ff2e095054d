import { Shown } from './Shown';
import { useWebSocket } from './useWebSocket';

/** The hook of the project's description, as it stands there. */
export function BySeed({ userId, token }: { userId: string; token: string }) {
    const { notifications, metrics, dlqStats } = useWebSocket(userId, token);
    return (
        <section aria-label="useWebSocket">
            <h2>useWebSocket</h2>
            <Shown notifications={notifications} metrics={metrics} dlqStats={dlqStats} />
        </section>
    );
}

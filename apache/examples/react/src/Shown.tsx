type Props = { notifications: any[]; metrics: any; dlqStats: any; onRead?(id: string): void };

export function Shown({ notifications, metrics, dlqStats, onRead }: Props) {
    return (
        <>
            <dl>
                <dt>Events in all</dt><dd className="events">{metrics?.totalEvents ?? '…'}</dd>
                <dt>Per second</dt><dd>{metrics?.throughput?.toFixed(1) ?? '…'}</dd>
                <dt>Dead letters, pending</dt><dd className="pending">{dlqStats?.pending ?? '…'}</dd>
            </dl>
            <ul>
                {notifications.map(({ id, title, read }) => (
                    <li key={id} className={read ? 'read' : ''}>
                        {title}{' '}
                        {onRead && !read && <button type="button" onClick={() => onRead(id)}>Read</button>}
                    </li>
                ))}
            </ul>
        </>
    );
}

// The pages, in the order of the menu. channel: who may see it is who may subscribe to it.
import { Overview } from './pages/overview.js';
import { Events } from './pages/events.js';
import { DeadLetters } from './pages/dead_letters.js';
import { Notifications } from './pages/notifications.js';
import { Logs } from './pages/logs.js';

export const PAGES = [
    { name: 'overview', channel: 'dashboard', Page: Overview },
    { name: 'events', channel: 'events', Page: Events },
    { name: 'dead-letters', channel: 'dlq', Page: DeadLetters },
    { name: 'notifications', channel: 'notifications', Page: Notifications },
    { name: 'logs', channel: 'logs', Page: Logs },
];

// Who gets what: a Socket.IO room for each channel, and one for each distinct filter of it.

const KEYS = { eventTypes: 'eventType', services: 'service', aggregateTypes: 'aggregateType' };
const list = (value) => (Array.isArray(value) ? value : [value]);

export class Rooms {
    constructor(io) {
        this.io = io;
        this.filters = new Map(); // channel → room → {predicate, sockets}
    }

    /** → the room of a channel and filter; members are counted, so that a filter nobody has is not tried. */
    join(socket, channel, filter) {
        this.leave(socket, channel);
        const words = filter ? Object.keys(filter).sort().map((key) => [key, list(filter[key]).map(String).sort()]) : [];
        const room = words.length > 0 ? `${channel}|${JSON.stringify(words)}` : channel;
        if (words.length > 0) {
            const rooms = this.filters.get(channel) ?? new Map();
            this.filters.set(channel, rooms);
            const entry = rooms.get(room) ?? { tests: words.map(([key, values]) => [KEYS[key], new Set(values)]), sockets: 0 };
            entry.sockets += 1;
            rooms.set(room, entry);
        }
        socket.data.rooms.set(channel, room);
        socket.join(room);
    }

    leave(socket, channel) {
        const room = socket.data.rooms.get(channel);
        if (room === undefined) {
            return;
        }
        socket.data.rooms.delete(channel);
        socket.leave(room);
        const entry = this.filters.get(channel)?.get(room);
        if (entry && (entry.sockets -= 1) === 0) {
            this.filters.get(channel).delete(room);
        }
    }

    /** Everybody of the channel whose filter lets it through, each once. */
    send(channel, event, data) {
        const rooms = [channel];
        for (const [room, { tests }] of this.filters.get(channel) ?? []) {
            if (tests.every(([key, values]) => values.has(data[key]))) {
                rooms.push(room);
            }
        }
        this.io.to(rooms).emit(event, data);
    }
}

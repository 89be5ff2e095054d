// One seed, one sequence of choices. Each part takes a source of its own (`fork`), so that how often one part chooses
// does not change what another gets.

/** 32 bits out of a text: FNV-1a. */
export function digest(text) {
    let hash = 0x811c9dc5;
    for (let index = 0; index < text.length; index += 1) {
        hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    }
    return hash >>> 0;
}

export class Random {
    constructor(seed) {
        this.seed = String(seed);
        this.state = digest(this.seed);
    }

    fork(name) {
        return new Random(`${this.seed}/${name}`);
    }

    /** At least 0 and below 1 (mulberry32). */
    next() {
        this.state = (this.state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    }

    /** A whole number, both ends included. */
    between(low, high) {
        return low + Math.floor(this.next() * (high - low + 1));
    }

    chance(share) {
        return this.next() < share;
    }

    pick(list) {
        return list[Math.floor(this.next() * list.length)];
    }

    /** A key of {key: weight}. */
    weighted(weights) {
        const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
        let left = this.next() * total;
        for (const [key, weight] of Object.entries(weights)) {
            left -= weight;
            if (left < 0) {
                return key;
            }
        }
        return Object.keys(weights)[0];
    }
}

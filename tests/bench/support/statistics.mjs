// What is kept of several rounds.

export function median(values) {
    const sorted = [...values].sort((one, other) => one - other);
    const middle = Math.floor(sorted.length / 2);
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** [{metric: value}, …], one object a round → {metric: {median, min, max, rounds}} */
export function summary(rounds) {
    const names = [...new Set(rounds.flatMap(Object.keys))];
    return Object.fromEntries(names.map((name) => {
        const values = rounds.map((round) => round[name]).filter(Number.isFinite);
        return [name, { median: median(values), min: Math.min(...values), max: Math.max(...values), rounds: values }];
    }));
}

/** The slope of the straight line through [[x, y], …] with the least squares. */
export function slope(points) {
    const mean = (index) => points.reduce((total, point) => total + point[index], 0) / points.length;
    const [x, y] = [mean(0), mean(1)];
    const upper = points.reduce((total, point) => total + (point[0] - x) * (point[1] - y), 0);
    return upper / points.reduce((total, point) => total + (point[0] - x) ** 2, 0);
}

// The states of a dead letter in words, and the colour that goes with each.
export const STATUS = {
    es: { pending: 'pendiente', retrying: 'en reintento', failed: 'fallido', resolved: 'resuelto' },
    en: { pending: 'pending', retrying: 'retrying', failed: 'failed', resolved: 'resolved' },
    kinds: { pending: 'warn', retrying: '', failed: 'bad', resolved: 'good' },
};

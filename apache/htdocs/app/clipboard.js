// Copying text. Pages that came by http have no navigator.clipboard; there a selection is copied as by hand.

/** Resolves when the text is on the clipboard, rejects when the browser refuses. */
export async function copyText(text) {
    if (navigator.clipboard) {
        await navigator.clipboard.writeText(text);
        return;
    }
    const focused = document.activeElement;
    const area = document.createElement('textarea');
    area.className = 'unseen';
    area.readOnly = true; // no keyboard comes up on a phone
    area.value = text;
    (focused?.closest('dialog') ?? document.body).append(area); // the rest of a page with a dialog can't be selected
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    focused?.focus();
    if (!done) {
        throw Object.assign(new Error('the browser refused'), { code: 'clipboard' });
    }
}

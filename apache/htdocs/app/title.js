// The tab's title: how many notifications are unread, and the page.
const shown = { unread: 0, page: 'Bookly Realtime' };

function write(part) {
    Object.assign(shown, part);
    document.title = `${shown.unread > 0 ? `(${shown.unread}) ` : ''}${shown.page}`;
}

export const titlePage = (page) => write({ page });
export const titleUnread = (unread) => write({ unread });

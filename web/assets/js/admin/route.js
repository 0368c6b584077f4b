/*
 * Where one is in the panel, kept in the address after `#`: `#/accounts/42`. So the browser's back
 * and forward work, a place can be sent to a colleague, and nothing of it reaches a server's log.
 */

/** Reads an address: {path: ['accounts', '42'], query: URLSearchParams}. */
export function readRoute(hash) {
    const text = hash.replace(/^#\/?/, '');
    const mark = text.indexOf('?');
    const path = (mark < 0 ? text : text.slice(0, mark)).split('/').filter(Boolean).map(decode);
    return { path, query: new URLSearchParams(mark < 0 ? '' : text.slice(mark + 1)) };
}

/** The address of a place: href(['accounts', id], {query: 'x'}); empty values are left out. */
export function href(path, query = {}) {
    const search = queryOf(query);
    return `#/${path.map(encodeURIComponent).join('/')}${search && `?${search}`}`;
}

/** `a=1&b=2` of what has a value. */
export function queryOf(values) {
    const given = Object.entries(values).filter(([, value]) => value != null && value !== '');
    return new URLSearchParams(given).toString();
}

/** Changes these words of the query, without a step in the history: filters, not places. */
export function keepQuery(path, query) {
    const was = Object.fromEntries(readRoute(location.hash).query);
    history.replaceState(history.state, '', href(path, { ...was, ...query }));
}

function decode(part) {
    try {
        return decodeURIComponent(part);
    } catch {
        return part; // somebody wrote a bare `%`
    }
}

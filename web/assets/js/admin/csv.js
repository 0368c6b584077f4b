/*
 * Saves a list as one CSV file. The server gives four thousand rows at a time and says where the
 * next ones are (`Link: <…>; rel="next"`); this follows, tells how far it is, and can be stopped.
 */
import { el, replace } from '../dom.js';
import { t } from '../i18n.js';
import { explain, isAbort, readRaw } from './api.js';
import { number } from './format.js';
import { notice } from './notice.js';

/** A button that exports what `path()` begins with into a file called `name`-DATE.csv. */
export function csvButton(path, name, signal) {
    const progress = el('span', { class: 'csv-progress', role: 'status' });
    const trouble = el('div', {});
    const button = el('button', { class: 'button button--small', type: 'button' }, t('admin.csv'));
    let stop = null;

    const run = async () => {
        stop = new AbortController();
        button.textContent = t('admin.csv.stop');
        replace(trouble);
        try {
            const stops = AbortSignal.any([stop.signal, signal]);
            const blob = await collect(path(), stops, (rows) => {
                progress.textContent = t('admin.csv.rows', {
                    count: rows, shown: number(rows),
                });
            });
            save(blob, fileOf(name));
        } catch (error) {
            progress.textContent = '';
            if (!isAbort(error)) {
                replace(trouble, notice(explain(error), run));
            }
        }
        stop = null;
        button.textContent = t('admin.csv');
    };
    button.addEventListener('click', () => (stop ? stop.abort() : run()));
    return el('div', { class: 'csv' }, button, progress, trouble);
}

/** A button that saves rows the page has already, of names and numbers of the server's own. */
export function rowsButton(rows, name) {
    const onclick = () => {
        const [first = {}] = rows();
        const lines = [Object.keys(first), ...rows().map(Object.values)];
        const text = lines.map((line) => `${line.join(',')}\r\n`).join('');
        save(new Blob([text], { type: 'text/csv;charset=utf-8' }), fileOf(name));
    };
    return el('button', { class: 'button button--small', type: 'button', onclick }, t('admin.csv'));
}

async function collect(path, signal, onRows) {
    const parts = [];
    let rows = -1; // the first line of the first page names the columns
    for (let next = path; next;) {
        const reply = await readRaw(next, signal);
        const bytes = await reply.arrayBuffer(); // text() would lose the mark of UTF-8
        parts.push(bytes);
        rows += countRows(new TextDecoder().decode(bytes));
        onRows(rows);
        next = nextOf(reply.headers.get('Link'));
    }
    return new Blob(parts, { type: 'text/csv;charset=utf-8' });
}

/** Rows of CSV: line ends that are not inside quotes. */
export function countRows(text) {
    let rows = 0;
    let quoted = false;
    for (let i = 0; i < text.length; i += 1) {
        if (text[i] === '"') {
            quoted = !quoted;
        } else if (text[i] === '\n' && !quoted) {
            rows += 1;
        }
    }
    return rows;
}

/** Where the next page is, if it is one of ours. */
export function nextOf(link) {
    const target = /<([^>]*)>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1];
    if (target === undefined) {
        return null;
    }
    const url = new URL(target, location.href);
    const ours = url.origin === location.origin && url.pathname.startsWith('/v1/admin/');
    return ours ? url.pathname + url.search : null;
}

const fileOf = (name) => `${name}-${new Date().toISOString().slice(0, 10)}.csv`;

function save(blob, name) {
    const url = URL.createObjectURL(blob);
    el('a', { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/*
 * A list that one pages through: a table on a wide screen, cards on a narrow one (admin.css), fifty
 * rows at a time by the server's cursor. The next page is fetched when the end comes near or the
 * button is pointed at, so pressing it shows the rows at once; what was shown is kept for a while,
 * so going back shows it at once, where one was.
 */
import { el, replace } from '../dom.js';
import { t } from '../i18n.js';
import { explain, isAbort } from './api.js';
import { number } from './format.js';
import { notice } from './notice.js';

const KEEP_MS = 60000;
const KEEP_MOST = 12;
const kept = new Map();

/**
 * columns: [{title, cell(row) → node or text, class?}]; load(cursor, signal) → {rows, next};
 * place(): under which name the list is kept when one leaves (`signal` aborts then); tools: what
 * stands above the table beside the number of rows.
 * Returns {node, start(), reload()}.
 */
export function pagedList({ caption, columns, load, empty, signal, place, tools }) {
    const body = el('tbody', { role: 'rowgroup' });
    const status = el('p', { class: 'small', role: 'status' });
    const more = el('button', { class: 'button', type: 'button', hidden: true }, t('admin.more'));
    const trouble = el('div', {});
    const table = tableOf(caption, columns, body);
    const node = el('div', { class: 'pages' },
        trouble, el('div', { class: 'between' }, status, tools), table, more);
    const state = { rows: [], next: null, ahead: null, stop: null };

    const fetchPage = (cursor) => {
        const { signal: stopped } = state.stop;
        return load(cursor, AbortSignal.any([signal, stopped]));
    };
    const prefetch = () => {
        if (state.next && !state.ahead) {
            state.ahead = fetchPage(state.next);
            state.ahead.catch(() => { state.ahead = null; }); // pressing the button tries again
        }
    };
    const add = ({ rows, next }) => {
        const from = state.rows.length;
        state.rows.push(...rows);
        state.next = next;
        state.ahead = null;
        body.append(...rows.map((row) => rowOf(columns, row)));
        table.hidden = state.rows.length === 0;
        more.hidden = !next;
        const count = state.rows.length;
        status.textContent = count === 0 ? empty
            : t(next ? 'admin.list.some' : 'admin.list.all', { count, shown: number(count) });
        return body.rows[from];
    };
    const failed = (error, again) => {
        if (!isAbort(error)) {
            replace(trouble, notice(explain(error), again));
        }
    };

    const reload = async () => {
        state.stop?.abort();
        state.stop = new AbortController();
        const mine = state.stop;
        node.setAttribute('aria-busy', 'true');
        try {
            const page = await fetchPage(null);
            Object.assign(state, { rows: [], next: null });
            replace(body);
            replace(trouble);
            add(page);
        } catch (error) {
            failed(error, reload);
        }
        if (state.stop === mine) {
            node.removeAttribute('aria-busy');
        }
    };
    const onMore = async () => {
        prefetch();
        more.setAttribute('aria-disabled', 'true');
        try {
            const first = add(await state.ahead);
            replace(trouble);
            (first?.querySelector('a, button') ?? more).focus({ preventScroll: true });
        } catch (error) {
            failed(error, onMore);
        }
        more.removeAttribute('aria-disabled');
    };

    more.addEventListener('click', () => more.ariaDisabled !== 'true' && onMore());
    more.addEventListener('pointerenter', prefetch);
    more.addEventListener('focus', prefetch);
    whenNear(more, prefetch, signal);
    signal.addEventListener('abort', () => keep(place(), state));
    const start = () => {
        const was = recall(place());
        state.stop = new AbortController();
        if (!was) {
            return reload();
        }
        add(was);
        scrollTo(0, was.scroll);
        return undefined;
    };
    return { node, start, reload };
}

/** A table with its heads, in what scrolls where it is wider than its place. */
export function tableOf(caption, columns, body) {
    const heads = columns.map(({ title, class: name }) => (
        el('th', { scope: 'col', role: 'columnheader', class: name === 'is-number' && name },
            title)));
    const table = el('table', { class: 'table', role: 'table' },
        el('caption', { class: 'seen-by-readers' }, caption),
        el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' }, ...heads)), body);
    const place = el('div', { class: 'scroll' }, table);
    widths.observe(place);
    widths.observe(table);
    return place;
}

/* What scrolls is reached by keys, and called what its table is; what does not is no stop. */
const widths = new ResizeObserver((entries) => {
    for (const place of new Set(entries.map(({ target }) => target.closest('.scroll')))) {
        if (place.scrollWidth > place.clientWidth) {
            place.tabIndex = 0;
            place.role = 'group';
            place.ariaLabel = place.querySelector('caption').textContent;
        } else {
            ['tabindex', 'role', 'aria-label'].forEach((name) => place.removeAttribute(name));
        }
    }
});

/** One row. The roles are said aloud because cards lose those a table has by itself. */
export function rowOf(columns, row) {
    return el('tr', { role: 'row' }, ...columns.map(({ title, cell, class: name }) => {
        const content = cell(row);
        const td = el('td', { role: 'cell', class: name, 'data-label': title }, content);
        td.classList.toggle('is-empty', content === '' || content == null);
        return td;
    }));
}

function whenNear(node, then, signal) {
    const watcher = new IntersectionObserver((entries) => {
        if (entries.some((entry) => entry.isIntersecting)) {
            then();
        }
    }, { rootMargin: '0px 0px 600px' });
    watcher.observe(node);
    signal.addEventListener('abort', () => watcher.disconnect());
}

function keep(place, { rows, next }) {
    kept.delete(place);
    if (rows.length > 0) {
        kept.set(place, { rows, next, at: Date.now(), scroll: scrollY });
    }
    if (kept.size > KEEP_MOST) {
        kept.delete(kept.keys().next().value);
    }
}

function recall(place) {
    const was = kept.get(place);
    return was && Date.now() - was.at < KEEP_MS ? was : null;
}

/** What was shown may have changed: after a change, lists are fetched anew. */
export function forgetLists() {
    kept.clear();
}

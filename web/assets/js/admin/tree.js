/*
 * The invite tree around one account: who invited it, and who invited them; whom it invited. As a
 * picture one walks by clicking or with the arrow keys, and as a nested list.
 */
import { el, replace } from '../dom.js';
import { t } from '../i18n.js';
import { explain, isAbort, read } from './api.js';
import { segments } from './card.js';
import { counted, COUNTED_IN_TREE, label, number } from './format.js';
import { notice } from './notice.js';
import { href } from './route.js';
import { describe, picture } from './tree-picture.js';

const PAGE = 24;
/** Ancestors shown before one asks for all of them. */
const NEAR = 3;
/** Pixels; before the page is laid out there are none, and it is drawn again when there are. */
const NARROWEST = 240;

export async function drawTree(view) {
    const id = view.path[1];
    const path = `/accounts/${encodeURIComponent(id)}/invite-tree`;
    const page = await read(path, { limit: PAGE }, view.signal);
    const state = {
        account: page.account,
        ancestors: untilSeen(page),
        invitees: page.invitees,
        next: page.next_cursor,
        ring: closesRing(page),
        allAncestors: false,
        asList: view.query.get('as') === 'list',
    };
    view.setTitle(t('admin.tree.of', { who: label(state.account) }));
    state.more = async (trouble) => {
        try {
            const more = await read(path, { limit: PAGE, cursor: state.next }, view.signal);
            const from = state.invitees.length;
            state.invitees.push(...more.invitees);
            state.next = more.next_cursor;
            show(view, state, state.invitees[from]?.id);
        } catch (error) {
            if (!isAbort(error)) {
                replace(trouble, notice(explain(error), () => state.more(trouble)));
            }
        }
    };
    show(view, state);
}

/* With `invite.cycles = allow` a chain may come back to where it began: it is shown once around. */
function untilSeen({ account, ancestors }) {
    const seen = new Set([account.id]);
    const fresh = [];
    for (const node of ancestors) {
        if (seen.has(node.id)) {
            break;
        }
        seen.add(node.id);
        fresh.push(node);
    }
    return fresh;
}

const closesRing = (page) => untilSeen(page).length < page.ancestors.length
    || page.invitees.some(({ id }) => id === page.account.id
        || page.ancestors.some((node) => node.id === id));

function show(view, state, focusId = undefined) {
    const trouble = el('div', {});
    const place = el('div', { class: 'tree-place' });
    replace(view.main, head(view, state), trouble, place);
    if (state.asList) {
        place.append(nested(state, () => state.more(trouble)));
        return;
    }
    const draw = () => replace(place, picture({
        ...shownOf(state),
        width: Math.max(place.clientWidth, NARROWEST),
        onMore: () => state.more(trouble),
        onAncestors: () => {
            state.allAncestors = true;
            draw();
        },
    }));
    draw();
    watchWidth(place, draw, view.signal);
    if (focusId) {
        place.querySelector(`[data-id="${CSS.escape(focusId)}"]`)?.focus();
    }
}

/* The nearest ancestors, unless all are wanted or hiding would save nothing. */
function shownOf({ account, ancestors, invitees, next, allAncestors }) {
    const all = allAncestors || ancestors.length <= NEAR + 1;
    const above = all ? ancestors : ancestors.slice(0, NEAR);
    const marks = new Set(ancestors.map(({ id }) => id));
    return {
        account, above, invitees, marks, next,
        hiddenAbove: ancestors.length - above.length,
    };
}

function watchWidth(place, draw, signal) {
    let width = place.clientWidth;
    const watcher = new ResizeObserver(() => {
        if (place.isConnected && place.clientWidth !== width) {
            width = place.clientWidth;
            draw();
        }
    });
    watcher.observe(place);
    signal.addEventListener('abort', () => watcher.disconnect());
}

function head(view, state) {
    const { account, invitees, ring } = state;
    const ways = [[false, t('admin.tree.as_picture')], [true, t('admin.tree.as_list')]];
    const toggle = segments(t('admin.tree.as'), ways, state.asList, (asList) => {
        state.asList = asList;
        show(view, state);
        view.main.querySelector('.segments [aria-pressed=true]').focus();
    });
    const count = account.invitee_count;
    return el('div', { class: 'tree-head' },
        el('p', {}, t('admin.tree.count', { count, shown: counted(count, COUNTED_IN_TREE) }), ' ',
            invitees.length < count
                ? t('admin.tree.shown', { shown: number(invitees.length) }) : '',
            ring ? el('span', { class: 'badge badge--warm' }, t('admin.tree.ring')) : ''),
        el('div', { class: 'actions' },
            toggle,
            el('a', { class: 'button', href: href(['accounts', account.id]) },
                t('admin.tree.to_account'))));
}

/* The same as lists within lists, the farthest ancestor outermost. */
function nested({ account, ancestors, invitees, next }, onMore) {
    const link = (node) => el('a', { href: href(['accounts', node.id, 'tree']) }, describe(node));
    const below = el('ul', {}, invitees.map((node) => el('li', {}, link(node))));
    const more = next && el('button', {
        class: 'button', type: 'button', onclick: onMore,
    }, t('admin.more'));
    let inner = el('ul', {}, el('li', { 'aria-current': 'true' },
        el('strong', {}, describe(account)), below, more));
    for (const node of ancestors) {
        inner = el('ul', {}, el('li', {}, link(node), inner));
    }
    inner.className = 'tree-list';
    return inner;
}

/*
 * The picture of an invite tree, drawn as SVG. Every node is a link, so it can be clicked, opened
 * in a new tab and reached with Tab; the arrow keys walk along the lines.
 */
import { svg } from '../dom.js';
import { t } from '../i18n.js';
import { counted, COUNTED_IN_TREE, date, fullName, label, number } from './format.js';
import { href } from './route.js';
import { layOut } from './tree-layout.js';

const INSET = 12;
const NODE_LEAST = 146;
const pen = document.createElement('canvas').getContext('2d');
let family;

/** A node in one sentence, for those who hear it. */
export function describe(node) {
    return [
        label(node),
        node.erased ? null : fullName(node),
        node.invited_at ? t('admin.tree.since', { date: date(node.invited_at) }) : null,
        t('admin.tree.brought', {
            count: node.invitee_count, shown: counted(node.invitee_count, COUNTED_IN_TREE),
        }),
    ].filter(Boolean).join(', ');
}

/**
 * Draws `above` (nearest first), the account and its invitees. `marks` are ids of ancestors, to
 * mark an invitee that is one; `hiddenAbove` counts ancestors that are left out.
 */
export function picture({
    account, above, invitees, marks, next, hiddenAbove, width, onMore, onAncestors,
}) {
    // The type that this page has: some are wider than others.
    family = getComputedStyle(document.documentElement).getPropertyValue('--font');
    const ups = above.length + (hiddenAbove > 0 ? 1 : 0);
    const downs = invitees.length + (next ? 1 : 0);
    const least = Math.max(NODE_LEAST, ...[...above, ...invitees].map(widthOf));
    const plan = layOut({ width, least, above: ups, below: downs });
    const nodes = [
        hiddenAbove > 0 && button(plan.above.at(-1), 'up', onAncestors,
            t('admin.tree.above', { count: hiddenAbove, shown: number(hiddenAbove) })),
        ...above.map((node, i) => link(node, plan.above[i], 'up')).reverse(),
        link(account, plan.focus, 'focus'),
        ...invitees.map((node, i) => link(node, plan.below[i], 'down',
            marks.has(node.id) || node.id === account.id)),
        next && button(plan.below.at(-1), 'down', onMore, t('admin.more')),
    ];
    return svg('svg', {
        class: 'tree', viewBox: `0 0 ${plan.width} ${plan.height}`, width: plan.width,
        height: plan.height, role: 'group', 'aria-label': t('admin.tree.picture'),
        onkeydown: walk,
    }, svg('g', { class: 'tree-lines', 'aria-hidden': 'true' },
        plan.lines.map((d) => svg('path', { d }))), nodes);
}

function link(node, box, where, isRing = false) {
    const isFocus = where === 'focus';
    const kinds = ['node', `node--${where}`, node.erased && 'node--erased'];
    return svg('a', {
        href: href(isFocus ? ['accounts', node.id] : ['accounts', node.id, 'tree']),
        class: kinds.filter(Boolean).join(' '),
        'data-id': node.id, 'data-where': where, 'aria-current': isFocus ? 'true' : undefined,
    }, svg('title', {}, isRing ? `${describe(node)}, ${t('admin.tree.ring')}` : describe(node)),
    plate(box), svg('g', { 'aria-hidden': 'true' }, // the title says it in full
        texts(node, box, isFocus), countMark(node, box), isRing && ringMark(box)));
}

const plate = ({ x, y, w, h }) => svg('rect', { x, y, width: w, height: h, rx: 10 });

function texts(node, { x, y, w, h }, isFocus) {
    const size = isFocus ? 17 : 14;
    const room = w - 2 * INSET;
    const name = node.erased ? '' : fullName(node);
    const first = name ? y + h / 2 - 6 : y + h / 2 + size / 3;
    return [
        svg('text', { x: x + INSET, y: first, class: 'node-phone' }, fit(label(node), room, size)),
        name && svg('text', { x: x + INSET, y: first + size + 7, class: 'node-name' },
            fit(name, room, 13)),
    ];
}

/* How many it brought, on the lower edge, where their lines would begin. */
function countMark({ invitee_count: count }, { x, y, w }) {
    if (count === 0) {
        return null;
    }
    const text = counted(count, COUNTED_IN_TREE);
    const wide = Math.max(26, 12 + text.length * 8);
    return svg('g', { class: 'node-count' },
        svg('rect', { x: x + w - wide - 8, y: y - 9, width: wide, height: 20, rx: 10 }),
        svg('text', { x: x + w - wide / 2 - 8, y: y + 5, 'text-anchor': 'middle' }, text));
}

const ringMark = ({ x, y }) => svg('text', { x: x + 6, y: y + 4, class: 'node-ring' }, '↻');

function button(box, where, act, text) {
    const { x, y, w, h } = box;
    const onkeydown = (event) => {
        if (event.key === 'Enter' || event.key === ' ') {
            event.preventDefault();
            act();
        }
    };
    return svg('g', {
        class: 'node node--more', role: 'button', tabindex: '0', 'data-where': where,
        onclick: act, onkeydown,
    }, svg('title', {}, text), plate(box), svg('text', {
        x: x + w / 2, y: y + h / 2 + 5, 'text-anchor': 'middle',
    }, fit(text, w - 2 * INSET, 14)));
}

/* Digits are all as wide as a zero there (`tabular-nums`), which a canvas cannot be told. */
function measure(text, size) {
    pen.font = `600 ${size}px ${family}`;
    return pen.measureText(text.replace(/\d/g, '0')).width;
}

/* What a number needs: half of one is nobody's. A name may be cut. */
const widthOf = (node) => Math.ceil(measure(label(node), 14)) + 2 * INSET;

/* The text, or as much of its beginning as there is room for. */
function fit(text, room, size) {
    let shown = text;
    while (shown.length > 1 && measure(shown, size) > room) {
        shown = `${[...shown.replace(/…$/, '')].slice(0, -1).join('')}…`;
    }
    return shown;
}

/* Up: towards who invited; down: to the first invitee; left and right: along a row. */
function walk(event) {
    const at = event.target.closest('[data-where]');
    const of = (where) => [...this.querySelectorAll(`[data-where=${where}]`)];
    const column = [...of('up'), ...of('focus')];
    const row = of('down');
    const i = row.indexOf(at);
    const to = {
        ArrowUp: () => (i >= 0 ? column.at(-1) : column[column.indexOf(at) - 1]),
        ArrowDown: () => (i >= 0 ? undefined : column[column.indexOf(at) + 1] ?? row[0]),
        ArrowLeft: () => row[i - 1],
        ArrowRight: () => (i >= 0 ? row[i + 1] : undefined),
    }[event.key]?.();
    if (to) {
        event.preventDefault();
        to.focus();
    }
}

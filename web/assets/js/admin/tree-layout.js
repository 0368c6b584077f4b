/*
 * Where the nodes and lines of the invite tree's picture stand. Pure arithmetic: no page, no text.
 *
 * Ancestors stand in a column above the account, the farthest at the top. Invitees stand below in
 * rows; a trunk runs down at the left of the rows and a bus above each row, from which every node
 * of it hangs, so lines cross no node however narrow the picture is.
 */
const PAD = 12;
const GAP = 14;
const NODE = { most: 172, h: 66 };
const FOCUS = { w: 236, h: 84 };
const DROP = 34; // between a node and what hangs from it
const TRUNK = 14; // the trunk's place left of the rows
const BEND = 8;

/**
 * Lays out `above` nodes over the account and `below` under it in `width` pixels, none narrower
 * than `least`, which its words need. Returns {width, height, above: [box], focus: box,
 * below: [box], lines: [path]}; a box is {x, y, w, h}; `above` is in the order given, nearest
 * first.
 */
export function layOut({ width, least, above, below }) {
    const room = width - 2 * PAD - TRUNK;
    const across = Math.max(1, Math.floor((room + GAP) / (least + GAP)));
    const most = Math.max(NODE.most, least);
    const node = { w: Math.min(most, (room + GAP) / across - GAP), h: NODE.h };
    const middle = width / 2;
    const ancestors = stack(above, middle, node);
    const top = PAD + above * (node.h + DROP);
    const focus = { x: middle - FOCUS.w / 2, y: top, ...FOCUS };
    const rows = rowsOf({ room, across, count: below, node, top: top + FOCUS.h + DROP });
    const lines = [...chain(ancestors, focus, middle), ...branches(focus, rows, middle)];
    const last = rows.at(-1);
    const height = (last ? last[0].y + node.h : top + FOCUS.h) + PAD;
    return { width, height, above: ancestors, focus, below: rows.flat(), lines };
}

function stack(count, middle, node) {
    return Array.from({ length: count }, (_, i) => {
        const y = PAD + (count - 1 - i) * (node.h + DROP);
        return { x: middle - node.w / 2, y, ...node };
    });
}

function rowsOf({ room, across: most, count, node, top }) {
    const across = Math.min(most, count);
    const used = across * (node.w + GAP) - GAP;
    const left = PAD + TRUNK + (room - used) / 2;
    const rows = [];
    for (let i = 0; i < count; i += 1) {
        const column = i % across;
        const row = Math.floor(i / across);
        const y = top + row * (node.h + DROP);
        (rows[row] ??= []).push({ x: left + column * (node.w + GAP), y, ...node });
    }
    return rows;
}

/* Straight lines between an ancestor and the one below it. */
function chain(ancestors, focus, middle) {
    return ancestors.map((box, i) => {
        const below = i === 0 ? focus : ancestors[i - 1];
        return `M${middle} ${box.y + box.h}V${below.y}`;
    });
}

function branches(focus, rows, middle) {
    if (rows.length === 0) {
        return [];
    }
    const trunk = rows[0][0].x - TRUNK;
    const buses = rows.map((row) => row[0].y - DROP / 2);
    const lines = [`M${middle} ${focus.y + focus.h}V${buses[0]}`];
    if (rows.length > 1) {
        const corner = `H${trunk + BEND}Q${trunk} ${buses[0]} ${trunk} ${buses[0] + BEND}`;
        lines.push(`M${middle} ${buses[0]}${corner}V${buses.at(-1) - BEND}`);
    }
    rows.forEach((row, i) => lines.push(...hang(row, buses[i], i === 0 ? middle : null, trunk)));
    return lines;
}

/* The bus above a row and its drops; the first row's begins at the middle, others at the trunk. */
function hang(row, bus, middle, trunk) {
    const lines = [];
    const centres = row.map((box) => box.x + box.w / 2);
    if (middle === null) {
        const y = bus - BEND;
        lines.push(`M${trunk} ${y}Q${trunk} ${bus} ${trunk + BEND} ${bus}H${centres.at(-1)}`);
    } else {
        const from = Math.min(middle, centres[0]);
        lines.push(`M${from} ${bus}H${Math.max(middle, centres.at(-1))}`);
    }
    return [...lines, ...centres.map((x) => `M${x} ${bus}V${row[0].y}`)];
}

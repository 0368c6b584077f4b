/**
 * Making nodes. Text goes into the page as text nodes only, so a name such as `<script>` is shown
 * as it is written; there is no way in here to give HTML.
 */
import { say } from './i18n.js';

/* Set as properties: their attributes are only where they begin. */
const PROPERTIES = new Set(['value', 'checked', 'disabled', 'hidden', 'indeterminate', 'selected']);

function set(node, name, value) {
    if (value === undefined || value === null) {
        return;
    }
    if (name === 't') {
        say(node, ...[value].flat());
    } else if (name.startsWith('on')) {
        node.addEventListener(name.slice(2), value);
    } else if (PROPERTIES.has(name)) {
        node[name] = value;
    } else if (value === true) {
        node.setAttribute(name, '');
    } else if (value !== false) {
        node.setAttribute(name, value);
    }
}

function fill(node, props, children) {
    Object.entries(props ?? {}).forEach(([name, value]) => set(node, name, value));
    node.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
    return node;
}

/**
 * An element: el('a', { class: 'button', href: '/', onclick: go, t: 'page.key' }, child, 'text').
 * `t` is a key of i18n, or [key, values]; null, undefined and false leave a property or child out.
 */
export const el = (tag, props, ...children) => fill(document.createElement(tag), props, children);

/** The same for SVG. */
export const svg = (tag, props, ...children) =>
    fill(document.createElementNS('http://www.w3.org/2000/svg', tag), props, children);

/** Puts these children in place of all that a node has. */
export function replace(node, ...children) {
    node.replaceChildren(...children.flat(Infinity)
        .filter((child) => child != null && child !== false));
    return node;
}

/** An icon of 24 × 24 drawn by one path; the words beside it say what it means. */
export const icon = (path) => svg('svg',
    { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true' }, svg('path', { d: path }));

const sheets = new Map();

/** Loads css/NAME.css, once; resolves when it counts. */
export function stylesheet(name) {
    if (!sheets.has(name)) {
        const href = new URL(`../css/${name}.css`, import.meta.url).href;
        sheets.set(name, new Promise((resolve) => {
            if ([...document.styleSheets].some((sheet) => sheet.href === href)) {
                resolve();
                return;
            }
            document.head.append(el('link', { rel: 'stylesheet', href, onload: resolve,
                onerror: resolve }));
        }));
    }
    return sheets.get(name);
}

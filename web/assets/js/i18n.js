/**
 * The words of a page, in the language that prefs.js has chosen.
 *
 *     await load('invite');                // ../i18n/{en,ru}/invite.js, keys begin with `invite.`
 *     t('invite.title')                    // the text
 *     t('invite.seen', { count: 3 })       // {count} is put in; plural forms are an object
 *     say(node, 'invite.title', values)    // into a node, and anew when the language changes
 *
 * In HTML: `data-t="key"` for the text, `data-t-label` (aria-label), `data-t-placeholder` and
 * `data-t-title` for attributes; load() fills them. What else depends on the language listens to
 * the event `language` of `document`.
 *
 * A text is a string, or its plural forms by Intl.PluralRules, chosen by `count`:
 * `{ one: '{count} attempt', other: '{count} attempts' }`.
 */
import { firstLanguage, firstTheme, show } from './prefs.js';

/** Those of prefs.js, as they call themselves. */
export const LANGUAGES = { en: 'English', ru: 'Русский' };
export const THEMES = ['auto', 'light', 'dark'];

const ATTRIBUTES = { label: 'aria-label', placeholder: 'placeholder', title: 'title' };

const tables = { en: {}, ru: {} };
const loaded = new Set();
const spoken = new WeakMap();

/** The language of the page: 'en' or 'ru'. */
export let language = firstLanguage();
/** 'auto', 'light' or 'dark'. */
export let theme = firstTheme();

/** A choice for later visits. A browser may forbid it; then it lasts as long as the page. */
export function remember(name, value) {
    try {
        localStorage.setItem(name, value);
    } catch { /* see above */ }
}

if (new URLSearchParams(location.search).get('lang') === language) {
    remember('domofon.lang', language);
}

/** The text of a key; the key itself where there is none. */
export function t(key, values = {}) {
    let text = tables[language][key] ?? key;
    if (typeof text === 'object') {
        text = text[new Intl.PluralRules(language).select(values.count)] ?? text.other;
    }
    return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Whether there is a text for this key. */
export const has = (key) => Object.hasOwn(tables[language], key);

/** The text for this key or, where there is none, `otherwise`. */
export const inWords = (key, otherwise) => (has(key) ? t(key) : otherwise);

/** Puts a text into a node; gives the node. */
export function say(node, key, values) {
    node.dataset.t = key;
    spoken.set(node, values);
    node.textContent = t(key, values);
    return node;
}

/** Fills what HTML names by data-t… below `root`. */
export function apply(root = document) {
    for (const node of root.querySelectorAll('[data-t]')) {
        say(node, node.dataset.t, spoken.get(node));
    }
    for (const [name, attribute] of Object.entries(ATTRIBUTES)) {
        for (const node of root.querySelectorAll(`[data-t-${name}]`)) {
            node.setAttribute(attribute, t(node.getAttribute(`data-t-${name}`)));
        }
    }
}

async function fetchPages(pages) {
    const to = tables[language];
    const modules = pages.map((page) => import(`../i18n/${language}/${page}.js`));
    for (const { default: table } of await Promise.all(modules)) {
        Object.assign(to, table);
    }
}

/** Adds texts that a module brings itself: {en: {key: text}, ru: {…}}. */
export function define(texts) {
    for (const name of Object.keys(LANGUAGES)) {
        Object.assign(tables[name], texts[name]);
    }
}

/** Loads the texts of pages and fills the document. */
export async function load(...pages) {
    pages.forEach((page) => loaded.add(page));
    await fetchPages(pages);
    apply();
    document.documentElement.dataset.ready = '';
}

/** Changes the language at once, and for later visits. */
export async function setLanguage(name) {
    const before = language;
    language = name;
    try {
        await fetchPages([...loaded]);
    } catch (error) {
        language = before;
        throw error;
    }
    remember('domofon.lang', name);
    show(language, theme);
    apply();
    document.dispatchEvent(new Event('language'));
}

/** Changes the theme at once, and for later visits. */
export function setTheme(name) {
    theme = name;
    remember('domofon.theme', name);
    show(language, theme);
}

const format = (options, value) => new Intl.DateTimeFormat(language, options)
    .format(new Date(value));

/** A time as people of this language write it. */
export const date = (value) => format({ dateStyle: 'medium' }, value);
export const dateTime = (value) => format({ dateStyle: 'medium', timeStyle: 'short' }, value);

const SPANS = [[60, 'second'], [3600, 'minute'], [86400, 'hour'], [Infinity, 'day']];
const SPAN_S = { second: 1, minute: 60, hour: 3600, day: 86400 };
const WORDS_S = 30 * 86400;

/** '5 minutes ago' for what was less than a month ago, its date for what was before. */
export function ago(value) {
    const past_s = Math.max(0, (Date.now() - new Date(value)) / 1000);
    if (past_s > WORDS_S) {
        return date(value);
    }
    const [, unit] = SPANS.find(([below]) => past_s < below);
    const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
    return words.format(-Math.floor(past_s / SPAN_S[unit]), unit);
}

/**
 * What a person prefers: language and theme. A page has this (or what imports it) with
 * `blocking="render"`, so that nothing is painted in the wrong colours or words.
 */
export const LANGUAGES = { en: 'English', ru: 'Русский' };
export const THEMES = ['auto', 'light', 'dark'];

/** A choice for later visits. A browser may forbid it; then it lasts as long as the page. */
export function remember(name, value) {
    try {
        localStorage.setItem(name, value);
    } catch { /* see above */ }
}

/** What was chosen on an earlier visit, or null. */
export function recall(name) {
    try {
        return localStorage.getItem(name);
    } catch {
        return null;
    }
}

/** The language wished for: by the address, by an earlier choice, by the browser. */
export function firstLanguage() {
    const asked = new URLSearchParams(location.search).get('lang');
    const wishes = [asked, recall('domofon.lang'), ...navigator.languages ?? []];
    const known = wishes.map((wish) => wish?.slice(0, 2).toLowerCase())
        .find((wish) => Object.hasOwn(LANGUAGES, wish)) ?? 'en';
    if (known === asked) {
        remember('domofon.lang', known);
    }
    return known;
}

export const firstTheme = () =>
    THEMES.find((name) => name === recall('domofon.theme')) ?? 'auto';

/** Tells the document, and by it the style sheets. */
export function show(language, theme) {
    Object.assign(document.documentElement, { lang: language }).dataset.theme = theme;
}

show(firstLanguage(), firstTheme());

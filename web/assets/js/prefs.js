/**
 * What a person prefers: language and theme. A page has this (or what imports it) with
 * `blocking="render"`, so that nothing is painted in the wrong colours or words; `/` has it in
 * first.js.
 */
const LANGUAGES = ['en', 'ru'];

/** What was chosen on an earlier visit, or null. A browser may forbid to ask. */
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
    const wishes = [asked, recall('domofon.lang'), ...navigator.languages];
    return wishes.map((wish) => wish?.slice(0, 2).toLowerCase())
        .find((wish) => LANGUAGES.includes(wish)) ?? 'en';
}

export const firstTheme = () => recall('domofon.theme') ?? 'auto';

/** Tells the document, and by it the style sheets. */
export function show(language, theme) {
    Object.assign(document.documentElement, { lang: language }).dataset.theme = theme;
}

show(firstLanguage(), firstTheme());

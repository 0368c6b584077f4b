/**
 * What the two pages of the API's description share. Redoc and Swagger UI are drawn anew when the
 * colours or the language change, because neither can change them later.
 */
import { el, replace } from './dom.js';
import { apply, load, t } from './i18n.js';
import { bar } from './ui.js';

export const DESCRIPTION = '/openapi.json';

const LINKS = [
    ['/redoc/', 'reference.read'],
    ['/swagger/', 'reference.try'],
    ['/openapi.yaml', 'reference.yaml'],
    ['/postman.json', 'reference.postman'],
];

const html = document.documentElement;
const darkSystem = matchMedia('(prefers-color-scheme: dark)');

/** Does the server run in development mode? Then it served the page with this attribute. */
export const isDevelopment = html.hasAttribute('data-dev');

function isDark() {
    const { theme } = html.dataset;
    return theme === 'dark' || (theme !== 'light' && darkSystem.matches);
}

const link = ([href, key]) => el('a', {
    href, t: key, 'aria-current': href === location.pathname ? 'page' : null,
});

function showBar() {
    const links = el('nav', { class: 'reference__links', 'data-t-label': 'reference.links' },
        LINKS.map(link));
    bar(document.getElementById('bar'), links);
    apply(links);
}

const note = document.getElementById('note');

function show(...children) {
    replace(note, ...children);
    note.hidden = false;
}

/* The description is written in English; who reads another language is told so. */
const inEnglish = () => (html.lang === 'en' ? '' : t('reference.english'));

/** Says above the description what is to be known of the language that it is in. */
export function explainLanguage() {
    const text = inEnglish();
    show(text);
    note.hidden = text === '';
}

/** Besides, what trying a call does, or that it cannot be tried here. */
export function explain() {
    if (!isDevelopment) {
        show(t('reference.closed'), ' ', inEnglish());
        return;
    }
    const [before, after] = t('reference.live', { handset: '\n' }).split('\n');
    const handset = el('a', { href: '/dev/handset', target: '_blank' }, t('reference.handset'));
    show(before, handset, after, ' ', inEnglish());
}

/* Both draw in many steps: what they have drawn is looked over once they rest. */
const REST_MS = 300;
let resting;

/* What scrolls can be scrolled by keys. */
function mendScrolling() {
    for (const pre of document.querySelectorAll('#reference pre:not([tabindex])')) {
        pre.tabIndex = 0;
    }
}

/**
 * Starts the page: draw(host, dark) fills an empty element, now and whenever the colours or the
 * language have changed; mend() makes up for what they leave out for those who do not see.
 */
export async function start(draw, mend) {
    await load('reference');
    showBar();
    let drawn;
    const again = async () => {
        const state = `${isDark()} ${html.lang}`;
        if (state === drawn) {
            return;
        }
        drawn = state;
        const host = el('div');
        replace(document.getElementById('reference'), host);
        try {
            await draw(host, isDark());
        } catch {
            show(t('reference.lost'));
        }
    };
    darkSystem.addEventListener('change', again);
    document.addEventListener('language', again);
    new MutationObserver(() => {
        clearTimeout(resting);
        resting = setTimeout(() => {
            mendScrolling();
            mend();
        }, REST_MS);
    }).observe(document.getElementById('reference'), { childList: true, subtree: true });
    new MutationObserver(again).observe(html, { attributeFilter: ['data-theme'] });
    again();
}

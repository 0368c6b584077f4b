/*
 * The panel: who is here and what they may, the navigation, and the screen that the address
 * names. Screens are modules with title(view) and draw(view), fetched when they are opened: uPlot
 * comes with the charts only.
 */
import { el, icon, replace } from '../dom.js';
import { DomofonError } from '../domofon.js';
import { load, t } from '../i18n.js';
import { bar, toast } from '../ui.js';
import { client, explain, isAbort } from './api.js';
import { notice } from './notice.js';
import { href, readRoute } from './route.js';

const SCREENS = {
    accounts: {
        load: (path) => (path[1] ? import('./account.js') : import('./accounts.js')),
        icon: 'M16 19v-1a4 4 0 0 0-8 0v1M12 12a3 3 0 1 0 0-6 3 3 0 0 0 0 6M4 19v-1a3 3 0 0 1 2-2.8'
            + 'M20 19v-1a3 3 0 0 0-2-2.8',
    },
    deliveries: { load: () => import('./deliveries.js'), icon: 'M4 6h16v12H4zM4 7l8 6 8-6' },
    audit: { load: () => import('./audit.js'), icon: 'M6 4h12v16H6zM9 8h6M9 12h6M9 16h4' },
    limits: {
        load: () => import('./limits.js'),
        icon: 'M12 4l8 4v4c0 5-4 7-8 8-4-1-8-3-8-8V8zM12 9v4M12 16v.1',
    },
    charts: { load: () => import('./stats.js'), icon: 'M4 20h16M5 16l4-5 4 3 6-8' },
    settings: {
        load: () => import('./settings.js'),
        icon: 'M4 8h8M16 8h4M14 6v4M4 16h4M12 16h8M10 14v4',
    },
};
const MAY_READ = ['moderator', 'admin'];

const main = document.querySelector('main');
const nav = document.querySelector('nav');
const page = { me: null, leave: new AbortController(), place: '' };

await start();

async function start() {
    history.scrollRestoration = 'manual';
    await load('admin');
    bar(document.querySelector('.bar'));
    document.querySelector('.skip').addEventListener('click', (event) => {
        event.preventDefault(); // the address after # names a screen
        main.focus();
    });
    document.addEventListener('language', () => enter(true));
    addEventListener('hashchange', () => page.me && show());
    addEventListener('online', () => toast(t('admin.online')));
    addEventListener('offline', () => toast(t('admin.offline'), 'bad'));
    client.addEventListener('signout', () => enter());
    client.addEventListener('signin', () => enter());
    await enter();
}

/* Who is here? `again`: known already, only words change. */
async function enter(again = false) {
    if (!client.isSignedIn) {
        page.me = null;
        door(t('admin.door.title'), el('p', {}, t('admin.door.text')), el('p', {},
            el('a', { class: 'button button--primary', href: signInAddress() },
                t('admin.door.sign_in'))));
        return;
    }
    try {
        page.me = again && page.me ? page.me : await client.profile();
    } catch (error) {
        if (client.isSignedIn) {
            door(t('admin.door.failed'), notice(explain(error), () => enter()));
        }
        return;
    }
    if (!MAY_READ.includes(page.me.role)) {
        door(t('admin.door.refused'), el('p', {}, t('admin.door.refused.text')),
            el('p', {}, el('a', { class: 'button', href: '/' }, t('admin.door.home'))));
        return;
    }
    await show(true);
}

/* Back to this very screen after signing in. */
function signInAddress() {
    return `/?${new URLSearchParams({ next: location.pathname + location.hash })}`;
}

/* What stands there instead of the panel. */
function door(text, ...children) {
    leave();
    nav.hidden = true;
    main.removeAttribute('aria-busy');
    page.place = '';
    const heading = el('h1', { tabindex: '-1' }, text);
    document.title = `${text} · domofon`;
    replace(main, el('div', { class: 'plate plate--door stack door' }, heading, children));
}

function leave() {
    page.leave.abort();
    page.leave = new AbortController();
}

/* Shows the screen that the address names; focus goes to its heading when one came from another. */
async function show(isFirst = false) {
    const { path, query } = readRoute(location.hash);
    const name = Object.hasOwn(SCREENS, path[0] ?? '') ? path[0] : 'accounts';
    leave();
    const { signal } = page.leave;
    main.setAttribute('aria-busy', 'true');
    drawNav(name);
    const heading = el('h1', { tabindex: '-1' });
    const room = el('div', { class: 'stack stack--wide' });
    const view = {
        path: path.length > 0 ? path : [name], query, signal, main: room, me: page.me,
        canWrite: page.me.role === 'admin',
        setTitle: (text) => {
            heading.textContent = text;
            document.title = `${text} · domofon`;
        },
        redraw: () => show(),
    };
    const place = view.path.join('/');
    let screen;
    try {
        screen = await SCREENS[name].load(view.path);
        if (signal.aborted) {
            return;
        }
        view.setTitle(screen.title(view));
        replace(main, crumbs(view.path), heading, room);
        if (!isFirst && place !== page.place) {
            scrollTo(0, 0);
            heading.focus({ preventScroll: true });
        }
        page.place = place;
        await screen.draw(view);
    } catch (error) {
        failed(error, view, { heading, room, isModule: !screen });
    }
    if (!signal.aborted) {
        main.removeAttribute('aria-busy');
    }
}

/*
 * A module that did not come, a first call that failed, or a mistake of ours: said in the screen's
 * place.
 */
function failed(error, view, { heading, room, isModule }) {
    if (view.signal.aborted || isAbort(error)) {
        return;
    }
    let text = t('admin.error.module');
    if (!isModule) {
        const isOurs = !(error instanceof DomofonError);
        text = isOurs ? t('admin.error.page') : explain(error);
        if (isOurs) {
            reportError(error);
        }
    }
    replace(main, crumbs(view.path), heading, room);
    replace(room, notice(text, () => (isModule ? location.reload() : show())));
}

function drawNav(current) {
    nav.hidden = false;
    nav.setAttribute('aria-label', t('admin.nav'));
    replace(nav, el('ul', {}, Object.entries(SCREENS).map(([name, screen]) => el('li', {},
        el('a', {
            href: href([name]), 'aria-current': name === current ? 'page' : undefined,
        }, icon(screen.icon), el('span', {}, t(`admin.nav.${name}`)))))),
    el('p', { class: 'small nav-me' }, t(`admin.role.${page.me.role}`)));
}

/* The way back from an account to the list. */
function crumbs(path) {
    if (path[0] !== 'accounts' || path.length < 2) {
        return null;
    }
    return el('p', { class: 'crumbs' }, el('a', { href: href(['accounts']) }, t('admin.accounts')),
        path[2] === 'tree' ? [' / ', el('a', { href: href(path.slice(0, 2)) }, t('admin.account'))]
            : null);
}

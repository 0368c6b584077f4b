/**
 * The landing page of an invitation, /i/{code}: tells whether there is such a code, keeps it for
 * the sign-in page (localStorage, `domofon.invite`), and shows it as a QR code.
 *
 * "There is no such code" and "could not tell" are two answers: only the first forgets the code,
 * since a wrong one never stops a sign-in.
 */
import { load, t } from './i18n.js';
import { el, replace } from './dom.js';
import { bar, copyButton } from './ui.js';

const KEPT = 'domofon.invite';

const place = document.querySelector('#invite');
/* The server has refused an address that cannot be decoded. */
const written = decodeURIComponent(location.pathname.split('/')[2] ?? '');

/* A browser may forbid storage; then the sign-in page gets the code by its address. */
function keep(code) {
    try {
        localStorage.setItem(KEPT, code);
        return '/';
    } catch {
        return `/?invite=${encodeURIComponent(code)}`;
    }
}

function forget(code) {
    try {
        if (localStorage.getItem(KEPT) === code) {
            localStorage.removeItem(KEPT);
        }
    } catch { /* nothing was kept */ }
}

function isSignedIn() {
    try {
        return localStorage.getItem('domofon.session') !== null;
    } catch {
        return false;
    }
}

const words = (tag, key, values, props = {}) => el(tag, { ...props, t: [key, values] });
const go = (key, href, kind = 'primary') =>
    el('a', { class: `button button--${kind} button--block`, href, t: key });

function plate(code) {
    return el('div', { class: 'invite__code display' },
        el('span', { class: 'label', id: 'code-label', t: 'invite.code' }),
        el('output', { 'aria-labelledby': 'code-label' }, code),
        copyButton(() => code, { class: 'button button--small' }));
}

function qr(code) {
    const at = (kind) => `/v1/invites/${encodeURIComponent(code)}/qr.${kind}`;
    const save = (kind) => el('a', { class: 'button button--small', href: at(kind),
        download: `domofon-${code}.${kind}`, t: `invite.qr.${kind}` });
    return el('details', { class: 'invite__qr' },
        el('summary', { t: 'invite.qr' }),
        el('div', { class: 'row' },
            // Lazy, and said before src: it costs a look-up, so it is asked for once it is seen.
            el('img', { loading: 'lazy', src: at('svg'), width: 176, height: 176,
                alt: t('invite.qr.alt') }),
            el('div', { class: 'stack' },
                words('p', 'invite.qr.lead', {}, { class: 'small' }),
                el('div', { class: 'row' }, save('svg'), save('png')))));
}

function invited(code) {
    const href = keep(code);
    if (isSignedIn()) {
        return [words('h1', 'invite.member'), plate(code), words('p', 'invite.member.lead'),
            go('invite.member.go', href), qr(code)];
    }
    return [words('h1', 'invite.title'), words('p', 'invite.lead'), plate(code),
        go('invite.go', href), words('p', 'invite.kept', {}, { class: 'small' }), qr(code)];
}

function unknown() {
    forget(written);
    return [words('h1', 'invite.unknown'), words('p', 'invite.unknown.lead', { code: written }),
        go('invite.unknown.go', '/')];
}

function unsure(status) {
    const href = keep(written);
    const why = status === 429 ? 'invite.unsure.often' : 'invite.unsure.lead';
    return [words('h1', 'invite.unsure'), words('p', why, {}, { class: 'note' }), plate(written),
        el('button', { class: 'button button--primary button--block', type: 'button',
            onclick: show, t: 'invite.again' }),
        go('invite.go', href, 'quiet')];
}

/* 200: the code as its owner has it; 404: nobody has it; anything else says nothing about it. */
async function ask() {
    try {
        const reply = await fetch(`/v1/invites/${encodeURIComponent(written)}`);
        if (reply.status === 404) {
            return unknown();
        }
        return reply.ok ? invited((await reply.json()).code) : unsure(reply.status);
    } catch {
        return unsure(0);
    }
}

async function show() {
    place.setAttribute('aria-busy', 'true');
    const hadFocus = place.contains(document.activeElement);
    replace(place, await ask());
    place.removeAttribute('aria-busy');
    if (hadFocus) {
        const title = place.querySelector('h1');
        title.tabIndex = -1;
        title.focus();
    }
}

await load('invite');
bar(document.querySelector('.bar'));
document.addEventListener('language', () => {
    place.querySelector('.invite__qr img')?.setAttribute('alt', t('invite.qr.alt'));
});
await show();

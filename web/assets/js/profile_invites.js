/**
 * Invites: one's own code and how to hand it on, whose code brought one here, and who came by one's
 * own.
 */
import { client } from './client.js';
import { el, replace } from './dom.js';
import { ago, dateTime, say, t } from './i18n.js';
import { format } from './phone.js';
import { act, button, plate } from './profile_parts.js';
import { words } from './refusal.js';
import { copy, dialog, field, toast } from './ui.js';

const PAGE = 10;

const linkOf = ({ invite_code }) => new URL(`/i/${invite_code}`, location.origin).href;

function showPicture(account) {
    const path = `/v1/invites/${account.invite_code}/qr`;
    dialog({
        title: t('profile.invites.qr.title'),
        body: [
            el('img', { class: 'qr', src: `${path}.svg`, width: 280, height: 280,
                alt: t('profile.invites.qr.alt', { code: account.invite_code }) }),
            el('p', { class: 'small' }, linkOf(account)),
            el('a', { href: `${path}.png`, download: `domofon-${account.invite_code}.png`,
                t: 'profile.invites.qr.png' }),
        ],
        actions: [{ label: t('ui.close'), value: null }],
    });
}

async function share(account) {
    const text = t('profile.invites.share.text', { code: account.invite_code });
    // Closing the sheet of the system without choosing is no failure.
    await navigator.share({ title: 'domofon', text, url: linkOf(account) }).catch(() => {});
}

function own(me) {
    const code = el('p', { class: 'display invite-code', id: 'invite-code' });
    me.watch((account) => { code.textContent = account.invite_code; });
    return [
        el('p', { class: 'soft', t: 'profile.invites.lead' }),
        code,
        el('div', { class: 'row' },
            button('profile.invites.copy', () => copy(linkOf(me.account))),
            navigator.share && button('profile.invites.share', () => share(me.account)),
            button('profile.invites.qr', () => showPicture(me.account))),
    ];
}

/* Whose code I activated; or a field to do so, once for ever. */
function activation(me) {
    const place = el('div', {});
    const by = el('p', {});
    const code = field({ label: 'profile.invites.activate', name: 'invite', autocomplete: 'off',
        autocapitalize: 'none', spellcheck: 'false', maxlength: 64 });
    const send = el('button', { class: 'button', t: 'profile.invites.activate.send' });
    const activate = async () => {
        try {
            me.update(await client.activate(code.input.value));
            toast(t('profile.invite.activated'));
        } catch (error) {
            const { status } = error;
            if (!status || status >= 500 || status === 401) {
                throw error;
            }
            code.fail(words(error));
            code.input.focus();
        }
    };
    const form = el('form', {
        class: 'row row--fields',
        novalidate: true,
        onsubmit: (event) => {
            event.preventDefault();
            if (code.input.value.trim() === '') {
                code.fail(t('profile.invites.activate.empty'));
                code.input.focus();
            } else {
                act(send, activate);
            }
        },
    }, code.root, send);
    me.watch(({ invited_by: host }) => {
        replace(place, host ? by : form);
        if (host) {
            say(by, 'profile.invites.by',
                { code: host.invite_code, time: dateTime(host.activated_at) });
        }
    });
    return place;
}

function invitee({ phone, activated_at }) {
    const name = phone === null
        ? el('span', { class: 'soft', t: 'profile.invites.erased' })
        : el('span', { class: 'number' }, phone.includes('•') ? phone : format(phone));
    return el('li', { class: 'between' }, name,
        el('time', { class: 'small', datetime: activated_at, title: dateTime(activated_at) },
            ago(activated_at)));
}

/* A page at a time; "show more" until there is no more. */
function guests() {
    const list = el('ul', { class: 'list' });
    const more = el('button', { class: 'start button button--small', type: 'button', hidden: true,
        t: 'profile.invites.more', onclick: () => act(more, next) });
    const empty = el('p', { class: 'soft', hidden: true, t: 'profile.invites.none' });
    let cursor;

    async function next() {
        const page = await client.invitees({ cursor, limit: PAGE });
        const rows = page.items.map(invitee);
        list.append(...rows);
        if (cursor !== undefined && rows.length > 0) {
            rows[0].tabIndex = -1;
            rows[0].focus();
        }
        cursor = page.next_cursor;
        more.hidden = cursor === null;
        empty.hidden = list.children.length > 0;
    }

    const first = () => next().catch((error) => {
        if (error.status === undefined) {
            throw error;
        }
        say(more, 'code.retry');
        more.hidden = false;
    });
    first();
    return [el('h3', { t: 'profile.invites.guests' }), list, empty, more];
}

/** The plate of invites. */
export const invitesPlate = (me) =>
    plate('profile.invites', own(me), activation(me), guests());

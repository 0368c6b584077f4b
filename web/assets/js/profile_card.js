/**
 * The card on top: picture, name, number, and the way out.
 */
import { client } from './client.js';
import { el, replace } from './dom.js';
import { say, t } from './i18n.js';
import { format } from './phone.js';
import { act, button } from './profile_parts.js';
import { dialog, toast } from './ui.js';

/* What the server takes as it is; anything larger is made smaller here first. */
const BYTES_MAX = 1 << 20;
const KINDS = ['image/png', 'image/jpeg', 'image/webp'];
const SIDE_MAX = 1024;
const QUALITY = 0.88;

/* A photo from a telephone has several megabytes: made as small as the server keeps it, or so. */
async function shrink(file) {
    if (file.size <= BYTES_MAX && KINDS.includes(file.type)) {
        return file;
    }
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, SIDE_MAX / Math.max(picture.width, picture.height));
    const canvas = el('canvas', {
        width: Math.round(picture.width * scale), height: Math.round(picture.height * scale),
    });
    canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => { canvas.toBlob(resolve, 'image/jpeg', QUALITY); });
}

async function setPicture(me, file) {
    const blob = await shrink(file).catch(() => null);
    if (blob === null) {
        toast(t('profile.picture.unreadable'), 'bad');
        return;
    }
    const url = URL.createObjectURL(blob);
    const body = el('img', { class: 'avatar avatar--large', src: url, alt: '' });
    const chosen = await dialog({
        title: t('profile.picture.title'),
        body,
        actions: [{ label: t('ui.cancel'), value: null },
            { label: t('profile.picture.set'), value: 'set', kind: 'primary' }],
    });
    URL.revokeObjectURL(url);
    if (chosen === 'set') {
        const { avatar_url } = await client.fetch('/v1/me/avatar', { method: 'PUT', body: blob });
        me.update({ ...me.account, avatar_url });
        toast(t('profile.picture.done'));
    }
}

async function removePicture(me) {
    await client.fetch('/v1/me/avatar', { method: 'DELETE' });
    me.update({ ...me.account, avatar_url: null });
}

const nameOf = ({ first_name, last_name }) => [first_name, last_name].filter(Boolean).join(' ');

const initials = (account) => [account.first_name, account.last_name]
    .filter(Boolean).map((name) => Array.from(name)[0].toUpperCase()).join('');

function picture(account) {
    return account.avatar_url
        ? el('img', { class: 'avatar', src: account.avatar_url, alt: '' })
        : el('span', { class: 'avatar', 'aria-hidden': 'true' }, initials(account) || '☎');
}

async function signOut() {
    try {
        await client.signOut();
    } catch {
        toast(t('profile.out.untold'), 'bad');
    }
}

/** The card, by which the page begins. */
export function card(me) {
    const place = el('div', {});
    const title = el('h1', { tabindex: '-1' });
    const number = el('p', { class: 'soft number' });
    const file = el('input', { type: 'file', hidden: true, accept: 'image/*', tabindex: '-1' });
    const choose = button('profile.picture.choose', () => file.click(), 'small');
    const remove = button('profile.picture.remove', () => removePicture(me), 'small');
    file.addEventListener('change', () => {
        const [chosen] = file.files;
        file.value = '';
        if (chosen) {
            act(choose, () => setPicture(me, chosen));
        }
    });
    const admin = el('a', { class: 'button button--small', href: '/admin/', t: 'profile.admin' });
    me.watch((account) => {
        replace(place, picture(account));
        const name = nameOf(account);
        if (name) {
            delete title.dataset.t;
            title.textContent = name;
        } else {
            say(title, 'profile.hello');
        }
        number.textContent = format(account.phone);
        say(choose, account.avatar_url ? 'profile.picture.change' : 'profile.picture.choose');
        remove.hidden = !account.avatar_url;
        admin.hidden = account.role === 'user';
    });
    return el('section', { class: 'plate plate--door card' }, place,
        el('div', { class: 'stack stack--tight card__words' }, title, number,
            el('div', { class: 'row' }, choose, remove, file)),
        el('div', { class: 'row' }, admin, button('profile.out', signOut)));
}

/*
 * The small marks by which an account is known wherever it is named.
 */
import { el } from '../dom.js';
import { t } from '../i18n.js';
import { fullName, label, time } from './format.js';
import { href } from './route.js';

/** A link to an account that shows its number. */
export function accountLink(account, props = {}) {
    return el('a', { href: href(['accounts', account.id]), ...props }, label(account));
}

/** A link to an account of which only the id is known. */
export function idLink(id) {
    return id ? el('a', { href: href(['accounts', id]), class: 'code' }, id) : '';
}

/** Its role, when it has one worth telling, and whether it is disabled or erased. */
export function badges(account) {
    const marks = [];
    if (account.role !== 'user') {
        marks.push(badge('warm', t(`admin.role.${account.role}`)));
    }
    if (account.erased_at) {
        marks.push(badge('none', t('admin.badge.erased'), time(account.erased_at)));
    } else if (account.disabled_at) {
        marks.push(badge('bad', t('admin.badge.disabled'), time(account.disabled_at)));
    }
    return el('span', { class: 'badges' }, ...marks);
}

export function badge(kind, text, title = undefined) {
    return el('span', { class: `badge badge--${kind}`, title }, text);
}

/** A picture, or the first letter in its place. */
export function avatar(account) {
    if (account.avatar_url) {
        return el('img', { class: 'avatar', src: account.avatar_url, alt: '', loading: 'lazy' });
    }
    const [letter = '·'] = fullName(account);
    return el('span', { class: 'avatar', 'aria-hidden': 'true' }, letter.toUpperCase());
}

/*
 * Accounts: a search box over a list. One box takes a number in any form, an e-mail, an invite code
 * or an id; the server tells them apart.
 */
import { el } from '../dom.js';
import { t } from '../i18n.js';
import { csvPath, read } from './api.js';
import { csvButton } from './csv.js';
import { filters, pick } from './filters.js';
import { ago, fullName, time } from './format.js';
import { pagedList } from './list.js';
import { accountLink, avatar, badges } from './person.js';

export const title = () => t('admin.accounts');

export function draw(view) {
    const bar = filters(view, [
        {
            name: 'query', type: 'search', wide: true, least: 3, label: t('admin.accounts.search'),
            hint: t('admin.accounts.search.hint'),
        },
        pick('role', t('admin.accounts.role'), ['user', 'moderator', 'admin'].map((role) => (
            [role, t(`admin.role.${role}`)])), t('admin.any')),
    ], () => list.reload());
    const list = pagedList({
        caption: t('admin.accounts'),
        columns: columns(),
        empty: t('admin.accounts.none'),
        signal: view.signal,
        tools: csvButton(() => csvPath('/accounts', bar.values()), 'accounts', view.signal),
        place: () => `accounts ${JSON.stringify(bar.values())}`,
        load: async (cursor, signal) => {
            const page = await read('/accounts', { ...bar.values(), cursor, limit: 50 }, signal);
            return { rows: page.accounts, next: page.next_cursor };
        },
    });
    view.main.append(bar.node, list.node);
    return list.start();
}

function columns() {
    return [
        { title: t('admin.accounts.who'), class: 'is-main', cell: who },
        { title: t('admin.field.email'), class: 'is-long', cell: (row) => row.email ?? '' },
        { title: t('admin.field.invite_code'), class: 'code', cell: (row) => row.invite_code },
        {
            title: t('admin.field.invited_by'),
            cell: (row) => (row.invited_by ? accountLink(row.invited_by) : ''),
        },
        {
            title: t('admin.field.created_at'),
            cell: (row) => el('time', { datetime: row.created_at, title: time(row.created_at) },
                ago(row.created_at)),
        },
    ];
}

function who(row) {
    const name = fullName(row);
    return el('span', { class: 'who' }, avatar(row), el('span', {},
        el('span', { class: 'row' }, accountLink(row, { class: 'row-link' }), badges(row)),
        name && el('span', { class: 'who-name' }, name)));
}

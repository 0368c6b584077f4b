/*
 * One account: what is kept of it, what may be changed, its sessions, limits, invites and audit.
 * Who may only read sees no control that changes anything; the server refuses them all the same.
 */
import { el, replace } from '../dom.js';
import { t } from '../i18n.js';
import { toast } from '../ui.js';
import { eraseAccount, setDisabled, setRole } from './account-power.js';
import { profileForm } from './account-form.js';
import { sessionsCard } from './account-sessions.js';
import { change, explain, read } from './api.js';
import { auditColumns } from './audit.js';
import { card, facts } from './card.js';
import { ago, counted, COUNTED_MOST, fullName, label, number, time } from './format.js';
import { forgetLists, rowOf, tableOf } from './list.js';
import { notice } from './notice.js';
import { accountLink, avatar, badges } from './person.js';
import { href } from './route.js';
import { drawTree } from './tree.js';

const AUDIT_ROWS = 8;

export const title = (view) => (view.path[2] === 'tree'
    ? t('admin.tree') : t('admin.account'));

export async function draw(view) {
    if (view.path[2] === 'tree') {
        return drawTree(view);
    }
    const id = view.path[1];
    const account = await read(`/accounts/${encodeURIComponent(id)}`, {}, view.signal);
    return show(view, account);
}

function show(view, account) {
    view.setTitle(label(account));
    const own = account.id === view.me.id;
    const context = { view, account, own, canWrite: view.canWrite && !account.erased_at };
    context.save = async (fields, done) => {
        const path = `/accounts/${encodeURIComponent(account.id)}`;
        const changed = await change('PATCH', path, fields);
        forgetLists();
        toast(done);
        show(view, { ...account, ...changed });
    };
    replace(view.main,
        head(account),
        el('div', { class: 'cards' },
            el('div', { class: 'cards-column' },
                profileCard(context), sessionsCard(context), auditCard(context)),
            el('div', { class: 'cards-column cards-side' },
                factsCard(account), invitesCard(account), limitsCard(account),
                powerCard(context))));
}

function head(account) {
    const name = fullName(account);
    return el('div', { class: 'account-head' }, avatar(account),
        el('div', {},
            el('p', { class: 'account-name' }, name || t('admin.nameless')),
            badges(account)));
}

function profileCard({ account, canWrite, save }) {
    if (canWrite) {
        return card(t('admin.profile'), profileForm(account, save));
    }
    const shown = ['first_name', 'last_name', 'email', 'city', 'telegram_id'];
    return card(t('admin.profile'),
        facts(shown.map((name) => [t(`admin.field.${name}`), account[name]])));
}

function factsCard(account) {
    const rows = [
        [t('admin.field.id'), el('span', { class: 'code' }, account.id)],
        [t('admin.field.created_at'), time(account.created_at)],
        [t('admin.field.locale'), account.locale],
        [t('admin.field.role'), t(`admin.role.${account.role}`)],
    ];
    if (account.disabled_at) {
        rows.push([t('admin.field.disabled_at'), time(account.disabled_at)]);
    }
    if (account.erased_at) {
        rows.push([t('admin.field.erased_at'), time(account.erased_at)]);
    }
    return card(t('admin.facts'), facts(rows));
}

function invitesCard(account) {
    const inviter = account.invited_by
        ? el('span', {}, accountLink(account.invited_by), ' ',
            account.invited_at ? el('span', { class: 'small' }, ago(account.invited_at)) : '')
        : t('admin.invites.nobody');
    return card(t('admin.invites'),
        facts([
            [t('admin.field.invite_code'), el('span', { class: 'code' }, account.invite_code)],
            [t('admin.field.invited_by'), inviter],
            [t('admin.field.invitee_count'), counted(account.invitee_count, COUNTED_MOST)],
        ]),
        el('p', {}, el('a', {
            class: 'button', href: href(['accounts', account.id, 'tree']),
        }, t('admin.tree.open'))));
}

function limitsCard(account) {
    const { sends_day: sends, guesses_day: guesses } = account.limits;
    return card(t('admin.limits.today'),
        facts([
            [t('admin.limits.sends_day'), number(sends)],
            [t('admin.limits.guesses_day'), number(guesses)],
        ]),
        el('p', { class: 'small' }, t('admin.limits.today.hint')));
}

function auditCard({ view, account }) {
    const place = el('div', { 'aria-busy': 'true' });
    const fill = async () => {
        try {
            const query = { account_id: account.id, limit: AUDIT_ROWS };
            const { entries } = await read('/audit', query, view.signal);
            const columns = auditColumns({ whom: false });
            const body = el('tbody', { role: 'rowgroup' },
                ...entries.map((entry) => rowOf(columns, entry)));
            replace(place, entries.length === 0 ? el('p', {}, t('admin.audit.none'))
                : tableOf(t('admin.audit'), columns, body));
        } catch (error) {
            if (!view.signal.aborted) {
                replace(place, notice(explain(error), fill));
            }
        }
        place.removeAttribute('aria-busy');
    };
    fill();
    return card(t('admin.audit'), place, el('p', {}, el('a', {
        href: href(['audit'], { account_id: account.id }),
    }, t('admin.audit.all'))));
}

/* What is hard to take back stands apart from what is done every day. */
function powerCard(context) {
    const { account, own, canWrite } = context;
    if (!canWrite) {
        return '';
    }
    if (own) {
        return card(t('admin.power'), el('p', { class: 'small' }, t('admin.power.own')));
    }
    return card(t('admin.power'), setRole(context), setDisabled(context),
        account.erased_at ? '' : eraseAccount(context));
}

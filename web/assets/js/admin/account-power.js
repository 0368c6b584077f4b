/*
 * What changes who an account is: its role, whether it may sign in, whether it exists. Each asks
 * before it acts; erasing, which nothing takes back, wants the number typed.
 */
import { el, replace } from '../dom.js';
import { t } from '../i18n.js';
import { dialog, field, toast } from '../ui.js';
import { change, explain } from './api.js';
import { label } from './format.js';
import { forgetLists } from './list.js';
import { notice } from './notice.js';

const ROLES = ['user', 'moderator', 'admin'];

/** Runs a change beside the control that asked for it; says there why it was refused. */
async function attempt(trouble, work) {
    replace(trouble);
    try {
        await work();
        return true;
    } catch (error) {
        replace(trouble, notice(explain(error)));
        return false;
    }
}

const confirm = (title, text, kind) => dialog({
    title,
    body: el('p', {}, text),
    actions: [{ label: t('ui.cancel'), value: null }, { label: title, value: true, kind }],
});

export function setRole({ account, save }) {
    const trouble = el('div', {});
    const select = el('select', { id: 'account-role', class: 'input' },
        ROLES.map((role) => el('option', { value: role, selected: role === account.role },
            t(`admin.role.${role}`))));
    const onchange = async () => {
        const role = select.value;
        const name = t(`admin.role.${role}`);
        const text = t(`admin.role.${role}.may`, { who: label(account) });
        const sure = await confirm(t('admin.role.give', { role: name }), text, 'primary');
        const done = sure && await attempt(trouble, () => (
            save({ role }, t('admin.role.given', { role: name }))));
        if (!done) {
            select.value = account.role;
        }
    };
    select.addEventListener('change', onchange);
    return el('div', { class: 'field' },
        el('label', { for: 'account-role' }, t('admin.field.role')), select, trouble);
}

export function setDisabled({ account, save }) {
    const trouble = el('div', {});
    const isDisabled = Boolean(account.disabled_at);
    const word = isDisabled ? 'enable' : 'disable';
    const onclick = async () => {
        const text = t(`admin.${word}.ask`, { who: label(account) });
        if (await confirm(t(`admin.${word}`), text, isDisabled ? 'primary' : 'danger')) {
            await attempt(trouble, () => save({ disabled: !isDisabled }, t(`admin.${word}.done`)));
        }
    };
    return el('div', { class: 'power' },
        el('p', { class: 'small' }, t(`admin.${word}.hint`)),
        el('button', { class: 'button', type: 'button', onclick }, t(`admin.${word}`)), trouble);
}

export function eraseAccount({ view, account }) {
    const trouble = el('div', {});
    const onclick = async () => {
        if (!await confirmErase(account)) {
            return;
        }
        await attempt(trouble, async () => {
            await change('DELETE', `/accounts/${encodeURIComponent(account.id)}`);
            forgetLists();
            toast(t('admin.erase.done'));
            view.redraw();
        });
    };
    return el('div', { class: 'power' },
        el('p', { class: 'small' }, t('admin.erase.hint')),
        el('button', { class: 'button button--danger', type: 'button', onclick },
            t('admin.erase')), trouble);
}

/* Only the digits count: however one writes a number, it is the number one means. */
function confirmErase(account) {
    const digits = (text) => text.replace(/\D/g, '');
    const typed = field({
        label: 'admin.erase.type', inputmode: 'tel', autocomplete: 'off', required: true,
    });
    return dialog({
        title: t('admin.erase.title', { who: label(account) }),
        body: el('div', { class: 'stack' }, el('p', {}, t('admin.erase.ask')), typed.root),
        actions: [
            { label: t('ui.cancel'), value: null },
            { label: t('admin.erase'), value: true, kind: 'danger' },
        ],
        check: (value) => {
            const right = value === null || digits(typed.input.value) === digits(account.phone);
            typed.fail(right ? '' : t('admin.erase.differs'));
            return right;
        },
    });
}

/*
 * The fields of an account that an administrator may correct. Only what was changed is sent, so two
 * people at work on one account do not undo each other.
 */
import { el, replace } from '../dom.js';
import { t } from '../i18n.js';
import { explain } from './api.js';
import { notice } from './notice.js';

const FIELDS = [
    { name: 'first_name', max: 100 },
    { name: 'last_name', max: 100 },
    { name: 'email', max: 254, type: 'email' },
    { name: 'city', max: 100 },
    { name: 'telegram_id', max: 64 },
];

/** The form; `save(fields, message)` sends them and shows the account anew. */
export function profileForm(account, save) {
    const trouble = el('div', {});
    const inputs = FIELDS.map((one) => inputOf(one, account[one.name]));
    const button = el('button', { class: 'button button--primary', disabled: true },
        t('admin.save'));
    const changed = () => Object.fromEntries(inputs
        .map((input) => [input.name, input.value.trim() || null])
        .filter(([name, value]) => value !== (account[name] ?? null)));
    const onsubmit = async (event) => {
        event.preventDefault();
        button.disabled = true;
        replace(trouble);
        inputs.forEach((input) => input.removeAttribute('aria-invalid'));
        try {
            await save(changed(), t('admin.saved'));
        } catch (error) {
            replace(trouble, notice(explain(error)));
            const wrong = inputs.find(({ name }) => name === error.problem?.field);
            wrong?.setAttribute('aria-invalid', 'true');
            wrong?.focus();
            button.disabled = false;
        }
    };
    const oninput = () => { button.disabled = Object.keys(changed()).length === 0; };
    // novalidate: the server's rules are the ones that count, and it says which field and why.
    return el('form', { class: 'form', onsubmit, oninput, novalidate: true },
        el('div', { class: 'form-grid' }, inputs.map((input) => el('div', { class: 'field' },
            el('label', { for: input.id }, t(`admin.field.${input.name}`)), input))),
        trouble, el('p', {}, button));
}

function inputOf({ name, max, type = 'text' }, value) {
    return el('input', {
        id: `edit-${name}`, name, type, maxlength: max, value: value ?? '', class: 'input',
        autocomplete: 'off',
    });
}

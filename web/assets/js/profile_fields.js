/**
 * Who one is: the fields that one may change, sent only as far as they were changed.
 */
import { client } from './client.js';
import { el } from './dom.js';
import { LANGUAGES, t } from './i18n.js';
import { act, plate } from './profile_parts.js';
import { field, newId, toast } from './ui.js';

const FIELDS = [
    { name: 'first_name', autocomplete: 'given-name', maxlength: 100 },
    { name: 'last_name', autocomplete: 'family-name', maxlength: 100 },
    { name: 'city', autocomplete: 'address-level2', maxlength: 100 },
    { name: 'email', type: 'email', autocomplete: 'email', maxlength: 254 },
    { name: 'telegram_id', maxlength: 33, hint: 'profile.telegram_id.hint', autocomplete: 'off',
        spellcheck: 'false', autocapitalize: 'none' },
];

/* '@name' for what people copy: 't.me/name', 'https://t.me/name', 'name'. */
const telegram = (text) => text.replace(/^(https?:\/\/)?t\.me\//, '@')
    .replace(/^[A-Za-z]\w*$/, '@$&');

function localeChoice() {
    const id = newId();
    const input = el('select', { class: 'input', id, name: 'locale' },
        Object.entries(LANGUAGES).map(([value, name]) =>
            el('option', { value, lang: value }, name)));
    const label = el('label', { for: id, t: 'profile.locale' });
    return { root: el('div', { class: 'field' }, label, input), input, fail: () => {} };
}

/** The plate of the fields. */
export function fieldsPlate(me) {
    const fields = new Map(FIELDS.map((row) => [row.name, field({
        label: `profile.${row.name}`, ...row,
    })]));
    fields.set('locale', localeChoice());
    const save = el('button', { class: 'button button--primary', t: 'profile.save' });
    // Other plates change the account too: what is typed here and not saved yet stays.
    const given = new Map([...fields].map(([name, { input }]) => [name, input.value]));
    me.watch((account) => fields.forEach(({ input }, name) => {
        if (input.value === given.get(name)) {
            input.value = account[name] ?? '';
        }
        given.set(name, account[name] ?? '');
    }));

    const send = async () => {
        const changes = {};
        const typed = [...fields].map(([name, { input }]) => [name, input.value]);
        for (const [name, { input }] of fields) {
            const text = name === 'telegram_id' ? telegram(input.value.trim()) : input.value.trim();
            if (text !== (me.account[name] ?? '')) {
                changes[name] = text || null;
            }
        }
        try {
            const account = Object.keys(changes).length > 0
                ? await client.update(changes) : me.account;
            typed.forEach(([name, text]) => given.set(name, text));
            me.update(account);
            toast(t('profile.saved'));
        } catch (error) {
            const wrong = fields.get(error.problem?.field);
            if (!wrong) {
                throw error;
            }
            wrong.fail(t(`profile.${error.problem.field}.wrong`));
            wrong.input.focus();
        }
    };

    const roots = [...fields.values()].map(({ root }) => root);
    const form = el('form', {
        class: 'stack',
        novalidate: true,
        onsubmit: (event) => {
            event.preventDefault();
            act(save, send);
        },
    }, el('div', { class: 'pair' }, roots.splice(0, 2)), roots,
    el('div', { class: 'actions' }, save));
    return plate('profile.fields', form);
}

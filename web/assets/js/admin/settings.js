/*
 * Settings that may change while the server runs, in groups by the part of their name before the
 * dot. A change takes effect on every node within seconds; "reset" goes back to what the start
 * gave.
 */
import { el, replace } from '../dom.js';
import { has, inWords, t } from '../i18n.js';
import { busy, toast } from '../ui.js';
import { change, explain, read } from './api.js';
import { card } from './card.js';
import { time } from './format.js';
import { notice } from './notice.js';
import { badge } from './person.js';
import './settings-words.js';

export const title = () => t('admin.settings');

export async function draw(view) {
    const { settings } = await read('/settings', {}, view.signal);
    show(view, settings);
}

function show(view, settings) {
    const groups = Map.groupBy(settings, ({ name }) => name.split('.')[0]);
    replace(view.main,
        el('p', { class: 'small' }, t('admin.settings.lead'), ' ',
            view.canWrite ? '' : t('admin.settings.read_only')),
        [...groups].map(([name, some]) => card(name,
            el('ul', { class: 'settings' },
                some.map((setting) => rowFor(view, setting))))));
}

/* One setting: a form of its own, which is drawn anew from the reply after a change. */
function rowFor(view, setting) {
    const row = el('li', { class: 'setting' });
    const draw = (now) => replace(row, ...parts(view, now, draw));
    draw(setting);
    return row;
}

function parts(view, setting, draw) {
    const { name, source, changed_at: changedAt } = setting;
    const id = `setting-${name}`;
    const about = el('div', { class: 'stack stack--tight' },
        el('label', { for: id, class: 'code' }, name),
        helpOf(setting, `${id}-help`),
        el('p', { class: 'small' }, allowed(setting)),
        el('p', { class: 'badges' },
            badge(source === 'runtime' ? 'warm' : 'none', t(`admin.settings.source.${source}`)),
            changedAt ? el('span', { class: 'small' },
                t('admin.settings.changed', { when: time(changedAt) })) : ''));
    return [about, view.canWrite ? form(setting, id, draw)
        : el('p', { class: 'setting-value code', id }, shown(setting))];
}

function form(setting, id, draw) {
    const { name, source } = setting;
    const trouble = el('div', {});
    const input = control(setting, id);
    const save = el('button', { class: 'button button--primary button--small', disabled: true },
        t('admin.save'));
    const put = async (button, value, done) => {
        replace(trouble);
        try {
            const reply = await busy(button, () => change('PUT', '/settings', { name, value }));
            draw(reply.settings.find((one) => one.name === name));
            toast(done);
            document.getElementById(id).focus();
        } catch (error) {
            replace(trouble, notice(explain(error)));
            input.setAttribute('aria-invalid', 'true');
            input.focus();
        }
    };
    const onsubmit = (event) => {
        event.preventDefault();
        put(save, input.value.trim(), t('admin.settings.saved', { name }));
    };
    const oninput = () => {
        input.removeAttribute('aria-invalid');
        save.disabled = input.value.trim() === setting.value;
    };
    const reset = source === 'runtime' && el('button', {
        class: 'button button--small', type: 'button', 'aria-describedby': `${id}-help`,
        onclick: (event) => put(event.currentTarget, null, t('admin.settings.was_reset', { name })),
    }, t('admin.settings.reset'));
    return el('form', { class: 'setting-form', onsubmit, oninput, novalidate: true },
        input, el('div', { class: 'row' }, save, reset), trouble);
}

function control({ kind, value, min, max, choices }, id) {
    const props = { id, class: 'input', 'aria-describedby': `${id}-help` };
    if (choices) {
        return el('select', props, choices.map((choice) => el('option', {
            value: choice, selected: choice === value }, choice)));
    }
    if (kind === 'int') {
        return el('input', { ...props, type: 'number', inputmode: 'numeric', min, max, value });
    }
    return el('input', { ...props, value, autocomplete: 'off', spellcheck: 'false' });
}

const shown = ({ value }) => (value === '' ? '—' : value);

/* In the language of the page where we have it; the server's own words are English. */
function helpOf({ name, help }, id) {
    const key = `admin.setting.${name}`;
    return has(key) ? el('p', { class: 'small', id }, t(key))
        : el('p', { class: 'small', id, lang: 'en' }, help);
}

const unitOf = (unit) => inWords(`admin.unit.${unit}`, unit ?? '');

/* What may stand there, and what stands there if nobody says anything. */
function allowed(setting) {
    const { min, max, unit, default: usual } = setting;
    const range = min != null && max != null && !setting.choices
        ? t('admin.settings.range', { min, max, unit: unitOf(unit) }) : '';
    return [range.trim(), t('admin.settings.default', { value: shown({ value: usual }) })]
        .filter(Boolean).join(' · ');
}

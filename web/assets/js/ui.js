/**
 * Small pieces that pages share: the bar with its switches, messages, dialogs, fields, copying.
 * How they look is in css/base.css and css/parts.css.
 */
import { el, replace, stylesheet } from './dom.js';
import {
    apply, define, LANGUAGES, language, setLanguage, setTheme, t, theme, THEMES,
} from './i18n.js';

define({
    en: {
        'ui.language': 'Language',
        'ui.theme': 'Colours',
        'ui.theme.auto': 'Auto',
        'ui.theme.light': 'Light',
        'ui.theme.dark': 'Dark',
        'ui.copy': 'Copy',
        'ui.copied': 'Copied',
        'ui.copy.failed': 'Could not copy: select it and copy by hand',
        'ui.close': 'Close',
        'ui.cancel': 'Cancel',
        'ui.development': 'Development mode: messages go to a drawn telephone',
        'ui.lost': 'No connection. Whether it was done is not known — try again.',
    },
    ru: {
        'ui.language': 'Язык',
        'ui.theme': 'Оформление',
        'ui.theme.auto': 'Авто',
        'ui.theme.light': 'Светлое',
        'ui.theme.dark': 'Тёмное',
        'ui.copy': 'Скопировать',
        'ui.copied': 'Скопировано',
        'ui.copy.failed': 'Скопировать не вышло: выделите и скопируйте вручную',
        'ui.close': 'Закрыть',
        'ui.cancel': 'Отмена',
        'ui.development': 'Режим разработки: сообщения приходят на телефон на экране',
        'ui.lost': 'Нет связи. Получилось ли — неизвестно, попробуйте ещё раз.',
    },
});

stylesheet('parts');

const TOAST_MS = 5000;
let ids = 0;

/** An id that no other element has. */
export const newId = () => `ui-${ids += 1}`;

function choice(key, names, chosen, choose) {
    return el('select', {
        class: 'switch',
        'data-t-label': key,
        onchange: (event) => choose(event.target.value),
    }, Object.entries(names).map(([value, props]) =>
        el('option', { value, selected: value === chosen, ...props })));
}

/** The switches of language and theme. */
export function switches() {
    const themes = Object.fromEntries(THEMES.map((name) => [name, { t: `ui.theme.${name}` }]));
    const box = el('div', { class: 'switches' },
        choice('ui.language', {}, language, (name) => {
            setLanguage(name).catch(() => toast(t('ui.lost'), 'bad'));
        }),
        choice('ui.theme', themes, theme, setTheme));
    replace(box.firstChild, Object.entries(LANGUAGES).map(([value, name]) =>
        el('option', { value, lang: value, selected: value === language }, name)));
    apply(box);
    return box;
}

/** Fills `<header class="bar">`: the name that leads home, what a page adds, the switches. */
export function bar(header, ...more) {
    return replace(header,
        el('a', { class: 'brand', href: '/' }, el('span', { class: 'grille' }), 'domofon'),
        more, switches());
}

let toasts;

/** A message at the edge that goes by itself; `kind`: 'good' or 'bad'. */
export function toast(text, kind = 'good') {
    const host = document.querySelector('dialog[open]') ?? document.body;
    toasts ??= el('div', { class: 'toasts', role: 'status', 'aria-live': 'polite' });
    if (toasts.parentNode !== host) {
        host.append(toasts);                        /* what is behind a dialog is not read out */
    }
    const item = el('p', { class: `toast toast--${kind}` }, text);
    toasts.append(item);
    setTimeout(() => item.remove(), TOAST_MS);
}

/**
 * A dialog in front of everything. `actions`: [{ label, value, kind: 'primary' | 'danger' | 'quiet'
 * }]; Enter chooses the first that is not quiet. Resolves to the value of the one chosen, null when
 * closed otherwise. `check(value)` may hold it open by giving false.
 */
export function dialog({ title, body, actions = [], check = () => true }) {
    const id = newId();
    return new Promise((resolve) => {
        let chosen = null;
        const end = (value) => async (event) => {
            event.preventDefault();
            if (await check(value) !== false) {
                chosen = value;
                box.close();
            }
        };
        const first = actions.find(({ kind = 'quiet' }) => kind !== 'quiet');
        const box = el('dialog', {
            class: 'dialog',
            'aria-labelledby': id,
            onclose: () => {
                box.remove();
                resolve(chosen);
            },
        }, el('form', { method: 'dialog', class: 'stack', onsubmit: end(first?.value ?? null) },
            el('h2', { id }, title),
            body,
            el('div', { class: 'actions' }, actions.map(({ label, value, kind = 'quiet' }) =>
                el('button', {
                    class: `button button--${kind}`,
                    type: value === first?.value ? 'submit' : 'button',
                    onclick: value === first?.value ? null : end(value),
                }, label)))));
        document.body.append(box);
        box.showModal();
    });
}

/** Puts text on the clipboard; says whether it worked. */
export async function copy(text) {
    try {
        await navigator.clipboard.writeText(text);
        toast(t('ui.copied'));
    } catch {
        toast(t('ui.copy.failed'), 'bad');
    }
}

/** A button that copies what `text()` gives. */
export const copyButton = (text, props = {}) => el('button',
    { class: 'button', type: 'button', t: 'ui.copy', onclick: () => copy(text()), ...props });

/**
 * A labelled input. `props` go to the input; `label` and `hint` are keys of i18n. Gives {root,
 * input, fail(text)}: fail shows why the value is refused, tied to the input; fail() takes it away.
 */
export function field({ label, hint, ...props }) {
    const id = newId();
    const error = el('p', { class: 'field__error', id: `${id}-error`, hidden: true });
    const note = hint && el('p', { class: 'field__hint', id: `${id}-hint`, t: hint });
    const described = [`${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ');
    const input = el('input', { class: 'input', id, 'aria-describedby': described, ...props });
    const fail = (text = '') => {
        error.textContent = text;
        error.hidden = !text;
        input.setAttribute('aria-invalid', String(text !== ''));
    };
    input.addEventListener('input', () => fail());
    const name = el('label', { for: id, t: label });
    return { root: el('div', { class: 'field' }, name, input, error, note), input, fail };
}

/** Runs work() while a button shows that it is busy and cannot be pressed again. */
export async function busy(button, work) {
    if (button.getAttribute('aria-busy') === 'true') {
        return undefined;
    }
    button.setAttribute('aria-busy', 'true');
    try {
        return await work();
    } finally {
        button.removeAttribute('aria-busy');
    }
}

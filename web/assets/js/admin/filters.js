/*
 * The bar of filters above a list. What is typed takes effect after a short rest, without a button,
 * and stands in the address, so that a filtered list can be sent to a colleague.
 */
import { el } from '../dom.js';
import { keepQuery } from './route.js';

const REST_MS = 300;

/**
 * fields: [{name, label, type?, hint?, options?, wide?, least?}]; begins with what the address
 * says.
 * What is shorter than `least` waits for Enter: nobody means everybody whose number begins with 7.
 * Returns {node, values()}; `onChange` is called when they have changed.
 */
export function filters(view, fields, onChange) {
    let timer;
    const inputs = fields.map((one) => inputOf(one, view.query.get(one.name) ?? ''));
    const values = () => Object.fromEntries(inputs.map(({ name, value }) => [name, value.trim()]));
    let current = values();
    const take = () => {
        clearTimeout(timer);
        const before = current;
        current = values();
        if (fields.some(({ name }) => current[name] !== before[name])) {
            keepQuery(view.path, current);
            onChange();
        }
    };
    inputs.forEach((input, i) => {
        input.addEventListener('change', take);
        input.addEventListener('input', () => {
            clearTimeout(timer);
            const { length } = input.value.trim();
            if (length === 0 || length >= (fields[i].least ?? 0)) {
                timer = setTimeout(take, REST_MS);
            }
        });
    });
    view.signal.addEventListener('abort', () => clearTimeout(timer));
    const onsubmit = (event) => event.preventDefault();
    const node = el('form', { class: 'filters', role: 'search', onsubmit },
        fields.map((one, i) => wrap(one, inputs[i])));
    return { node, values: () => ({ ...current }) };
}

/** A filter that offers a choice: options are [value, text]; `any` is the text of none. */
export function pick(name, label, options, any) {
    return { name, label, options: [['', any], ...options] };
}

function inputOf({ name, type = 'text', options, hint, inputmode }, value) {
    const id = `filter-${name}`;
    if (options) {
        const choices = options.map(([choice, text]) => el('option', { value: choice }, text));
        const select = el('select', { id, name, class: 'input' }, ...choices);
        select.value = value;
        return select;
    }
    const described = hint && `${id}-hint`;
    return el('input', {
        id, name, type, value, inputmode, class: 'input', autocomplete: 'off', spellcheck: 'false',
        'aria-describedby': described,
    });
}

function wrap({ name, label, hint, wide }, input) {
    return el('div', { class: wide ? 'field field--wide' : 'field' },
        el('label', { for: input.id }, label), input,
        hint && el('p', { class: 'field__hint', id: `filter-${name}-hint` }, hint));
}

/*
 * The plates that a screen is made of.
 */
import { el } from '../dom.js';

/** A plate with its heading. */
export function card(text, ...children) {
    return el('section', { class: 'plate stack', 'aria-label': text },
        el('h2', {}, text), children);
}

/** Pairs of name and value. */
export function facts(pairs) {
    return el('dl', { class: 'facts' }, pairs.map(([name, value]) => [
        el('dt', {}, name), el('dd', {}, value ?? '—')]));
}

/** Buttons of which one is pressed: options are [value, text]; choose(value) when one is. */
export function segments(label, options, chosen, choose) {
    const node = el('div', { class: 'segments', role: 'group', 'aria-label': label });
    const buttons = options.map(([value, text]) => el('button', {
        type: 'button', 'aria-pressed': String(value === chosen),
        onclick: () => {
            buttons.forEach((one) => one.setAttribute('aria-pressed', 'false'));
            buttons[options.findIndex(([other]) => other === value)]
                .setAttribute('aria-pressed', 'true');
            choose(value);
        },
    }, text));
    node.append(...buttons);
    return node;
}

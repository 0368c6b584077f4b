/**
 * What the plates of the profile have in common.
 */
import { el } from './dom.js';
import { words } from './refusal.js';
import { busy, newId, toast } from './ui.js';

/** A plate with a heading that names it. */
export function plate(key, ...children) {
    const id = newId();
    return el('section', { class: 'plate stack', 'aria-labelledby': id },
        el('h2', { id, t: key }), children);
}

/** A button that runs work() once at a time; a refusal is said at the edge. */
export const button = (key, work, kind = '') => el('button', {
    class: `button ${kind && `button--${kind}`}`,
    type: 'button',
    t: key,
    onclick: (event) => act(event.currentTarget, work),
});

/** Runs work() while `by` is busy; a refusal is said at the edge. */
export const act = (by, work) => busy(by, async () => {
    try {
        await work();
    } catch (error) {
        if (error.status === undefined) {
            throw error;
        }
        toast(words(error), 'bad');
    }
});

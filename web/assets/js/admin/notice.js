/*
 * What went wrong, said where it did, with a way to try again.
 */
import { el } from '../dom.js';
import { t } from '../i18n.js';

/** A message with role alert; `again`, when given, is what its button does. */
export function notice(text, again = undefined) {
    const button = again && el('button', {
        class: 'button button--small', type: 'button', onclick: () => again(),
    }, t('admin.retry'));
    return el('div', { class: 'note note--bad', role: 'alert' }, el('p', {}, text), button);
}

/**
 * Another number: proved by a code, as in signing in. Sessions stay.
 */
import { client } from './client.js';
import { codeStep, Refusal, timed } from './code.js';
import { el, replace } from './dom.js';
import { t } from './i18n.js';
import { format, mask } from './phone.js';
import { button, plate } from './profile_parts.js';
import { busy, field, newId, toast } from './ui.js';

const ask = async (phone) =>
    timed(await client.fetch('/v1/me/phone', { method: 'POST', body: { phone } }));

/** The plate of the number. */
export function numberPlate(me) {
    const now = el('p', { class: 'lead number' });
    const place = el('div', {});
    me.watch(({ phone }) => { now.textContent = format(phone); });

    const close = () => {
        const open = button('profile.number.change', form);
        replace(place, open);
        return open;
    };

    const showCode = (challenge) => {
        const step = codeStep({
            challenge,
            submit: ({ challenge_id }, code) => client.fetch('/v1/me/phone',
                { method: 'PUT', body: { challenge_id, code } }),
            resend: async ({ challenge_id }) => timed(await client.resend(challenge_id)),
            again: ({ phone }) => ask(phone),
            back: form,
            level: 'h3',
            done: (account) => {
                me.update(account);
                close().focus();
                toast(t('profile.number.done'));
            },
        });
        replace(place, step.root);
        step.start();
    };

    function form() {
        const id = newId();
        const alert = el('div', { role: 'alert', id });
        const refusal = new Refusal(alert);
        const phone = field({ label: 'profile.number.new', name: 'new-phone', type: 'tel',
            inputmode: 'tel', autocomplete: 'off' });
        mask(phone.input);
        const send = el('button', { class: 'button button--primary', t: 'signin.send' });
        const cancel = button('ui.cancel', () => close().focus(), 'quiet');
        replace(place, el('form', {
            class: 'stack',
            novalidate: true,
            onsubmit: (event) => {
                event.preventDefault();
                refusal.clear();
                busy(send, async () => {
                    try {
                        showCode(await ask(phone.input.value));
                    } catch (error) {
                        refusal.show(error);
                        phone.input.focus();
                    }
                });
            },
        }, phone.root, alert, el('div', { class: 'actions' }, cancel, send)));
        phone.input.focus();
    }

    close();
    return plate('profile.number', now,
        el('p', { class: 'small', t: 'profile.number.hint' }), place);
}

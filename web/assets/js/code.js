/**
 * The second step: a code. One real input, drawn as the display of an intercom with a place for
 * each digit, so that autofill, paste, keyboards and screen readers meet what they know.
 */
import { el, replace, stylesheet } from './dom.js';
import { say, t } from './i18n.js';
import { format } from './phone.js';
import { clock, countdown, Refusal } from './refusal.js';
import { busy, newId } from './ui.js';

export { Refusal };

/* After these no guess can succeed: only a new code helps. */
const OVER = new Set(['code_expired', 'code_used', 'code_superseded', 'too_many_attempts',
    'challenge_unknown']);

/** The code in what was typed or pasted: 'domofon: your code is 2086. It works for 2 min.' */
export function readCode(text, length) {
    const runs = text.normalize('NFKC').match(/\d+/g) ?? [];
    return (runs.find((run) => run.length === length) ?? runs.join('')).slice(0, length);
}

/* The input and its display. full(code) is called when it has become complete. */
function codeBox(length, describedBy, full) {
    const id = newId();
    const places = Array.from({ length }, () => el('span', { class: 'code__place' }));
    const input = el('input', {
        class: 'code__input',
        id,
        name: 'code',
        autocomplete: 'one-time-code',
        inputmode: 'numeric',
        enterkeyhint: 'done',
        spellcheck: 'false',
        'aria-describedby': describedBy,
    });
    const draw = () => {
        places.forEach((place, at) => {
            place.textContent = input.value[at] ?? '';
            place.classList.toggle('code__place--next',
                at === Math.min(input.value.length, length - 1));
        });
    };
    const put = (text) => {
        input.value = readCode(text, length);
        draw();
        if (input.value.length === length) {
            full();
        }
    };
    input.addEventListener('input', () => put(input.value));
    input.addEventListener('paste', (event) => {
        event.preventDefault();
        put(event.clipboardData.getData('text'));
    });
    // The display shows no caret inside a number: it is always at the end.
    input.addEventListener('selectionchange', () => {
        const { selectionStart: from, selectionEnd: to, value } = input;
        if (from === to && from !== value.length) {
            input.setSelectionRange(value.length, value.length);
        }
    });
    draw();
    const label = el('label', { for: id, class: 'seen-by-readers', t: ['code.label', { length }] });
    const root = el('div', { class: 'display code' }, label, places, input);
    places.forEach((place) => place.setAttribute('aria-hidden', 'true'));
    return { root, input, put, clear: () => put('') };
}

/* What browsers read out of the message by themselves (WebOTP); nothing where they cannot. */
function listenToMessages(signal, put) {
    if ('OTPCredential' in window) {
        navigator.credentials.get({ otp: { transport: ['sms'] }, signal })
            .then((credential) => put(credential?.code ?? ''), () => {});
    }
}

/* In development mode the drawn telephone fills the code in. */
function listenToHandset(signal, phone, put, place) {
    if (!('dev' in document.documentElement.dataset)) {
        return;
    }
    const channel = new BroadcastChannel('domofon-handset');
    channel.addEventListener('message', ({ data }) => {
        if (data?.phone === phone && typeof data.code === 'string') {
            put(data.code);
        }
    });
    signal.addEventListener('abort', () => channel.close());
    replace(place, el('span', { t: 'code.handset' }), ' ',
        el('a', { href: '/dev/handset', target: 'domofon-handset', t: 'code.handset.open' }));
    place.hidden = false;
}

/** A challenge that has just come, with its ends by this machine's clock. */
export function timed(challenge) {
    const now_ms = Date.now();
    return { ...challenge, expires_ms: now_ms + challenge.expires_in_s * 1000,
        resend_ms: now_ms + challenge.resend_in_s * 1000 };
}

/**
 * The step: {root, start()}.
 *
 * challenge: what POST /v1/codes gave, timed() as it came, like those below;
 * submit(challenge, code), resend(challenge), again(challenge): the calls, of which the last two
 * give a challenge; done(reply): what follows; back(): another number; level: 'h1' or another
 * heading.
 */
export function codeStep(options) {
    return new Step(options);
}

class Step {
    #options;
    #challenge;
    #box;
    #stops = [];
    #ends = new AbortController();
    #sending = false;

    constructor(options) {
        this.#options = options;
        this.#challenge = options.challenge;
        stylesheet('home');
        const alert = el('div', { id: newId(), role: 'alert' });
        this.refusal = new Refusal(alert);
        this.form = el('form', { class: 'stack', novalidate: true });
        this.form.addEventListener('submit', (event) => {
            event.preventDefault();
            this.#submit();
        });
        this.parts = {
            alert,
            place: el('div'),
            status: el('p', { class: 'small', role: 'status' }),
            life: el('p', { class: 'code-life soft small number' }),
            handset: el('p', { class: 'note small', hidden: true }),
            enter: el('button', { class: 'button button--primary', t: 'code.enter' }),
            resend: el('button', { class: 'code-resend button button--quiet', type: 'button',
                onclick: () => this.#resend() }),
            again: el('button', { class: 'button button--primary', type: 'button', hidden: true,
                t: 'code.again', onclick: () => this.#again() }),
        };
        this.root = this.#build();
        this.#takeUp(this.#challenge);
    }

    #build() {
        const { alert, place, status, life, handset, enter, resend, again } = this.parts;
        const sent = el('span', { class: 'soft' });
        say(sent, 'code.sent', { phone: format(this.#challenge.phone) });
        const back = el('button', { class: 'link', type: 'button', t: 'code.back',
            onclick: () => this.#leave(this.#options.back) });
        return replace(this.form,
            el('div', { class: 'stack stack--tight' },
                el(this.#options.level ?? 'h1', { id: 'code-title', t: 'code.title' }),
                el('p', {}, sent, ' ', back)),
            place, alert, life, enter, again, resend, status, handset);
    }

    /** Call it once the step is in the page. */
    start() {
        const { signal } = this.#ends;
        this.#box.input.focus();
        const put = (code) => this.#box.put(code);
        listenToMessages(signal, put);
        listenToHandset(signal, this.#challenge.phone, put, this.parts.handset);
    }

    /* A challenge, the first or a later one: its place for digits and its times. */
    #takeUp(challenge) {
        const { alert, place, life, enter, again } = this.parts;
        this.#challenge = challenge;
        this.#stops.splice(0).forEach((stop) => stop());
        this.#box = codeBox(challenge.code_length, alert.id, () => this.#submit());
        replace(place, this.#box.root);
        [enter.hidden, again.hidden] = [false, true];
        this.#stops.push(countdown(challenge.expires_ms, (seconds) => {
            life.textContent = t('code.life', { time: clock(seconds) });
        }, () => this.#over({ code: 'code_expired' })));
        this.#waitForResend(challenge.resend_ms);
    }

    #waitForResend(end_ms) {
        const { resend } = this.parts;
        resend.disabled = true;
        this.#stops.push(countdown(end_ms, (left) => {
            resend.textContent = t('code.resend.wait', { time: clock(left) });
        }, () => {
            resend.disabled = false;
            say(resend, 'code.resend');
        }));
    }

    #over(error) {
        const { life, enter, resend, again } = this.parts;
        this.#stops.splice(0).forEach((stop) => stop());
        life.textContent = '';
        this.#box.clear();
        this.#box.input.disabled = true;
        [enter.hidden, resend.hidden, again.hidden] = [true, true, false];
        this.refusal.show(error);
        again.focus();
    }

    async #submit() {
        const { value } = this.#box.input;
        const { code_length } = this.#challenge;
        if (value.length < code_length) {
            this.#wrong({ code: 'incomplete', problem: { attempts_left: code_length } });
            return;
        }
        if (this.#sending) {
            return;
        }
        this.#sending = true;
        this.refusal.clear();
        let reply;
        try {
            reply = await busy(this.parts.enter,
                () => this.#options.submit(this.#challenge, value));
        } catch (error) {
            this.#refused(error);
            return;
        } finally {
            this.#sending = false;
        }
        this.#end();
        await this.#options.done(reply);
    }

    #refused(error) {
        if (OVER.has(error.code) || error.problem?.attempts_left === 0) {
            this.#over(error.code === 'code_wrong' ? { code: 'too_many_attempts' } : error);
        } else if (error.status === 0 || error.status >= 500) {
            // Whether the code was taken is not known: the same call again finds out.
            const more = el('button', { class: 'link', type: 'button', t: 'code.retry',
                onclick: () => this.#submit() });
            this.refusal.show(error, { more });
        } else {
            this.#wrong(error);
        }
    }

    #wrong(error) {
        const { input } = this.#box;
        if (error.code === 'code_wrong') {
            this.#box.clear();
        }
        input.setAttribute('aria-invalid', 'true');
        input.addEventListener('input', () => {
            input.removeAttribute('aria-invalid');
            this.refusal.clear();
        }, { once: true });
        this.refusal.show(error);
        input.focus();
    }

    async #resend() {
        const { resend, status } = this.parts;
        await busy(resend, async () => {
            try {
                const challenge = await this.#options.resend(this.#challenge);
                this.#waitForResend(challenge.resend_ms);
                status.textContent = t('code.resent');
                this.#box.input.focus();
            } catch (error) {
                if (OVER.has(error.code)) {
                    this.#over(error);
                } else {
                    this.refusal.show(error);
                }
            }
        });
    }

    async #again() {
        const { again, resend, status } = this.parts;
        await busy(again, async () => {
            try {
                const challenge = await this.#options.again(this.#challenge);
                this.refusal.clear();
                resend.hidden = false;
                this.#takeUp(challenge);
                status.textContent = t('code.anew');
                this.#box.input.focus();
            } catch (error) {
                this.refusal.show(error);
            }
        });
    }

    #end() {
        this.#ends.abort();
        this.#stops.splice(0).forEach((stop) => stop());
    }

    #leave(next) {
        this.#end();
        this.refusal.clear();
        next();
    }
}

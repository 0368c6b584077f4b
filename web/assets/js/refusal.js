/**
 * Why something was refused, in words a person can act by; a time to wait counts down.
 */
import { el, replace } from './dom.js';
import { has, t } from './i18n.js';

/** 0:27, 1:02:05. */
export function clock(seconds) {
    const two = (number) => String(number).padStart(2, '0');
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
}

/**
 * Counts down to a time by this machine's clock: tick(seconds) at once and every second, done() at
 * its end. Gives a function that stops it.
 */
export function countdown(until_ms, tick, done = () => {}) {
    let timer;
    const step = () => {
        const left = Math.ceil((until_ms - Date.now()) / 1000);
        if (left > 0) {
            tick(left);
            return;
        }
        clearInterval(timer);
        done();
    };
    timer = setInterval(step, 1000);
    step();
    return () => clearInterval(timer);
}

/** The words for an error: those of its code and reason, of its code, or the server's own. */
export function words({ code, problem = {} }) {
    const { reason, attempts_left, field, detail } = problem;
    const keys = [`code.refusal.${code}.${reason ?? field}`, `code.refusal.${code}`];
    const key = keys.find(has);
    if (key !== undefined) {
        return t(key, { count: attempts_left });
    }
    return detail ?? t('code.refusal.unknown', { code });
}

/** A place (role="alert") for refusals. */
export class Refusal {
    #place;
    #stop = () => {};

    constructor(place) {
        this.#place = place;
    }

    /** Shows why; `more`: nodes to go with it; `free`: called when the wait is over. */
    show(error, { more = [], free = () => {} } = {}) {
        this.clear();
        const wait_s = error.problem?.retry_after_s;
        // Read out once with the rest; the numbers that follow are for the eyes only.
        const said = wait_s && el('p', { class: 'seen-by-readers' },
            t('code.wait', { time: clock(wait_s) }));
        const left = wait_s && el('p', { class: 'number', 'aria-hidden': 'true' });
        replace(this.#place, el('div', { class: 'note note--bad stack stack--tight' },
            el('p', {}, words(error)), said, left, more));
        if (left) {
            this.#stop = countdown(Date.now() + wait_s * 1000, (seconds) => {
                left.textContent = t('code.wait', { time: clock(seconds) });
            }, () => {
                this.clear();
                free();
            });
        }
    }

    clear() {
        this.#stop();
        this.#stop = () => {};
        this.#place.replaceChildren();
    }
}

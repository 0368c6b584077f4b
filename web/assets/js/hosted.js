/**
 * Hosted sign-in: another site sent somebody here (`/?return_to=…&state=…&code_challenge=…`) to
 * learn a proved number. The person sees which site asks, signs in or goes on as who they are, and
 * takes a one-time code back there.
 */
import { client } from './client.js';
import { el, replace } from './dom.js';
import { load, say, t } from './i18n.js';
import { format } from './phone.js';
import { words } from './refusal.js';
import { busy } from './ui.js';

/* A number stays on one line. */
const unbroken = (phone) => phone.replaceAll(' ', '\u00a0').replaceAll('-', '\u2011');

const retry = (again) => el('button', { class: 'button', type: 'button', t: 'code.retry',
    onclick: again });

/* A plate with why it cannot go on, and a way to try again where that may help. */
function refuse(main, error, again) {
    const mayHelp = error.code !== 'return_to_refused' && error.code !== 'field_invalid';
    const trouble = error.code === 'network' ? 'hosted.offline' : 'hosted.lost';
    const title = el('h1', { tabindex: '-1', t: mayHelp ? trouble : 'hosted.refused' });
    say(document.querySelector('title'), 'signin.page');
    main.className = 'page page--door';
    replace(main, el('section', { class: 'plate plate--door stack', role: 'alert' }, title,
        mayHelp ? el('p', {}, words(error)) : el('p', { t: 'hosted.refused.why' }),
        mayHelp && retry(again)));
    title.focus();
}

class Hosted {
    #asked;
    #site;

    /* asked: {return_to, state, code_challenge}; site: {origin, host}. */
    constructor(asked, site) {
        this.#asked = asked;
        this.#site = site;
        this.banner = el('p', { class: 'note', t: ['hosted.banner', { host: site.host }] });
    }

    /** After a sign-in back to the site; who was signed in before is asked first. */
    async enter(main, reply) {
        if (reply) {
            await this.#goOn(main);
            return;
        }
        try {
            this.#choose(main, await client.profile());
        } catch (error) {
            if (client.isSignedIn) {
                refuse(main, error, () => this.enter(main));
            }
        }
    }

    #choose(main, account) {
        const title = el('h1', { tabindex: '-1', t: 'hosted.title' });
        const onward = el('button', { class: 'button button--primary', type: 'button',
            t: ['hosted.continue', { phone: unbroken(format(account.phone)) }],
            onclick: () => busy(onward, () => this.#goOn(main)) });
        const other = el('button', { class: 'button', type: 'button', t: 'hosted.other',
            onclick: () => busy(other, () => client.signOut().catch(() => {})) });
        say(document.querySelector('title'), 'signin.page');
        main.className = 'page page--door';
        replace(main, el('section', { class: 'plate plate--door stack' }, title,
            el('p', { t: ['hosted.banner', { host: this.#site.host }] }), onward, other,
            el('a', { class: 'button button--quiet', href: this.#refusal(), t: 'hosted.cancel' })));
        title.focus();
    }

    /* Back without an answer, as OAuth says it (RFC 6749 §4.1.2.1), to an origin that is known. */
    #refusal() {
        const to = new URL(this.#asked.return_to);
        to.searchParams.set('error', 'access_denied');
        if (this.#asked.state) {
            to.searchParams.set('state', this.#asked.state);
        }
        return to.href;
    }

    async #goOn(main) {
        try {
            const { redirect_to } = await client.fetch('/v1/grants',
                { method: 'POST', body: this.#asked });
            replace(main, el('section', { class: 'plate plate--door', role: 'status' },
                el('p', { t: ['hosted.going', { host: this.#site.host }] })));
            location.assign(redirect_to);
        } catch (error) {
            if (client.isSignedIn) {
                refuse(main, error, () => this.enter(main));
            }
        }
    }
}

/**
 * Asks whether the site may use this sign-in. Gives a Hosted, or null when it said in `main` why
 * not.
 */
export async function openHosted(main, address) {
    await load('code');
    const asked = Object.fromEntries(['return_to', 'state', 'code_challenge']
        .filter((name) => address.has(name)).map((name) => [name, address.get(name)]));
    const query = new URLSearchParams({ return_to: asked.return_to });
    try {
        return new Hosted(asked, await client.fetch(`/v1/hosted?${query}`));
    } catch (error) {
        refuse(main, error, () => location.reload());
        return null;
    }
}

/**
 * What one sees when signed in: one's card, and a plate for each thing one may do. Loaded only
 * then.
 *
 * `me` is shared by the plates: me.account is the profile as last seen, me.update(account) tells
 * all who depend on it (me.watch).
 */
import { client } from './client.js';
import { replace, el, stylesheet } from './dom.js';
import { load, say, t } from './i18n.js';
import { card } from './profile_card.js';
import { dataPlate } from './profile_data.js';
import { fieldsPlate } from './profile_fields.js';
import { invitesPlate } from './profile_invites.js';
import { numberPlate } from './profile_number.js';
import { sessionsPlate } from './profile_sessions.js';
import { words } from './refusal.js';
import { toast } from './ui.js';

class Me {
    #watchers = [];

    constructor(account) {
        this.account = account;
    }

    /** Calls show(account) now and whenever it changes. */
    watch(show) {
        this.#watchers.push(show);
        show(this.account);
    }

    update(account) {
        this.account = account;
        this.#watchers.forEach((show) => show(account));
    }
}

/* An invite code that came along never fails a sign-in; what became of it is said here. */
function tellOfInvite(invite) {
    if (invite) {
        const isGood = invite.status === 'activated';
        toast(t(`profile.invite.${invite.status}`), isGood ? 'good' : 'bad');
    }
}

function couldNotTell(main, error, again) {
    const retry = el('button',
        { class: 'button', type: 'button', t: 'code.retry', onclick: again });
    main.className = 'page page--door';
    replace(main, el('section', { class: 'plate plate--door stack', role: 'alert' },
        el('p', {}, words(error)), retry));
}

/** Shows the profile in `main`; `reply`: what a sign-in gave, if there was one just now. */
export async function showProfile(main, reply) {
    await Promise.all([load('signin', 'code', 'profile'), stylesheet('home')]);
    let account;
    try {
        account = reply?.account ?? await client.profile();
    } catch (error) {
        if (client.isSignedIn) {
            couldNotTell(main, error, () => showProfile(main));
        }
        return;
    }
    const me = new Me(account);
    say(document.querySelector('title'), 'profile.page');
    main.className = 'page page--wide stack profile';
    const head = card(me);
    replace(main, head,
        el('div', { class: 'grid' },
            el('div', { class: 'stack' }, fieldsPlate(me), numberPlate(me)),
            el('div', { class: 'stack' }, invitesPlate(me), sessionsPlate(), dataPlate())));
    if (reply) {
        head.querySelector('h1').focus();
        tellOfInvite(reply.invite);
    }
}

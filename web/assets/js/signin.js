/**
 * The page `/`: a number, a code, a profile; or, when another site asks (`?return_to=`), the way
 * back there.
 *
 * The page is shown before this has come, by first.js, which takes a number as well; what a person
 * did meanwhile is taken up here.
 */
import { apply, language, load, remember, say, t } from './i18n.js';
import { format, mask, regionOf } from './phone.js';
import { recall } from './prefs.js';

const INVITE = 'domofon.invite';
const SESSION = 'domofon.session';

const [main, door, form, input, hint, refusalPlace, invitePlace, button] = ['main', 'door',
    'phone-form', 'phone', 'country', 'refusal', 'invite', 'send']
    .map((id) => document.getElementById(id));
const address = new URLSearchParams(location.search);

/* The rest: the code's step, the client, words for refusals. Once it came, it stays. */
let loading;

function rest() {
    loading ??= Promise.all([import('./code.js'), import('./client.js'), load('code')])
        .then(([code, { client }]) => ({ ...code, client }))
        .catch((error) => {
            loading = undefined;
            throw error;
        });
    return loading;
}

/* An empty one is as good as none. */
const keepInvite = (code) => remember(INVITE, code ?? '');

let invite = address.get('invite')?.trim().slice(0, 64) || recall(INVITE) || null;

const withInvite = () => ({ inviteCode: invite ?? undefined });

function showInvite() {
    invitePlace.hidden = !invite;
    say(invitePlace.firstElementChild, 'signin.invite', { code: invite });
}

function dropInvite() {
    invite = null;
    keepInvite(null);
    showInvite();
    input.focus();
}

/* What was in the address is remembered; the address need not tell it to whoever looks on. */
function readAddress() {
    if (address.has('invite') || address.has('lang')) {
        keepInvite(invite);
        ['invite', 'lang'].forEach((name) => address.delete(name));
        history.replaceState(null, '', address.size ? `/?${address}` : '/');
    }
}

function showCountry() {
    const region = regionOf(input.value);
    if (region === undefined) {
        say(hint, 'signin.phone.hint');
        return;
    }
    const country = new Intl.DisplayNames(language, { type: 'region' }).of(region);
    say(hint, 'signin.phone.country', { country });
}

let refusal;

function refuse(error) {
    unrefuse();
    input.setAttribute('aria-invalid', 'true');
    if (typeof error === 'string') {
        say(refusalPlace, error).className = 'field__error';
    } else {
        refusal.show(error);
    }
    input.focus();
}

function unrefuse() {
    input.removeAttribute('aria-invalid');
    refusal?.clear();
    delete refusalPlace.dataset.t;
    refusalPlace.textContent = '';
    refusalPlace.className = '';
}

function titled(key) {
    say(document.querySelector('title'), key);
}

/* The first step; `focus`: into the field, when the person came back to it; `note`: why. */
function showForm({ focus = false, note } = {}) {
    titled('signin.page');
    main.className = 'page page--door';
    door.replaceChildren(form);
    main.replaceChildren(...hosted ? [hosted.banner] : [], door);
    // It may have been away when words came, or others were chosen.
    apply(door);
    door.setAttribute('aria-labelledby', 'title');
    button.removeAttribute('aria-busy');
    unrefuse();
    if (note) {
        say(refusalPlace, note).className = 'note';
    }
    if (focus) {
        input.focus();
    }
}

let hosted;

/* The panel sends here who is not signed in, and wants them back; nobody else may ask for that. */
function cameFromPanel() {
    const next = address.get('next') ?? '';
    return /^\/admin\/(#.*)?$/.test(next) ? next : null;
}

/* What follows a sign-in, and an earlier one that still holds. */
async function enter(reply) {
    if (hosted) {
        await hosted.enter(main, reply);
        return;
    }
    if (cameFromPanel()) {
        location.replace(cameFromPanel());
        return;
    }
    try {
        const { showProfile } = await import('./profile.js');
        await showProfile(main, reply);
    } catch (error) {
        // Part of the page did not come: signed in all the same, and the next load shows it.
        showForm();
        door.replaceChildren(say(document.createElement('p'), 'signin.lost'));
        throw error;
    }
}

let sent;
let sentTo; // as it was typed

function showCode({ codeStep, timed, client }) {
    // Who goes back and comes again finds the same code, and its times as they are by then.
    const keep = (challenge) => {
        sent = timed(challenge);
        return sent;
    };
    const step = codeStep({
        challenge: sent,
        submit: (at, code) => client.verify(at.challenge_id, code, withInvite()),
        resend: async (at) => keep(await client.resend(at.challenge_id)),
        again: async (at) => keep(await client.send(at.phone, withInvite())),
        back: () => showForm({ focus: true }),
        done: (reply) => {
            keepInvite(null);
            invite = sent = null;
            showInvite();
            return enter(reply);
        },
    });
    titled('code.page');
    door.replaceChildren(step.root);
    door.setAttribute('aria-labelledby', 'code-title');
    step.start();
    return step;
}

/* Somebody who went back and comes with the same number again has a code on its way. */
const isUnderWay = (phone) => sent && [sentTo, format(sent.phone)].includes(phone)
    && Date.now() < Math.min(sent.resend_ms, sent.expires_ms);

async function send() {
    unrefuse();
    const phone = format(input.value);
    if (phone.length < 2) {
        refuse('signin.phone.empty');
        return;
    }
    let parts;
    try {
        parts = await rest();
    } catch {
        refuse('signin.lost');
        return;
    }
    refusal ??= new parts.Refusal(refusalPlace);
    try {
        if (!isUnderWay(phone)) {
            sent = parts.timed(await parts.client.send(phone, withInvite()));
            sentTo = phone;
        }
        showCode(parts);
    } catch (error) {
        refuse(error);
    }
}

const isBusy = () => button.getAttribute('aria-busy') === 'true';

async function submit(event) {
    event.preventDefault();
    if (isBusy()) {
        return;
    }
    button.setAttribute('aria-busy', 'true');
    await send();
    button.removeAttribute('aria-busy');
}

/* Another tab may sign in, or out; the server may say that a session has ended. */
async function listen() {
    const { client } = await rest();
    client.addEventListener('signout', () => showForm({ focus: true, note: 'signin.ended' }));
    client.addEventListener('signin', () => {
        if (form.isConnected && !hosted) {
            enter();
        }
    });
}

async function openHosted() {
    const { openHosted: open } = await import('./hosted.js');
    hosted = await open(main, address);
    return hosted !== null;
}

async function start() {
    const isSignedIn = recall(SESSION) !== null;
    const isAsked = address.has('return_to');
    if (isSignedIn || isAsked) {
        door.remove();
    }
    // In place of what first.js does, which keeps a press on the button for us.
    const isPressed = isBusy();
    mask(input);
    form.onsubmit = submit;
    input.addEventListener('input', unrefuse);
    invitePlace.querySelector('button').addEventListener('click', dropInvite);
    readAddress();
    try {
        const [{ bar }] = await Promise.all([import('./ui.js'), load('signin')]);
        bar(document.querySelector('.bar'));
        showInvite();
        showCountry();
        input.addEventListener('input', showCountry);
        document.addEventListener('language', showCountry);
        if (isAsked && !await openHosted()) {
            return;
        }
        await listen();
        if (isSignedIn) {
            await enter();
        } else if (isAsked) {
            showForm();
        } else {
            // It is there already, and somebody may be typing in it.
            titled('signin.page');
            if (isPressed) {
                button.removeAttribute('aria-busy');
                form.requestSubmit();
            }
        }
    } catch (error) {
        showForm();
        refuse('signin.lost');
        form.onsubmit = () => location.reload() ?? false;
        throw error;
    }
}

start();

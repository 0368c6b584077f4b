/* What clients/js/domofon.d.ts promises, used as people will; client-types.test.mjs compiles it. */
import {
    Domofon, DomofonError, type Account, type Challenge,
} from '../../../clients/js/domofon.js';

export async function enter(phone: string, code: string): Promise<Account> {
    const domofon = new Domofon({ base: 'https://id.example', storage: null, locale: 'ru' });
    domofon.addEventListener('signout', () => undefined);
    const challenge: Challenge = await domofon.send(phone, { inviteCode: 'abc123' });
    await domofon.resend(challenge.challenge_id);
    try {
        const signedIn = await domofon.verify(challenge.challenge_id, code, { deviceName: 'test' });
        if (signedIn.invite?.status === 'invite_own') {
            return signedIn.account;
        }
    } catch (error) {
        if (error instanceof DomofonError && error.code === 'code_wrong') {
            const left: number | undefined = error.problem.attempts_left;
            console.log(left, error.status, error.problem.detail);
        }
        throw error;
    }
    await domofon.update({ first_name: 'Анна', city: null });
    await domofon.activate((await domofon.lookUp('abc123')).code);
    for (const { phone: guest } of (await domofon.invitees({ limit: 10 })).items) {
        console.log(guest?.length);
    }
    const sessions = await domofon.fetch<{ items: { id: string }[] }>('/v1/sessions');
    const response = await domofon.fetch('/v1/me/export', { raw: true });
    console.log(sessions.items.length, response.status, domofon.session?.access_token);
    await domofon.signOut();
    return domofon.profile();
}

export async function misuse(domofon: Domofon): Promise<void> {
    // @ts-expect-error A number is text: a leading zero or plus would be lost.
    await domofon.send(89234440000);
    // @ts-expect-error A role is not one's own to change.
    await domofon.update({ role: 'admin' });
    // @ts-expect-error There are two languages.
    domofon.locale = 'de';
    // @ts-expect-error A page may be the last one.
    (await domofon.invitees()).next_cursor.length;
}

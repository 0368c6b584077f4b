/* Changing one's number: proved by a code that is bound to the account and the challenge. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok, problem } from './lib/client.mjs';
import { useServer } from './lib/server.mjs';
import {
    advance, cooldown, readCode, readMessages, sendCode, signIn, tryCode, uniquePhone, wrongCode,
} from './lib/signin.mjs';

describe('changing a number', () => {
    const server = useServer();

    async function askFor(person, phone = uniquePhone()) {
        const challenge = ok(await person.api.post('/v1/me/phone', { phone }), 202);
        return { challenge, code: await readCode(server, challenge) };
    }

    const prove = (person, { challenge, code }) => person.api.put('/v1/me/phone', {
        challenge_id: challenge.challenge_id, code,
    });

    it('moves the account and keeps its sessions', async () => {
        const person = await signIn(server);
        const phone = uniquePhone();
        const proof = await askFor(person, phone);
        assert.equal(ok(await person.api.get('/v1/me')).phone, person.phone);
        assert.deepEqual(ok(await prove(person, proof)), { ...person.account, phone });
        ok(await person.api.get('/v1/me'));
        await cooldown(server);
        const again = await signIn(server, phone);
        assert.equal(again.account.id, person.account.id);
        await cooldown(server);
        const stranger = await signIn(server, person.phone);
        assert.equal(stranger.tokens.is_new_account, true);
        problem(await prove(person, proof), 'code_used');
    });

    it('is bound to the account that asked', async () => {
        const person = await signIn(server);
        const thief = await signIn(server);
        const proof = await askFor(person);
        problem(await prove(thief, proof), 'challenge_unknown');
        problem(await server.api.put('/v1/me/phone',
            { challenge_id: proof.challenge.challenge_id, code: proof.code }), 'token_missing');
        ok(await prove(person, proof));
    });

    it('is not proved by a code for signing in', async () => {
        const person = await signIn(server);
        const challenge = await sendCode(server);
        const code = await readCode(server, challenge);
        problem(await prove(person, { challenge, code }), 'challenge_unknown');
        ok(await tryCode(server, challenge, code), 201);
    });

    it('spends guesses and expires as any code', async () => {
        const person = await signIn(server);
        const proof = await askFor(person);
        for (const attempts_left of [2, 1, 0]) {
            const guess = { ...proof, code: wrongCode(proof.code, attempts_left + 1) };
            problem(await prove(person, guess), 'code_wrong', { attempts_left });
        }
        problem(await prove(person, proof), 'too_many_attempts');
        const late = await askFor(person);
        await advance(server, 121);
        problem(await prove(person, late), 'code_expired');
        const first = await askFor(person);
        await cooldown(server);
        await askFor(person, first.challenge.phone);
        problem(await prove(person, first), 'code_superseded');
    });

    it('tells that a number is taken only to whoever proved it', async () => {
        const person = await signIn(server);
        const owner = await signIn(server);
        await cooldown(server);
        const proof = await askFor(person, owner.phone);
        const guess = { ...proof, code: wrongCode(proof.code) };
        problem(await prove(person, guess), 'code_wrong');
        problem(await prove(person, proof), 'phone_taken');
        assert.equal(ok(await person.api.get('/v1/me')).phone, person.phone);
        assert.equal(ok(await owner.api.get('/v1/me')).phone, owner.phone);
    });

    it('voids codes on their way to the old number', async () => {
        const person = await signIn(server);
        await cooldown(server);
        const pending = await sendCode(server, person.phone);
        const code = await readCode(server, pending);
        ok(await prove(person, await askFor(person)));
        problem(await tryCode(server, pending, code), 'code_superseded');
    });

    it('may resend its code', async () => {
        const person = await signIn(server);
        const { challenge, code } = await askFor(person);
        await cooldown(server);
        ok(await person.api.post(`/v1/codes/${challenge.challenge_id}/resend`), 202);
        const messages = await readMessages(server, challenge.phone, 2);
        assert.deepEqual(messages.map((message) => message.code), [code, code]);
    });

    it('holds numbers to the same rules', async () => {
        const { api } = await signIn(server);
        const ask = (phone) => api.post('/v1/me/phone', { phone });
        problem(await ask('nonsense'), 'phone_invalid', { field: 'phone' });
        problem(await ask('8 800 555-35-35'), 'phone_not_mobile', { reason: 'toll_free' });
        problem(await ask('+49 151 23456789'), 'country_not_allowed');
        problem(await api.post('/v1/me/phone', {}), 'field_missing', { field: 'phone' });
        problem(await api.put('/v1/me/phone', { code: '1234' }), 'field_missing',
            { field: 'challenge_id' });
        problem(await server.api.post('/v1/me/phone', { phone: uniquePhone() }), 'token_missing');
    });
});

/* A person proves a phone number and gets a session and, the first time, an account. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok, problem } from './lib/client.mjs';
import { useServer } from './lib/server.mjs';
import {
    cooldown, outbox, readCode, sendCode, signIn, tryCode, uniquePhone,
} from './lib/signin.mjs';

describe('sign-in', () => {
    const server = useServer();

    it('goes from a number to a profile', async () => {
        const challenge = await sendCode(server, '+7 923 444-00-00');
        assert.equal(challenge.phone, '+79234440000');
        assert.equal(challenge.code_length, 4);
        assert.equal(challenge.attempts_left, 3);
        const life_s = (Date.parse(challenge.expires_at) - Date.now()) / 1000;
        assert.ok(life_s > 115 && life_s <= 120, `the code lives ${life_s} s`);
        const gap_s = (Date.parse(challenge.resend_at) - Date.now()) / 1000;
        assert.ok(gap_s > 25 && gap_s <= 30, `resend after ${gap_s} s`);
        assert.deepEqual([challenge.expires_in_s, challenge.resend_in_s], [120, 30]);

        const tokens = ok(await tryCode(server, challenge, await readCode(server, challenge)), 201);
        assert.equal(tokens.is_new_account, true);
        assert.equal(tokens.expires_in, 900);
        assert.equal(tokens.account.phone, '+79234440000');
        assert.equal(tokens.account.role, 'user');
        assert.equal(tokens.account.invited_by, null);
        assert.equal(tokens.invite, undefined);

        const account = ok(await server.api.as(tokens.access_token).get('/v1/me'));
        assert.deepEqual(account, tokens.account);
    });

    it('creates the account at the first sign-in, not at sending', async () => {
        const phone = uniquePhone();
        const list = async () => (await server.command('account', 'list', '--json')).stdout;
        const challenge = await sendCode(server, phone);
        await readCode(server, challenge);
        assert.doesNotMatch(await list(), new RegExp(`\\${phone}`));
        const first = ok(await tryCode(server, challenge, await readCode(server, challenge)), 201);
        assert.equal(first.is_new_account, true);
        assert.match(await list(), new RegExp(`\\${phone}`));
        await cooldown(server);
        const second = await signIn(server, phone);
        assert.equal(second.tokens.is_new_account, false);
        assert.deepEqual(second.account, first.account);
        assert.notEqual(second.tokens.session_id, first.session_id);
    });

    it('answers the same for known and unknown numbers', async () => {
        const known = await signIn(server);
        await cooldown(server);
        const replies = [
            await server.api.post('/v1/codes', { phone: known.phone }),
            await server.api.post('/v1/codes', { phone: uniquePhone() }),
        ];
        const [first, second] = replies.map((reply) => ({
            status: reply.status,
            headers: Object.keys(reply.headers),
            names: Object.keys(reply.body),
            length: reply.text.length,
        }));
        assert.deepEqual(first, second);
    });

    it('does not know a made-up challenge', async () => {
        for (const id of ['AAAAAAAAAAAAAAAAAAAAAA', 'short', '', 'ё'.repeat(22)]) {
            const body = { challenge_id: id, code: '1234' };
            problem(await server.api.post('/v1/sessions', body), 'challenge_unknown');
        }
        problem(await server.api.post('/v1/codes/AAAAAAAAAAAAAAAAAAAAAA/resend'),
            'challenge_unknown');
        problem(await server.api.post('/v1/codes/nothing/resend'), 'challenge_unknown');
    });

    it('refuses a code for another purpose', async () => {
        const person = await signIn(server);
        const challenge = ok(await person.api.post('/v1/me/phone', { phone: uniquePhone() }), 202);
        const code = await readCode(server, challenge);
        problem(await tryCode(server, challenge, code), 'challenge_unknown');
    });

    it('keeps the name of the device', async () => {
        const person = await signIn(server, undefined, { device_name: '  Телефон Анны ' });
        const { items } = ok(await person.api.get('/v1/sessions'));
        assert.equal(items[0].device_name, 'Телефон Анны');
        const challenge = await sendCode(server);
        const code = await readCode(server, challenge);
        for (const device_name of ['я'.repeat(101), 'a\u0007b', 5, {}]) {
            problem(await tryCode(server, challenge, code, { device_name }),
                'field_invalid', { field: 'device_name' });
        }
        ok(await tryCode(server, challenge, code, { device_name: 'я'.repeat(100) }), 201);
    });

    it('takes the language of the message from the body, then from the header', async () => {
        const cases = [
            [{ locale: 'ru' }, {}, /код \d{4}/],
            [{ locale: 'en' }, { 'Accept-Language': 'ru' }, /code/],
            [{}, { 'Accept-Language': 'ru-RU, en;q=0.5' }, /код \d{4}/],
            [{}, {}, /code/],
        ];
        for (const [fields, headers, text] of cases) {
            const phone = uniquePhone();
            const challenge = ok(await server.api.post('/v1/codes', { phone, ...fields }, headers),
                202);
            await readCode(server, challenge);
            assert.match((await outbox(server, phone))[0].text, text);
        }
        problem(await server.api.post('/v1/codes', { phone: uniquePhone(), locale: 'de' }),
            'field_invalid', { field: 'locale' });
        problem(await server.api.post('/v1/codes', { phone: uniquePhone(), channel: 'pigeon' }),
            'field_invalid', { field: 'channel' });
    });

    it('keeps the language of the first sign-in in the profile', async () => {
        const challenge = await sendCode(server, uniquePhone(), { locale: 'ru' });
        const tokens = ok(await tryCode(server, challenge, await readCode(server, challenge)), 201);
        assert.equal(tokens.account.locale, 'ru');
    });
});

describe('sign-in with few sessions allowed', () => {
    const server = useServer({ set: { 'session.max_per_account': 2, 'send.cooldown_s': 0 } });

    it('ends the oldest beyond them', async () => {
        const phone = uniquePhone();
        const people = [];
        for (let i = 0; i < 3; i++) {
            people.push(await signIn(server, phone));
        }
        problem(await people[0].api.get('/v1/me'), 'token_revoked');
        ok(await people[1].api.get('/v1/me'));
        assert.equal(ok(await people[2].api.get('/v1/sessions')).items.length, 2);
    });
});

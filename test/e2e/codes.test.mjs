/* The one-time code: single use, few guesses, a short life; resending; entry; the message. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok, problem } from './lib/client.mjs';
import { useServer } from './lib/server.mjs';
import { query } from './lib/store.mjs';
import {
    advance, cooldown, readCode, readMessages, resendCode, sendCode, signIn, tryCode, uniquePhone,
    wrongCode,
} from './lib/signin.mjs';

describe('a code', () => {
    const server = useServer();

    it('works once', async () => {
        const { challenge, code } = await signIn(server);
        problem(await tryCode(server, challenge, code), 'code_used');
        problem(await tryCode(server, challenge, wrongCode(code)), 'code_used');
    });

    it('allows three guesses and is erased with the last', async () => {
        const challenge = await sendCode(server);
        const code = await readCode(server, challenge);
        for (const attempts_left of [2, 1, 0]) {
            const guess = wrongCode(code, attempts_left + 1);
            problem(await tryCode(server, challenge, guess), 'code_wrong', { attempts_left });
        }
        problem(await tryCode(server, challenge, code), 'too_many_attempts');
        problem(await tryCode(server, challenge, code), 'too_many_attempts');
    });

    it('still works at the last guess', async () => {
        const challenge = await sendCode(server);
        const code = await readCode(server, challenge);
        await tryCode(server, challenge, wrongCode(code));
        await tryCode(server, challenge, wrongCode(code, 2));
        ok(await tryCode(server, challenge, code), 201);
    });

    it('expires', async () => {
        const challenge = await sendCode(server);
        const code = await readCode(server, challenge);
        await advance(server, 119);
        problem(await tryCode(server, challenge, wrongCode(code)), 'code_wrong');
        await advance(server, 2);
        problem(await tryCode(server, challenge, code), 'code_expired');
        problem(await server.api.post(`/v1/codes/${challenge.challenge_id}/resend`),
            'code_expired');
    });

    it('is superseded by a newer one', async () => {
        const first = await sendCode(server);
        const code = await readCode(server, first);
        await cooldown(server);
        const second = await sendCode(server, first.phone);
        problem(await tryCode(server, first, code), 'code_superseded');
        ok(await tryCode(server, second, await readCode(server, second)), 201);
    });

    it('belongs to its challenge', async () => {
        const mine = await sendCode(server);
        const other = await sendCode(server);
        const code = await readCode(server, other);
        if (code !== await readCode(server, mine)) {
            problem(await tryCode(server, mine, code), 'code_wrong');
        }
    });

    it('is taken with spaces and dashes, and only as digits', async () => {
        for (const form of [
            (code) => `${code.slice(0, 2)} ${code.slice(2)}`,
            (code) => ` ${code.slice(0, 2)}-${code.slice(2)}\n`,
            (code) => [...code].join('\u00a0'),
        ]) {
            const challenge = await sendCode(server);
            ok(await tryCode(server, challenge, form(await readCode(server, challenge))), 201);
        }
        const challenge = await sendCode(server);
        for (const code of ['', '123', '12345678901', 'abcd', '١٢٣٤', 1234, null, ['1234']]) {
            const refusal = await tryCode(server, challenge, code);
            assert.equal(refusal.body.field, 'code', refusal.text);
        }
        ok(await tryCode(server, challenge, await readCode(server, challenge)), 201);
    });

    it('keeps its leading zeros', async () => {
        for (let tries = 0; ; tries++) {
            const challenge = await sendCode(server);
            const code = await readCode(server, challenge);
            assert.equal(code.length, 4);
            if (code.startsWith('0')) {
                problem(await tryCode(server, challenge, wrongCode(code)), 'code_wrong');
                ok(await tryCode(server, challenge, code), 201);
                return;
            }
            assert.ok(tries < 300, 'one code in ten begins with 0');
        }
    });

    it('arrives in a message that binds it to the site', async () => {
        const challenge = await sendCode(server);
        const [message] = await readMessages(server, challenge.phone);
        assert.ok(message.text.endsWith(`\n@localhost #${message.code}`), message.text);
        assert.match(message.text, new RegExp(`^domofon: .*${message.code}`));
        assert.equal(message.provider, 'simulated');
        assert.ok(Date.parse(message.delivered_at) >= Date.parse(message.sent_at));
    });

    it('is never in the store, and what derives it goes with its use', async () => {
        const secrets = (challenge) => query(server,
            'SELECT nonce IS NULL AS nonce, mac IS NULL AS mac FROM challenge WHERE id = ?',
            [Buffer.from(challenge.challenge_id, 'base64url')])[0];
        const used = await sendCode(server);
        assert.deepEqual(secrets(used), { nonce: 0, mac: 0 });
        const code = await readCode(server, used);
        ok(await tryCode(server, used, code), 201);
        assert.deepEqual(secrets(used), { nonce: 1, mac: 1 });
        const guessed = await sendCode(server);
        for (const step of [1, 2, 3]) {
            await tryCode(server, guessed, wrongCode(await readCode(server, guessed), step));
        }
        assert.deepEqual(secrets(guessed), { nonce: 1, mac: 1 });
    });

    it('is shown in the log of development mode only with its whole line', async () => {
        const { phone, code } = await signIn(server);
        const lines = server.log.split('\n').filter((line) => line.includes(phone));
        assert.equal(lines.length, 1, lines.join('\n'));
        assert.match(lines[0], new RegExp(` info message .*code=${code}`));
    });
});

describe('resending', () => {
    const server = useServer();
    const resend = (challenge) =>
        server.api.post(`/v1/codes/${challenge.challenge_id}/resend`);

    it('sends the same code, with growing gaps, and not for longer', async () => {
        const challenge = await sendCode(server);
        const code = await readCode(server, challenge);
        problem(await resend(challenge), 'send_cooldown');
        await advance(server, 30);
        const second = await resendCode(server, challenge);
        assert.equal(second.challenge_id, challenge.challenge_id);
        assert.equal(second.expires_at, challenge.expires_at);
        const now = Date.parse(await advance(server, 0));
        const gap_s = (Date.parse(second.resend_at) - now) / 1000;
        assert.ok(gap_s > 55 && gap_s <= 60, `the second gap is ${gap_s} s`);
        assert.equal(second.resend_in_s, 60);
        assert.ok(second.expires_in_s > 85 && second.expires_in_s <= 90);
        const refusal = problem(await resend(challenge), 'send_cooldown');
        assert.ok(refusal.retry_after_s > 55 && refusal.retry_after_s <= 60);
        await advance(server, 60);
        await resendCode(server, challenge);
        const messages = await readMessages(server, challenge.phone, 3);
        assert.deepEqual(messages.map((message) => message.code), [code, code, code]);
        ok(await tryCode(server, challenge, code), 201);
        problem(await resend(challenge), 'code_used');
    });

    it('is over for codes that are', async () => {
        const challenge = await sendCode(server);
        const code = await readCode(server, challenge);
        for (const step of [1, 2, 3]) {
            await tryCode(server, challenge, wrongCode(code, step));
        }
        problem(await resend(challenge), 'too_many_attempts');
        await cooldown(server);
        await sendCode(server, challenge.phone);
        const another = await sendCode(server);
        await cooldown(server);
        await sendCode(server, another.phone);
        problem(await resend(another), 'code_superseded');
    });
});

describe('resending without gaps', () => {
    const server = useServer({ set: { 'send.cooldown_s': 0, 'send.resends': 2 } });

    it('has an end', async () => {
        const challenge = await sendCode(server);
        await resendCode(server, challenge);
        await resendCode(server, challenge);
        problem(await server.api.post(`/v1/codes/${challenge.challenge_id}/resend`),
            'send_limit');
        problem(await server.api.post(`/v1/codes/${challenge.challenge_id}/resend`,
            { channel: 'pigeon' }), 'field_invalid', { field: 'channel' });
    });
});

describe('longer codes', () => {
    const set = { 'code.length': 6, 'message.domain': 'sign-in.example.com' };
    const server = useServer({ set });

    it('allow five guesses', async () => {
        const challenge = await sendCode(server);
        assert.deepEqual([challenge.code_length, challenge.attempts_left], [6, 5]);
        const code = await readCode(server, challenge);
        assert.match(code, /^\d{6}$/);
        problem(await tryCode(server, challenge, wrongCode(code)), 'code_wrong',
            { attempts_left: 4 });
        problem(await tryCode(server, challenge, code.slice(0, 4)), 'code_wrong',
            { attempts_left: 3 });
        ok(await tryCode(server, challenge, code), 201);
    });

    it('end in the line of the domain that was set', async () => {
        const challenge = await sendCode(server, uniquePhone(), { locale: 'ru' });
        const [message] = await readMessages(server, challenge.phone);
        assert.ok(message.text.endsWith(`@sign-in.example.com #${message.code}`), message.text);
    });
});

describe('the longest names', () => {
    const host = `${'x'.repeat(96)}.com`;
    const set = { 'code.length': 10, 'message.domain': host, 'message.brand': 'Ж'.repeat(40) };
    const server = useServer({ set });

    it('are in the message', async () => {
        for (const locale of ['ru', 'en']) {
            const challenge = await sendCode(server, uniquePhone(), { locale });
            const [{ text, code }] = await readMessages(server, challenge.phone);
            assert.ok(text.startsWith('Ж'.repeat(40)) && text.endsWith(`@${host} #${code}`), text);
            ok(await tryCode(server, challenge, code), 201);
        }
    });
});

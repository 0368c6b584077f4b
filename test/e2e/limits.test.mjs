/* How often a message may be sent and a code be guessed; kept in the store. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { metric, ok, problem } from './lib/client.mjs';
import { useServer } from './lib/server.mjs';
import {
    advance, cooldown, readCode, sendCode, signIn, tryCode, uniquePhone, wrongCode,
} from './lib/signin.mjs';

const HOUR_S = 3600;

/** Spends all guesses of a fresh code for `phone`. */
async function spendGuesses(server, phone) {
    const challenge = await sendCode(server, phone);
    const code = await readCode(server, challenge);
    for (let i = 1; i <= challenge.attempts_left; i++) {
        problem(await tryCode(server, challenge, wrongCode(code, i)), 'code_wrong');
    }
}

describe('messages to one phone', () => {
    const server = useServer();
    const send = (phone) => server.api.post('/v1/codes', { phone });

    it('are half a minute apart', async () => {
        const { phone } = await sendCode(server);
        const refusal = problem(await send(phone), 'send_cooldown');
        assert.ok(refusal.retry_after_s >= 29 && refusal.retry_after_s <= 30);
        await advance(server, 10);
        assert.ok(problem(await send(phone), 'send_cooldown').retry_after_s <= 20);
        await advance(server, 20);
        ok(await send(phone), 202);
    });

    it('are five in ten minutes, ten in an hour, twenty in a day', async () => {
        const phone = uniquePhone();
        let sent = 0;
        const sendUntil = async (count) => {
            for (; sent < count; sent++) {
                ok(await send(phone), 202);
                await cooldown(server);
            }
        };
        await sendUntil(5);
        const short = problem(await send(phone), 'send_limit');
        assert.ok(short.retry_after_s > 400 && short.retry_after_s < 600, short.retry_after_s);
        await advance(server, short.retry_after_s);
        await sendUntil(6);
        await advance(server, 600);
        await sendUntil(10);
        const hour = problem(await send(phone), 'send_limit');
        assert.ok(hour.retry_after_s > 1200 && hour.retry_after_s < HOUR_S, hour.retry_after_s);
        await advance(server, HOUR_S);
        await sendUntil(15);
        await advance(server, 600);
        await sendUntil(20);
        await advance(server, HOUR_S);
        const day = problem(await send(phone), 'send_limit');
        assert.ok(day.retry_after_s > 19 * HOUR_S && day.retry_after_s < 24 * HOUR_S);
        await advance(server, day.retry_after_s);
        ok(await send(phone), 202);
    });

    it('do not count for another phone', async () => {
        await sendCode(server);
        await sendCode(server);
    });

    it('count resends', async () => {
        const phone = uniquePhone();
        for (let i = 0; i < 2; i++) {
            const challenge = await sendCode(server, phone);
            await cooldown(server);
            ok(await server.api.post(`/v1/codes/${challenge.challenge_id}/resend`), 202);
            await advance(server, 61);
        }
        ok(await send(phone), 202);
        await cooldown(server);
        problem(await send(phone), 'send_limit');
    });

    it('count when they change a number', async () => {
        const person = await signIn(server);
        const { phone } = await sendCode(server);
        problem(await person.api.post('/v1/me/phone', { phone }), 'send_cooldown');
    });

    it('are remembered over a restart', async () => {
        const { phone } = await sendCode(server);
        await server.restart();
        problem(await send(phone), 'send_cooldown');
    });

    it('are remembered over a restart also where the clock was moved', async () => {
        await advance(server, 30 * 24 * HOUR_S);
        const { phone } = await sendCode(server);
        await server.restart();
        assert.ok(problem(await send(phone), 'send_cooldown').retry_after_s <= 30);
        await cooldown(server);
        await signIn(server, phone);
    });
});

describe('wrong guesses for one phone', () => {
    const server = useServer({ set: { 'send.cooldown_s': 0, 'send.per_phone_10min': 1000,
        'send.per_phone_hour': 1000, 'send.per_phone_day': 1000 } });

    it('are limited over all its codes, also after a restart', async () => {
        const phone = uniquePhone();
        for (let i = 0; i < 3; i++) {
            await spendGuesses(server, phone);
        }
        const challenge = await sendCode(server, phone);
        const code = await readCode(server, challenge);
        problem(await tryCode(server, challenge, wrongCode(code)), 'code_wrong');
        const refusal = problem(await tryCode(server, challenge, code), 'guess_limit');
        assert.ok(refusal.retry_after_s > 3000 && refusal.retry_after_s <= HOUR_S);
        await server.restart();
        problem(await tryCode(server, challenge, code), 'guess_limit');
        const other = await sendCode(server);
        ok(await tryCode(server, other, await readCode(server, other)), 201);

        await advance(server, HOUR_S + 1);
        for (let i = 0; i < 3; i++) {
            await spendGuesses(server, phone);
        }
        const last = await sendCode(server, phone);
        problem(await tryCode(server, last, wrongCode(await readCode(server, last))),
            'code_wrong');
        const day = problem(await tryCode(server, last, '0000'), 'guess_limit');
        assert.ok(day.retry_after_s > 22 * HOUR_S && day.retry_after_s <= 24 * HOUR_S);
        await advance(server, day.retry_after_s);
        await signIn(server, phone);
    });

    it('count when they change a number', async () => {
        const person = await signIn(server);
        const phone = uniquePhone();
        for (let i = 0; i < 3; i++) {
            await spendGuesses(server, phone);
        }
        const last = await sendCode(server, phone);
        await tryCode(server, last, wrongCode(await readCode(server, last)));
        const challenge = ok(await person.api.post('/v1/me/phone', { phone }), 202);
        const code = await readCode(server, challenge);
        const body = { challenge_id: challenge.challenge_id, code };
        problem(await person.api.put('/v1/me/phone', body), 'guess_limit');
    });
});

describe('requests from one address, outside development mode', () => {
    const server = useServer({ dev: false, set: {
        'http.trusted_hops': 1, 'send.per_address_hour': 3, 'guess.per_address_10min': 2,
        'invite.per_address_10min': 2,
    } });
    const from = (address) => ({ 'X-Forwarded-For': address });
    const send = (address) =>
        server.api.post('/v1/codes', { phone: uniquePhone() }, from(address));

    it('send a few messages an hour', async () => {
        for (let i = 0; i < 3; i++) {
            ok(await send('203.0.113.5'), 202);
        }
        const refusal = problem(await send('203.0.113.5'), 'address_limit');
        assert.ok(refusal.retry_after_s <= 2 * HOUR_S);
        ok(await send('203.0.113.6'), 202);
    });

    it('are counted by the /64 of IPv6, and by the last address forwarded', async () => {
        ok(await send('2001:db8:1:2::1'), 202);
        ok(await send('198.51.100.1, 2001:db8:1:2:ffff::2'), 202);
        ok(await send('198.51.100.2, 2001:db8:1:2::3'), 202);
        problem(await send('198.51.100.3, 2001:db8:1:2::4'), 'address_limit');
        ok(await send('2001:db8:1:3::1'), 202);
    });

    it('do not count numbers that were refused', async () => {
        for (let i = 0; i < 5; i++) {
            const body = { phone: 'nonsense' };
            problem(await server.api.post('/v1/codes', body, from('203.0.113.7')),
                'phone_invalid');
        }
        ok(await send('203.0.113.7'), 202);
    });

    it('guess few codes', async () => {
        const challenge = ok(await send('203.0.113.8'), 202);
        const other = ok(await send('203.0.113.8'), 202);
        const guess = ({ challenge_id }, code) =>
            server.api.post('/v1/sessions', { challenge_id, code }, from('203.0.113.8'));
        let wrong = 0;
        for (const code of ['0000', '0001', '0002']) {
            wrong += (await guess(challenge, code)).body.code === 'code_wrong' ? 1 : 0;
        }
        assert.ok(wrong <= 2, 'a third guess went through');
        problem(await guess(other, '0000'), 'address_limit');
    });

    it('look up few invite codes', async () => {
        const find = () => server.api.get('/v1/invites/ABCDEF', from('203.0.113.9'));
        problem(await find(), 'invite_unknown');
        problem(await find(), 'invite_unknown');
        problem(await find(), 'address_limit');
    });

    it('get no development routes', async () => {
        problem(await server.api.get('/dev/outbox'), 'not_found');
        problem(await server.api.post('/dev/clock', { advance_s: 1 }), 'not_found');
        assert.doesNotMatch(server.log, / info message /);
        assert.doesNotMatch(server.log, /\+7923\d{7}/, 'whole numbers in the log');
    });
});

describe('many guesses at once from one address, outside development mode', () => {
    /* Long codes: nobody guesses right by chance. */
    const server = useServer({ dev: false, set: {
        'code.length': 10, 'send.per_address_hour': 100, 'guess.per_address_10min': 10,
    } });

    it('are as few as one after the other', async () => {
        const challenges = await Promise.all(Array.from({ length: 6 }, () => sendCode(server)));
        const replies = await Promise.all(challenges.flatMap((challenge) =>
            ['0000000000', '0000000001', '0000000002'].map((code) =>
                tryCode(server, challenge, code))));
        const count = (code) => replies.filter(({ body }) => body.code === code).length;
        assert.deepEqual([count('code_wrong'), count('address_limit')], [10, 8]);
    });
});

describe('sign-ins from one address', () => {
    /* Development mode counts what is over the limit and lets it pass. */
    const server = useServer({ set: { 'send.per_address_hour': 2 } });

    it('give their message back once, however often they are repeated', async () => {
        const challenge = await sendCode(server);
        const code = await readCode(server, challenge);
        await sendCode(server);
        assert.equal(await metric(server, 'address_over_limit_total'), 0);
        const signIns = await metric(server, 'sign_ins_total');
        const headers = { 'Idempotency-Key': randomUUID() };
        for (let i = 0; i < 4; i++) {
            ok(await tryCode(server, challenge, code, {}, headers), 201);
        }
        assert.equal(await metric(server, 'sign_ins_total'), signIns + 1);
        await sendCode(server);
        assert.equal(await metric(server, 'address_over_limit_total'), 0);
        await sendCode(server);
        assert.equal(await metric(server, 'address_over_limit_total'), 1);
    });
});

describe('the limits of one address', () => {
    const SITE = 'https://shop.example';
    /* Development mode counts what is over them, and its clock can be moved. */
    const server = useServer({ set: {
        'http.trusted_hops': 1, 'send.per_address_hour': 2, 'guess.per_address_10min': 2,
        'invite.per_address_10min': 2, 'hosted.per_address_10min': 2, 'hosted.origins': SITE,
    } });
    let elsewhere = 0;

    /** Each of these from an address that no other uses. */
    const hits = {
        send: [HOUR_S, (from) => server.api.post('/v1/codes', { phone: uniquePhone() }, from)],
        guess: [600, async (from) => {
            elsewhere += 1;
            const other = server.api.as(undefined, { 'X-Forwarded-For': `192.0.2.${elsewhere}` });
            const challenge = await sendCode(server, uniquePhone(), {}, other);
            const code = wrongCode(await readCode(server, challenge));
            return tryCode(server, challenge, code, {}, from);
        }],
        invite: [600, (from) => server.api.get('/v1/invites/ABCDEF', from)],
        grant: [600, async (from) => (await signIn(server)).api
            .post('/v1/grants', { return_to: `${SITE}/` }, from)],
    };
    Object.entries(hits).forEach(([kind, [window_s, hit]], i) => {
        it(`count over their time: ${kind}, ${window_s} s`, async () => {
            const from = { 'X-Forwarded-For': `203.0.113.${20 + i}` };
            const over = () => metric(server, 'address_over_limit_total');
            const isOver = async () => {
                const before = await over();
                await hit(from);
                return await over() > before;
            };
            assert.deepEqual([await isOver(), await isOver(), await isOver()],
                [false, false, true]);
            await advance(server, window_s / 3);
            assert.equal(await isOver(), true, 'a third of the time later');
            await advance(server, 2 * window_s);
            assert.equal(await isOver(), false, 'after all of it');
        });
    });
});

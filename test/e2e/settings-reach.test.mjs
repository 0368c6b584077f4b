/* Settings that are not at their defaults reach what they are about. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok, problem } from './lib/client.mjs';
import { useServer } from './lib/server.mjs';
import { advance, readCode, refresh, sendCode, signIn, tryCode, wrongCode } from './lib/signin.mjs';

describe('settings of codes and sessions', () => {
    const server = useServer({ set: { 'code.attempts': 7, 'token.refresh_s': 400 } });

    it('code.attempts: how many guesses a code has', async () => {
        const challenge = await sendCode(server);
        const code = await readCode(server, challenge);
        assert.equal(challenge.attempts_left, 7);
        for (let i = 1; i <= 7; i++) {
            problem(await tryCode(server, challenge, wrongCode(code, i)), 'code_wrong',
                { attempts_left: 7 - i });
        }
        problem(await tryCode(server, challenge, code), 'too_many_attempts');
    });

    it('token.refresh_s: how long a session lives that is not refreshed', async () => {
        const { tokens } = await signIn(server);
        await advance(server, 390);
        const pair = ok(await refresh(server, tokens.refresh_token));
        await advance(server, 390);
        const last = ok(await refresh(server, pair.refresh_token));
        await advance(server, 401);
        problem(await refresh(server, last.refresh_token), 'token_expired');
    });
});

describe('the setting limit.addresses', () => {
    const server = useServer({ dev: false, set: {
        'http.trusted_hops': 1, 'limit.addresses': 64, 'invite.per_address_10min': 1,
    } });
    const find = (address) =>
        server.api.get('/v1/invites/ABCDEF', { 'X-Forwarded-For': address });

    it('says how many are remembered: the oldest make room', async () => {
        problem(await find('203.0.113.1'), 'invite_unknown');
        problem(await find('203.0.113.1'), 'address_limit');
        /* The table is of small sets: enough for each of these to be full. */
        for (let i = 0; i < 400; i += 50) {
            await Promise.all(Array.from({ length: 50 }, (_, k) =>
                find(`198.51.${Math.floor((i + k) / 200)}.${(i + k) % 200}`)));
        }
        problem(await find('203.0.113.1'), 'invite_unknown');
    });
});

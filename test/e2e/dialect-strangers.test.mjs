/* What a stranger learns of a number by guessing at its codes: in normal mode nothing. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { detail, dialectClient } from './lib/dialect.mjs';
import { signInBy } from './lib/dialect_passwords.mjs';
import { leaveDevelopment } from './lib/dialect_people.mjs';
import { useServer } from './lib/server.mjs';
import { uniquePhone } from './lib/signin.mjs';

const PATHS = { send: '/auth/sms/', login: '/users/login/' };
const TRIES = 8;

describe('a number whose owner has just signed in', () => {
    const server = useServer({ set: { 'http.loops': 1, 'guess.per_address_10min': TRIES } });

    it('answers as one that nobody has, and not for ever', async () => {
        const anna = await signInBy(server, PATHS);
        await leaveDevelopment(server);
        const guess = (phone) =>
            dialectClient(server).post(PATHS.login, { phone, password: '0000' });
        const replies = [];
        for (let i = 0; i < TRIES / 2; i++) {
            replies.push(await guess(anna.phone), await guess(uniquePhone()));
        }
        for (const reply of replies) {
            detail(reply, 401, 'challenge_unknown');
            assert.equal(reply.text, replies[0].text);
        }
        detail(await guess(anna.phone), 429, 'address_limit');
    });
});

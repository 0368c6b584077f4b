/* People who have been moved in go on with the API they had: they sign in by it, and it shows them
 * what it showed before. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok } from './lib/client.mjs';
import { claimsOf, dialectClient, lastCode } from './lib/dialect.mjs';
import { pairOf } from './lib/dialect_people.mjs';
import { Original } from './lib/django.mjs';
import { ANNA, BORIS, bring, VERA, within } from './lib/moving.mjs';

const ID = 2;
const CODE = 'jSaHsu';
const INVITER = '0SOO6q';
const INVITEES = [BORIS, VERA, '+79234440014'].sort();

/* How one asks for a code and sends it back, and what is then to be seen of Anna. */
const DIALECTS = {
    initialization: {
        send: ['/users/initialization/', 'phone'],
        verify: ['/users/authentication/', 'phone', 'code'],
        profile: '/users/profile/89234440000/',
        seen: ({ phone, invite_code, activated_invite_code, invited_users }) => {
            assert.deepEqual([phone, invite_code, activated_invite_code],
                ['89234440000', CODE, INVITER]);
            assert.deepEqual(invited_users.sort(),
                INVITEES.map((number) => number.replace('+7', '8')).sort());
        },
    },
    api_users: {
        send: ['/api/users/login/', 'phone'],
        verify: ['/api/users/token/', 'phone', 'password'],
        profile: `/api/users/${ID}/`,
        seen: ({ id, phone, city, telegram_id, invite_code, referral_code, referrals }) => {
            assert.deepEqual([id, phone, city, telegram_id, invite_code, referral_code],
                [ID, ANNA, 'Новосибирск', '@anna_n', CODE, INVITER]);
            assert.deepEqual(referrals.sort(), INVITEES);
        },
    },
    send_code: {
        send: ['/send_code/', 'phone'],
        verify: ['/verify/', 'phone', 'code'],
        profile: `/users/?after=${ID - 1}`,
        seen: ([anna]) =>
            assert.deepEqual(anna, { id: ID, phone: ANNA, invite_code: CODE }),
    },
    spaced: {
        send: ['/Send%20Code/', 'phone_number'],
        verify: ['/Verify%20Code/', 'phone_number', 'code'],
        profile: '/Profile/89234440000',
        seen: ({ phone_number, invite_code, activated_invite_code, invited_users }) => {
            assert.deepEqual([phone_number, invite_code, activated_invite_code],
                [ANNA, CODE, INVITER]);
            assert.deepEqual(invited_users.sort(), INVITEES);
        },
    },
    auth_sms: {
        send: ['/auth/sms/', 'phone'],
        verify: ['/users/login/', 'phone', 'password'],
        profile: `/users/${ID}/`,
        seen: ({ phone, email, first_name, invite_code, user_referral, users_list }) => {
            assert.deepEqual([phone, email, first_name, invite_code, user_referral],
                [ANNA, 'anna@example.com', 'Анна', CODE, INVITER]);
            assert.deepEqual(users_list.sort(), INVITEES);
        },
    },
};

async function moveIn(dialect, server) {
    const original = await Original.make(dialect, 1);
    try {
        const { status, stderr } = await bring(original, server);
        assert.equal(status, 0, stderr);
    } finally {
        await original.remove();
    }
    await server.start();
}

describe('people who have moved in', () => {
    for (const [dialect, { send, verify, profile, seen }] of Object.entries(DIALECTS)) {
        it(`sign in by ${dialect}, and see what they had`, () => within(async (server) => {
            await moveIn(dialect, server);
            const client = dialectClient(server);
            ok(await client.post(send[0], { [send[1]]: '8 (923) 444-00-00' }));
            const code = await lastCode(server, ANNA);
            const reply = await client.post(verify[0],
                { [verify[1]]: '89234440000', [verify[2]]: code });
            ok(reply);
            const { access } = pairOf(reply);
            assert.equal(claimsOf(access).user_id, ID);
            seen(ok(await dialectClient(server, access).get(profile)));
        }));
    }
});

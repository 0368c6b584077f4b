/* Invite codes that cannot be activated, by every dialect that activates one, in both modes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok } from './lib/client.mjs';
import { dialectClient, fieldError, lastCode } from './lib/dialect.mjs';
import { leaveDevelopment } from './lib/dialect_people.mjs';
import { useServer } from './lib/server.mjs';
import { cooldown, signIn } from './lib/signin.mjs';

/* `again`: whether the same code may be sent twice. */
const WAYS = {
    initialization: {
        field: 'activated_invite_code', again: true,
        call: (client, { phone }, body) => client.patch(`/users/profile/${phone}/`, body),
    },
    api_users: {
        field: 'referral_code', again: true,
        call: (client, { account, phone }, body) =>
            client.put(`/api/users/${account.id}/`, { phone, ...body }),
    },
    spaced: {
        field: 'invite_code', again: false,
        call: (client, { phone }, body) => client.post(`/Profile/${phone}`, body),
    },
    'auth_sms (PATCH)': {
        field: 'user_referral', again: false,
        call: (client, { account }, body) => client.patch(`/users/update/${account.id}/`, body),
    },
    'auth_sms (PUT)': {
        field: 'user_referral', again: true,
        call: (client, { account, phone }, body) =>
            client.put(`/users/update/${account.id}/`, { phone, ...body }),
    },
};

const MODES = { development: () => {}, normal: leaveDevelopment };

for (const [mode, enterMode] of Object.entries(MODES)) {
    describe(`invite codes in ${mode} mode`, () => {
        const server = useServer({ set: { 'http.loops': 1 } });
        const invitesOf = async (people) => Promise.all(people.map(async ({ tokens }) =>
            ok(await dialectClient(server, tokens.access_token).get('/v1/me')).invited_by
                ?.invite_code ?? null));

        it('are activated once, if they are somebody else\'s', async () => {
            const [first, second] = [await signIn(server), await signIn(server)];
            const people = [];
            for (let i = 0; i < Object.keys(WAYS).length; i++) {
                people.push(await signIn(server));
            }
            await enterMode(server);
            for (const [i, { field, again, call }] of Object.values(WAYS).entries()) {
                const person = people[i];
                const client = dialectClient(server, person.tokens.access_token);
                const send = (code) => call(client, person, { [field]: code });
                fieldError(await send('222222'), field);
                fieldError(await send(person.account.invite_code), field);
                assert.deepEqual(await invitesOf([person]), [null]);
                ok(await send(first.account.invite_code));
                fieldError(await send(second.account.invite_code), field);
                const repeated = await send(first.account.invite_code);
                if (again) {
                    ok(repeated);
                } else {
                    fieldError(repeated, field);
                }
                assert.deepEqual(await invitesOf([person]), [first.account.invite_code]);
            }
        });
    });

    describe(`invite codes at /verify/ in ${mode} mode`, () => {
        const server = useServer({ set: { 'http.loops': 1, 'send.cooldown_s': 0 } });

        it('never fail a sign-in: unknown, one\'s own, a second one', async () => {
            const [first, second] = [await signIn(server), await signIn(server)];
            const [loner, anna] = [await signIn(server), await signIn(server)];
            const codeOf = async ({ phone }, count) => {
                await cooldown(server);
                ok(await dialectClient(server).post('/send_code/', { phone }));
                return lastCode(server, phone, count);
            };
            const [unknown, own] = [loner, anna].map(({ phone }) => ({ phone }));
            unknown.code = await codeOf(loner, 2);
            own.code = await codeOf(anna, 2);
            own.invite_code = anna.account.invite_code;
            unknown.invite_code = '222222';
            const taken = await signIn(server);
            ok(await dialectClient(server, taken.tokens.access_token)
                .post(`/Profile/${taken.phone}`, { invite_code: first.account.invite_code }));
            const late = {
                phone: taken.phone, code: await codeOf(taken, 2),
                invite_code: second.account.invite_code,
            };
            await enterMode(server);
            for (const [person, body, invite] of [[loner, unknown, null], [anna, own, null],
                [taken, late, first.account.invite_code]]) {
                assert.deepEqual(ok(await dialectClient(server).post('/verify/', body)),
                    { message: 'User verified' });
                const { invited_by } = ok(await dialectClient(server, person.tokens.access_token)
                    .get('/v1/me'));
                assert.equal(invited_by?.invite_code ?? null, invite);
            }
        });
    });
}

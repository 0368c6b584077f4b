/* A number that is changed by a dialect: the two that let it be changed want a code from the new
 * one, auth_sms in development mode does as its original did. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok } from './lib/client.mjs';
import { claimsOf, detail, dialectClient, fieldError } from './lib/dialect.mjs';
import { askCode, signInBy, withRole } from './lib/dialect_passwords.mjs';
import { leaveDevelopment } from './lib/dialect_people.mjs';
import { useServer } from './lib/server.mjs';
import { advance, cooldown, signIn, uniquePhone, wrongCode } from './lib/signin.mjs';
import { query } from './lib/store.mjs';

const DIALECTS = [
    {
        name: 'api_users', proof: 'auth_code', profile: (id) => `/api/users/${id}/`,
        paths: { send: '/api/users/login/', login: '/api/users/token/' },
        update: (id) => `/api/users/${id}/`,
    },
    {
        name: 'auth_sms', proof: 'password', profile: (id) => `/users/${id}/`,
        paths: { send: '/auth/sms/', login: '/users/login/' },
        update: (id) => `/users/update/${id}/`,
    },
];

const eventsOf = (server, id) => query(server,
    'SELECT event, session_id, address, actor_id FROM audit WHERE account_id = ? ORDER BY id', [id])
    .map(({ event, session_id, address, actor_id }) =>
        ({ event, session: Number(session_id), address, actor: Number(actor_id) }));

for (const { name, proof, paths, profile, update } of DIALECTS) {
    describe(`${name}: a new number`, () => {
        const server = useServer({ set: { 'http.loops': 1 } });

        it('is taken with the code that was sent to it, once', async () => {
            const anna = await signInBy(server, paths);
            const boris = await signInBy(server, paths);
            const vera = await signIn(server);
            const [phone, wanted, other] = [uniquePhone(), uniquePhone(), uniquePhone()];
            const [code, wantedCode, takenCode] = [await askCode(server, paths.send, phone),
                await askCode(server, paths.send, wanted),
                (await cooldown(server), await askCode(server, paths.send, vera.phone, 2))];
            await leaveDevelopment(server);
            const client = dialectClient(server, anna.pair.access);
            const put = (body, who = client) => who.put(update(anna.id), body);

            for (const number of [phone, other]) {
                fieldError(await put({ phone: number }), 'phone');
            }
            const refusal = await put({ phone });
            assert.ok(refusal.body.phone[0].includes(proof), refusal.text);
            fieldError(await put({ phone, [proof]: 'x' }), proof);
            detail(await put({ phone, [proof]: wrongCode(code) }), 400, 'code_wrong');
            detail(await put({ phone: other, [proof]: code }), 400, 'challenge_unknown');
            detail(await put({ phone, [proof]: code }, dialectClient(server, boris.pair.access)),
                403, 'forbidden');
            fieldError(await put({ phone: vera.phone, [proof]: takenCode }), 'phone');
            assert.equal(ok(await client.get(profile(anna.id))).phone, anna.phone);

            const moved = ok(await put({ phone: `8${phone.slice(2)}`, [proof]: code,
                email: 'anna@example.com' }));
            assert.deepEqual([moved.phone, moved.email], [phone, 'anna@example.com']);
            ok(await put({ phone, [proof]: code }));
            detail(await put({ phone: anna.phone, [proof]: code }), 400, 'challenge_unknown');
            const changes = eventsOf(server, anna.id)
                .filter(({ event }) => event === 'phone_change');
            assert.deepEqual(changes.map(({ session, actor }) => [session > 0, actor]),
                [[true, 0]]);
            assert.match(changes[0].address, /127\.0\.0\.1|::1/);
            /* All of it or nothing, the number with it; the code is used. */
            fieldError(await put({ phone: wanted, [proof]: wantedCode,
                [name === 'auth_sms' ? 'user_referral' : 'referral_code']: '222222' }),
            name === 'auth_sms' ? 'user_referral' : 'referral_code');
            assert.equal(ok(await client.get(profile(anna.id))).phone, phone);
            detail(await put({ phone: wanted, [proof]: wantedCode }), 400, 'challenge_unknown');
        });
    });

    describe(`${name}: a number that was changed`, () => {
        const server = useServer({ set: { 'http.loops': 1 } });

        it('signs in, the old one is free, and codes of both are void', async () => {
            const anna = await signInBy(server, paths);
            const phone = uniquePhone();
            const code = await askCode(server, paths.send, phone);
            await cooldown(server);
            const old = await askCode(server, paths.send, anna.phone, 2);
            ok(await anna.api.put(update(anna.id), { phone, [proof]: code }));
            detail(await dialectClient(server).post(paths.login,
                { phone: anna.phone, password: old }), 401, 'code_superseded');
            await cooldown(server);
            assert.equal((await signInBy(server, paths, phone, 2)).id, anna.id);
            await cooldown(server);
            assert.notEqual((await signInBy(server, paths, anna.phone, 3)).id, anna.id);
        });

        it('goes to one of many who want it at once', async () => {
            const phone = uniquePhone();
            const people = [];
            for (let i = 0; i < 6; i++) {
                people.push(await signInBy(server, paths));
            }
            const code = await askCode(server, paths.send, phone);
            const replies = await Promise.all(people.map(({ id, api }) =>
                api.put(update(id), { phone, [proof]: code })));
            assert.equal(replies.filter(({ status }) => status === 200).length, 1);
            const owners = query(server, 'SELECT id FROM account WHERE phone = ?', [phone]);
            assert.equal(owners.length, 1);
        });

        it('is refused with a code that is over, or tried too often', async () => {
            const anna = await signInBy(server, paths);
            const phone = uniquePhone();
            const put = (body) => anna.api.put(update(anna.id), body);
            const late = await askCode(server, paths.send, phone);
            await advance(server, 121);
            detail(await put({ phone, [proof]: late }), 400, 'code_expired');
            const code = await askCode(server, paths.send, phone, 2);
            for (let left = 2; left >= 0; left -= 1) {
                const reply = await put({ phone, [proof]: wrongCode(code, left + 1) });
                detail(reply, 400, 'code_wrong');
                assert.equal(reply.body.attempts_left, left);
            }
            detail(await put({ phone, [proof]: code }), 400, 'too_many_attempts');
        });

        it('may be changed by an administrator, with the code', async () => {
            const anna = await signInBy(server, paths);
            const admin = await withRole(server, 'admin');
            const phone = uniquePhone();
            const code = await askCode(server, paths.send, phone);
            assert.equal(ok(await admin.api.put(update(anna.id), { phone, [proof]: code })).phone,
                phone);
            const [entry, ...more] = eventsOf(server, anna.id)
                .filter(({ event }) => ['phone_change', 'admin_update'].includes(event));
            assert.deepEqual([entry.event, entry.actor, more], ['admin_update', admin.id, []]);
        });
    });
}

describe('auth_sms: a new number in development mode', () => {
    const server = useServer({ set: { 'http.loops': 1 } });
    const { paths, update } = DIALECTS[1];

    it('is taken as the original took it', async () => {
        const anna = await signInBy(server, paths);
        const example = {
            phone: '+78888888888', email: 'admin@sky.pro', first_name: 'Admin',
            last_name: 'SkyPro', avatar: null, user_referral: null,
        };
        const changed = ok(await dialectClient(server).put(update(anna.id), example));
        assert.equal(changed.phone, '+78888888888');
        assert.equal(ok(await dialectClient(server).get(`/users/${anna.id}/`)).phone,
            '+78888888888');
        const { access } = (await signInBy(server, paths, '+78888888888')).pair;
        assert.equal(claimsOf(access).user_id, anna.id);
        const boris = await signInBy(server, paths);
        fieldError(await boris.api.put(update(boris.id), example), 'phone');
        fieldError(await boris.api.patch(update(boris.id), { phone: anna.phone, email: 'x' }),
            'email');
        assert.equal(ok(await boris.api.patch(update(boris.id), { phone: anna.phone })).phone,
            anna.phone);
        detail(await dialectClient(server).put(update(boris.id),
            { phone: uniquePhone(), password: '0000' }), 400, 'challenge_unknown');
    });
});

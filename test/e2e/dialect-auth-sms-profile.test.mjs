/* The dialect `auth_sms`: profiles and their changes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok } from './lib/client.mjs';
import { claimsOf, detail, dialectClient, fieldError, lastCode } from './lib/dialect.mjs';
import { signInBy, withRole } from './lib/dialect_passwords.mjs';
import { leaveDevelopment } from './lib/dialect_people.mjs';
import { useServer } from './lib/server.mjs';
import { cooldown } from './lib/signin.mjs';

const PATHS = { send: '/auth/sms/', login: '/users/login/' };
const profileOf = (id) => `/users/${id}/`;
const updateOf = (id) => `/users/update/${id}/`;
const deleteOf = (id) => `/users/delete/${id}/`;
const ALREADY = 'Referral already input.';
const unknown = (code) => `Object with referral=${code} does not exist.`;

const person = (server) => signInBy(server, PATHS);
const read = async ({ api, id }) => ok(await api.get(profileOf(id)));
const patch = (who, fields, headers) => who.api.patch(updateOf(who.id), fields, headers);
const put = (who, fields) => who.api.put(updateOf(who.id), { phone: who.phone, ...fields });

describe('auth_sms: profiles', () => {
    const server = useServer({ set: { 'http.loops': 1 } });

    it('are as the document shows them, with the code to share', async () => {
        const anna = await person(server);
        const { invite_code, ...rest } = await read(anna);
        assert.match(invite_code, /^[0-9A-Za-z]{6}$/);
        assert.deepEqual(rest, { users_list: [], phone: anna.phone, email: null, first_name: null,
            last_name: null, avatar: null, self_referral: anna.id, user_referral: null });
        /* Development mode needs no token. */
        assert.deepEqual(ok(await dialectClient(server).get(`/users/${anna.id}`)),
            { ...rest, invite_code });
        const head = await anna.api.call('HEAD', profileOf(anna.id));
        assert.deepEqual([head.status, head.text], [200, '']);
        for (const id of ['0', 'x', '-1', '1.5', '01', '9'.repeat(25), 999999]) {
            detail(await anna.api.get(profileOf(id)), 404, 'not_found');
            detail(await anna.api.patch(updateOf(id), {}), 404, 'not_found');
            detail(await anna.api.delete(deleteOf(id)), 404, 'not_found');
        }
    });

    it('are changed by PUT, cleared, and keep what is not named', async () => {
        const anna = await person(server);
        const fields = { email: 'admin@sky.pro', first_name: 'Admin', last_name: 'SkyPro' };
        const changed = ok(await put(anna, { ...fields, avatar: null, user_referral: null }));
        assert.deepEqual(changed, { ...await read(anna), ...fields });
        ok(await put(anna, { first_name: null, last_name: '' }));
        const { email, first_name, last_name } = await read(anna);
        assert.deepEqual([email, first_name, last_name], ['admin@sky.pro', null, null]);
        assert.equal(ok(await patch(anna, { first_name: 'Анна' })).first_name, 'Анна');
        assert.equal(ok(await patch(anna, {})).first_name, 'Анна');
    });

    it('are changed wholly or not at all', async () => {
        const anna = await person(server);
        const boris = await person(server);
        const { invite_code } = await read(boris);
        ok(await patch(anna, { user_referral: invite_code }));
        const before = await read(anna);
        for (const change of [put, patch]) {
            for (const [field, value] of [['email', 'nonsense'], ['email', 7],
                ['first_name', '\u0001'], ['last_name', 'x'.repeat(101)], ['avatar', 'data:,'],
                ['avatar', []], ['user_referral', 'zzzzzz'], ['phone', boris.phone],
                ['user_referral', before.invite_code], ['user_referral', '1'.repeat(65)],
                ['phone', 'nonsense']]) {
                const reply = await change(anna, { email: 'a@b.ru', [field]: value });
                fieldError(reply, field);
            }
        }
        fieldError(await patch(anna, { email: 'a@b.ru', user_referral: invite_code }),
            'user_referral', ALREADY);
        fieldError(await anna.api.put(updateOf(anna.id), { email: 'a@b.ru' }), 'phone',
            'This field is required.');
        assert.deepEqual(await read(anna), before);
    });

    it('keep their number, however it is written', async () => {
        const anna = await person(server);
        const written = anna.phone.replace('+7', '8-');
        for (const change of [put, patch]) {
            assert.equal(ok(await change(anna, { phone: written })).phone, anna.phone);
        }
    });

    it('take one invite code, once, by PATCH', async () => {
        const [anna, boris, vera] =
            [await person(server), await person(server), await person(server)];
        const { invite_code } = await read(anna);
        const changed = ok(await patch(boris, { user_referral: invite_code }));
        assert.equal(changed.user_referral, invite_code);
        assert.deepEqual((await read(anna)).users_list, [boris.phone]);
        for (const user_referral of [invite_code, (await read(vera)).invite_code]) {
            fieldError(await patch(boris, { user_referral }), 'user_referral', ALREADY);
        }
        fieldError(await patch(boris, { user_referral: '222222' }), 'user_referral',
            unknown('222222'));
        fieldError(await patch(anna, { user_referral: invite_code }), 'user_referral',
            'Your own code');
        for (const user_referral of [null, '']) {
            assert.equal(ok(await patch(boris, { user_referral })).user_referral, invite_code);
        }
        /* The original's words, whatever the language; others are translated. */
        const russian = { 'Accept-Language': 'ru' };
        fieldError(await patch(boris, { user_referral: invite_code }, russian), 'user_referral',
            ALREADY);
        fieldError(await patch(anna, { user_referral: invite_code }, russian), 'user_referral',
            'Ваш собственный код');
    });

    it('take the same code again by PUT, and no other', async () => {
        const [anna, boris, vera] =
            [await person(server), await person(server), await person(server)];
        const { invite_code: user_referral } = await read(anna);
        ok(await put(vera, { user_referral, first_name: 'Vera' }));
        const again = ok(await put(vera, { user_referral, first_name: 'Вера' }));
        assert.deepEqual([again.first_name, again.user_referral], ['Вера', user_referral]);
        const other = { user_referral: (await read(boris)).invite_code };
        fieldError(await put(vera, other), 'user_referral', ALREADY);
        fieldError(await put(vera, { user_referral: '222222' }), 'user_referral',
            unknown('222222'));
    });

    it('say which code does not exist, whatever is in it', async () => {
        const anna = await person(server);
        for (const code of ['222222', '"><script>', 'ой', '%s%n', '\\"', ' ']) {
            fieldError(await patch(anna, { user_referral: code }), 'user_referral', unknown(code));
        }
    });

    it('take one code of many at once', async () => {
        const [anna, boris, vera] =
            [await person(server), await person(server), await person(server)];
        const codes = await Promise.all([anna, boris].map(async (who) =>
            (await read(who)).invite_code));
        const replies = await Promise.all(Array.from({ length: 10 }, (_, i) =>
            patch(vera, { user_referral: codes[i % 2], first_name: `Number ${i}` })));
        const winners = replies.flatMap(({ status }, i) => (status === 200 ? [i] : []));
        assert.equal(winners.length, 1);
        const { user_referral, first_name } = await read(vera);
        assert.deepEqual([user_referral, first_name],
            [codes[winners[0] % 2], `Number ${winners[0]}`]);
        replies.filter((reply, i) => i !== winners[0])
            .forEach((reply) => fieldError(reply, 'user_referral', ALREADY));
    });

    it('are erased with 204, and the number is free', async () => {
        const anna = await person(server);
        const boris = await person(server);
        ok(await patch(boris, { user_referral: (await read(anna)).invite_code }));
        const gone = await boris.api.delete(deleteOf(boris.id));
        assert.deepEqual([gone.status, gone.text], [204, '']);
        detail(await anna.api.get(profileOf(boris.id)), 404, 'not_found');
        detail(await anna.api.delete(deleteOf(boris.id)), 404, 'not_found');
        detail(await anna.api.patch(updateOf(boris.id), { first_name: 'x' }), 404, 'not_found');
        assert.deepEqual((await read(anna)).users_list, []);
        await cooldown(server);
        const sent = await dialectClient(server).post(PATHS.send, { phone: boris.phone });
        assert.equal(sent.status, 201);
        const password = await lastCode(server, boris.phone);
        const { access } = ok(await dialectClient(server).post(PATHS.login,
            { phone: boris.phone, password }));
        const { user_id: id } = claimsOf(access);
        assert.notEqual(id, boris.id);
        assert.equal((await read({ api: anna.api, id })).user_referral, null);
    });
});

describe('auth_sms: changes, outside development mode', () => {
    const server = useServer({ set: { 'http.loops': 1, dialects: 'auth_sms' } });

    it('are for the person and for administrators', async () => {
        const anna = await person(server);
        const boris = await person(server);
        const moderator = await withRole(server, 'moderator');
        const admin = await withRole(server, 'admin');
        const before = await read(anna);
        await leaveDevelopment(server);
        const as = (who) => dialectClient(server, who?.api.token);
        const body = { phone: anna.phone, first_name: 'Анна' };
        for (const [who, status, code] of [[undefined, 401, 'token_missing'],
            [boris, 403, 'forbidden'], [moderator, 403, 'forbidden']]) {
            for (const id of [anna.id, 999999]) {
                detail(await as(who).get(profileOf(id)), status, code);
                detail(await as(who).patch(updateOf(id), body), status, code);
                detail(await as(who).put(updateOf(id), body), status, code);
                detail(await as(who).delete(deleteOf(id)), status, code);
            }
        }
        assert.deepEqual(ok(await as(anna).get(profileOf(anna.id))), before);
        assert.equal(ok(await as(anna).patch(updateOf(anna.id), body)).first_name, 'Анна');
        assert.equal(ok(await as(admin).put(updateOf(anna.id), { ...body, first_name: 'A' }))
            .first_name, 'A');
        fieldError(await as(admin).put(updateOf(anna.id), { phone: admin.phone }), 'phone');
        detail(await as(admin).patch(updateOf(999999), {}), 404, 'not_found');
        assert.equal((await as(anna).delete(deleteOf(anna.id))).status, 204);
        detail(await as(anna).get(profileOf(anna.id)), 401, 'token_not_valid');
        assert.equal((await as(admin).delete(deleteOf(boris.id))).status, 204);
        detail(await as(admin).delete(deleteOf(boris.id)), 404, 'not_found');
        detail(await as(boris).get(profileOf(boris.id)), 401, 'token_not_valid');
    });
});

describe('auth_sms: invite codes tried by one address', () => {
    const server = useServer({ set: { dialects: 'auth_sms', 'invite.per_address_10min': 3 } });

    it('are as few as elsewhere', async () => {
        const anna = await person(server);
        await leaveDevelopment(server);
        const tried = (fields) => dialectClient(server, anna.pair.access)
            .patch(updateOf(anna.id), fields);
        for (let i = 0; i < 3; i++) {
            fieldError(await tried({ user_referral: '222222' }), 'user_referral');
        }
        detail(await tried({ user_referral: '222222' }), 429, 'address_limit');
        ok(await tried({ first_name: 'Anna' }));
    });
});

describe('auth_sms: rings of invites, where they are refused', () => {
    const server = useServer({ set: { 'invite.cycles': 'refuse' } });

    it('are 400', async () => {
        const anna = await person(server);
        const boris = await person(server);
        ok(await patch(boris, { user_referral: (await read(anna)).invite_code }));
        fieldError(await patch(anna, { user_referral: (await read(boris)).invite_code }),
            'user_referral', 'Circle of invites');
    });
});

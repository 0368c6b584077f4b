/* The dialect `api_users`: profiles, their changes and the list of accounts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok } from './lib/client.mjs';
import { detail, dialectClient, fieldError } from './lib/dialect.mjs';
import { signInBy, withRole } from './lib/dialect_passwords.mjs';
import { leaveDevelopment } from './lib/dialect_people.mjs';
import { useServer } from './lib/server.mjs';
import { cooldown, uniquePhone } from './lib/signin.mjs';

const PATHS = { send: '/api/users/login/', login: '/api/users/token/' };
const LIST = '/api/users/list/';
const profileOf = (id) => `/api/users/${id}/`;
const FIELDS = ['id', 'phone', 'avatar', 'email', 'city', 'telegram_id', 'invite_code',
    'referral_code'];

describe('api_users: profiles', () => {
    const server = useServer({ set: { 'http.loops': 1 } });
    const person = (phone, count) => signInBy(server, PATHS, phone, count);
    const read = async ({ api, id }) => ok(await api.get(profileOf(id)));
    const change = (who, fields, headers) =>
        who.api.put(profileOf(who.id), { phone: who.phone, ...fields }, headers);

    it('begin empty but for the number and the invite code', async () => {
        const anna = await person();
        const { invite_code, ...rest } = await read(anna);
        assert.match(invite_code, /^[0-9A-Za-z]{6}$/);
        assert.deepEqual(rest, { id: anna.id, phone: anna.phone, avatar: null, email: null,
            city: null, telegram_id: null, referral_code: null, referrals: [] });
        assert.deepEqual(Object.keys(await read(anna)), [...FIELDS, 'referrals']);
        const head = await anna.api.call('HEAD', profileOf(anna.id));
        assert.deepEqual([head.status, head.text], [200, '']);
        ok(await anna.api.get(`/api/users/${anna.id}`));
    });

    it('are changed, cleared, and keep what is not named', async () => {
        const anna = await person();
        const fields = { email: 'anna@example.com', city: 'Омск', telegram_id: '@anna_o' };
        const changed = ok(await change(anna, { ...fields, avatar: null }));
        assert.deepEqual(changed, { ...await read(anna), ...fields });
        ok(await change(anna, { city: null }));
        ok(await change(anna, { telegram_id: '' }));
        const { email, city, telegram_id } = await read(anna);
        assert.deepEqual([email, city, telegram_id], ['anna@example.com', null, null]);
    });

    it('are changed wholly or not at all', async () => {
        const anna = await person();
        const boris = await person();
        const before = await read(anna);
        for (const [field, value] of [['email', 'nonsense'], ['email', 7], ['city', '\u0001'],
            ['city', 'x'.repeat(101)], ['telegram_id', '@a'], ['avatar', 'data:,'],
            ['avatar', {}], ['referral_code', 'zzzzzz'], ['referral_code', before.invite_code],
            ['referral_code', '1'.repeat(65)], ['phone', boris.phone], ['phone', 'nonsense'],
            ['phone', null]]) {
            const reply = await change(anna, { city: 'Omsk', email: 'a@b.ru', [field]: value });
            fieldError(reply, field);
        }
        fieldError(await anna.api.put(profileOf(anna.id), { email: 'a@b.ru' }), 'phone',
            'This field is required.');
        assert.deepEqual(await read(anna), before);
    });

    it('keep their number, however it is written', async () => {
        const anna = await person();
        ok(await change(anna, { phone: `8 (923) ${anna.phone.slice(5)}` }));
        const refusal = await change(anna, { phone: uniquePhone() });
        fieldError(refusal, 'phone');
        assert.match(refusal.body.phone[0], /`auth_code`/);
        const russian = await change(anna, { phone: uniquePhone() }, { 'Accept-Language': 'ru' });
        assert.match(russian.body.phone[0], /^Новый номер подтверждается: .*auth_code/);
    });

    it('show whose code was activated, and who activated theirs', async () => {
        const [anna, boris, vera] = [await person(), await person(), await person()];
        const { invite_code } = await read(anna);
        const changed = ok(await change(boris, { referral_code: invite_code, city: 'Omsk' }));
        assert.deepEqual([changed.referral_code, changed.city], [invite_code, 'Omsk']);
        ok(await change(vera, { referral_code: ` ${invite_code} ` }));
        assert.deepEqual((await read(anna)).referrals, [vera.phone, boris.phone]);
        /* The same code again is no change; another is refused. */
        ok(await change(boris, { referral_code: invite_code }));
        ok(await change(boris, { referral_code: null }));
        ok(await change(boris, { referral_code: '' }));
        const other = (await read(vera)).invite_code;
        fieldError(await change(boris, { referral_code: other }), 'referral_code',
            'Already activated');
        fieldError(await change(anna, { referral_code: 'zzzzzz' }), 'referral_code',
            'Invite code unknown');
        fieldError(await change(anna, { referral_code: invite_code }), 'referral_code',
            'Your own code');
        assert.equal((await read(boris)).referral_code, invite_code);
        /* Two may activate each other's. */
        ok(await change(anna, { referral_code: (await read(boris)).invite_code }));
    });

    it('are activated once by many at once', async () => {
        const [anna, boris, vera] = [await person(), await person(), await person()];
        const codes = await Promise.all([anna, boris].map(async (who) =>
            (await read(who)).invite_code));
        const replies = await Promise.all(Array.from({ length: 10 }, (_, i) =>
            change(vera, { referral_code: codes[i % 2], city: `City ${i % 2}` })));
        const { referral_code, city } = await read(vera);
        const winner = codes.indexOf(referral_code);
        replies.forEach((reply, i) => assert.equal(reply.status, i % 2 === winner ? 200 : 400));
        assert.equal(city, `City ${winner}`);
    });

    it('of others are closed, also in development mode', async () => {
        const anna = await person();
        const boris = await person();
        const admin = await withRole(server, 'admin');
        const body = { phone: anna.phone, city: 'Omsk' };
        const before = await read(anna);
        for (const [api, status, code] of [[dialectClient(server), 401, 'token_missing'],
            [boris.api, 403, 'forbidden']]) {
            detail(await api.get(profileOf(anna.id)), status, code);
            detail(await api.put(profileOf(anna.id), body), status, code);
            detail(await api.delete(profileOf(anna.id)), status, code);
            detail(await api.get(profileOf(999999)), status, code);
            detail(await api.delete(profileOf(999999)), status, code);
        }
        assert.deepEqual(await read(anna), before);
        assert.equal(ok(await admin.api.put(profileOf(anna.id), body)).city, 'Omsk');
        /* It is the person's number that is asked for, not the administrator's. */
        fieldError(await admin.api.put(profileOf(anna.id), { phone: admin.phone }), 'phone');
        detail(await admin.api.put(profileOf(999999), body), 404, 'not_found');
    });

    it('are erased with 204, and the number is free', async () => {
        const anna = await person();
        const boris = await person();
        ok(await change(boris, { referral_code: (await read(anna)).invite_code }));
        const gone = await boris.api.delete(profileOf(boris.id));
        assert.deepEqual([gone.status, gone.text], [204, '']);
        detail(await boris.api.get(profileOf(boris.id)), 401, 'token_not_valid');
        detail(await boris.api.delete(profileOf(boris.id)), 401, 'token_not_valid');
        assert.deepEqual((await read(anna)).referrals, []);
        await cooldown(server);
        const again = await person(boris.phone, 1);
        assert.notEqual(again.id, boris.id);
        assert.equal((await read(again)).referral_code, null);
        const admin = await withRole(server, 'admin');
        assert.equal((await admin.api.delete(profileOf(again.id))).status, 204);
        detail(await admin.api.delete(profileOf(again.id)), 404, 'not_found');
        detail(await admin.api.get(profileOf(again.id)), 404, 'not_found');
    });
});

describe('api_users: masked numbers', () => {
    const server = useServer({ set: { 'invite.phones': 'masked' } });

    it('are masked here too', async () => {
        const anna = await signInBy(server, PATHS);
        const boris = await signInBy(server, PATHS);
        const { invite_code } = ok(await anna.api.get(profileOf(anna.id)));
        ok(await boris.api.put(profileOf(boris.id),
            { phone: boris.phone, referral_code: invite_code }));
        const [shown] = ok(await anna.api.get(profileOf(anna.id))).referrals;
        assert.match(shown, /^\+7923•+\d\d$/);
    });
});

describe('api_users: invite codes tried by one address', () => {
    const server = useServer({ set: { dialects: 'api_users', 'invite.per_address_10min': 3 } });

    it('are as few as elsewhere', async () => {
        const anna = await signInBy(server, PATHS);
        await leaveDevelopment(server, { dialects: 'api_users' });
        const put = (referral_code) => dialectClient(server, anna.pair.access)
            .put(profileOf(anna.id), { phone: anna.phone, referral_code });
        for (let i = 0; i < 3; i++) {
            fieldError(await put('zzzzzz'), 'referral_code');
        }
        detail(await put('zzzzzz'), 429, 'address_limit');
        ok(await put(null));
    });
});

describe('api_users: the list of accounts', () => {
    const server = useServer({ set: { 'http.loops': 1, dialects: 'api_users' } });

    it('is for moderators and administrators, in both modes', async () => {
        const anna = await signInBy(server, PATHS);
        const staff = [await withRole(server, 'moderator'), await withRole(server, 'admin')];
        for (const dev of [true, false]) {
            if (!dev) {
                await leaveDevelopment(server, { dialects: 'api_users' });
            }
            const list = (who, query = '') => dialectClient(server, who?.api.token)
                .get(`${LIST}${query}`);
            detail(await list(undefined), 401, 'token_missing');
            detail(await list(anna), 403, 'forbidden');
            for (const one of staff) {
                const all = ok(await list(one));
                assert.deepEqual(all.map(({ id }) => id), [anna, ...staff].map(({ id }) => id));
                assert.deepEqual(Object.keys(all[0]), FIELDS);
                const rest = ok(await list(one, `?after=${anna.id}`));
                assert.deepEqual(rest, all.slice(1));
                assert.deepEqual(ok(await list(one, '?after=999999')), []);
                fieldError(await list(one, '?after=x'), 'after');
            }
        }
    });
});

/* The dialect `initialization`, from its own document and beyond. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { metric, ok } from './lib/client.mjs';
import { together } from './lib/crowd.mjs';
import { detail, dialectClient, fieldError } from './lib/dialect.mjs';
import { account, again, enter, leaveDevelopment, send } from './lib/dialect_people.mjs';
import { describeBodies } from './lib/dialect_forms.mjs';
import { describeSending, describeVerifying } from './lib/dialect_suites.mjs';
import { describeModes, describePair } from './lib/dialect_tokens.mjs';
import { useServer } from './lib/server.mjs';
import { signIn, uniquePhone } from './lib/signin.mjs';

const DIALECT = {
    name: 'initialization',
    send: '/users/initialization/',
    verify: '/users/authentication/',
    refresh: '/users/token/refresh/',
    phone: 'phone',
    russian: true,
};

describeSending(DIALECT);
describeVerifying(DIALECT);
describePair(DIALECT);
describeModes(DIALECT);

const eight = (phone) => `8${phone.slice(2)}`;
const path = (phone) => `/users/profile/${encodeURIComponent(eight(phone))}/`;
const read = async (client, { phone }) => ok(await client.get(path(phone)));
const change = (client, { phone }, body) => client.patch(path(phone), body);
const activate = (client, person, code) =>
    change(client, person, { activated_invite_code: code });

describeBodies(DIALECT, async (form, person, server) => {
    const { invite_code } = await read(person.client, person);
    const inviter = await enter(server, DIALECT);
    const code = (await read(inviter.client, inviter)).invite_code;
    const patch = (fields) => form(person.client, 'PATCH', path(person.phone), fields);
    fieldError(await patch({ activated_invite_code: invite_code }), 'activated_invite_code');
    ok(await patch({ activated_invite_code: code, email: 'anna+1@example.ru' }));
    assert.equal((await read(person.client, person)).email, 'anna+1@example.ru');
    /* As a form says null, and nothing. */
    ok(await patch({ activated_invite_code: '', email: '' }));
    assert.deepEqual(await read(person.client, person), {
        phone: eight(person.phone), email: null, invite_code, activated_invite_code: code,
        invited_users: [],
    });
});

describe('initialization', () => {
    const server = useServer();
    const inviteOf = async (person) => (await read(person.client, person)).invite_code;

    it("replies as the original's document shows", async () => {
        const sent = await send(server, DIALECT, '89234440000', { 'Accept-Language': 'en' });
        assert.deepEqual(ok(sent), ['Код отправлен']);
        const person = await enter(server, DIALECT);
        const profile = await read(person.client, person);
        assert.match(profile.invite_code, /^\w{6}$/);
        assert.deepEqual(Object.entries(profile), Object.entries({
            phone: eight(person.phone), email: null, invite_code: profile.invite_code,
            activated_invite_code: null, invited_users: [],
        }));
        const inviter = await enter(server, DIALECT);
        const code = await inviteOf(inviter);
        const reply = await activate(person.client, person, code);
        assert.deepEqual(Object.entries(ok(reply)), Object.entries({
            phone: eight(person.phone), invite_code: profile.invite_code,
            activated_invite_code: code, invited_users: [],
        }));
        assert.deepEqual((await read(inviter.client, inviter)).invited_users,
            [eight(person.phone)]);
    });

    it('finds a person by every way to write the number', async () => {
        const person = await enter(server, DIALECT);
        const expected = await read(person.client, person);
        const tail = person.phone.slice(2);
        for (const typed of [person.phone, `%2B7${tail}`, `7${tail}`, `8${tail}`, tail,
            encodeURIComponent(`8 (${tail.slice(0, 3)}) ${tail.slice(3)}`)]) {
            for (const end of ['/', '']) {
                const reply = await person.client.get(`/users/profile/${typed}${end}`);
                assert.deepEqual(ok(reply), expected);
            }
        }
        const head = await person.client.call('HEAD', path(person.phone));
        assert.deepEqual([head.status, head.text], [200, '']);
    });

    it('shows Russian numbers with 8 and others as they are', async () => {
        const inviter = await enter(server, DIALECT);
        const code = await inviteOf(inviter);
        for (const phone of ['+375291234567', '+77011234567', uniquePhone()]) {
            const person = await enter(server, DIALECT, phone);
            ok(await person.client.patch(`/users/profile/${phone}/`,
                { activated_invite_code: code }));
        }
        const { invited_users: [newest, ...older] } = await read(inviter.client, inviter);
        assert.match(newest, /^8923\d{7}$/);
        assert.deepEqual(older, ['+77011234567', '+375291234567']);
    });

    it('activates one code, and the same again does no harm', async () => {
        const [person, first, second] = await together(3, () => enter(server, DIALECT));
        const [code, other] = [await inviteOf(first), await inviteOf(second)];
        const count = () => metric(server, 'invite_activations_total');
        const before = await count();
        ok(await activate(person.client, person, code));
        ok(await activate(person.client, person, code));
        assert.equal(await count(), before + 1);
        ok(await change(person.client, person, { activated_invite_code: code, email: 'a@b.ru' }));
        fieldError(await activate(person.client, person, other), 'activated_invite_code',
            'Приглашение уже принято');
        const profile = await read(person.client, person);
        assert.deepEqual([profile.activated_invite_code, profile.email], [code, 'a@b.ru']);
        assert.equal((await read(first.client, first)).invited_users.length, 1);
        assert.equal((await read(second.client, second)).invited_users.length, 0);
    });

    it('refuses codes that are unknown or their own', async () => {
        const person = await enter(server, DIALECT);
        for (const code of ['000000', '', 'нет', 'ABCDEFG', '!!!!!!']) {
            fieldError(await activate(person.client, person, code), 'activated_invite_code',
                'Неизвестный код приглашения');
        }
        fieldError(await activate(person.client, person, await inviteOf(person)),
            'activated_invite_code', 'Ваш собственный код');
        for (const code of [['ABCDEF'], true, 'x'.repeat(65)]) {
            fieldError(await activate(person.client, person, code), 'activated_invite_code');
        }
        const reply = await person.client.patch(path(person.phone),
            { activated_invite_code: '000000' }, { 'Accept-Language': 'en' });
        fieldError(reply, 'activated_invite_code', 'Invite code unknown');
    });

    it('changes both or nothing', async () => {
        const person = await enter(server, DIALECT);
        const before = await read(person.client, person);
        fieldError(await change(person.client, person,
            { activated_invite_code: '000000', email: 'a@b.ru' }), 'activated_invite_code');
        const inviter = await enter(server, DIALECT);
        fieldError(await change(person.client, person,
            { activated_invite_code: await inviteOf(inviter), email: 'nobody' }), 'email');
        assert.deepEqual(await read(person.client, person), before);
    });

    it('changes the e-mail, and nothing that it does not know', async () => {
        const person = await enter(server, DIALECT);
        const before = await read(person.client, person);
        for (const email of ['anna@example.ru', null, 'anna@example.com', '']) {
            ok(await change(person.client, person, { email }));
            assert.equal((await read(person.client, person)).email, email || null);
        }
        for (const body of [{}, { activated_invite_code: null },
            { phone: '89990000000', invite_code: 'AAAAAA', invited_users: ['8'] }]) {
            ok(await change(person.client, person, body));
        }
        assert.deepEqual(await read(person.client, person), before);
        for (const email of ['nobody', '@', 'a@b', 5.5, [], 'x'.repeat(300)]) {
            fieldError(await change(person.client, person, { email }), 'email');
        }
        detail(await change(person.client, person, '['), 400, 'json_invalid');
    });

    it('lets one of many codes at once win', async () => {
        const person = await enter(server, DIALECT);
        const inviters = await together(10, () => enter(server, DIALECT));
        const codes = await Promise.all(inviters.map(inviteOf));
        const replies = await together(100, (i) =>
            activate(person.client, person, codes[i % codes.length]));
        const winner = (await read(person.client, person)).activated_invite_code;
        replies.forEach((reply, i) => {
            assert.equal(reply.status, codes[i % codes.length] === winner ? 200 : 400, reply.text);
        });
        const lists = await Promise.all(inviters.map((inviter) => read(inviter.client, inviter)));
        assert.deepEqual(lists.flatMap((list) => list.invited_users), [eight(person.phone)]);
    });

    it('is open in development mode, but not to a wrong token', async () => {
        const person = await enter(server, DIALECT);
        const stranger = dialectClient(server);
        assert.equal((await read(stranger, person)).phone, eight(person.phone));
        ok(await change(stranger, person, { email: 'anna@example.ru' }));
        detail(await stranger.get(path(uniquePhone())), 404, 'not_found');
        detail(await stranger.get('/users/profile/phone/'), 404, 'not_found');
        detail(await change(stranger, { phone: uniquePhone() }, {}), 404, 'not_found');
        detail(await dialectClient(server, 'x').get(path(person.phone)), 401, 'token_not_valid');
        await account(server, 'erase', person.phone);
        detail(await stranger.get(path(person.phone)), 404, 'not_found');
    });

    it('takes other methods of a profile for what they are', async () => {
        const person = await enter(server, DIALECT);
        const allow = 'GET, HEAD, PATCH, OPTIONS';
        for (const method of ['POST', 'PUT', 'DELETE']) {
            const reply = await person.client.call(method, path(person.phone));
            detail(reply, 405, 'method_not_allowed');
            assert.deepEqual([reply.headers.allow, reply.body.detail],
                [allow, 'Метод не поддерживается']);
        }
        const options = await person.client.call('OPTIONS', path(person.phone));
        assert.deepEqual([options.status, options.headers.allow], [204, allow]);
    });
});

describe('initialization in normal mode', () => {
    const server = useServer();
    let people;

    it('keeps profiles for their persons and for administrators', async () => {
        people = await together(6, () => enter(server, DIALECT));
        const v1 = (await signIn(server, uniquePhone())).tokens.access_token;
        const [anna, boris, admin, moderator, disabled, erased] = people;
        await account(server, 'role', admin.phone, 'admin');
        await account(server, 'role', moderator.phone, 'moderator');
        await leaveDevelopment(server);

        assert.equal((await read(again(server, anna), anna)).phone, eight(anna.phone));
        assert.equal((await read(again(server, admin), anna)).phone, eight(anna.phone));
        detail(await again(server, admin).get(path(uniquePhone())), 404, 'not_found');
        detail(await again(server, anna).get('/users/profile/phone/'), 404, 'not_found');

        const stranger = dialectClient(server);
        for (const target of [anna.phone, uniquePhone()]) {
            const reply = await stranger.get(path(target));
            detail(reply, 401, 'token_missing');
            assert.equal(reply.body.detail, 'Учетные данные не были предоставлены.');
            assert.equal(reply.headers['www-authenticate'], 'Bearer');
            detail(await change(stranger, { phone: target }, {}), 401, 'token_missing');
            for (const other of [boris, moderator]) {
                const refused = await again(server, other).get(path(target));
                detail(refused, 403, 'forbidden');
                detail(await change(again(server, other), { phone: target },
                    { email: 'boris@example.ru' }), 403, 'forbidden');
            }
            detail(await dialectClient(server, v1).get(path(target)), 403, 'forbidden');
        }
        assert.equal((await read(again(server, anna), anna)).email, null);
        detail(await dialectClient(server, anna.refresh).get(path(anna.phone)), 401,
            'token_not_valid');

        await account(server, 'disable', disabled.phone);
        const shut = await again(server, disabled).get(path(disabled.phone));
        assert.ok([401, 403].includes(shut.status), shut.text);
        await account(server, 'erase', erased.phone);
        detail(await again(server, erased).get(path(erased.phone)), 401, 'token_not_valid');
    });

    it('lets administrators change them', async () => {
        const [anna, , admin] = people;
        const invite = (await read(again(server, admin), admin)).invite_code;
        const reply = await activate(again(server, admin), anna, invite);
        assert.equal(ok(reply).activated_invite_code, invite);
    });

    it('counts codes that are tried by the address', async () => {
        await leaveDevelopment(server, { 'invite.per_address_10min': 2 });
        const [, boris] = people;
        const client = again(server, boris);
        for (let i = 0; i < 2; i++) {
            fieldError(await activate(client, boris, '000000'), 'activated_invite_code');
        }
        detail(await activate(client, boris, '000000'), 429, 'address_limit');
        ok(await change(client, boris, { email: 'boris@example.ru' }));
    });
});

describe('initialization with the settings of /v1', () => {
    const server = useServer({ set: { 'invite.phones': 'masked', 'invite.cycles': 'refuse' } });

    it('masks invitees and refuses rings', async () => {
        const [anna, boris] = await together(2, () => enter(server, DIALECT));
        const codes = await Promise.all([anna, boris].map((person) =>
            read(person.client, person)));
        ok(await activate(boris.client, boris, codes[0].invite_code));
        const { invited_users: [shown] } = await read(anna.client, anna);
        assert.match(shown, /^8923•+\d\d$/);
        fieldError(await activate(anna.client, anna, codes[1].invite_code),
            'activated_invite_code', 'Кольцо приглашений');
    });
});

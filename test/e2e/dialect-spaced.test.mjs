/* The dialect `spaced`, from its own document and beyond. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok, problem } from './lib/client.mjs';
import { together } from './lib/crowd.mjs';
import { detail, dialectClient, fieldError, lastCode } from './lib/dialect.mjs';
import { account, again, enter, leaveDevelopment, newCode } from './lib/dialect_people.mjs';
import { describeBodies } from './lib/dialect_forms.mjs';
import { describeSending, describeVerifying } from './lib/dialect_suites.mjs';
import { describeModes, describePair } from './lib/dialect_tokens.mjs';
import { useServer } from './lib/server.mjs';
import { cooldown, uniquePhone } from './lib/signin.mjs';

const DIALECT = {
    name: 'spaced',
    send: '/Send%20Code/',
    verify: '/Verify%20Code/',
    refresh: '/api/token/refresh/',
    phone: 'phone_number',
    russian: false,
};

describeSending(DIALECT);
describeVerifying(DIALECT);
describePair(DIALECT);
describeModes(DIALECT);

const path = (phone) => `/Profile/${phone}`;
const read = async (client, { phone }) => ok(await client.get(path(phone)));
const activate = (client, { phone }, invite_code) => client.post(path(phone), { invite_code });

describeBodies(DIALECT, async (form, person, server) => {
    const inviter = await enter(server, DIALECT);
    const { invite_code } = await read(inviter.client, inviter);
    fieldError(await form(person.client, 'POST', path(person.phone), { x: '' }), 'invite_code');
    fieldError(await form(person.client, 'POST', path(person.phone), { invite_code: '' }),
        'invite_code', 'Invite code unknown');
    const reply = await form(person.client, 'POST', path(person.phone), { invite_code });
    assert.equal(ok(reply).activated_invite_code, invite_code);
});

describe('spaced', () => {
    const server = useServer();
    const inviteOf = async (person) => (await read(person.client, person)).invite_code;

    it('takes a person from the code to the profile', async () => {
        const phone = uniquePhone();
        const client = dialectClient(server);
        const sent = ok(await client.post('/Send%20Code/', { phone_number: phone }));
        const code = await lastCode(server, phone);
        assert.deepEqual(sent, { message: 'Code sent', code });
        const pair = ok(await client.post('/Verify%20Code/', { phone_number: phone, code }));
        assert.deepEqual(Object.keys(pair), ['refresh', 'access']);
        const person = { phone, client: dialectClient(server, pair.access) };
        const profile = await read(person.client, person);
        assert.deepEqual(Object.entries(profile), Object.entries({
            phone_number: phone, invite_code: profile.invite_code, activated_invite_code: null,
            invited_users: [],
        }));
        assert.match(profile.invite_code, /^\w{6}$/);
        const inviter = await enter(server, DIALECT);
        const invite = await inviteOf(inviter);
        assert.deepEqual(ok(await activate(person.client, person, invite)),
            { ...profile, activated_invite_code: invite });
        assert.deepEqual((await read(inviter.client, inviter)).invited_users, [phone]);
    });

    it('has a space in its paths, and nothing else', async () => {
        for (const bad of ['/Send+Code/', '/SendCode/', '/send%20code/', '/Send%2520Code/',
            '/Send%20%20Code/', '/Send_Code/', '/profile/89234440000']) {
            problem(await dialectClient(server).post(bad), 'not_found');
        }
        const phone = uniquePhone();
        ok(await dialectClient(server).post('/S%65nd%20Code', { phone_number: phone }));
    });

    it('takes the number under either name, and under both when it is one', async () => {
        const client = dialectClient(server);
        for (const call of ['/Send%20Code/', '/Verify%20Code/']) {
            const code = '1234';
            fieldError(await client.post(call, { phone_number: uniquePhone(),
                phone: uniquePhone(), code }), 'phone');
            fieldError(await client.post(call, { phone_number: uniquePhone(), phone: 'x', code }),
                'phone');
            fieldError(await client.post(call, { phone_number: 'x', phone: uniquePhone(), code }),
                'phone_number');
            fieldError(await client.post(call, { phone: 'x', code }), 'phone');
            fieldError(await client.post(call, { phone_number: null, phone: null, code }),
                'phone_number', 'This field is required.');
        }
        const phone = uniquePhone();
        const other = `8${phone.slice(2)}`;
        let count = 0;
        for (const fields of [{ phone }, { phone, phone_number: other },
            { phone_number: null, phone }, { phone_number: phone, phone: null }]) {
            ok(await client.post('/Send%20Code/', fields));
            count += 1;
            const code = await lastCode(server, phone, count);
            ok(await client.post('/Verify%20Code/', { ...fields, code }));
            await cooldown(server);
        }
    });

    it('finds a person by every way to write the number', async () => {
        const person = await enter(server, DIALECT);
        const expected = await read(person.client, person);
        const tail = person.phone.slice(2);
        for (const typed of [person.phone, `%2B7${tail}`, `7${tail}`, `8${tail}`, tail]) {
            for (const end of ['/', '']) {
                assert.deepEqual(ok(await person.client.get(path(typed + end))), expected);
            }
        }
        const head = await person.client.call('HEAD', path(person.phone));
        assert.deepEqual([head.status, head.text], [200, '']);
    });

    it('activates once: not another, not the same again', async () => {
        const [person, first, second] = await together(3, () => enter(server, DIALECT));
        const [code, other] = [await inviteOf(first), await inviteOf(second)];
        ok(await activate(person.client, person, code));
        for (const late of [code, other]) {
            fieldError(await activate(person.client, person, late), 'invite_code',
                'Already activated');
        }
        const profile = await read(person.client, person);
        assert.equal(profile.activated_invite_code, code);
        assert.deepEqual((await read(first.client, first)).invited_users, [person.phone]);
        assert.deepEqual((await read(second.client, second)).invited_users, []);
    });

    it('refuses codes that are unknown, missing or their own', async () => {
        const person = await enter(server, DIALECT);
        for (const code of ['000000', '', 'нет', 'ABCDEFG']) {
            fieldError(await activate(person.client, person, code), 'invite_code',
                'Invite code unknown');
        }
        const own = await inviteOf(person);
        fieldError(await activate(person.client, person, own), 'invite_code', 'Your own code');
        const russian = await person.client.post(path(person.phone), { invite_code: own },
            { 'Accept-Language': 'ru' });
        fieldError(russian, 'invite_code', 'Ваш собственный код');
        for (const code of [undefined, null, ['ABCDEF'], true, 'x'.repeat(65)]) {
            fieldError(await activate(person.client, person, code), 'invite_code');
        }
        detail(await person.client.post(path(person.phone), '{'), 400, 'json_invalid');
        assert.equal((await read(person.client, person)).activated_invite_code, null);
    });

    it('lets one of a hundred at once activate', async () => {
        const person = await enter(server, DIALECT);
        const inviter = await enter(server, DIALECT);
        const code = await inviteOf(inviter);
        const replies = await together(100, () => activate(person.client, person, code));
        assert.equal(replies.filter(({ status }) => status === 200).length, 1);
        assert.equal(replies.filter(({ status }) => status === 400).length, 99);
        assert.deepEqual((await read(inviter.client, inviter)).invited_users, [person.phone]);
    });

    it('is open in development mode, but not to a wrong token', async () => {
        const [person, inviter] = await together(2, () => enter(server, DIALECT));
        const stranger = dialectClient(server);
        assert.equal((await read(stranger, person)).phone_number, person.phone);
        ok(await activate(stranger, person, await inviteOf(inviter)));
        detail(await stranger.get(path(uniquePhone())), 404, 'not_found');
        detail(await stranger.get(path('phone')), 404, 'not_found');
        detail(await activate(stranger, { phone: uniquePhone() }, '000000'), 404, 'not_found');
        detail(await dialectClient(server, 'x').get(path(person.phone)), 401, 'token_not_valid');
        await account(server, 'erase', person.phone);
        detail(await stranger.get(path(person.phone)), 404, 'not_found');
        assert.deepEqual((await read(stranger, inviter)).invited_users, []);
    });

    it('accepts numbers that nobody can have in development mode', async () => {
        const person = await enter(server, DIALECT, '+71111111114');
        assert.equal((await read(person.client, person)).phone_number, '+71111111114');
        assert.equal((await read(person.client, { phone: '81111111114' })).phone_number,
            '+71111111114');
    });

    it('takes other methods of a profile for what they are', async () => {
        const person = await enter(server, DIALECT);
        const allow = 'GET, HEAD, POST, OPTIONS';
        for (const method of ['PATCH', 'PUT', 'DELETE']) {
            const reply = await person.client.call(method, path(person.phone));
            detail(reply, 405, 'method_not_allowed');
            assert.equal(reply.headers.allow, allow);
        }
        const options = await person.client.call('OPTIONS', path(person.phone));
        assert.deepEqual([options.status, options.headers.allow], [204, allow]);
    });
});

describe('spaced in normal mode', () => {
    const server = useServer();

    it('keeps profiles for their persons and for administrators', async () => {
        const [anna, boris, admin, erased] = await together(4, () => enter(server, DIALECT));
        const invite = (await read(boris.client, boris)).invite_code;
        const fresh = uniquePhone();
        const code = await newCode(server, DIALECT, fresh);
        await account(server, 'role', admin.phone, 'admin');
        await leaveDevelopment(server);

        const stranger = dialectClient(server);
        for (const phone of [anna.phone, uniquePhone()]) {
            const reply = await stranger.get(path(phone));
            detail(reply, 401, 'token_missing');
            assert.equal(reply.body.detail, 'Authentication credentials were not provided.');
            detail(await activate(stranger, { phone }, invite), 401, 'token_missing');
            detail(await again(server, boris).get(path(phone)), 403, 'forbidden');
            detail(await activate(again(server, boris), { phone }, invite), 403, 'forbidden');
        }
        assert.equal((await read(again(server, anna), anna)).activated_invite_code, null);
        assert.equal((await read(again(server, admin), anna)).phone_number, anna.phone);
        detail(await again(server, admin).get(path(uniquePhone())), 404, 'not_found');
        ok(await activate(again(server, anna), anna, invite));
        fieldError(await activate(again(server, anna), anna, invite), 'invite_code');
        await account(server, 'erase', erased.phone);
        detail(await again(server, erased).get(path(erased.phone)), 401, 'token_not_valid');
        const pair = ok(await stranger.post('/Verify%20Code', { phone: fresh, code }));
        const person = { phone: fresh, client: dialectClient(server, pair.access) };
        assert.equal((await read(person.client, person)).phone_number, fresh);
    });
});

/* The dialect `auth_sms`: asking for codes and signing in with them. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { ok } from './lib/client.mjs';
import {
    askCode, describeBearers, describeHostileBodies, describePasswords, signInBy,
} from './lib/dialect_passwords.mjs';
import { account, leaveDevelopment } from './lib/dialect_people.mjs';
import { claimsOf, detail, dialectClient, fieldError, lastCode } from './lib/dialect.mjs';
import { useServer } from './lib/server.mjs';
import { cooldown, signIn, uniquePhone } from './lib/signin.mjs';

const SEND = '/auth/sms/';
const PATHS = { send: SEND, login: '/users/login/', refresh: '/users/token/refresh/' };
const profileOf = (id) => `/users/${id}/`;
const updateOf = (id) => `/users/update/${id}/`;
const KNOWN = { message: 'SMS sent to existing user.' };
const CREATED = { message: 'User created and SMS sent.' };
const unknown = (code) => `Object with referral=${code} does not exist.`;

const person = (server, phone, count) => signInBy(server, PATHS, phone, count);
const patch = (who, fields, headers) => who.api.patch(updateOf(who.id), fields, headers);

describe('auth_sms: asking for a code', () => {
    const server = useServer({ set: { 'http.loops': 1, dialects: 'auth_sms,send_code' } });
    const send = (body, headers) => dialectClient(server).post(SEND, body, headers);

    it('tells known numbers from new ones in development mode', async () => {
        const phone = uniquePhone();
        assert.deepEqual(ok(await send({ phone }), 201), CREATED);
        await lastCode(server, phone);
        await cooldown(server);
        /* Nobody has signed in yet: there is still no account. */
        assert.deepEqual(ok(await send({ phone: phone.replace('+7', '8') }), 201), CREATED);
        const password = await lastCode(server, phone, 2);
        ok(await dialectClient(server).post(PATHS.login, { phone, password }));
        await cooldown(server);
        assert.deepEqual(ok(await dialectClient(server).post('/auth/sms', { phone })), KNOWN);
    });

    it('takes the numbers of the document in development mode', async () => {
        const { id, api } = await person(server, '+71111111114');
        assert.equal(ok(await api.get(profileOf(id))).phone, '+71111111114');
        ok(await api.put(updateOf(id), { phone: '+71111111114' }));
    });

    it('answers a request that comes again as it did', async () => {
        const headers = { 'Idempotency-Key': randomUUID() };
        const phone = uniquePhone();
        assert.deepEqual(ok(await send({ phone }, headers), 201), CREATED);
        assert.deepEqual(ok(await send({ phone }, headers), 201), CREATED);
        detail(await send({ phone: uniquePhone() }, headers), 400, 'idempotency_key_reused');
        detail(await send({ phone }), 429, 'send_cooldown');
    });

    it('refuses what is no number', async () => {
        fieldError(await send({}), 'phone', 'This field is required.');
        for (const phone of ['', 'nonsense', '+7', null, ['+79234440000'], '7'.repeat(257)]) {
            fieldError(await send({ phone }), 'phone');
        }
        const russian = await send({ phone: 'ой' }, { 'Accept-Language': 'ru' });
        fieldError(russian, 'phone', 'Неверный номер телефона');
    });

    it('takes paths with and without the slash, OPTIONS, and no other method', async () => {
        const client = dialectClient(server);
        for (const [method, path, allow] of [
            ['GET', SEND, 'POST, OPTIONS'], ['GET', '/users/login', 'POST, OPTIONS'],
            ['POST', '/users/7/', 'GET, HEAD, OPTIONS'], ['GET', '/users/update/7',
                'PATCH, PUT, OPTIONS'], ['GET', '/users/delete/7/', 'DELETE, OPTIONS'],
            ['POST', '/users/', 'GET, HEAD, OPTIONS'],
        ]) {
            const refused = await client.call(method, path);
            assert.deepEqual([refused.status, refused.headers.allow], [405, allow]);
            const options = await client.call('OPTIONS', path);
            assert.deepEqual([options.status, options.headers.allow], [204, allow]);
        }
        for (const path of ['/users//', '/users/7//', '/users/update/', '/users/update/7/8']) {
            assert.equal((await client.get(path)).status, 404, path);
        }
    });
});

describe('auth_sms: asking for a code outside development mode', () => {
    const server = useServer({ set: { 'http.loops': 1 } });

    it('tells strangers nothing', async () => {
        const phone = uniquePhone();
        await account(server, 'add', phone);
        await leaveDevelopment(server, { dialects: 'auth_sms' });
        const send = (body) => dialectClient(server).post(SEND, body);
        const [known, fresh] = [await send({ phone }), await send({ phone: uniquePhone() })];
        for (const reply of [known, fresh]) {
            assert.deepEqual(ok(reply), { message: 'SMS sent.' });
        }
        const names = ({ headers }) => Object.keys(headers).sort();
        assert.deepEqual(names(known), names(fresh));
        fieldError(await send({ phone: '+71111111114' }), 'phone');
        /* The other dialects are not spoken. */
        const other = await dialectClient(server).post('/api/users/login/', { phone });
        assert.equal(other.status, 404);
    });
});

describe('auth_sms: the reply waits for the delivery', () => {
    const server = useServer({ set: { 'deliver.simulated_delay_ms': 1000 } });

    it('of 200 at once', async () => {
        const started = Date.now();
        const replies = await Promise.all(Array.from({ length: 200 }, () =>
            dialectClient(server).post(SEND, { phone: uniquePhone() })));
        const took = Date.now() - started;
        replies.forEach((reply) => ok(reply, 201));
        assert.ok(took >= 1000 && took < 8000, `${took} ms`);
    });
});

describe('auth_sms: people of /v1', () => {
    const server = useServer();

    it('are the same people', async () => {
        const { account: own, tokens, api } = await signIn(server);
        const here = dialectClient(server, tokens.access_token);
        ok(await here.patch(updateOf(own.id), { first_name: 'Anna' }));
        assert.equal(ok(await api.get('/v1/me')).first_name, 'Anna');
        await cooldown(server);
        const password = await askCode(server, SEND, own.phone, 2);
        const pair = ok(await dialectClient(server).post(PATHS.login,
            { phone: own.phone, password }));
        assert.equal(claimsOf(pair.access).user_id, Number(own.id));
    });
});

describePasswords('auth_sms', PATHS);
describeBearers('auth_sms', PATHS, profileOf, true);
describeHostileBodies('auth_sms', [['POST', SEND], ['POST', PATHS.login], ['PATCH', updateOf(1)],
    ['PUT', updateOf(1)]]);

describe('auth_sms: forms', () => {
    const server = useServer();
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const encode = (fields) => new URLSearchParams(fields).toString();

    it('sign in and change profiles', async () => {
        const phone = uniquePhone();
        const client = dialectClient(server);
        ok(await client.post(SEND, encode({ phone }), form), 201);
        const password = await lastCode(server, phone);
        const { access } = ok(await client.post(PATHS.login, encode({ phone, password }), form));
        const { user_id } = claimsOf(access);
        const me = client.as(access);
        const fields = { phone, email: '', first_name: 'Анна', last_name: 'О. & К.', avatar: '',
            user_referral: '' };
        const changed = ok(await me.put(updateOf(user_id), encode(fields), form));
        assert.deepEqual([changed.first_name, changed.last_name, changed.email],
            ['Анна', 'О. & К.', null]);
        fieldError(await me.patch(updateOf(user_id), encode({ user_referral: '222222' }), form),
            'user_referral', unknown('222222'));
    });

    it('take numbers for texts, and ask for the first field that is missing', async () => {
        const anna = await person(server);
        const client = dialectClient(server);
        fieldError(await patch(anna, { user_referral: 222222 }), 'user_referral',
            unknown('222222'));
        for (const body of ['', ' ', '{}']) {
            fieldError(await client.post(SEND, body), 'phone', 'This field is required.');
            fieldError(await client.put(updateOf(anna.id), body), 'phone',
                'This field is required.');
        }
    });
});

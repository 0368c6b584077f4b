/* The dialect `api_users`: signing in, by the cookie and by passwords. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { ok } from './lib/client.mjs';
import {
    askCode, describeBearers, describeHostileBodies, describePasswords,
} from './lib/dialect_passwords.mjs';
import { leaveDevelopment } from './lib/dialect_people.mjs';
import {
    claimsOf, detail, dialectClient, fieldError, fieldsMissing, lastCode,
} from './lib/dialect.mjs';
import { useServer } from './lib/server.mjs';
import { advance, cooldown, signIn, uniquePhone, wrongCode } from './lib/signin.mjs';

const LOGIN = '/api/users/login/';
const PATHS = { send: LOGIN, login: '/api/users/token/', refresh: '/api/users/token/refresh/' };
const profileOf = (id) => `/api/users/${id}/`;

/** The cookie a reply sets: {header, value, attributes}. */
function setCookie(reply) {
    const [header] = reply.headers['set-cookie'] ?? [];
    assert.ok(header !== undefined, 'no cookie');
    const [pair, ...attributes] = header.split('; ');
    return { pair, value: pair.slice(pair.indexOf('=') + 1), attributes };
}

/** Asks for a code as a browser does: {phone, reply, cookie, code, headers}. */
async function ask(server, phone = uniquePhone(), count = 1) {
    const reply = await dialectClient(server).post(LOGIN, { phone });
    ok(reply);
    const cookie = setCookie(reply);
    const code = await lastCode(server, phone, count);
    return { phone, reply, cookie, code, headers: { Cookie: cookie.pair } };
}

describe('api_users: sign-in by cookie', () => {
    const server = useServer({ set: { 'http.loops': 1 } });
    const put = (body, headers) => dialectClient(server).put(LOGIN, body, headers);

    it('sends a code and names the challenge in a cookie', async () => {
        const { phone, reply, cookie, code } = await ask(server);
        assert.deepEqual(reply.body, { phone, auth_code: code });
        assert.match(cookie.pair, /^pending_login=[\w-]{22}\.\d{11}$/);
        assert.equal(cookie.value.split('.')[1], phone.slice(1));
        assert.deepEqual(cookie.attributes,
            ['Max-Age=120', 'Path=/api/users/', 'HttpOnly', 'SameSite=Lax']);
    });

    it('takes the code with the cookie, once', async () => {
        const { phone, code, headers } = await ask(server);
        const reply = await put({ auth_code: code }, headers);
        assert.deepEqual(Object.keys(ok(reply)), ['refresh', 'access']);
        const { pair, attributes } = setCookie(reply);
        assert.deepEqual([pair, attributes[0]], ['pending_login=', 'Max-Age=0']);
        const { user_id } = claimsOf(reply.body.access);
        const me = dialectClient(server, reply.body.access);
        assert.equal(ok(await me.get(profileOf(user_id))).phone, phone);
        detail(await put({ auth_code: code }, headers), 400, 'code_used');
    });

    it('finds the cookie among others, and takes the code as people write it', async () => {
        const { code, cookie } = await ask(server);
        const Cookie = `sessionid=x; pending_login=junk;${cookie.pair}; csrftoken=y`;
        ok(await put({ auth_code: `${code.slice(0, 2)}-${code.slice(2)}` }, { Cookie }));
    });

    it('takes the code with the number in the body', async () => {
        const { phone, code } = await ask(server);
        ok(await put({ phone: phone.replace('+7', '8 '), auth_code: code }));
        /* The body goes before the cookie. */
        const boris = await ask(server);
        const anna = await ask(server);
        const reply = await put({ phone: anna.phone, auth_code: anna.code }, boris.headers);
        const { access } = ok(reply);
        const { user_id } = claimsOf(access);
        const profile = await dialectClient(server, access).get(profileOf(user_id));
        assert.equal(ok(profile).phone, anna.phone);
    });

    it('knows nobody by a code alone', async () => {
        const { code, cookie } = await ask(server);
        for (const Cookie of [undefined, '', ';', 'pending_login', 'pending_login=',
            `pending_logins=${cookie.value}`, `x${cookie.pair}`, `pending_login="${cookie.value}"`,
            `pending_login=${cookie.value}1234567`, `pending_login=${cookie.value.split('.')[0]}`,
            `pending_login=${cookie.value.slice(1)}`, `pending_login=.${cookie.value}`,
            `pending_login=${'A'.repeat(3000)}`, `pending_login=${'A'.repeat(22)}.0`,
            'pending_login=\u00ff', '"'.repeat(100), `${'a=b;'.repeat(100)}`]) {
            const headers = Cookie === undefined ? {} : { Cookie };
            fieldError(await put({ auth_code: code }, headers), 'phone', 'This field is required.');
        }
        fieldError(await put({}, { Cookie: cookie.pair }), 'auth_code', 'This field is required.');
        ok(await put({ auth_code: code }, { Cookie: cookie.pair }));
    });

    it('gains nothing by a forged cookie', async () => {
        const victim = await ask(server);
        const thief = await ask(server);
        const [victimId, victimDigits] = victim.cookie.value.split('.');
        const [thiefId, thiefDigits] = thief.cookie.value.split('.');
        const forged = (id, digits) =>
            put({ auth_code: thief.code }, { Cookie: `pending_login=${id}.${digits}` });
        detail(await forged(thiefId, victimDigits), 400, 'code_wrong');
        if (victim.code !== thief.code) {
            detail(await forged(victimId, victimDigits), 400, 'code_wrong');
        }
        detail(await forged(victimId, thiefDigits), 400, 'code_wrong');
        detail(await forged('A'.repeat(22), thiefDigits), 400, 'challenge_unknown');
        ok(await put({ auth_code: thief.code }, thief.headers));
        ok(await put({ auth_code: victim.code }, victim.headers));
    });

    it('keeps apart what others ask for the same number', async () => {
        const phone = uniquePhone();
        const first = await ask(server, phone);
        await cooldown(server);
        const second = await ask(server, phone, 2);
        /* From one address, the newer code supersedes the older. */
        detail(await put({ auth_code: first.code }, first.headers), 400, 'code_superseded');
        ok(await put({ auth_code: second.code }, second.headers));
    });

    it('refuses wrong, late and impossible codes with 400', async () => {
        const { code, headers } = await ask(server);
        const wrong = await put({ auth_code: wrongCode(code) }, headers);
        detail(wrong, 400, 'code_wrong');
        assert.equal(wrong.body.attempts_left, 2);
        fieldError(await put({ auth_code: 'abcd' }, headers), 'auth_code');
        fieldError(await put({ auth_code: null }, headers), 'auth_code');
        const russian = await put({ auth_code: wrongCode(code) },
            { ...headers, 'Accept-Language': 'ru' });
        assert.equal(russian.body.detail, 'Неверный код');
        await advance(server, 121);
        detail(await put({ auth_code: code }, headers), 400, 'code_expired');
    });

    it('refuses numbers and too many requests', async () => {
        const send = (body, headers) => dialectClient(server).post(LOGIN, body, headers);
        fieldError(await send({}), 'phone', 'This field is required.');
        for (const phone of ['', 'nonsense', '+7', null, ['+79234440000'], '7'.repeat(257)]) {
            fieldError(await send({ phone }), 'phone');
        }
        const { phone } = await ask(server);
        const refusal = await send({ phone: phone.replace('+7', '8') });
        detail(refusal, 429, 'send_cooldown');
        assert.ok(Number(refusal.headers['retry-after']) > 0);
        assert.equal(refusal.headers['set-cookie'], undefined);
    });

    it('sets the same cookie for a request that comes again', async () => {
        const headers = { 'Idempotency-Key': randomUUID() };
        const phone = uniquePhone();
        const send = () => dialectClient(server).post(LOGIN, { phone }, headers);
        const first = await send();
        await advance(server, 20);
        const again = await send();
        assert.equal(setCookie(again).value, setCookie(first).value);
        const [life] = setCookie(again).attributes;
        assert.ok(Number(life.slice(8)) <= 100 && Number(life.slice(8)) > 90, life);
        assert.equal((await lastCode(server, phone)).length, 4);
    });

    it('takes paths with and without the slash, HEAD, OPTIONS, and no other method', async () => {
        const client = dialectClient(server);
        ok(await client.post('/api/users/login', { phone: uniquePhone() }));
        assert.equal((await client.post('/api/users/login//', {})).status, 404);
        const refused = await client.get(LOGIN);
        assert.deepEqual([refused.status, refused.headers.allow], [405, 'POST, PUT, OPTIONS']);
        const options = await client.call('OPTIONS', '/api/users/7/');
        assert.deepEqual([options.status, options.headers.allow],
            [204, 'GET, HEAD, PUT, DELETE, OPTIONS']);
        const posted = await client.post('/api/users/list/');
        assert.deepEqual([posted.status, posted.headers.allow], [405, 'GET, HEAD, OPTIONS']);
        assert.equal((await client.delete('/api/users/token/')).status, 405);
    });
});

describe('api_users: sign-in, outside development mode', () => {
    const server = useServer({ set: { 'http.loops': 1, dialects: 'api_users' } });

    it('shows no code, and its cookie is for TLS alone', async () => {
        const { code, headers } = await ask(server);
        await leaveDevelopment(server, { dialects: 'api_users' });
        const phone = uniquePhone();
        const reply = await dialectClient(server).post('/api/users/login', { phone });
        assert.deepEqual(ok(reply), { phone });
        assert.equal(setCookie(reply).attributes.at(-1), 'Secure');
        ok(await dialectClient(server).put(LOGIN, { auth_code: code }, headers));
        fieldError(await dialectClient(server).post(LOGIN, { phone: '+71111111114' }), 'phone');
        fieldError(await dialectClient(server).put(LOGIN, { auth_code: code }), 'phone');
        /* The other dialects are not spoken. */
        assert.equal((await dialectClient(server).post('/auth/sms/', { phone })).status, 404);
    });
});

describe('api_users: the reply waits for the delivery', () => {
    const server = useServer({ set: { 'deliver.simulated_delay_ms': 1000 } });

    it('of 200 at once', async () => {
        const started = Date.now();
        const replies = await Promise.all(Array.from({ length: 200 }, () =>
            dialectClient(server).post(LOGIN, { phone: uniquePhone() })));
        const took = Date.now() - started;
        replies.forEach((reply) => ok(reply));
        assert.ok(took >= 1000 && took < 8000, `${took} ms`);
    });
});

describe('api_users: people of /v1', () => {
    const server = useServer();

    it('are the same people', async () => {
        const { account, tokens, api } = await signIn(server);
        const here = dialectClient(server, tokens.access_token);
        const profile = ok(await here.put(profileOf(account.id),
            { phone: account.phone, email: 'anna@example.com' }));
        assert.equal(profile.invite_code, account.invite_code);
        assert.equal(ok(await api.get('/v1/me')).email, 'anna@example.com');
        await cooldown(server);
        const code = await askCode(server, LOGIN, account.phone, 2);
        const pair = ok(await dialectClient(server).post(PATHS.login,
            { phone: account.phone, password: code }));
        assert.equal(claimsOf(pair.access).user_id, Number(account.id));
    });
});

describePasswords('api_users', PATHS);
describeBearers('api_users', PATHS, profileOf, false);
describeHostileBodies('api_users', [['POST', LOGIN], ['PUT', LOGIN], ['POST', PATHS.login],
    ['POST', PATHS.refresh]]);

/** Bodies as browsers send them: {body, headers}. */
async function formOf(fields, { multipart = false } = {}) {
    const data = multipart ? new FormData() : new URLSearchParams();
    Object.entries(fields).forEach(([name, value]) => data.append(name, value));
    const form = new Response(data);
    const type = form.headers.get('Content-Type');
    return { body: Buffer.from(await form.arrayBuffer()), headers: { 'Content-Type': type } };
}

describe('api_users: forms', () => {
    const server = useServer();

    for (const multipart of [false, true]) {
        it(`sign in and change profiles${multipart ? ', multipart' : ''}`, async () => {
            const send = async (client, method, path, fields, headers) => {
                const form = await formOf(fields, { multipart });
                return client.call(method, path, form.body, { ...form.headers, ...headers });
            };
            const phone = uniquePhone();
            const client = dialectClient(server);
            const asked = await send(client, 'POST', LOGIN, { phone });
            const auth_code = await lastCode(server, phone);
            assert.deepEqual(ok(asked), { phone, auth_code });
            const Cookie = setCookie(asked).pair;
            const { access } = ok(await send(client, 'PUT', LOGIN, { auth_code }, { Cookie }));
            const me = client.as(access);
            const path = profileOf(claimsOf(access).user_id);
            const changed = ok(await send(me, 'PUT', path,
                { phone, city: 'Омск & Ко', email: '', telegram_id: 123456789 }));
            assert.deepEqual([changed.city, changed.email, changed.telegram_id],
                ['Омск & Ко', null, '123456789']);
            const cleared = ok(await send(me, 'PUT', path, { phone, city: '', referral_code: '' }));
            assert.deepEqual([cleared.city, cleared.telegram_id], [null, '123456789']);
            fieldError(await send(me, 'PUT', path, { city: 'Омск' }), 'phone',
                'This field is required.');
        });
    }

    it('take numbers for texts, and ask for every field that is missing', async () => {
        const client = dialectClient(server);
        for (const body of ['', ' ', '{}']) {
            fieldError(await client.put(LOGIN, body), 'auth_code', 'This field is required.');
            fieldsMissing(await client.post(PATHS.login, body), ['phone', 'password']);
        }
        const phone = uniquePhone();
        let code = await askCode(server, LOGIN, phone);
        for (let count = 2; code.startsWith('0'); count++) {
            await cooldown(server);
            code = await askCode(server, LOGIN, phone, count);
        }
        ok(await client.post(PATHS.login, { phone: Number(phone), password: Number(code) }));
    });
});

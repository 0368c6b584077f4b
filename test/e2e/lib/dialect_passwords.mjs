/*
 * What dialects have in common that sign in with {"phone", "password"} and show people by their id:
 * helpers, and suites that each of them runs on its own paths.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { ok, problem } from './client.mjs';
import {
    claimsOf, detail, dialectClient, fieldError, fieldsMissing, lastCode,
} from './dialect.mjs';
import { account, leaveDevelopment } from './dialect_people.mjs';
import { useServer } from './server.mjs';
import { advance, cooldown, signIn, uniquePhone, wrongCode } from './signin.mjs';

/** Asks for a code by POST `path`; the code. `count`: how many messages the phone has had then. */
export async function askCode(server, path, phone, count = 1) {
    const reply = await dialectClient(server).post(path, { phone });
    assert.ok(reply.status === 200 || reply.status === 201, reply.text);
    return lastCode(server, phone, count);
}

/** Signs in by {"phone", "password"}: {id, phone, pair, api}; `paths` has send and login. */
export async function signInBy(server, paths, phone = uniquePhone(), count = 1) {
    const password = await askCode(server, paths.send, phone, count);
    const pair = ok(await dialectClient(server).post(paths.login, { phone, password }));
    return {
        id: claimsOf(pair.access).user_id, phone, pair, api: dialectClient(server, pair.access),
    };
}

/** Somebody with a role, signed in at /v1: {id, phone, api}. */
export async function withRole(server, role) {
    const phone = uniquePhone();
    await account(server, 'add', phone, '--role', role);
    const { account: own, tokens } = await signIn(server, phone);
    return { id: Number(own.id), phone, api: dialectClient(server, tokens.access_token) };
}

/** Passwords at paths.login, whatever is wrong with them. */
export function describePasswords(name, paths) {
    describe(`${name}: passwords`, () => {
        const server = useServer({ set: { 'http.loops': 1 } });
        const login = (body, headers) => dialectClient(server).post(paths.login, body, headers);

        it('that are wrong are 401, and count', async () => {
            const phone = uniquePhone();
            const password = await askCode(server, paths.send, phone);
            for (let left = 2; left >= 0; left -= 1) {
                const wrong = wrongCode(password, left + 1);
                const reply = await login({ phone, password: wrong });
                detail(reply, 401, 'code_wrong');
                assert.equal(reply.body.attempts_left, left);
                assert.equal(reply.headers['www-authenticate'], 'Bearer');
            }
            detail(await login({ phone, password }), 401, 'too_many_attempts');
        });

        it('that are no code at all are 401, and do not count', async () => {
            const phone = uniquePhone();
            const password = await askCode(server, paths.send, phone);
            for (const junk of ['secret', '1', '12345678901', '<b>', 'ой', ' ', '----']) {
                detail(await login({ phone, password: junk }), 401, 'code_wrong');
            }
            ok(await login({ phone, password: ` ${password.slice(0, 2)} ${password.slice(2)} ` }));
        });

        it('work once, and in their time', async () => {
            const phone = uniquePhone();
            const password = await askCode(server, paths.send, phone);
            ok(await login({ phone, password }));
            detail(await login({ phone, password }), 401, 'code_used');
            await cooldown(server);
            const late = await askCode(server, paths.send, phone, 2);
            await advance(server, 121);
            detail(await login({ phone, password: late }), 401, 'code_expired');
        });

        it('of a number that asked for none are 401', async () => {
            detail(await login({ phone: uniquePhone(), password: '1234' }), 401,
                'challenge_unknown');
        });

        it('of another are 401', async () => {
            const phone = uniquePhone();
            const others = await askCode(server, paths.send, uniquePhone());
            const own = await askCode(server, paths.send, phone);
            if (own !== others) {
                detail(await login({ phone, password: others }), 401, 'code_wrong');
            }
        });

        it('of /v1 do not serve here, nor theirs there', async () => {
            const phone = uniquePhone();
            const { challenge_id } = ok(await server.api.post('/v1/codes', { phone }), 202);
            const password = await lastCode(server, phone);
            detail(await login({ phone, password }), 401, 'challenge_unknown');
            await cooldown(server);
            const code = await askCode(server, paths.send, phone, 2);
            if (code !== password) {
                problem(await server.api.post('/v1/sessions', { challenge_id, code }),
                    'code_wrong');
            }
        });

        it('win once, however many come at once', async () => {
            const phone = uniquePhone();
            const password = await askCode(server, paths.send, phone);
            const replies = await Promise.all(Array.from({ length: 8 }, () =>
                login({ phone, password })));
            const won = replies.filter(({ status }) => status === 200);
            assert.equal(won.length, 1);
            replies.filter((reply) => reply !== won[0])
                .forEach((reply) => detail(reply, 401, 'code_used'));
        });

        it('may be sent again under one Idempotency-Key', async () => {
            const phone = uniquePhone();
            const password = await askCode(server, paths.send, phone);
            const headers = { 'Idempotency-Key': randomUUID() };
            const first = ok(await login({ phone, password }, headers));
            const second = ok(await login({ phone, password }, headers));
            assert.equal(claimsOf(second.refresh).user_id, claimsOf(first.refresh).user_id);
            detail(await login({ phone, password: '0' }, headers), 401, 'code_wrong');
            detail(await login({ phone, password: wrongCode(password) }, headers), 400,
                'idempotency_key_reused');
            detail(await login({ phone, password }, { 'Idempotency-Key': 'x' }), 400,
                'idempotency_key_invalid');
        });

        it('need their fields', async () => {
            for (const [body, field] of [[{ phone: uniquePhone() }, 'password'],
                [{ password: '1234' }, 'phone']]) {
                fieldError(await login(body), field, 'This field is required.');
            }
            fieldError(await login({ phone: 'nonsense', password: '1234' }), 'phone');
            fieldError(await login({ phone: uniquePhone(), password: '' }), 'password');
            fieldError(await login({ phone: uniquePhone(), password: ['1234'] }), 'password');
            fieldError(await login({ phone: { a: 1 }, password: '1234' }), 'phone');
            fieldError(await login({ phone: uniquePhone(), password: '1'.repeat(65) }), 'password');
            fieldsMissing(await login({}), ['phone', 'password']);
            const russian = await login({}, { 'Accept-Language': 'ru' });
            fieldsMissing(russian, ['phone', 'password'], 'Обязательное поле.');
        });

        it('of a disabled account are 403', async () => {
            const { id, phone } = await signInBy(server, paths);
            await account(server, 'disable', String(id));
            await cooldown(server);
            const password = await askCode(server, paths.send, phone, 2);
            detail(await login({ phone, password }), 403, 'account_disabled');
        });
    });
}

/** Bodies that are no JSON object, at each [method, path]. */
export function describeHostileBodies(name, calls) {
    describe(`${name}: hostile JSON`, () => {
        const server = useServer({ set: { 'http.loops': 1 } });

        for (const [method, path] of calls) {
            it(`${method} ${path}`, async () => {
                const client = dialectClient(server);
                const send = (body) => client.call(method, path, body);
                for (const body of ['[]', '"phone"', '1', 'null', '{', '{"phone"}', '{}x', '\u0000',
                    '{"phone":"\\u0000"}', '{"phone":"\\ud800"}', Buffer.from([0xff, 0xfe]),
                    '['.repeat(5000), `${'{"":'.repeat(2500)}1${'}'.repeat(2500)}`]) {
                    const reply = await send(body);
                    assert.equal(reply.status, 400, `${String(body).slice(0, 30)}: ${reply.text}`);
                    assert.equal(reply.headers['content-type'], 'application/json');
                }
                detail(await send('{"phone":"1","phone":"2"}'), 400, 'json_duplicate_key');
                assert.equal((await send(`{"phone":"${'7'.repeat(17000)}"}`)).status, 413);
            });
        }
    });
}

/** Bearer tokens at `profile(id)`, where none is refused unless `isOpen`. */
export function describeBearers(name, paths, profile, isOpen) {
    describe(`${name}: bearer tokens`, () => {
        const server = useServer({ set: { 'http.loops': 1 } });
        const get = (token, id) => dialectClient(server, token).get(profile(id));

        it('of /v1 are good here; theirs are not good there', async () => {
            const anna = await signIn(server);
            ok(await get(anna.tokens.access_token, anna.account.id));
            const { pair } = await signInBy(server, paths);
            problem(await server.api.as(pair.access).get('/v1/me'), 'token_invalid');
        });

        it('are access tokens, whole and unaltered', async () => {
            const { id, pair } = await signInBy(server, paths);
            const [head, claims, mac] = pair.access.split('.');
            const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
            const other = { ...claimsOf(pair.access), user_id: id + 1 };
            const altered = Buffer.from(JSON.stringify(other)).toString('base64url');
            for (const token of [pair.refresh, 'x', 'a.b.c', `${none}.${claims}.`,
                `${head}.${altered}.${mac}`, `${head}.${claims}`, `${pair.access}A`,
                'x'.repeat(4000)]) {
                const reply = await get(token, id);
                detail(reply, 401, 'token_not_valid');
                assert.match(reply.headers['www-authenticate'], /^Bearer/);
            }
            ok(await get(pair.access, id));
        });

        it('end after five hours and are refreshed for a day', async () => {
            const { id, pair } = await signInBy(server, paths);
            const refresh = (token) =>
                dialectClient(server).post(paths.refresh, { refresh: token });
            const { iat, exp } = claimsOf(pair.access);
            assert.equal(exp - iat, 5 * 3600);
            await advance(server, 5 * 3600 + 1);
            detail(await get(pair.access, id), 401, 'token_not_valid');
            const { access } = ok(await refresh(pair.refresh));
            ok(await get(access, id));
            detail(await refresh(pair.access), 401, 'token_not_valid');
            detail(await refresh('x'), 401, 'token_not_valid');
            fieldError(await refresh(undefined), 'refresh', 'This field is required.');
            await advance(server, 19 * 3600);
            detail(await refresh(pair.refresh), 401, 'token_not_valid');
        });

        it('end when the account is disabled or erased', async () => {
            const { api } = await withRole(server, 'admin');
            for (const [command, after] of [['disable', 200], ['erase', 404]]) {
                const { id, pair } = await signInBy(server, paths);
                ok(await get(pair.access, id));
                await account(server, command, String(id));
                assert.equal((await api.get(profile(id))).status, after);
                if (!isOpen) {
                    detail(await get(pair.access, id), 401, 'token_not_valid');
                }
                const refreshed = await dialectClient(server).post(paths.refresh, pair);
                detail(refreshed, 401, 'token_not_valid');
            }
        });
    });

    describe(`${name}: profiles in both modes`, () => {
        const server = useServer({ set: { 'http.loops': 1 } });
        const get = (token, id) => dialectClient(server, token).get(profile(id));

        it('are for the person and administrators, or open in development mode', async () => {
            const anna = await signInBy(server, paths);
            const boris = await signInBy(server, paths);
            const admin = await withRole(server, 'admin');
            const moderator = await withRole(server, 'moderator');
            const missing = await dialectClient(server).get(profile(anna.id));
            if (isOpen) {
                ok(missing);
                ok(await dialectClient(server, boris.pair.access).get(profile(anna.id)));
            } else {
                detail(missing, 401, 'token_missing');
                assert.equal(missing.body.detail,
                    'Authentication credentials were not provided.');
            }
            await leaveDevelopment(server);
            for (const token of [undefined, 'x']) {
                assert.equal((await get(token, anna.id)).status, 401);
            }
            const as = (person) => dialectClient(server, person.api.token);
            assert.equal(ok(await as(anna).get(profile(anna.id))).phone, anna.phone);
            detail(await as(boris).get(profile(anna.id)), 403, 'forbidden');
            detail(await as(boris).get(profile(999999)), 403, 'forbidden');
            detail(await as(moderator).get(profile(anna.id)), 403, 'forbidden');
            assert.equal(ok(await as(admin).get(profile(anna.id))).phone, anna.phone);
            detail(await as(admin).get(profile(999999)), 404, 'not_found');
            for (const id of ['0', '-1', '01', 'x', '1.0', '99999999999999999999', '%31x']) {
                detail(await as(admin).get(profile(id)), 404, 'not_found');
            }
        });
    });
}

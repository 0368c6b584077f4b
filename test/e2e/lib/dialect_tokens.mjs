/* The token pairs of the dialects, verified and forged with an independent library; their modes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as jose from 'jose';
import { ok, problem } from './client.mjs';
import { claimsOf, detail, dialectClient, fieldError, lastCode } from './dialect.mjs';
import {
    account, enter, leaveDevelopment, newCode, pairOf, send, verify,
} from './dialect_people.mjs';
import { useServer } from './server.mjs';
import { advance, signIn, uniquePhone } from './signin.mjs';
import { query } from './store.mjs';

const SECRET = 'the SECRET_KEY of the older service, 50 letters long';

/** The tokens. */
export function describePair(dialect) {
    describe(`the pair of ${dialect.name}`, () => {
        const server = useServer({ set: { 'dialects.secret': SECRET } });
        const key = new TextEncoder().encode(SECRET);
        const refresh = (token) => dialectClient(server).post(dialect.refresh, { refresh: token });

        it("is simplejwt's, signed with the service's secret", async () => {
            const person = await enter(server, dialect);
            for (const [type, life_s] of [['access', 18000], ['refresh', 86400]]) {
                const { payload, protectedHeader } =
                    await jose.jwtVerify(person[type], key, { algorithms: ['HS256'] });
                assert.deepEqual(protectedHeader, { alg: 'HS256', typ: 'JWT' });
                assert.deepEqual(Object.keys(payload),
                    ['token_type', 'exp', 'iat', 'jti', 'user_id']);
                assert.equal(payload.token_type, type);
                assert.equal(payload.exp - payload.iat, life_s);
                assert.match(payload.jti, /^[0-9a-f]{32}$/);
                assert.equal(payload.user_id, person.id);
                assert.ok(Number.isInteger(payload.user_id));
            }
            const other = new TextEncoder().encode(`${SECRET}!`);
            await assert.rejects(jose.jwtVerify(person.access, other));
        });

        it('is renewed until a day is over', async () => {
            const person = await enter(server, dialect);
            await advance(server, 18001);
            const reply = await refresh(person.refresh);
            assert.deepEqual(Object.keys(ok(reply)), ['access']);
            const { payload } = await jose.jwtVerify(reply.body.access, key, {
                currentDate: new Date(Date.parse(await advance(server, 0))),
            });
            assert.equal(payload.user_id, person.id);
            assert.equal(payload.exp - payload.iat, 18000);
            await advance(server, 86400 - 18001);
            detail(await refresh(person.refresh), 401, 'token_not_valid');
        });

        it('is renewed by its own refresh token alone', async () => {
            const person = await enter(server, dialect);
            fieldError(await dialectClient(server).post(dialect.refresh, {}), 'refresh');
            fieldError(await refresh(['x']), 'refresh');
            const { tokens } = await signIn(server);
            const claims = claimsOf(person.refresh);
            const forged = await new jose.SignJWT({ ...claims, jti: 'ab'.repeat(16) })
                .setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key);
            for (const token of ['', 'x', 'a.b.c', person.access, tokens.refresh_token, forged,
                `${person.refresh}A`, new jose.UnsecuredJWT(claims).encode()]) {
                const reply = await refresh(token);
                detail(reply, 401, 'token_not_valid');
                assert.match(reply.headers['www-authenticate'], /^Bearer/);
            }
            ok(await refresh(person.refresh));
        });

        it('ends with its session, its account and the right to it', async () => {
            const ended = await enter(server, dialect);
            query(server, 'DELETE FROM session WHERE account_id = ?', [ended.id]);
            detail(await refresh(ended.refresh), 401, 'token_not_valid');
            const erased = await enter(server, dialect);
            await account(server, 'erase', erased.phone);
            detail(await refresh(erased.refresh), 401, 'token_not_valid');
            const disabled = await enter(server, dialect);
            await account(server, 'disable', disabled.phone);
            const reply = await refresh(disabled.refresh);
            assert.ok([401, 403].includes(reply.status), reply.text);
        });

        it('is not for /v1', async () => {
            const person = await enter(server, dialect);
            problem(await server.api.as(person.access).get('/v1/me'), 'token_invalid');
            problem(await server.api.post('/v1/sessions/refresh',
                { refresh_token: person.refresh }), 'token_invalid');
        });
    });
}

/** Replies that wait for the message, and what they say in normal mode. */
export function describeModes(dialect) {
    describe(`${dialect.name}, while a message is on its way`, () => {
        const server = useServer({ set: { 'deliver.simulated_delay_ms': '1000-1200' } });

        it('waits for it, and refuses at once', async () => {
            const phone = uniquePhone();
            const began = performance.now();
            ok(await send(server, dialect, phone));
            const lasted = performance.now() - began;
            assert.ok(lasted >= 1000 && lasted < 3000, `${lasted} ms`);
            await lastCode(server, phone);
            const refused = performance.now();
            detail(await send(server, dialect, phone), 429, 'send_cooldown');
            fieldError(await send(server, dialect, 'x'), dialect.phone);
            assert.ok(performance.now() - refused < 900);
        });
    });

    describe(`${dialect.name} in normal mode`, () => {
        const server = useServer();

        it('tells no code, and takes it', async () => {
            const phone = uniquePhone();
            const code = await newCode(server, dialect, phone);
            await leaveDevelopment(server, { 'send.per_address_hour': 3 });
            const person = pairOf(await verify(server, dialect, phone, code));
            assert.ok(claimsOf(person.access).user_id > 0);
            const reply = await send(server, dialect, uniquePhone());
            ok(reply);
            assert.doesNotMatch(reply.text, /\d/);
            /* Those that nobody can have, or not in their pocket. */
            for (const number of ['+71111111114', '+74951234567', '88005553535']) {
                fieldError(await send(server, dialect, number), dialect.phone);
            }
            ok(await send(server, dialect, uniquePhone()));
            ok(await send(server, dialect, uniquePhone()));
            const over = await send(server, dialect, uniquePhone());
            detail(over, 429, 'address_limit');
            assert.ok(Number(over.headers['retry-after']) > 0);
        });
    });
}

/* Back ends ask about tokens (RFC 7662) and revoke them (RFC 7009). */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { ok, problem } from './lib/client.mjs';
import { useServer } from './lib/server.mjs';
import { advance, refresh, signIn } from './lib/signin.mjs';
import { signInAs } from './lib/staff.mjs';

const SECRET = '0123456789abcdef';
const CLIENTS = `shop:${SECRET},bank:fedcba9876543210`;
const FORM = 'application/x-www-form-urlencoded';

const basic = (name, secret) =>
    `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`;

function ask(server, path, form, headers = {}) {
    const body = typeof form === 'string' ? form : new URLSearchParams(form).toString();
    return server.api.call('POST', path, body,
        { 'Content-Type': FORM, Authorization: basic('shop', SECRET), ...headers });
}

const introspect = async (server, token, more = {}) =>
    ok(await ask(server, '/v1/introspect', { token, ...more }));
const revoke = async (server, token) => {
    const reply = await ask(server, '/v1/revoke', { token });
    assert.deepEqual([reply.status, reply.text], [200, '']);
};
const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

describe('introspection', () => {
    const server = useServer({ set: { 'introspect.clients': CLIENTS } });
    let anna;

    before(async () => {
        anna = await signIn(server);
    });

    it('tells of an access token what it holds', async () => {
        const token = anna.tokens.access_token;
        const { iss, aud, sub, client_id: client, sid, role, iat, exp } = claims(token);
        assert.deepEqual(await introspect(server, token), {
            active: true, token_type: 'Bearer', client_id: client, iss, aud, sub, sid, role, iat,
            exp,
        });
        assert.equal(sid, anna.tokens.session_id);
        assert.equal((await introspect(server, token, { token_type_hint: 'refresh_token' })).active,
            true);
    });

    it('tells of a refresh token that it is for nobody else', async () => {
        const { tokens } = await signIn(server);
        const told = await introspect(server, tokens.refresh_token);
        const { iss, sub, sid } = claims(tokens.access_token);
        assert.deepEqual([told.active, told.token_type, told.aud, told.sub, told.sid],
            [true, 'refresh_token', iss, sub, sid]);
        assert.ok(told.exp > told.iat);
        const next = ok(await refresh(server, tokens.refresh_token));
        /* The one before is good within the grace, and looking at it is no use of it. */
        assert.equal((await introspect(server, tokens.refresh_token)).active, true);
        assert.equal((await introspect(server, next.refresh_token)).active, true);
        await advance(server, 31);
        assert.deepEqual(await introspect(server, tokens.refresh_token), { active: false });
        assert.equal((await introspect(server, next.refresh_token)).active, true);
    });

    it('sees the role as it is now', async () => {
        const person = await signInAs(server, 'moderator');
        assert.equal(claims(person.tokens.access_token).role, 'user');
        assert.equal((await introspect(server, person.tokens.access_token)).role, 'moderator');
    });

    it('says nothing but no about what is not good', async () => {
        const { tokens, api } = await signIn(server);
        const no = { active: false };
        for (const text of ['x', 'a.b.c', `${tokens.access_token}x`, tokens.access_token.slice(1),
            `A${tokens.refresh_token}`.slice(0, -1), 'я'.repeat(2000)]) {
            assert.deepEqual(await introspect(server, text), no);
        }
        ok(await api.post('/v1/sign-out'), 204);
        assert.deepEqual(await introspect(server, tokens.access_token), no);
        assert.deepEqual(await introspect(server, tokens.refresh_token), no);
        const late = await signIn(server);
        await advance(server, 901);
        assert.deepEqual(await introspect(server, late.tokens.access_token), no);
        assert.equal((await introspect(server, late.tokens.refresh_token)).active, true);
        const { status } = await server.command('account', 'disable', late.phone);
        assert.equal(status, 0);
        assert.deepEqual(await introspect(server, late.tokens.refresh_token), no);
    });
});

describe('revocation', () => {
    const server = useServer({ set: { 'introspect.clients': CLIENTS } });

    it('ends the session of either token', async () => {
        for (const which of ['access_token', 'refresh_token']) {
            const { tokens, api } = await signIn(server);
            await revoke(server, tokens[which]);
            problem(await api.get('/v1/me'), 'token_revoked', 401);
            problem(await refresh(server, tokens.refresh_token), 'token_revoked', 401);
            await revoke(server, tokens[which]);
        }
    });

    it('ends that session only, and the audit tells who asked', async () => {
        const one = await signIn(server);
        await advance(server, 31);
        const two = await signIn(server, one.phone);
        await revoke(server, two.tokens.access_token);
        ok(await one.api.get('/v1/me'));
        const admin = await signInAs(server, 'admin');
        const { entries } = ok(await admin.api.get(
            `/v1/admin/audit?account_id=${one.account.id}&event=session_end`));
        assert.deepEqual(entries.map(({ session_id: id, detail }) => [id, JSON.parse(detail)]),
            [[two.tokens.session_id, { client: 'shop' }]]);
    });

    it('says yes to what is no token', async () => {
        for (const text of ['x', 'a.b.c', '1'.repeat(3000)]) {
            await revoke(server, text);
        }
    });
});

describe('back ends', () => {
    const server = useServer({ set: { 'introspect.clients': CLIENTS } });
    const paths = ['/v1/introspect', '/v1/revoke'];

    it('must prove who they are', async () => {
        const { tokens } = await signIn(server);
        for (const path of paths) {
            for (const Authorization of [basic('shop', 'fedcba9876543210'), basic('shop', ''),
                basic('', ''), basic('nobody', SECRET), 'Basic', 'Basic !', `Bearer ${SECRET}`,
                `Bearer ${tokens.access_token}`]) {
                const form = { token: tokens.access_token };
                const reply = await ask(server, path, form, { Authorization });
                assert.equal(problem(reply, 'client_invalid', 401).error, 'invalid_client');
                assert.match(reply.headers['www-authenticate'], /^Basic realm="domofon"/);
            }
            const bare = await server.api.call('POST', path, 'token=x', { 'Content-Type': FORM });
            problem(bare, 'client_invalid', 401);
        }
        ok(await server.api.as(tokens.access_token).get('/v1/me'));
    });

    it('must send a form with a token', async () => {
        for (const path of paths) {
            for (const form of ['', 'token=', 'tokens=x', 'token_type_hint=access_token']) {
                const missing = problem(await ask(server, path, form), 'field_missing', 400);
                assert.deepEqual([missing.field, missing.error], ['token', 'invalid_request']);
            }
            const twice = problem(await ask(server, path, 'token=x&token=y'), 'form_invalid', 400);
            assert.equal(twice.reason, 'field_twice');
            const type = { 'Content-Type': 'application/json' };
            problem(await ask(server, path, '{"token":"x"}', type), 'form_invalid', 400);
        }
    });

    it('know both', async () => {
        const { tokens } = await signIn(server);
        const Authorization = basic('bank', 'fedcba9876543210');
        const { body } = await ask(server, paths[0], { token: tokens.access_token },
            { Authorization });
        assert.equal(body.active, true);
    });
});

describe('without introspect.clients', () => {
    const server = useServer();

    it('there is neither', async () => {
        for (const path of ['/v1/introspect', '/v1/revoke']) {
            problem(await ask(server, path, { token: 'x' }), 'not_found', 404);
        }
    });
});

/* Who may call the administration: the stored role of a living session decides, at each call. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok, problem } from './lib/client.mjs';
import { openapi } from './lib/contract.mjs';
import { useServer } from './lib/server.mjs';
import { signIn } from './lib/signin.mjs';
import { signInAs } from './lib/staff.mjs';

const READS = ['get'];

/** Every call of administration that is described: [method, path with `id` in it]. */
const callsAbout = (id) => Object.entries(openapi.paths)
    .filter(([path]) => path.startsWith('/v1/admin/'))
    .flatMap(([path, item]) => ['get', 'put', 'patch', 'delete'].filter((name) => name in item)
        .map((name) => [name, path.replace('{account_id}', id)]));

/* Bodies that are in order. */
const BODIES = { patch: {}, put: { name: 'send.per_phone_day', value: null } };

const send = (api, [method, path]) => api.call(method.toUpperCase(), path, BODIES[method]);

/** Calls that nobody can make: [method, path, body, what is wrong]. */
const wrongCalls = (id) => [
    ['GET', '/v1/admin/accounts?role=king', undefined, 'field_invalid'],
    ['GET', '/v1/admin/accounts?limit=0', undefined, 'field_invalid'],
    ['GET', '/v1/admin/accounts?format=xml', undefined, 'field_invalid'],
    ['GET', '/v1/admin/accounts?cursor=abc', undefined, 'cursor_invalid'],
    ['GET', '/v1/admin/accounts/nobody', undefined, 'account_unknown'],
    ['GET', `/v1/admin/accounts/${id}/invite-tree?limit=0`, undefined, 'field_invalid'],
    ['GET', '/v1/admin/accounts/nobody/sessions', undefined, 'account_unknown'],
    ['GET', '/v1/admin/deliveries?state=odd', undefined, 'field_invalid'],
    ['GET', '/v1/admin/audit?event=A', undefined, 'field_invalid'],
    ['GET', '/v1/admin/stats?by=year', undefined, 'field_invalid'],
    ['PATCH', `/v1/admin/accounts/${id}`, '{', 'json_invalid'],
    ['PATCH', `/v1/admin/accounts/${id}`, { role: 'king' }, 'field_invalid'],
    ['PATCH', '/v1/admin/accounts/nobody', {}, 'account_unknown'],
    ['DELETE', '/v1/admin/accounts/nobody', undefined, 'account_unknown'],
    ['DELETE', `/v1/admin/accounts/${id}/sessions?session_id=x`, undefined, 'session_unknown'],
    ['PUT', '/v1/admin/settings', { name: 1 }, 'field_invalid'],
    ['PUT', '/v1/admin/settings', { name: 'no.such', value: 1 }, 'setting_unknown'],
    ['PUT', '/v1/admin/settings', { name: 'http.listen', value: 'x' }, 'setting_fixed'],
    ['PUT', '/v1/admin/settings', { name: 'code.ttl_s', value: 1 }, 'setting_invalid'],
];

async function operator(server, ...args) {
    const { status, stderr } = await server.command('account', ...args);
    assert.equal(status, 0, stderr);
}

describe('the administration', () => {
    const server = useServer();

    it('is closed to strangers and to people', async () => {
        const person = await signIn(server);
        const calls = callsAbout(person.account.id);
        assert.ok(calls.length >= 9);
        for (const call of calls) {
            problem(await send(server.api, call), 'token_missing');
            problem(await send(server.api.as('nonsense'), call), 'token_invalid');
            problem(await send(person.api, call), 'forbidden');
        }
        assert.equal(ok(await person.api.get('/v1/me')).role, 'user');
    });

    it('lets moderators read', async () => {
        const moderator = await signInAs(server, 'moderator');
        const person = await signIn(server);
        for (const call of callsAbout(person.account.id)) {
            const reply = await send(moderator.api, call);
            if (READS.includes(call[0])) {
                ok(reply);
            } else {
                problem(reply, 'forbidden');
            }
        }
        ok(await person.api.get('/v1/me'));
    });

    it('goes by the role that is stored, not the one in the token', async () => {
        const admin = await signInAs(server, 'admin');
        const other = await signInAs(server, 'admin');
        const path = `/v1/admin/accounts/${admin.account.id}`;
        ok(await admin.api.get(path));
        ok(await other.api.patch(path, { role: 'moderator' }));
        ok(await admin.api.get(path));
        problem(await admin.api.patch(path, { city: 'Омск' }), 'forbidden');
        ok(await other.api.patch(path, { role: 'user' }));
        problem(await admin.api.get(path), 'forbidden');
    });

    it('knows the disabled, the erased, and sessions that have ended', async () => {
        for (const [code, end] of [
            ['token_revoked', (admin) => admin.api.post('/v1/sign-out')],
            ['token_revoked', (admin) => admin.api.delete('/v1/me')],
            ['token_revoked', (admin) => operator(server, 'disable', admin.phone)],
        ]) {
            const admin = await signInAs(server, 'admin');
            const person = await signIn(server);
            await end(admin);
            for (const call of callsAbout(person.account.id)) {
                problem(await send(admin.api, call), code);
            }
            ok(await person.api.get('/v1/me'));
        }
    });

    it('looks at the role before it looks at what is asked', async () => {
        const moderator = await signInAs(server, 'moderator');
        const admin = await signInAs(server, 'admin');
        const person = await signIn(server);
        const gone = await signInAs(server, 'admin');
        ok(await gone.api.post('/v1/sign-out'), 204);
        for (const [method, path, body, code] of wrongCalls(person.account.id)) {
            const call = (api) => api.call(method, path, body);
            problem(await call(server.api), 'token_missing');
            problem(await call(person.api), 'forbidden');
            problem(await call(gone.api), 'token_revoked');
            problem(await call(moderator.api), method === 'GET' ? code : 'forbidden');
            problem(await call(admin.api), code);
        }
    });

    it('leaves no entry of those whom it refuses', async () => {
        const person = await signIn(server);
        const moderator = await signInAs(server, 'moderator');
        problem(await person.api.get('/v1/admin/accounts'), 'forbidden');
        problem(await moderator.api.delete(`/v1/admin/accounts/${person.account.id}`), 'forbidden');
        const { entries } = ok(await moderator.api.get(
            `/v1/admin/audit?account_id=${person.account.id}`));
        assert.deepEqual(entries.map(({ event }) => event), ['sign_in']);
        const path = `/v1/admin/audit?actor_id=${person.account.id}`;
        assert.deepEqual(ok(await moderator.api.get(path)).entries, []);
    });
});

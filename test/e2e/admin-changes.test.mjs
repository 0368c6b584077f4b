/* What administrators change: roles, disabling, profiles, sessions; erasing; what they may not. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { ok, problem } from './lib/client.mjs';
import { useServer } from './lib/server.mjs';
import { cooldown, refresh, sendCode, readCode, signIn, tryCode } from './lib/signin.mjs';
import { signInAs } from './lib/staff.mjs';

const pathOf = ({ account }) => `/v1/admin/accounts/${account.id}`;

describe('an administrator', () => {
    const server = useServer({ set: { 'send.per_address_hour': 100000 } });
    let admin;

    before(async () => {
        admin = await signInAs(server, 'admin');
    });

    const auditOf = async (person) =>
        ok(await admin.api.get(`/v1/admin/audit?account_id=${person.account.id}`)).entries;

    it('sets a profile right', async () => {
        const person = await signIn(server);
        const change = { first_name: ' Анна ', last_name: null, email: 'anna@example.com',
            city: 'Омск', telegram_id: '@anna_kuz' };
        const account = ok(await admin.api.patch(pathOf(person), change));
        assert.equal(account.first_name, 'Анна');
        assert.equal(account.email, 'anna@example.com');
        const mine = ok(await person.api.get('/v1/me'));
        assert.deepEqual([mine.first_name, mine.city, mine.telegram_id],
            ['Анна', 'Омск', '@anna_kuz']);
        assert.equal(ok(await admin.api.patch(pathOf(person), {})).city, 'Омск');
        assert.equal(ok(await admin.api.patch(pathOf(person), { city: null })).city, null);
        for (const [name, value] of [['email', 'x'], ['telegram_id', '?'], ['first_name', 1],
            ['first_name', 'x'.repeat(101)], ['role', 'boss'], ['role', 1], ['disabled', 1],
            ['disabled', 'true']]) {
            problem(await admin.api.patch(pathOf(person), { [name]: value, city: 'Тверь' }),
                'field_invalid', { field: name });
        }
        assert.equal(ok(await person.api.get('/v1/me')).city, null);
        const details = (await auditOf(person)).filter(({ event }) => event === 'admin_update')
            .map(({ detail, actor_id: actor }) => [JSON.parse(detail), actor]);
        assert.deepEqual(details.at(-1),
            [{ fields: ['email', 'first_name', 'last_name', 'city', 'telegram_id'] },
                admin.account.id]);
        assert.ok(!JSON.stringify(details).includes('anna@'), 'what people wrote is not there');
    });

    it('gives and takes roles', async () => {
        const person = await signIn(server);
        for (const role of ['moderator', 'admin', 'user']) {
            assert.equal(ok(await admin.api.patch(pathOf(person), { role })).role, role);
            assert.equal(ok(await person.api.get('/v1/me')).role, role);
        }
        const [entry] = await auditOf(person);
        assert.deepEqual(JSON.parse(entry.detail), { role: 'user', fields: [] });
    });

    it('disables and enables', async () => {
        const person = await signIn(server);
        const account = ok(await admin.api.patch(pathOf(person), { disabled: true }));
        assert.notEqual(account.disabled_at, null);
        assert.equal(account.session_count, 0);
        problem(await person.api.get('/v1/me'), 'token_revoked');
        assert.ok((await refresh(server, person.tokens.refresh_token)).status >= 400);
        const again = ok(await admin.api.patch(pathOf(person), { disabled: true }));
        assert.equal(again.disabled_at, account.disabled_at);
        await cooldown(server);
        const challenge = await sendCode(server, person.phone);
        const code = await readCode(server, challenge);
        problem(await tryCode(server, challenge, code), 'account_disabled');
        const enabled = ok(await admin.api.patch(pathOf(person), { disabled: false }));
        assert.equal(enabled.disabled_at, null);
        await cooldown(server);
        ok(await (await signIn(server, person.phone)).api.get('/v1/me'));
    });

    it('ends sessions, one or all', async () => {
        const person = await signIn(server);
        const tokens = [person.tokens];
        for (let i = 0; i < 2; i++) {
            await cooldown(server);
            tokens.push((await signIn(server, person.phone)).tokens);
        }
        const lives = async () => Promise.all(tokens.map(async ({ access_token: token }) =>
            (await server.api.as(token).get('/v1/me')).status === 200));
        const { sessions } = ok(await admin.api.get(`${pathOf(person)}/sessions`));
        assert.deepEqual(sessions.map(({ id }) => id),
            tokens.map((row) => row.session_id).reverse());
        assert.ok(sessions.every(({ current }) => !current));
        const end = (query = '') => admin.api.delete(`${pathOf(person)}/sessions${query}`);
        for (const id of ['999999', 'x', '', '0', admin.tokens.session_id]) {
            const code = id === admin.tokens.session_id ? 'own_account' : 'session_unknown';
            problem(await end(`?session_id=${id}`), code);
        }
        ok(await end(`?session_id=${tokens[1].session_id}`), 204);
        assert.deepEqual(await lives(), [true, false, true]);
        ok(await end(), 204);
        assert.deepEqual(await lives(), [false, false, false]);
        assert.deepEqual(ok(await admin.api.get(`${pathOf(person)}/sessions`)).sessions, []);
        ok(await end(), 204);
        for (const method of ['GET', 'DELETE']) {
            const path = '/v1/admin/accounts/999999/sessions';
            problem(await admin.api.call(method, path), 'account_unknown');
        }
        ok(await admin.api.delete(`${pathOf(admin)}/sessions`), 204);
        const [mine] = ok(await admin.api.get(`${pathOf(admin)}/sessions`)).sessions;
        assert.equal(mine.current, true);
    });

    it('erases, as the owner would', async () => {
        const [inviter, person, invitee] = [
            await signIn(server), await signIn(server), await signIn(server)];
        for (const [who, { account }] of [[person, inviter], [invitee, person]]) {
            ok(await who.api.post('/v1/me/invite', { code: account.invite_code }));
        }
        ok(await person.api.patch('/v1/me', { email: 'gone@example.com', first_name: 'Имя' }));
        ok(await admin.api.delete(pathOf(person)), 204);
        ok(await admin.api.delete(pathOf(person)), 204);
        problem(await person.api.get('/v1/me'), 'token_revoked');
        const erased = ok(await admin.api.get(pathOf(person)));
        assert.deepEqual([erased.phone, erased.email, erased.first_name, erased.role],
            [null, null, null, 'user']);
        assert.equal(erased.invited_by.id, inviter.account.id);
        assert.equal(ok(await admin.api.get(pathOf(invitee))).invited_by.id, person.account.id);
        const audit = await auditOf(person);
        assert.deepEqual(audit.filter(({ actor_id: actor }) => actor === null)
            .filter(({ address }) => address !== null), []);
        assert.equal(audit.filter(({ event }) => event === 'admin_erase').length, 2);
        problem(await admin.api.patch(pathOf(person), { city: 'Омск' }), 'account_erased');
        problem(await admin.api.delete('/v1/admin/accounts/999999'), 'account_unknown');
        problem(await admin.api.patch('/v1/admin/accounts/999999', {}), 'account_unknown');
        const { deliveries } = ok(await admin.api.get(
            `/v1/admin/deliveries?phone=${encodeURIComponent(person.phone)}`));
        assert.deepEqual(deliveries, []);
        await cooldown(server);
        const again = await signIn(server, person.phone);
        assert.notEqual(again.account.id, person.account.id);
    });

    it('cannot take the role from themselves, disable or erase themselves', async () => {
        for (const change of [{ role: 'user' }, { role: 'moderator' }, { disabled: true },
            { disabled: true, role: 'admin' }]) {
            const reply = await admin.api.patch(pathOf(admin), { ...change, city: 'Омск' });
            problem(reply, 'own_account');
        }
        problem(await admin.api.delete(pathOf(admin)), 'own_account');
        const me = ok(await admin.api.get('/v1/me'));
        assert.deepEqual([me.role, me.city], ['admin', null]);
        const harmless = { role: 'admin', disabled: false, city: 'Пермь' };
        ok(await admin.api.patch(pathOf(admin), harmless));
    });

    it('is not seen by address in what a person exports', async () => {
        const person = await signIn(server);
        ok(await admin.api.get(pathOf(person)));
        const { audit } = ok(await person.api.get('/v1/me/export'));
        const seen = audit.filter(({ event }) => event.startsWith('admin_'));
        assert.deepEqual(seen.map(({ event, address }) => [event, address]),
            [['admin_read', null]]);
    });

    it('stays, whoever turns on each other at once', async () => {
        for (const turn of [
            (one, other) => one.api.patch(pathOf(other), { role: 'user' }),
            (one, other) => one.api.patch(pathOf(other), { disabled: true }),
            (one, other) => one.api.delete(pathOf(other)),
        ]) {
            const people = [];
            for (let i = 0; i < 4; i++) {
                people.push(await signInAs(server, 'admin'));
            }
            await Promise.all(people.flatMap((one) => people.filter((other) => other !== one)
                .map((other) => turn(one, other))));
            const left = await Promise.all(people.map((one) => admin.api.get(pathOf(one))));
            const standing = left.filter(({ body }) => body.role === 'admin'
                && body.disabled_at === null && body.erased_at === null);
            assert.equal(standing.length, 1);
        }
    });
});

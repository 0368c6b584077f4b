/* What staff do to others by a dialect is an act of administration: it is in the audit, with who,
 * from where and what, and never leaves a service without an administrator. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok } from './lib/client.mjs';
import { detail, dialectClient } from './lib/dialect.mjs';
import { withRole } from './lib/dialect_passwords.mjs';
import { leaveDevelopment } from './lib/dialect_people.mjs';
import { useServer } from './lib/server.mjs';
import { signIn } from './lib/signin.mjs';
import { signInAs } from './lib/staff.mjs';
import { query } from './lib/store.mjs';

const numberOf = ({ account, id }) => Number(id ?? account.id);
const entriesBy = (server, actor) => query(server, `SELECT event, account_id, session_id, address,
    detail FROM audit WHERE actor_id = ? ORDER BY id`, [numberOf(actor)])
    .map(({ event, account_id, session_id, address, detail: what }) => {
        assert.ok(Number(session_id) > 0);
        assert.match(address, /127\.0\.0\.1|::1/);
        return [event, account_id === null ? null : Number(account_id), what && JSON.parse(what)];
    });

const ONE_LOOP = { set: { 'http.loops': 1 } };

describe('what staff do by dialects', () => {
    const server = useServer(ONE_LOOP);

    it('is in the audit, with the actor, the session and the address', async () => {
        const anna = await signIn(server);
        const boris = await signIn(server);
        const vera = await signIn(server);
        const [admin, moderator] = [await withRole(server, 'admin'),
            await withRole(server, 'moderator')];
        await leaveDevelopment(server);
        const as = (who) => dialectClient(server, who.api.token);
        const [id, phone] = [numberOf(anna), anna.phone];
        ok(await as(admin).get(`/api/users/${id}/`));
        ok(await as(admin).get(`/users/${id}/`));
        ok(await as(admin).get(`/users/profile/${phone}/`));
        ok(await as(admin).get(`/Profile/${phone}`));
        ok(await as(admin).patch(`/users/update/${id}/`, { email: 'a@example.com' }));
        ok(await as(admin).put(`/api/users/${id}/`,
            { phone, city: 'Омск', referral_code: boris.account.invite_code }));
        ok(await as(admin).patch(`/users/profile/${phone}/`, { email: null }));
        ok(await as(admin).post(`/Profile/${vera.phone}`,
            { invite_code: boris.account.invite_code }));
        assert.equal((await as(admin).delete(`/api/users/${id}/`)).status, 204);
        assert.equal((await as(admin).delete(`/users/delete/${numberOf(boris)}/`)).status, 204);
        ok(await as(admin).get('/api/users/list/'));
        ok(await as(moderator).get('/users/?after=1'));
        assert.deepEqual(entriesBy(server, admin), [
            ...Array.from({ length: 4 }, () => ['admin_read', id, null]),
            ['admin_update', id, { fields: ['email'] }],
            ['admin_update', id, { fields: ['city', 'invite_code'] }],
            ['admin_update', id, { fields: ['email'] }],
            ['admin_update', numberOf(vera), { fields: ['invite_code'] }],
            ['admin_erase', id, null],
            ['admin_erase', numberOf(boris), null],
            ['admin_list', null, { after: null }],
        ]);
        assert.deepEqual(entriesBy(server, moderator), [['admin_list', null, { after: '1' }]]);
    });
});

describe('what staff do by dialects that is refused, void, or about oneself', () => {
    const server = useServer(ONE_LOOP);

    it('leaves no entry', async () => {
        const anna = await signIn(server);
        const boris = await signIn(server);
        const [admin, moderator] = [await withRole(server, 'admin'),
            await withRole(server, 'moderator')];
        await leaveDevelopment(server);
        const as = (who) => dialectClient(server, who.api.token);
        const path = `/api/users/${numberOf(anna)}/`;
        for (const who of [boris, moderator]) {
            detail(await as(who).get(path), 403, 'forbidden');
            detail(await as(who).put(path, { phone: anna.phone }), 403, 'forbidden');
            detail(await as(who).delete(path), 403, 'forbidden');
        }
        detail(await as(boris).get('/users/'), 403, 'forbidden');
        assert.equal((await as(admin).put(path,
            { phone: anna.phone, referral_code: '222222' })).status, 400);
        detail(await as(admin).delete('/api/users/999999/'), 404, 'not_found');
        const own = `/api/users/${numberOf(admin)}/`;
        ok(await as(admin).get(own));
        ok(await as(admin).put(own, { phone: admin.phone, city: 'Омск' }));
        assert.equal((await as(admin).delete(own)).status, 204);
        for (const who of [boris, moderator, admin]) {
            assert.deepEqual(entriesBy(server, who), []);
        }
    });
});

describe('administrators who erase each other by a dialect at once', () => {
    const server = useServer({ set: { 'http.loops': 2 } });

    it('leave one', async () => {
        for (let round = 0; round < 10; round++) {
            const pair = [await signInAs(server, 'admin'), await signInAs(server, 'admin')];
            const statuses = await Promise.all(pair.map((who, i) =>
                dialectClient(server, who.api.token)
                    .delete(`/api/users/${numberOf(pair[1 - i])}/`)));
            assert.deepEqual(statuses.map(({ status }) => status).sort(), [204, 401]);
        }
    });
});

/* The administration looks accounts up: who may, what is found by what, page by page. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { ok, problem } from './lib/client.mjs';
import { useServer } from './lib/server.mjs';
import { signIn } from './lib/signin.mjs';
import { readAll, signInAs } from './lib/staff.mjs';
import { query } from './lib/store.mjs';

const LIST = '/v1/admin/accounts';

const find = (query, rest = '') => `${LIST}?query=${encodeURIComponent(query)}${rest}`;

const ids = (rows) => rows.map(({ id }) => id);

async function register(server, phone, fields = {}) {
    const person = await signIn(server, phone);
    ok(await person.api.patch('/v1/me', fields));
    return person;
}

describe('looking accounts up', () => {
    const server = useServer();
    let moderator;
    let admin;
    let anna;
    let boris;
    let vera;

    before(async () => {
        moderator = await signInAs(server, 'moderator');
        admin = await signInAs(server, 'admin');
        anna = await register(server, '+79135550101',
            { email: 'Anna.K@Example.com', first_name: 'Анна', city: 'Омск' });
        boris = await register(server, '+79135550102', { email: 'anna.k@example.com' });
        vera = await register(server, '+375291234567', { email: 'вера@пример.рф' });
        ok(await boris.api.post('/v1/me/invite', { code: anna.account.invite_code }));
    });

    const found = async (query, rest = '') =>
        ids(ok(await moderator.api.get(find(query, rest))).accounts);

    it('shows everybody, the newest first', async () => {
        const page = ok(await moderator.api.get(LIST));
        const all = [vera, boris, anna, admin, moderator].map(({ account }) => account.id);
        assert.deepEqual(ids(page.accounts), all);
        assert.equal(page.next_cursor, null);
        assert.deepEqual(ids(await readAll(moderator.api, LIST, 'accounts')), all);
        assert.deepEqual(ids(await readAll(moderator.api, LIST, 'accounts', 5)), all);
    });

    it('takes a query as forms write it', async () => {
        const search = async (text) =>
            ids(ok(await moderator.api.get(`${LIST}?query=${text}`)).accounts);
        for (const text of ['8+(913)+555-01-01', '+79135550101', '%2B7+913+555-01-01']) {
            assert.deepEqual(await search(text), [anna.account.id], text);
        }
    });

    it('shows what there is to know', async () => {
        const [row] = ok(await moderator.api.get(find(boris.phone))).accounts;
        const { id, phone } = anna.account;
        assert.deepEqual(row, {
            ...boris.account, email: 'anna.k@example.com', invited_by: { id, phone },
            disabled_at: null, erased_at: null,
        });
        const one = ok(await moderator.api.get(`${LIST}/${id}`));
        assert.equal(one.first_name, 'Анна');
        assert.deepEqual([one.session_count, one.invitee_count, one.invited_at], [1, 1, null]);
        assert.deepEqual(one.limits, { sends_day: 1, guesses_day: 0 });
        const invited = ok(await moderator.api.get(`${LIST}/${boris.account.id}`));
        assert.ok(Date.parse(invited.invited_at) <= Date.now());
    });

    it('finds a number in any form, and by its beginning', async () => {
        for (const text of ['+79135550101', '89135550101', '8 (913) 555-01-01', '+7 913 555-01-01',
            '79135550101', '9135550101', ' 8.913.555.01.01 ']) {
            assert.deepEqual(await found(text), [anna.account.id], text);
        }
        const both = [anna.account.id, boris.account.id];
        for (const text of ['8913555', '+7913', '913', '8 (913) 55', '791355501']) {
            assert.deepEqual(await found(text), both, text);
            assert.deepEqual(ids(await readAll(moderator.api, find(text), 'accounts', 1)), both);
        }
        for (const text of ['+375', '37529', '375 29 123-45-67', '+375291234567']) {
            assert.deepEqual(await found(text), [vera.account.id], text);
        }
        for (const text of ['+8913', '+7', '91', '000', '+79135550103', '9135550101000000000000']) {
            assert.deepEqual(await found(text), [], text);
        }
    });

    it('finds an e-mail in any case, and by its beginning', async () => {
        const both = [anna.account.id, boris.account.id];
        for (const text of ['ANNA', 'anna.k@', 'Anna.K@example.COM', 'a']) {
            assert.deepEqual(await found(text), both, text);
            assert.deepEqual(ids(await readAll(moderator.api, find(text), 'accounts', 1)), both);
        }
        assert.deepEqual(await found('вера@'), [vera.account.id]);
        for (const text of ['anna.l', 'nna', 'anna.k@example.com.', 'anna k', '%', '_', '@']) {
            assert.deepEqual(await found(text), [], text);
        }
    });

    it('finds an invite code and an id', async () => {
        for (const { account: { id, invite_code } } of [anna, boris, vera, admin]) {
            assert.ok((await found(id)).includes(id));
            assert.equal((await found(invite_code))[0], id);
            const typed = ` ${invite_code.slice(0, 3)}-${invite_code.slice(3)}`;
            assert.equal((await found(typed))[0], id);
        }
    });

    it('finds by role', async () => {
        const by = async (role, query = '') => (query === ''
            ? ids(ok(await moderator.api.get(`${LIST}?role=${role}`)).accounts)
            : found(query, `&role=${role}`));
        assert.deepEqual(await by('moderator'), [moderator.account.id]);
        assert.deepEqual(await by('admin'), [admin.account.id]);
        assert.deepEqual(await by('user'), [vera, boris, anna].map(({ account }) => account.id));
        assert.deepEqual(await by('admin', '+7923'), [admin.account.id]);
        assert.deepEqual(await by('admin', admin.account.id), [admin.account.id]);
        assert.deepEqual(await by('admin', '+7913'), []);
        assert.deepEqual(await by('user', '+7923'), []);
        assert.deepEqual(await by('user', 'anna'), [anna.account.id, boris.account.id]);
        assert.deepEqual(await by('admin', moderator.account.invite_code), []);
    });

    it('refuses what it does not know', async () => {
        for (const query of ['role=boss', 'role=', 'limit=0', 'limit=101', 'limit=ten', 'limit=']) {
            const [field] = query.split('=');
            problem(await moderator.api.get(`${LIST}?${query}`), 'field_invalid', { field });
        }
        for (const id of ['999999', '0', '-1', 'abc', '17.0', '99999999999999999999', '%00']) {
            const reply = await moderator.api.get(`${LIST}/${id}`);
            assert.ok(['account_unknown', 'request_malformed'].includes(reply.body.code), id);
        }
    });

    it('is not impressed by hostile queries', async () => {
        for (const text of ["' OR 1=1 --", '%', '\\', '"', '<script>', '\u0001', '😀'.repeat(60),
            'x'.repeat(254), 'x'.repeat(600), '+'.repeat(60), '1'.repeat(60), '٣٤٥', '\u202e',
            '{"a":1}']) {
            assert.deepEqual(await found(text), [], text);
        }
        ok(await moderator.api.get(`${LIST}?query=%ff&query=%00`));
    });

    it('takes no cursor but its own', async () => {
        const { next_cursor } = ok(await moderator.api.get(`${LIST}?limit=1`));
        ok(await moderator.api.get(`${LIST}?cursor=${next_cursor}`));
        const altered = next_cursor.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A'));
        const longer = `${next_cursor}AAAA`;
        for (const cursor of ['', 'x', altered, longer, next_cursor.slice(1), '%00']) {
            problem(await moderator.api.get(`${LIST}?cursor=${cursor}`), 'cursor_invalid');
        }
        problem(await admin.api.get(`${LIST}?cursor=${next_cursor}`), 'cursor_invalid');
    });

    it('takes no cursor of another list', async () => {
        const lists = [LIST, find('a@b'), find('+7913'), '/v1/admin/deliveries', '/v1/admin/audit',
            `/v1/admin/accounts/${anna.account.id}/invite-tree`, '/v1/me/invitees'];
        const { next_cursor: audit } = ok(await moderator.api.get('/v1/admin/audit?limit=1'));
        const { next_cursor: deliveries } =
            ok(await moderator.api.get('/v1/admin/deliveries?limit=1'));
        const { next_cursor: accounts } = ok(await moderator.api.get(`${LIST}?limit=1`));
        for (const [own, cursor] of [[LIST, accounts], ['/v1/admin/audit', audit],
            ['/v1/admin/deliveries', deliveries]]) {
            for (const list of lists.filter((one) => one.split('?')[0] !== own)) {
                const path = `${list}${list.includes('?') ? '&' : '?'}cursor=${cursor}`;
                problem(await moderator.api.get(path), 'cursor_invalid', 400);
            }
            ok(await moderator.api.get(`${own}?cursor=${cursor}`));
        }
    });

    it('shows all that are named exactly, whatever a page holds', async () => {
        const people = [];
        for (const [i, code] of ['abcdel', 'abcdeL', 'xyzxyz'].entries()) {
            const person = await register(server, `+7913777000${i}`, { email: `m${i}@e.com` });
            await query(server, `UPDATE account SET invite_code = '${code}' WHERE id = ${
                person.account.id}`);
            people.push(person.account.id);
        }
        await query(server, `UPDATE account SET email = 'abcdel@e.com' WHERE id = ${people[2]}`);
        for (const limit of [1, 2, 3, 4]) {
            const all = await readAll(moderator.api, find('abcdel'), 'accounts', limit);
            assert.deepEqual(ids(all), people, `limit ${limit}`);
        }
    });

    it('goes on after a row that is gone or has changed', async () => {
        const person = await register(server, '+79136660001', { email: 'zoe@example.com' });
        await register(server, '+79136660002', { email: 'zoe@example.com' });
        const cursors = [];
        for (const query of ['+7913666', 'zoe']) {
            const page = ok(await moderator.api.get(find(query, '&limit=1')));
            assert.deepEqual(ids(page.accounts), [person.account.id]);
            cursors.push([query, page.next_cursor]);
        }
        assert.equal((await person.api.delete('/v1/me')).status, 204);
        for (const [query, cursor] of cursors) {
            const page = ok(await moderator.api.get(find(query, `&cursor=${cursor}`)));
            assert.deepEqual(page.accounts.map(({ phone }) => phone), ['+79136660002']);
        }
        const erased = ok(await moderator.api.get(`${LIST}/${person.account.id}`));
        assert.deepEqual([erased.phone, erased.email, erased.session_count], [null, null, 0]);
        assert.notEqual(erased.erased_at, null);
    });
});

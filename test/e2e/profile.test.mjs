/* One's own profile: reading, changing, exporting and erasing it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok, problem } from './lib/client.mjs';
import { useServer } from './lib/server.mjs';
import { query } from './lib/store.mjs';
import {
    cooldown, outbox, readCode, refresh, sendCode, signIn, tryCode,
} from './lib/signin.mjs';

const FULL = {
    email: 'anna.kuznetsova@example.com',
    first_name: 'Анна',
    last_name: 'Кузнецова',
    city: 'Новосибирск',
    telegram_id: '@anna_kuz',
    locale: 'ru',
};

describe('the profile', () => {
    const server = useServer();

    it('is empty at first', async () => {
        const { account, phone } = await signIn(server);
        const { id, invite_code, created_at, ...rest } = account;
        assert.ok(id && invite_code && Math.abs(Date.parse(created_at) - Date.now()) < 60000);
        assert.deepEqual(rest, {
            phone, email: null, first_name: null, last_name: null, city: null, telegram_id: null,
            avatar_url: null, locale: 'en', role: 'user', invited_by: null,
        });
    });

    it('takes all fields at once', async () => {
        const { api, account } = await signIn(server);
        const changed = ok(await api.patch('/v1/me', FULL));
        assert.deepEqual(changed, { ...account, ...FULL });
        assert.deepEqual(ok(await api.get('/v1/me')), changed);
    });

    it('takes one field and leaves the others', async () => {
        const { api } = await signIn(server);
        ok(await api.patch('/v1/me', FULL));
        for (const [name, value] of Object.entries({
            email: 'Аня@почта.рф', first_name: 'Anne-Marie O’Neil', last_name: 'я'.repeat(100),
            city: 'Ростов-на-Дону', telegram_id: '123456789', locale: 'en',
        })) {
            const changed = ok(await api.patch('/v1/me', { [name]: value }));
            assert.equal(changed[name], value);
        }
        assert.deepEqual(ok(await api.patch('/v1/me', {})), ok(await api.get('/v1/me')));
    });

    it('drops spaces around a value', async () => {
        const { api } = await signIn(server);
        const changed = ok(await api.patch('/v1/me', { first_name: '  Анна \n' }));
        assert.equal(changed.first_name, 'Анна');
    });

    it('clears fields by null and by an empty text', async () => {
        const { api } = await signIn(server);
        for (const nothing of [null, '', '  ']) {
            ok(await api.patch('/v1/me', FULL));
            const { locale, ...names } = FULL;
            const empty = Object.fromEntries(Object.keys(names).map((name) => [name, nothing]));
            const changed = ok(await api.patch('/v1/me', empty));
            for (const name of Object.keys(names)) {
                assert.equal(changed[name], null, name);
            }
            assert.equal(changed.locale, locale);
        }
    });

    for (const [field, values] of Object.entries({
        email: ['anna', 'anna@', '@example.com', 'a@b', 'a b@example.com', 'a@b@example.com',
            `${'a'.repeat(250)}@example.com`, 5, true, [], {}],
        first_name: ['я'.repeat(101), 'a\u0001b', 'a\nb', 'a\u202eb', 7, {}],
        last_name: ['я'.repeat(101), 'a\u0007b', ['Кузнецова']],
        city: ['я'.repeat(101), 'x'.repeat(5000), 0],
        telegram_id: ['@abc', 'anna_kuz', '@анна_куз', '1'.repeat(21), '@a-b-c-d', 123456789],
        locale: ['de', 'RU', '', null, 'ru-RU', 1],
    })) {
        it(`refuses a bad ${field} and changes nothing`, async () => {
            const { api } = await signIn(server);
            const before = ok(await api.patch('/v1/me', FULL));
            for (const value of values) {
                const body = { first_name: 'Ольга', [field]: value };
                problem(await api.patch('/v1/me', body), 'field_invalid', { field });
            }
            assert.deepEqual(ok(await api.get('/v1/me')), before);
        });
    }

    it('ignores fields that are not for writing', async () => {
        const { api, account } = await signIn(server);
        const body = { role: 'admin', id: '1', phone: '+79990000000', invite_code: 'AAAAAA',
            invited_by: 'x', avatar_url: 'http://example.com', shoe_size: 44 };
        assert.deepEqual(ok(await api.patch('/v1/me', body)), account);
    });

    it('is escaped so that it is inert inside a page', async () => {
        const { api } = await signIn(server);
        const city = '</script><b>&"\'\\';
        const reply = await api.patch('/v1/me', { city });
        assert.equal(ok(reply).city, city);
        assert.doesNotMatch(reply.text, /[<>&]/);
    });
});

describe('the export', () => {
    const server = useServer();

    it('holds everything kept about a person', async () => {
        const inviter = await signIn(server, undefined, { device_name: 'Телефон' });
        ok(await inviter.api.patch('/v1/me', FULL));
        await cooldown(server);
        await signIn(server, inviter.phone);
        const invitee = await signIn(server);
        ok(await invitee.api.post('/v1/me/invite', { code: inviter.account.invite_code }));

        const all = ok(await inviter.api.get('/v1/me/export'));
        assert.equal(all.complete, true);
        assert.deepEqual(all.account, ok(await inviter.api.get('/v1/me')));
        assert.deepEqual(all.invitees.map(({ phone }) => phone), [invitee.phone]);
        assert.deepEqual(all.sessions.map((session) => session.device_name).sort(),
            ['Телефон', null].sort());
        assert.deepEqual(all.audit.map(({ event }) => event), ['sign_in', 'sign_in']);
        assert.ok(all.audit.every(({ address }) => address === '127.0.0.1'));
        assert.deepEqual(ok(await invitee.api.get('/v1/me/export')).invitees, []);
    });
});

describe('erasing an account', () => {
    const server = useServer();

    it('ends its sessions and frees its number', async () => {
        const person = await signIn(server);
        await cooldown(server);
        const elsewhere = await signIn(server, person.phone);
        ok(await person.api.patch('/v1/me', FULL));
        ok(await person.api.delete('/v1/me'), 204);
        for (const { api, tokens } of [person, elsewhere]) {
            problem(await api.get('/v1/me'), 'token_revoked');
            problem(await refresh(server, tokens.refresh_token), 'token_revoked');
        }
        problem(await person.api.delete('/v1/me'), 'token_revoked');
        await cooldown(server);
        const again = await signIn(server, person.phone);
        assert.equal(again.tokens.is_new_account, true);
        assert.notEqual(again.account.id, person.account.id);
        assert.equal(again.account.first_name, null);
    });

    it('keeps who invited whom, without a number', async () => {
        const inviter = await signIn(server);
        const middle = await signIn(server);
        const invitee = await signIn(server);
        ok(await middle.api.post('/v1/me/invite', { code: inviter.account.invite_code }));
        ok(await invitee.api.post('/v1/me/invite', { code: middle.account.invite_code }));
        ok(await middle.api.delete('/v1/me'), 204);
        const [seen] = ok(await inviter.api.get('/v1/me/invitees')).items;
        assert.equal(seen.phone, null);
        const { invited_by } = ok(await invitee.api.get('/v1/me'));
        assert.equal(invited_by.invite_code, middle.account.invite_code);
        const other = await signIn(server);
        problem(await other.api.post('/v1/me/invite', { code: middle.account.invite_code }),
            'invite_unknown');
        problem(await server.api.get(`/v1/invites/${middle.account.invite_code}`),
            'invite_unknown');
    });

    it('voids a code that is on its way', async () => {
        const person = await signIn(server);
        await cooldown(server);
        const challenge = await sendCode(server, person.phone);
        const code = await readCode(server, challenge);
        ok(await person.api.delete('/v1/me'), 204);
        problem(await tryCode(server, challenge, code), 'challenge_unknown');
        assert.deepEqual(await outbox(server, person.phone), []);
    });

    it('leaves nothing personal in the store', async () => {
        const person = await signIn(server);
        ok(await person.api.patch('/v1/me', FULL));
        ok(await person.api.delete('/v1/me'), 204);
        const { id } = person.account;
        const text = JSON.stringify([
            query(server, 'SELECT * FROM account WHERE id = ?', [id]),
            query(server, 'SELECT * FROM session WHERE account_id = ?', [id]),
            query(server, 'SELECT * FROM audit WHERE account_id = ?', [id]),
            query(server, 'SELECT * FROM challenge WHERE phone = ?', [person.phone]),
            query(server, 'SELECT * FROM outbox WHERE phone = ?', [person.phone]),
            query(server, 'SELECT * FROM handset WHERE phone = ?', [person.phone]),
        ]);
        for (const trace of [person.phone, 'Анна', 'Кузнецова', 'anna', '127.0.0.1']) {
            assert.ok(!text.includes(trace), `${trace} is still there`);
        }
    });
});

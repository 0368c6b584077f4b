/* Invite codes: activating one, once for ever; entering it carelessly; who activated one's own. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok, problem } from './lib/client.mjs';
import { useServer } from './lib/server.mjs';
import { readCode, sendCode, signIn, tryCode, uniquePhone } from './lib/signin.mjs';

const CYRILLIC = Object.fromEntries([...'ABEKMHOPCTYXaeopcyx'].map((latin, i) =>
    [latin, [...'АВЕКМНОРСТУХаеорсух'][i]]));

const activate = (person, code) => person.api.post('/v1/me/invite', { code });

describe('an invite code', () => {
    const server = useServer();

    it('is six letters and digits without look-alikes', async () => {
        const codes = new Set();
        for (let i = 0; i < 20; i++) {
            const { account } = await signIn(server);
            assert.match(account.invite_code, /^[2-9A-HJ-NP-Za-hjkmnp-z]{6}$/);
            codes.add(account.invite_code);
        }
        assert.equal(codes.size, 20);
    });

    it('is activated once for ever', async () => {
        const [inviter, other, invitee] = [
            await signIn(server), await signIn(server), await signIn(server)];
        const account = ok(await activate(invitee, inviter.account.invite_code));
        assert.equal(account.invited_by.invite_code, inviter.account.invite_code);
        assert.ok(Math.abs(Date.parse(account.invited_by.activated_at) - Date.now()) < 60000);
        assert.deepEqual(ok(await invitee.api.get('/v1/me')), account);
        for (const { account: { invite_code } } of [inviter, other]) {
            problem(await activate(invitee, invite_code), 'invite_already_activated');
        }
        assert.deepEqual(ok(await invitee.api.get('/v1/me')), account);
    });

    it("must exist and not be one's own", async () => {
        const person = await signIn(server);
        problem(await activate(person, person.account.invite_code), 'invite_own');
        for (const code of ['000000', 'ABC', '', 'ABCDEFG', 'код', '!!!!!!', 'x'.repeat(64)]) {
            problem(await activate(person, code), 'invite_unknown');
        }
        for (const code of [null, 123456, ['ABCDEF'], 'x'.repeat(65)]) {
            problem(await activate(person, code), 'field_invalid', { field: 'code' });
        }
        problem(await person.api.post('/v1/me/invite', {}), 'field_missing', { field: 'code' });
        assert.equal(ok(await person.api.get('/v1/me')).invited_by, null);
    });

    it('may be activated by two people for each other', async () => {
        const [first, second] = [await signIn(server), await signIn(server)];
        ok(await activate(first, second.account.invite_code));
        ok(await activate(second, first.account.invite_code));
    });

    it('is understood with spaces, dashes and invisible marks', async () => {
        const { account: { invite_code: code } } = await signIn(server);
        for (const typed of [
            ` ${code.slice(0, 3)} ${code.slice(3)} `, [...code].join('-'),
            `${code.slice(0, 2)}\u2014${code.slice(2)}`, [...code].join('\u00a0'), `\u200b${code}`,
        ]) {
            const path = `/v1/invites/${encodeURIComponent(typed)}`;
            assert.deepEqual(ok(await server.api.get(path)), { code }, JSON.stringify(typed));
            ok(await activate(await signIn(server), typed));
        }
    });

    it('can be looked up without signing in', async () => {
        const { account: { invite_code: code } } = await signIn(server);
        assert.deepEqual(ok(await server.api.get(`/v1/invites/${code}`)), { code });
        problem(await server.api.get('/v1/invites/000000'), 'invite_unknown');
        problem(await server.api.get(`/v1/invites/${'%D1%8F'.repeat(6)}`), 'invite_unknown');
    });
});

describe('an invite code of letters that Cyrillic has too', () => {
    const server = useServer({ set: { 'invite.alphabet': 'ABEKMHOPCTYX' } });

    it('is understood in Cyrillic, and in lower case', async () => {
        const { account: { invite_code: code } } = await signIn(server);
        const cyrillic = [...code].map((letter) => CYRILLIC[letter]).join('');
        assert.notEqual(cyrillic, code);
        for (const typed of [cyrillic, code.toLowerCase(), code.replaceAll('O', '0')]) {
            const path = `/v1/invites/${encodeURIComponent(typed)}`;
            assert.deepEqual(ok(await server.api.get(path)), { code }, typed);
        }
    });
});

describe('an invite code given at sign-in', () => {
    const server = useServer({ set: { 'send.cooldown_s': 0, 'send.per_phone_10min': 100 } });

    /** Signs in with the invite code given with the message and with the sign-in. */
    async function withCodes(phone, atSending, atSignIn) {
        const challenge = await sendCode(server, phone,
            atSending === undefined ? {} : { invite_code: atSending });
        const code = await readCode(server, challenge);
        const fields = atSignIn === undefined ? {} : { invite_code: atSignIn };
        return ok(await tryCode(server, challenge, code, fields), 201);
    }

    it('is activated on the way', async () => {
        const inviter = await signIn(server);
        const { invite_code } = inviter.account;
        const tokens = await withCodes(uniquePhone(), undefined, invite_code);
        assert.deepEqual(tokens.invite, { status: 'activated' });
        assert.equal(tokens.account.invited_by.invite_code, invite_code);
        const early = await withCodes(uniquePhone(), invite_code);
        assert.deepEqual(early.invite, { status: 'activated' });
        const { items } = ok(await inviter.api.get('/v1/me/invitees'));
        assert.deepEqual(items.map(({ phone }) => phone),
            [early.account.phone, tokens.account.phone]);
    });

    it('wins over the one given with the message', async () => {
        const [first, second] = [await signIn(server), await signIn(server)];
        const tokens = await withCodes(uniquePhone(), first.account.invite_code,
            second.account.invite_code);
        assert.equal(tokens.account.invited_by.invite_code, second.account.invite_code);
    });

    it('never fails the sign-in', async () => {
        const inviter = await signIn(server);
        const person = await signIn(server);
        const status = async (code, phone = person.phone) =>
            (await withCodes(phone, undefined, code)).invite.status;
        assert.equal(await status('000000'), 'invite_unknown');
        assert.equal(await status('далеко не код'), 'invite_unknown');
        assert.equal(await status(person.account.invite_code), 'invite_own');
        assert.equal(await status(inviter.account.invite_code), 'activated');
        assert.equal(await status(inviter.account.invite_code), 'invite_already_activated');
        assert.equal((await withCodes(uniquePhone(), 'nonsense')).invite.status, 'invite_unknown');
        assert.equal((await withCodes(uniquePhone())).invite, undefined);
    });
});

describe('the list of invitees', () => {
    const server = useServer();

    it('has the newest first, page by page, and none twice', async () => {
        const inviter = await signIn(server);
        const phones = [];
        for (let i = 0; i < 7; i++) {
            const invitee = await signIn(server);
            ok(await activate(invitee, inviter.account.invite_code));
            phones.unshift(invitee.phone);
        }
        const page = async (query) => ok(await inviter.api.get(`/v1/me/invitees?${query}`));
        const seen = [];
        let { items, next_cursor } = await page('limit=3');
        assert.equal(items.length, 3);
        seen.push(...items);
        const late = await signIn(server);
        ok(await activate(late, inviter.account.invite_code));
        while (next_cursor !== null) {
            ({ items, next_cursor } = await page(`limit=3&cursor=${next_cursor}`));
            seen.push(...items);
        }
        assert.deepEqual(seen.map(({ phone }) => phone), phones);
        const all = await page('');
        assert.deepEqual(all.items.map(({ phone }) => phone), [late.phone, ...phones]);
        assert.equal(all.next_cursor, null);
        assert.equal((await page('limit=8')).next_cursor, null);
        const times = all.items.map(({ activated_at }) => activated_at);
        assert.deepEqual(times, [...times].sort().reverse());
    });

    it('takes only its own cursors, and sensible limits', async () => {
        const inviter = await signIn(server);
        const stranger = await signIn(server);
        for (let i = 0; i < 2; i++) {
            ok(await activate(await signIn(server), inviter.account.invite_code));
        }
        const { next_cursor } = ok(await inviter.api.get('/v1/me/invitees?limit=1'));
        const list = (person, query) => person.api.get(`/v1/me/invitees?${query}`);
        problem(await list(stranger, `cursor=${next_cursor}`), 'cursor_invalid');
        for (const cursor of ['x', '%00', '', `${next_cursor}A`, `${next_cursor}%00`,
            next_cursor.slice(1)]) {
            problem(await list(inviter, `cursor=${cursor}`), 'cursor_invalid');
        }
        for (const limit of ['0', '101', '-1', '', 'ten', '1e1', '99999999999']) {
            problem(await list(inviter, `limit=${limit}`), 'field_invalid', { field: 'limit' });
        }
        ok(await list(inviter, 'limit=100&unknown=1'));
    });
});

describe('the list of invitees with masked numbers', () => {
    const server = useServer({ set: { 'invite.phones': 'masked' } });

    it('shows no whole number', async () => {
        const inviter = await signIn(server);
        const invitee = await signIn(server, '+7 923 444-00-00');
        ok(await activate(invitee, inviter.account.invite_code));
        const [{ phone }] = ok(await inviter.api.get('/v1/me/invitees')).items;
        assert.equal(phone, '+7923•••••00');
        const { invitees } = ok(await inviter.api.get('/v1/me/export'));
        assert.notEqual(invitees[0].phone, invitee.phone, 'the export shows the whole number');
    });
});

describe('invites where rings are refused', () => {
    const server = useServer({ set: { 'invite.cycles': 'refuse', 'send.cooldown_s': 0 } });

    it('never close a ring of any length', async () => {
        for (const length of [2, 3, 5]) {
            const people = [];
            for (let i = 0; i < length; i++) {
                people.push(await signIn(server));
            }
            for (let i = 1; i < length; i++) {
                ok(await activate(people[i], people[i - 1].account.invite_code));
            }
            const last = people[length - 1].account.invite_code;
            problem(await activate(people[0], last), 'invite_cycle');
            const challenge = await sendCode(server, people[0].phone, { invite_code: last });
            const code = await readCode(server, challenge);
            const tokens = ok(await tryCode(server, challenge, code), 201);
            assert.equal(tokens.invite.status, 'invite_cycle');
            problem(await activate(people[0], people[0].account.invite_code), 'invite_own');
            ok(await activate(people[0], (await signIn(server)).account.invite_code));
        }
    });

    it('may still form a tree', async () => {
        const root = await signIn(server);
        for (let i = 0; i < 3; i++) {
            ok(await activate(await signIn(server), root.account.invite_code));
        }
        assert.equal(ok(await root.api.get('/v1/me/invitees')).items.length, 3);
    });
});

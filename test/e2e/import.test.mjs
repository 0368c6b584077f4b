/*
 * Moving in: `domofon import django` from each of the five services, made by test/django, into a
 * store whose people then sign in. Who they are stands in test/django/original/people.py.
 */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ok } from './lib/client.mjs';
import { Original } from './lib/django.mjs';
import {
    accounts, ANNA, BORIS, bring, count, fresh, invitees, me, readReport, STORIES, VERA, within,
} from './lib/moving.mjs';
import { sendCode, readCode, signIn, tryCode } from './lib/signin.mjs';
import { onPostgres, psql, query } from './lib/store.mjs';

const CROWD = 30;

/* How the services differ in what they keep, and how they are asked. */
const DIALECTS = {
    initialization: {
        table: 'users_user',
        code: /^invite_code +invite_code$/m,
        inviter: /^activated_code +activated_invite_code$/m,
        send: ['POST', '/users/initialization/', 'phone'],
        profile: ['GET', '/users/profile/89234440000/'],
        keeps: ['email', 'first_name', 'dates', 'roles'],
    },
    api_users: {
        table: 'users_user',
        code: /^invite_code +invite_code$/m,
        inviter: /^activated_code +referral_code$/m,
        send: ['POST', '/api/users/login/', 'phone'],
        profile: ['GET', '/api/users/2/'],
        signIn: ['POST', '/api/users/token/', 'phone', 'password'],
        keeps: ['email', 'first_name', 'city', 'telegram_id', 'dates', 'roles'],
    },
    send_code: {
        table: 'referral_customuser',
        code: /^invite_code +invite_code$/m,
        inviter: /^inviter +invited_by_id$/m,
        send: ['POST', '/send_code/', 'phone'],
        profile: ['GET', '/users/2/'],
        keeps: ['email', 'first_name', 'dates', 'roles'],
        byId: true,
    },
    spaced: {
        table: 'api_userprofile',
        code: /^invite_code +invite_code$/m,
        inviter: /^activated_code +activated_invite_code$/m,
        send: ['POST', '/Send Code/', 'phone_number'],
        profile: ['GET', '/Profile/89234440000'],
        keeps: [],
    },
    auth_sms: {
        table: 'users_user',
        code: /^invite_code +self_referral_id:users_referral\.referral$/m,
        inviter: /^activated_code +user_referral_id:users_referral\.referral$/m,
        send: ['POST', '/auth/sms/', 'phone'],
        profile: ['GET', '/users/2/'],
        keeps: ['email', 'first_name', 'dates', 'roles'],
        byId: true,
        oneOfEach: true,
    },
};

const ANNAS = {
    email: 'anna@example.com', first_name: 'Анна', city: 'Новосибирск', telegram_id: '@anna_n',
};

for (const [dialect, habits] of Object.entries(DIALECTS)) {
    describe(`moving in from ${dialect}`, () => {
        const server = fresh();
        let original;

        before(async () => {
            original = await Original.make(dialect, CROWD);
        });

        after(async () => {
            await server.stop();
            await original.remove();
        });

        it('finds a service that works', async () => {
            await original.serve();
            const [method, target, name] = habits.send;
            const sent = await original.call(method, target, { [name]: '89234440000' });
            assert.equal(sent.status, 200, JSON.stringify(sent.body));
            if (sent.body.code !== undefined) {
                const verified = await original.call('GET', '/verify/',
                    { phone: '89234440000', code: sent.body.code });
                assert.equal(verified.body.message, 'User verified');
            }
            const profile = await original.call(...habits.profile);
            if (habits.signIn === undefined) {
                assert.equal(profile.status, 200, JSON.stringify(profile.body));
                assert.match(JSON.stringify(profile.body), /\+375291234567/);
                return;
            }
            assert.equal(profile.status, 401);
            const [{ auth_code: code }] = query(original,
                'SELECT auth_code FROM users_user WHERE id = 2');
            const [how, where, who, what] = habits.signIn;
            const tokens = await original.call(how, where, { [who]: '89234440000', [what]: code });
            const own = await original.call(...habits.profile, undefined, tokens.body.access);
            assert.equal(own.body.invite_code, 'jSaHsu');
        });

        it('shows what would come, and writes nothing', async () => {
            const { status, stdout, stderr } = await bring(original, server, '--dry-run');
            assert.equal(status, 0, stderr);
            assert.match(stdout, new RegExp(`^table +${habits.table}, 47 rows$`, 'm'));
            assert.match(stdout, habits.code);
            assert.match(stdout, habits.inviter);
            assert.match(stdout, /^ {2}id 2 {2}phone \+7923•••••00 /m);
            assert.match(stdout, /invite_code jS•••/);
            assert.doesNotMatch(stdout, /4440000|example\.com|jSaHsu|Анна/);
            assert.match(stdout, /^would be imported +43$/m);
            assert.match(stderr, /^reading: 47 rows.*^checking: 47 rows/ms);
            if (onPostgres) {
                assert.equal(psql(server.store,
                    "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), '0');
            } else {
                assert.ok(!existsSync(server.storeFile));
            }
        });

        it('brings everybody over who has a number, and tells of the others', async () => {
            chmodSync(original.report, 0o644);
            const { status, stdout, stderr } = await bring(original, server);
            assert.equal(status, 0, stderr);
            assert.match(stdout, /^imported +43$/m);
            assert.match(stdout, /^skipped +4\n {2}duplicate +1\n {2}too_short +1\n/m);
            assert.match(stdout, /^time +\d+\.\d s$/m);
            assert.equal(statSync(original.report).mode & 0o777, 0o600);
            const told = readReport(original);
            assert.deepEqual(told['5 duplicate'], ['+79234440000', ANNA]);
            assert.deepEqual(told['6 too_short'], ['+7000123', '']);
            assert.deepEqual(told['7 fixed_line'], ['+74951234567', '']);
            assert.deepEqual(told['8 phone_missing'], ['', '']);
            assert.ok(told['10 activation_own']);
            assert.match(told['11 code_malformed'][1], /^[A-Za-z0-9]{6}$/);
            assert.ok(told['13 code_taken'] ?? told['13 code_missing']);
            assert.ok(told['17 activation_unknown']);
            assert.equal(told['9 activation_unknown']?.[1], habits.byId ? undefined : 'ZZZZZZ');
            assert.equal(told['3 email_invalid'] !== undefined, habits.keeps.includes('email'));
        });

        it('lets them sign in, and see what they had', async () => {
            await server.start();
            const anna = await signIn(server, '8 (923) 444-00-00');
            assert.equal(anna.tokens.is_new_account, false);
            const profile = await me(anna);
            assert.deepEqual([profile.id, profile.phone, profile.invite_code],
                ['2', ANNA, 'jSaHsu']);
            assert.equal(profile.invited_by.invite_code, '0SOO6q');
            for (const [name, value] of Object.entries(ANNAS)) {
                assert.equal(profile[name], habits.keeps.includes(name) ? value : null, name);
            }
            if (habits.keeps.includes('dates')) {
                assert.equal(profile.created_at, '2024-04-12T08:05:25.123Z');
                assert.equal(profile.invited_by.activated_at, '2024-04-12T08:05:25.123Z');
            }
            /* Those who came by the code of her second account are hers. */
            assert.deepEqual(await invitees(anna), [BORIS, VERA, '+79234440014'].sort());
        });

        it('keeps the invites of the others', async () => {
            const boris = await signIn(server, BORIS);
            assert.equal((await me(boris)).invited_by.invite_code, 'jSaHsu');
            assert.deepEqual(await invitees(boris), [ANNA]);
            const zhanna = await signIn(server, '+79234440011');
            const { invite_code: code } = await me(zhanna);
            assert.equal(code, readReport(original)['11 code_malformed'][1]);
            assert.deepEqual(await invitees(zhanna), ['+79234440012']);
            const follower = await me(await signIn(server, '+79234440012'));
            assert.equal(follower.invited_by.invite_code, code);
            for (const number of ['09', '10', '13', '17']) {
                assert.equal((await me(await signIn(server, `+792344400${number}`))).invited_by,
                    null, number);
            }
            assert.equal(ok(await boris.api.get('/v1/invites/K0AttI')).code, 'K0AttI');
        });

        it('keeps who may do what', async () => {
            const kept = habits.keeps.includes('roles');
            const admin = await me(await signIn(server, '+79230000001'));
            assert.equal(admin.role, kept ? 'admin' : 'user');
            const staff = await me(await signIn(server, '+79234440015'));
            assert.equal(staff.role, kept ? 'moderator' : 'user');
            const challenge = await sendCode(server, '+79234440016');
            const asleep = await tryCode(server, challenge, await readCode(server, challenge));
            assert.equal(asleep.status, kept ? 403 : 201);
        });

        it('gives new people ids that nobody had', async () => {
            /* On PostgreSQL those who were known have used some up. */
        assert.ok(Number((await signIn(server)).account.id) > STORIES + CROWD);
        });

        it('adds nothing when it is run again', async () => {
            await server.terminate();
            const again = await count(original, server);
            assert.deepEqual([again.imported, again.already_here, again.activations], [0, 43, 0]);
            assert.equal(Object.values(again.skipped).reduce((a, b) => a + b), 4);
            assert.equal(accounts(server), 44);
        });
    });
}

describe('moving in', () => {
    let original;

    before(async () => {
        original = await Original.make('initialization', CROWD);
    });

    after(() => original.remove());

    it('goes into a store with people in it, and leaves them as they are', () => within(
        async (server) => {
            await server.start();
            /* Ids 1 to 3; the second is Anna, who came by herself. */
            const [first] = [await signIn(server), await signIn(server, ANNA)];
            const third = await signIn(server);
            if (!onPostgres) {
                assert.match((await bring(original, server)).stderr, /another process uses it/);
                await server.terminate();
            }
            const counts = await count(original, server);
            assert.deepEqual([counts.imported, counts.already_here], [42, 1]);
            assert.deepEqual(counts.changed, {
                id_taken: 2, code_differs: 1, code_malformed: 1, code_taken: 1, disabled: 1,
            });
            const told = readReport(original);
            assert.deepEqual(told['1 id_taken'], ['+7 923 000-00-01', '48']);
            assert.deepEqual(told['3 id_taken'], [BORIS, '49']);
            if (!onPostgres) {
                await server.start();
            }
            const anna = await signIn(server, ANNA);
            assert.equal(anna.account.id, '2');
            assert.notEqual((await me(anna)).invite_code, 'jSaHsu');
            assert.equal((await me(anna)).invited_by, null);
            assert.equal((await invitees(anna)).length, 3);
            assert.equal((await signIn(server, BORIS)).account.id, '49');
            for (const { account, phone } of [first, third]) {
                assert.equal((await signIn(server, phone)).account.id, account.id);
            }
            await server.terminate();
            assert.equal((await count(original, server)).already_here, 43);
        }));

    it('does not bring back who has left, nor an old number', () => within(async (server) => {
        await count(original, server);
        await server.start();
        const vera = await signIn(server, VERA);
        ok(await vera.api.delete('/v1/me'), 204);
        await server.terminate();
        query(server, `UPDATE account SET phone = '+79239999999' WHERE id = 12`);
        const again = await count(original, server);
        assert.deepEqual([again.imported, again.already_here], [0, 42]);
        const told = readReport(original);
        assert.ok(told['4 erased']);
        assert.ok(told['12 phone_differs']);
    }));

    it('closes no ring where rings are refused', () => within(async (server) => {
        const counts = await count(original, server, '--set', 'invite.cycles=refuse');
        assert.ok(counts.dropped.activation_ring > 0);
        assert.equal(readReport(original)['3 activation_ring'][1], 'jSaHsu');
        const rows = query(server, 'SELECT id, invited_by FROM account');
        const inviters = new Map(rows.map(({ id, invited_by: by }) => [id, by]));
        for (const start of inviters.keys()) {
            let [at, steps] = [start, 0];
            while (at !== null) {
                at = inviters.get(at);
                steps += 1;
                assert.ok(steps <= rows.length, `a ring above ${start}`);
            }
        }
        await server.start();
        assert.equal((await me(await signIn(server, ANNA))).invited_by.invite_code, '0SOO6q');
        assert.equal((await me(await signIn(server, BORIS))).invited_by, null);
    }, { 'invite.cycles': 'refuse' }));

    it('takes columns and tables by name', () => within(async (server) => {
        const odd = new Original('spaced');
        try {
            for (const sql of [
                'CREATE TABLE people (nr integer PRIMARY KEY, dial text, mail text, born text)',
                'CREATE TABLE letters (owner integer, six text)',
                "INSERT INTO people VALUES (7, '89234440000', 'a@example.com', '2024-02-30'),"
                + " (9, '+375291234567', NULL, '2024-02-29')",
                "INSERT INTO letters VALUES (7, 'abcDEF')",
            ]) {
                query(odd, sql);
            }
            const found = await bring(odd, server, '--dry-run');
            assert.equal(found.status, 1);
            assert.match(found.stderr, /no table .* phones \(phone_number phone .*--column phone=/);
            const named = ['--table', 'people', '--column', 'phone=dial', '--column', 'id=nr',
                '--column', 'email=mail', '--column', 'invite_code=nr:letters(owner).six',
                '--column=created=born'];
            const short = await bring(odd, server, ...named);
            assert.equal(short.status, 1);
            assert.match(short.stderr, /people has no column known to hold the inviter.*nr, dial/);
            const counts = await count(odd, server, ...named, '--column', 'inviter=-');
            assert.equal(counts.imported, 2);
            assert.deepEqual(counts.changed, { date_invalid: 1, code_missing: 1 });
            await server.start();
            const { account } = await signIn(server, ANNA);
            assert.deepEqual([account.id, account.invite_code, account.email],
                ['7', 'abcDEF', 'a@example.com']);
        } finally {
            await odd.remove();
        }
    }));

    it('says what is wrong', () => within(async (server) => {
        const empty = new Original('spaced');
        const attempt = (dsn, ...args) => server.command('import', 'django',
            '--dialect', 'initialization', '--dsn', dsn, '--report', original.report, ...args);
        const nothing = path.join(original.dir, 'nothing');
        writeFileSync(nothing, 'a diary that is no database'.repeat(100));
        try {
            query(empty, 'CREATE TABLE recipes (id integer)');
            query(empty, 'CREATE TABLE twice (id integer, digits text)');
            query(empty, "INSERT INTO twice VALUES (7, '89234440000'), (7, '89234440001')");
            query(empty, 'CREATE TABLE texts (id text, digits text)');
            query(empty, "INSERT INTO texts VALUES ('9', '89234440000'), ('10', '89234440001')");
            const bare = ['--column', 'invite_code=-', '--column', 'inviter=-',
                '--column', 'activated_code=-', '--column', 'phone=digits'];
            for (const [wrong, ...args] of [
                [/--dsn takes sqlite:FILE or postgresql/, 'mysql://anna:geheim@db/x'],
                [/unable to open/, 'sqlite:/nonexistent/db.sqlite3'],
                [/not a database/, `sqlite:${nothing}`],
                [/127\.0\.0\.1/, 'postgresql://anna:geheim@127.0.0.1:1/x'],
                [/no table of the source has a column of phones/, empty.store],
                [/the source has no table users\b/, original.store, '--table', 'users'],
                [/no tel for --column phone .*id, /, original.store, '--table', 'users_user',
                    '--column', 'phone=tel'],
                [/no invite_code:codes\.six for --column invite_code/, original.store,
                    '--column', 'invite_code=invite_code:codes.six'],
                [/an id '[^']*', which is no whole number/, original.store, '--column', 'id=phone'],
                [/more than one row with the id 7/, empty.store, '--table', 'twice', ...bare],
                [/sorts its ids as text: 9 comes after 10/, empty.store, '--table', 'texts',
                    ...bare],
                [/report .*: No such file/, original.store, '--report', '/nonexistent/r.csv'],
            ]) {
                const { status, stderr } = await attempt(...args);
                assert.equal(status, 1, `${args}: ${stderr}`);
                assert.match(stderr, wrong);
                assert.doesNotMatch(stderr, /geheim/);
            }
        } finally {
            await empty.remove();
        }
    }));

    it('is called with a dialect and a source', () => within(async (server) => {
        const dsn = ['--dsn', original.store];
        for (const [wrong, ...args] of [
            [/usage: domofon import django/],
            [/usage: domofon import django/, 'django', '--dialect', 'spaced'],
            [/usage: domofon import django/, 'django', ...dsn],
            [/usage: domofon import django/, 'rails', '--dialect', 'spaced', ...dsn],
            [/one of initialization, .*, auth_sms, not 'flask'/, 'django',
                '--dialect', 'flask', ...dsn],
            [/--column takes/, 'django', '--dialect', 'spaced', ...dsn, '--column', 'phone'],
            [/--column takes/, 'django', '--dialect', 'spaced', ...dsn, '--column', 'id=-'],
            [/--column takes/, 'django', '--dialect', 'spaced', ...dsn, '--column', 'shoe=size'],
            [/--table takes/, 'django', '--dialect', 'spaced', ...dsn, '--table', 'a"b'],
            [/too many --column/, 'django', '--dialect', 'spaced', ...dsn,
                ...Array(33).fill('--column=city=-')],
        ]) {
            const { status, stderr } = await server.command('import', ...args);
            assert.equal(status, 2, stderr);
            assert.match(stderr, wrong);
        }
    }));
});

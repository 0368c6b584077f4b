/* Moving in more than once: after a run that was killed, or after people have gone on to live. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok } from './lib/client.mjs';
import { Original } from './lib/django.mjs';
import {
    accounts, addPeople, ANNA, BORIS, count, fresh, invitees, killed, me, STORIES, VERA, withPeople,
    within,
} from './lib/moving.mjs';
import { signIn } from './lib/signin.mjs';
import { onPostgres, query } from './lib/store.mjs';

/* In the long run so many as fill more memory than a page of rows may take. */
const MANY = process.env.DOMOFON_LONG === undefined ? 20000 : 300000;

describe('moving in again', () => {
    it('goes on after it was killed', async () => {
        const large = await Original.make('initialization', 40000);
        await within(async (server) => {
            await killed(large, server);
            assert.match(await server.refusal(), /finish `domofon copy` or `domofon import`/);
            const other = fresh();
            const copied = await server.command('copy', '--from', server.store, '--to',
                other.store);
            assert.match(copied.stderr, /unfinished copy or import/);
            await other.stop();
            const rest = await count(large, server);
            const all = 40000 + STORIES - 4 - 40;
            assert.ok(rest.already_here > 0 && rest.imported > 0, JSON.stringify(rest));
            assert.equal(rest.already_here + rest.imported, all);
            assert.equal(accounts(server), all);
            const schema = onPostgres
                ? "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
                : 'SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY sql';
            await within(async (plain) => {
                assert.equal((await plain.command('migrate', 'up')).status, 0);
                assert.deepEqual(query(server, schema), query(plain, schema));
            });
            await server.start();
            const anna = await signIn(server, ANNA);
            assert.equal((await me(anna)).invited_by.invite_code, '0SOO6q');
            assert.deepEqual(await invitees(anna), [BORIS, VERA, '+79234440014'].sort());
        }).finally(() => large.remove());
    });

    it('gives the same codes and ids when it goes on', () => withPeople(
        'id bigint PRIMARY KEY, phone text, invite_code text, invited_by bigint',
        (source) => within(async (server) => {
            const COUNT = 40000;
            const EVIL = '9007199254740992';
            const args = ['--table', 'people', '--column', 'invite_code=invite_code',
                '--column', 'inviter=invited_by'];
            await server.start();
            await signIn(server);
            await signIn(server);
            await server.terminate();
            /* Each came by somebody far behind; every third code, and the last ids, are bad. */
            addPeople(source, COUNT, `CASE WHEN i > ${COUNT - 100} THEN ${EVIL} + i ELSE i END, `
                + "'+7924' || CAST(1000000 + i AS text), CASE WHEN i % 3 = 0 THEN 'no' ELSE '' END "
                + '|| CAST(100000 + i AS text), '
                + `CASE WHEN i <= 100 THEN ${EVIL} ELSE 0 END + ${COUNT} + 1 - i`);
            await killed(source, server, ...args);
            const lost = () => query(server, `SELECT count(*) AS n FROM account a
                WHERE a.invited_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM account b
                    WHERE b.id = a.invited_by AND b.invite_code = a.inviter_code)`)[0].n;
            assert.ok(lost() > 0);
            const rest = await count(source, server, ...args);
            assert.ok(rest.already_here > 0 && rest.imported > 0, JSON.stringify(rest));
            assert.equal(lost(), 0);
            const [{ n }] = query(server,
                'SELECT count(*) AS n FROM account WHERE invited_by IS NOT NULL');
            assert.equal(n, COUNT);
            assert.equal(accounts(server), COUNT + 2);
        })));

    it('does not bring back those whose codes are not their old ones', () => withPeople(
        'id integer PRIMARY KEY, phone text, code text, born text',
        (source) => within(async (server) => {
            const args = ['--table', 'people', '--column', 'inviter=-'];
            const dated = [...args, '--column', 'created=born', '--column', 'invite_code=code'];
            addPeople(source, 5, "i + 10, '+7923444100' || CAST(i AS text), 'bad!', "
                + "'2024-01-0' || CAST(i AS text)");
            assert.equal((await count(source, server, ...dated)).imported, 5);
            await server.start();
            const gone = await signIn(server, '+79234441001');
            ok(await gone.api.delete('/v1/me'), 204);
            await server.terminate();
            query(server, "UPDATE account SET phone = '+79239999999' WHERE id = 12");
            /* Their old number is another's by now. */
            query(server, "UPDATE account SET phone = '+79234441001' WHERE id = 15");
            let again = await count(source, server, ...dated);
            assert.deepEqual([again.imported, again.already_here, again.skipped],
                [0, 4, { duplicate: 1 }], JSON.stringify(again));
            query(server, "UPDATE account SET phone = '+79239999998' WHERE id = 15");
            again = await count(source, server, ...dated);
            assert.deepEqual([again.imported, again.already_here, again.skipped],
                [0, 4, { erased: 1 }]);
            assert.equal(again.changed.phone_differs, 2);
            const bare = [...args, '--column', 'invite_code=-', '--column', 'created=-'];
            assert.deepEqual((await count(source, server, '--dry-run', ...bare)).skipped,
                { erased: 1 });
            /* Somebody else, who was here before there was such an account. */
            query(source, "UPDATE people SET born = '2023-12-31' WHERE id = 11");
            again = await count(source, server, '--dry-run', ...dated);
            assert.deepEqual([again.imported, again.changed.id_taken], [1, 1]);
        })));

    it('runs again over many rows with little in them', () => withPeople(
        'id integer PRIMARY KEY, phone text, code text, mail text, name text, town text, tg text',
        (source) => within(async (server) => {
            const COUNT = MANY;
            const args = ['--table', 'people', '--column', 'inviter=-', '--column',
                'invite_code=code', '--column', 'email=mail', '--column', 'first_name=name',
                '--column', 'last_name=name', '--column', 'city=town', '--column',
                'telegram_id=tg'];
            addPeople(source, COUNT, "i, '+7923' || CAST(1000000 + i AS text), "
                + "CAST(100000 + i AS text), 'a@b.cc', 'a', 'b', 'abcdef'");
            assert.equal((await count(source, server, ...args)).imported, COUNT);
            assert.equal((await count(source, server, ...args)).already_here, COUNT);
        })));
});

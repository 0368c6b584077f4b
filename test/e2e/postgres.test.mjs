/* What only PostgreSQL has: roles, passwords, TLS, and a URL that is not to be shown whole. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, statSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { metric, ok, problem } from './lib/client.mjs';
import { together } from './lib/crowd.mjs';
import { Cluster } from './lib/postgres.mjs';
import { ROOT, Server, run, useServer } from './lib/server.mjs';
import { readMessages, sendCode, signIn, uniquePhone } from './lib/signin.mjs';
import { onPostgres, psql } from './lib/store.mjs';

const skip = !onPostgres && 'PostgreSQL only';

describe('roles of PostgreSQL', { skip }, () => {
    let cluster;
    const url = (role, database) => `postgresql://${role}@127.0.0.1:${cluster.port}/${database}`;
    before(async () => {
        cluster = await Cluster.start({ fsync: false });
        const roles = path.join(ROOT, 'deploy/postgres/roles.sql');
        execFileSync('psql', ['-X', '-q', '-f', roles, cluster.url]);
    });
    after(() => cluster.remove());

    it('the serving role may neither make nor change the schema, and says so', async () => {
        const { status, stderr } = await run(
            ['migrate', 'up', '--store', url('domofon_serve', 'domofon')]);
        assert.equal(status, 1);
        assert.match(stderr, /permission denied for schema public/);
        const server = new Server({ store: url('domofon_serve', 'domofon') });
        assert.match(await server.refusal(), /permission denied for schema public/);
        await server.stop();
    });

    it('after the owner has migrated it serves', async () => {
        const { status, stdout } = await run(
            ['migrate', 'up', '--store', url('domofon_owner', 'domofon')]);
        assert.equal(status, 0);
        assert.match(stdout, /^schema \d+ of \d+$/m);
        const server = await new Server({ store: url('domofon_serve', 'domofon') }).start();
        const { api } = await signIn(server);
        ok(await api.get('/v1/me'));
        assert.throws(() => psql(server.store, 'DROP TABLE handset'), /must be owner/);
        await server.stop();
    });
});

describe('TLS and SCRAM of PostgreSQL', { skip }, () => {
    let cluster;
    let database;
    const withPassword = (password) => database
        .replace(/domofon(:[^@]*)?@/, `domofon:${password}@`);

    before(async () => {
        cluster = await Cluster.start({ fsync: false, auth: 'scram-sha-256' });
        database = await cluster.newDatabase();
        await cluster.sql("ALTER ROLE domofon PASSWORD 'open sesame'");
        const [crt, key] = ['data/server.crt', 'data/server.key']
            .map((name) => path.join(cluster.folder, name));
        execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2',
            '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-out', crt,
            '-keyout', key], { stdio: 'ignore' });
        const { uid, gid } = statSync(path.join(cluster.folder, 'data'));
        chmodSync(key, 0o600);
        for (const file of [crt, key]) {
            chownSync(file, uid, gid);
        }
        await cluster.sql('ALTER SYSTEM SET ssl = on');
        await cluster.sql('SELECT pg_reload_conf()');
    });
    after(() => cluster.remove());

    it('the certificate is verified, the password is proven, and neither is shown', async () => {
        const options = `?sslmode=verify-full&sslrootcert=${cluster.folder}/data/server.crt`;
        const server = await new Server({ store: withPassword('open%20sesame') + options }).start();
        const { api } = await signIn(server);
        ok(await api.get('/v1/me'));
        const used = await cluster.sql('SELECT DISTINCT s.ssl FROM pg_stat_ssl s '
            + "JOIN pg_stat_activity a USING (pid) WHERE a.application_name = 'domofon'");
        assert.equal(used, 't');
        assert.match(server.log, /store="?postgresql:\/\/domofon:\*\*\*@127\.0\.0\.1/);
        assert.doesNotMatch(server.log, /sesame/);
        await server.stop();
    });

    it('a wrong password is told, and not shown', async () => {
        const store = withPassword('wrong');
        const { status, stderr } = await run(['account', 'list', '--store', store]);
        assert.equal(status, 1);
        assert.match(stderr, /password authentication failed/);
        assert.doesNotMatch(stderr, /wrong/);
        const shown = await run(['config', 'show', '--store', store]);
        assert.match(shown.stdout, /^store = postgresql:\/\/domofon:\*\*\*@/m);
    });
});

describe('a script that fails', { skip }, () => {
    const server = useServer({ storeTrouble: true, set: { 'http.loops': 1 } });

    it('harms none of those that travel with it, which are replayed one by one', async () => {
        const unlucky = Array.from({ length: 3 }, () => uniquePhone());
        psql(server.store, `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE 'no luck'; END $$`);
        psql(server.store, `CREATE TRIGGER fail BEFORE INSERT ON challenge FOR EACH ROW
            WHEN (NEW.phone IN ('${unlucky.join("','")}')) EXECUTE FUNCTION fail()`);
        const phones = Array.from({ length: 60 },
            (_, i) => (i % 20 === 10 ? unlucky[Math.floor(i / 20)] : uniquePhone()));
        const before = await metric(server, 'store_batches_total');
        const replies = await together(phones.length,
            (i) => server.api.post('/v1/codes', { phone: phones[i] }));
        const flights = await metric(server, 'store_batches_total') - before;

        assert.ok(flights > 20, `${flights} flights`);
        for (const [i, reply] of replies.entries()) {
            if (unlucky.includes(phones[i])) {
                problem(reply, 'store_unavailable', 503);
            } else {
                ok(reply, 202);
                assert.equal((await readMessages(server, phones[i])).length, 1);
            }
        }
        psql(server.store, 'DROP FUNCTION fail() CASCADE');
        await sendCode(server, unlucky[0]);
    });
});

describe('a database that stands still', { skip }, () => {
    /* Two numbers are locked by somebody else, so that the second request sets out late: its time
     * is over before that of its flight. */
    it('does not keep a server from ending that has just answered for it', async () => {
        const cluster = await Cluster.start({ fsync: false });
        after(() => cluster.remove());
        const server = await new Server({
            store: await cluster.newDatabase(),
            storeTrouble: true,
            set: { 'http.loops': 1, 'store.timeout_ms': 4000 },
        }).start();
        const phones = ['+79161112244', '+79161112255'];
        const locks = phones.map((phone) => `pg_advisory_lock(hashtextextended('${phone}', 0))`);
        const locked = cluster.sql(`SELECT ${locks.join()}, pg_sleep(3)`,
            new URL(server.store).pathname.slice(1)).catch(() => {});
        await sleep(300);
        const first = server.api.post('/v1/codes', { phone: phones[0] });
        await sleep(300);
        const second = server.api.post('/v1/codes', { phone: phones[1] });
        assert.equal((await first).status, 503);
        await sleep(300);
        await cluster.freeze();
        assert.equal((await second).status, 503);
        await server.stop();
        await cluster.thaw();
        await locked;
    });
});

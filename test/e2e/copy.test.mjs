/*
 * Moving house: `domofon copy` between SQLite and PostgreSQL, there and back, killed in the middle,
 * and where it must refuse. On SQLite, from one file into another; with PostgreSQL, across.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ok } from './lib/client.mjs';
import { cleanEnvironment, PROGRAM, run, Server } from './lib/server.mjs';
import { refresh, signIn } from './lib/signin.mjs';
import { onPostgres, psql, query } from './lib/store.mjs';

const acrossOnly = { skip: !onPostgres && 'with PostgreSQL only' };
const filesOnly = { skip: onPostgres && 'of SQLite alone' };

const copy = (from, to, ...args) => run(['copy', '--from', from.store, '--to', to.store, ...args]);

/** A server that is not started; `kind`: of its store. The test stops it. */
function place(kind) {
    const server = new Server({ set: { 'send.cooldown_s': 0 } });
    if (kind === 'sqlite') {
        server.options.store = `sqlite:${server.storeFile}`;
    }
    return server;
}

/** On SQLite both are files; otherwise the second is on PostgreSQL. */
const target = () => place(onPostgres ? 'postgresql' : 'sqlite');

const TABLES = [
    'account', 'audit', 'avatar', 'challenge', 'handset', 'hosted_grant', 'idempotency', 'outbox',
    'phone_ledger', 'session', 'setting', 'signing_key', 'stat_hour',
];

const DUMP = `
import sqlite3, sys
for line in sorted(sqlite3.connect(sys.argv[1]).iterdump()):
    if not line.startswith(('INSERT INTO "lease"', 'INSERT INTO "schema_version"')):
        print(line)
`;

/** Everything a file holds, as SQL, the counters of ids with it. */
function dump(server) {
    const done = spawnSync('python3', ['-c', DUMP, server.storeFile], { encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
    return done.stdout;
}

const phones = (server) => query(server, 'SELECT phone FROM account').map(({ phone }) => phone);

function addAudit(server, count) {
    query(server, `INSERT INTO audit (at_us, event) WITH RECURSIVE n (i) AS (
        SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT i, 'filler' FROM n`, [count]);
}

const countAudit = (server) => query(server, 'SELECT count(*) AS n FROM audit')[0].n;

const INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1";

/** Starts a copy and does not wait for it. */
function begin(from, to) {
    const child = spawn(PROGRAM, ['copy', '--from', from.store, '--to', to.store],
        { env: cleanEnvironment(), stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.setEncoding('utf8');
    return child;
}

async function kill(child) {
    child.kill('SIGKILL');
    assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
}

describe('copy', () => {
    const source = place('sqlite');
    let anna;

    before(async () => {
        await source.start();
        anna = await signIn(source);
        const boris = await signIn(source);
        ok(await anna.api.patch('/v1/me', { first_name: 'Анна' }));
        ok(await boris.api.post('/v1/me/invite', { code: anna.account.invite_code }));
        ok(await boris.api.post('/v1/sign-out'), 204);
        await source.terminate();
    });

    after(() => source.stop());

    it('brings everything over, and people stay signed in', async () => {
        const there = target();
        const back = place('sqlite');
        try {
            const done = await copy(source, there);
            assert.equal(done.status, 0, done.stderr);
            assert.match(done.stdout, /^account +2 {2}[0-9a-f]{16} {2}ok$/m);
            assert.match(done.stdout, /complete/);
            assert.match(done.stderr, /^copying: \d+ rows/m);
            assert.equal((await copy(there, back)).status, 0);
            assert.match(dump(source), /INSERT INTO "account" VALUES\(1,'\+7.*Анна/);
            assert.equal(dump(back), dump(source));
            assert.match((await there.refusal()), /the file is missing/);
            copyFileSync(source.keyFile, there.keyFile);
            await there.start();
            assert.equal(ok(await there.api.as(anna.tokens.access_token).get('/v1/me')).first_name,
                'Анна');
            ok(await refresh(there, anna.tokens.refresh_token));
            /* The second session has ended; its id must not come back. */
            assert.equal((await signIn(there)).tokens.session_id, '3');
        } finally {
            await there.stop();
            await back.stop();
        }
    });

    it('compares two stores', async () => {
        const there = target();
        try {
            assert.equal((await copy(source, there, '--verify')).status, 1);
            assert.ok(!existsSync(there.storeFile));
            assert.equal((await copy(source, there)).status, 0);
            const equal = await copy(source, there, '--verify', '--json');
            assert.equal(equal.status, 0, equal.stderr);
            const tables = equal.stdout.trim().split('\n').map((line) => JSON.parse(line));
            assert.deepEqual(tables.map(({ table }) => table).sort(), TABLES);
            assert.ok(tables.every(({ ok: same, from_checksum: from, to_checksum: to }) =>
                same && from === to && /^[0-9a-f]{64}$/.test(from)));
            query(there, "UPDATE account SET first_name = 'Anna' WHERE first_name = 'Анна'");
            const differs = await copy(source, there, '--verify');
            assert.equal(differs.status, 1);
            assert.match(differs.stdout, /^account .* differs: 2 rows/m);
            assert.match(differs.stderr, /first in the table account/);
            query(there, "UPDATE account SET first_name = 'Анна' WHERE first_name = 'Anna'");
            query(there, "UPDATE setting SET value = 'other' WHERE name = 'master_key_proof'");
            assert.match((await copy(source, there, '--verify')).stderr, /the same master key/);
        } finally {
            await there.stop();
        }
    });

    it('draws a bar on a terminal', async () => {
        const there = target();
        try {
            const done = spawnSync('python3', ['-c', 'import pty, sys; pty.spawn(sys.argv[1:])',
                PROGRAM, 'copy', '--from', source.store, '--to', there.store],
            { encoding: 'utf8', env: cleanEnvironment() });
            assert.match(done.stdout, /\rcopying account +\[#*-*\] +\d+% +2 of \d+ rows/);
            assert.match(done.stdout, /\rcomparing: \d+ rows in/);
        } finally {
            await there.stop();
        }
    });

    it('refuses a target that holds data', async () => {
        const there = target();
        try {
            assert.equal((await there.command('account', 'add', '+79230000000')).status, 0);
            const done = await copy(source, there);
            assert.deepEqual([done.status, done.stdout], [1, '']);
            assert.match(done.stderr, /holds data already/);
            assert.deepEqual(phones(there), ['+79230000000']);
            assert.deepEqual(query(there, 'SELECT name FROM setting'), []);
        } finally {
            await there.stop();
        }
    });

    it('moves a store that no server has used, into one made before', async () => {
        const [from, to] = [place('sqlite'), target()];
        try {
            assert.equal((await from.command('account', 'add', '+79230000000')).status, 0);
            assert.equal((await to.command('migrate', 'up')).status, 0);
            const done = await copy(from, to);
            assert.equal(done.status, 0, done.stderr);
            assert.deepEqual(phones(to), ['+79230000000']);
            assert.deepEqual(query(to, 'SELECT name FROM setting'), []);
            await to.start();
        } finally {
            await from.stop();
            await to.stop();
        }
    });

    it('refuses a target of a newer version', async () => {
        const there = target();
        try {
            assert.equal((await there.command('migrate', 'up')).status, 0);
            query(there, 'UPDATE schema_version SET version = version + 9999');
            assert.match((await copy(source, there)).stderr, /newer domofon/);
            assert.match((await copy(there, source)).stderr, /newer domofon/);
        } finally {
            await there.stop();
        }
    });

    it('refuses a target of somebody else, and leaves it alone', async () => {
        const there = target();
        try {
            if (onPostgres) {
                psql(there.store, 'CREATE TABLE account (recipe text)');
                assert.match((await copy(source, there)).stderr, /already exists/);
                assert.equal(psql(there.store, "SELECT tablename FROM pg_tables WHERE schemaname"
                    + " = 'public'"), 'account');
            } else {
                writeFileSync(there.storeFile, 'a diary that is no database'.repeat(100));
                assert.match((await copy(source, there)).stderr, /not an SQLite database/);
            }
        } finally {
            await there.stop();
        }
    });

    it('goes only into a file that nobody uses', filesOnly, async () => {
        const there = target();
        try {
            await there.start();
            assert.match((await copy(source, there)).stderr, /another process uses it/);
        } finally {
            await there.stop();
        }
    });

    it('is called with two stores', async () => {
        for (const args of [[], ['--from', source.store], ['--to', source.store],
            ['--from', source.store, '--to', source.store], ['--from', 'a', '--to', 'b', 'now']]) {
            const { status, stderr } = await run(['copy', ...args]);
            assert.equal(status, 2, stderr);
            assert.match(stderr, /usage: domofon copy/);
        }
        for (const url of ['mysql://x', 'postgresql://anna:geheim@127.0.0.1:1/x']) {
            for (const args of [['--from', url, '--to', 'sqlite:/nonexistent/x'],
                ['--from', source.store, '--to', url]]) {
                const { status, stdout, stderr } = await run(['copy', ...args]);
                assert.deepEqual([status, stdout], [1, '']);
                assert.match(stderr, /mysql|127\.0\.0\.1/);
                assert.doesNotMatch(stderr, /geheim/);
            }
        }
    });
});

describe('a copy that was killed', () => {
    const [source, other] = [place('sqlite'), place('sqlite')];

    before(async () => {
        for (const server of [source, other]) {
            await server.start();
            await signIn(server);
            await server.terminate();
        }
    });

    after(async () => {
        await source.stop();
        await other.stop();
    });

    /* Half copied: no server, no other source; then to its end, without what is there already. */
    async function finish(from, there) {
        const all = countAudit(from);
        copyFileSync(from.keyFile, there.keyFile);
        assert.match(await there.refusal(), /finish `domofon copy`/);
        const foreign = await copy(other, there);
        assert.deepEqual([foreign.status, foreign.stdout], [1, '']);
        assert.match(foreign.stderr, /unfinished copy of another store/);
        assert.match((await copy(there, other)).stderr, /is itself an unfinished copy/);
        assert.equal((await copy(from, there, '--verify')).status, 1);
        const rest = await copy(from, there);
        assert.equal(rest.status, 0, rest.stderr);
        const [, copied] = /^copying: (\d+) rows/m.exec(rest.stderr);
        assert.ok(Number(copied) < all - 15000, rest.stderr);
        assert.equal(countAudit(there), all);
        assert.equal((await copy(from, there, '--verify')).status, 0);
        await there.start();
        await there.terminate();
    }

    /* Into a file: killed when the beginning of what it writes is there. */
    async function finishFile(from) {
        const there = place('sqlite');
        try {
            addAudit(from, 150000);
            const child = begin(from, there);
            const log = `${there.storeFile}-wal`;
            while (!existsSync(log) || statSync(log).size < 2 << 20) {
                await sleep(1);
            }
            await kill(child);
            await finish(from, there);
            const schema = 'SELECT sql FROM sqlite_schema ORDER BY sql';
            assert.deepEqual(query(there, schema), query(other, schema));
        } finally {
            await there.stop();
        }
    }

    it('goes on where it was, in a file', filesOnly, () => finishFile(source));

    it('goes on where it was, from a database into a file', acrossOnly, async () => {
        const from = place('postgresql');
        try {
            await from.start();
            await signIn(from);
            await from.terminate();
            await finishFile(from);
        } finally {
            await from.stop();
        }
    });

    it('goes on where it was, in a database', acrossOnly, async () => {
        const there = target();
        const lock = spawn('psql', ['-XAtq', '-d', there.store],
            { stdio: ['pipe', 'pipe', 'inherit'] });
        try {
            addAudit(source, 50000);
            assert.equal((await there.command('migrate', 'up')).status, 0);
            const indexes = psql(there.store, INDEXES);
            psql(there.store, `CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN PERFORM pg_advisory_xact_lock(77); RETURN NEW; END'`);
            psql(there.store, `CREATE TRIGGER pause BEFORE INSERT ON audit FOR EACH ROW
                WHEN (NEW.id = 25000) EXECUTE FUNCTION pause()`);
            lock.stdin.write('SELECT pg_advisory_lock(77);\n');
            await once(lock.stdout, 'data');
            const child = begin(source, there);
            while (countAudit(there) < 20000) {
                await sleep(20);
            }
            await kill(child);
            /* Its page waits on at the server, and is dropped when it goes on. */
            lock.stdin.end();
            await once(lock, 'exit');
            await finish(source, there);
            assert.equal(psql(there.store, INDEXES), indexes);
        } finally {
            lock.stdin.end();
            await there.stop();
        }
    });
});

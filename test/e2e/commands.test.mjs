/* The command line: accounts, migrations, version, help; starting and stopping the server. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
    copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync,
    writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Client, ok, problem } from './lib/client.mjs';
import { cleanEnvironment, PROGRAM, ROOT, run, Server, useServer } from './lib/server.mjs';
import { eraseFirst, onPostgres, query, sqliteOnly } from './lib/store.mjs';
import { cooldown, refresh, signIn, uniquePhone } from './lib/signin.mjs';

/* On PostgreSQL. */
const TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'";

const hasIpv6 = Object.values(networkInterfaces()).flat()
    .some(({ address }) => address === '::1');

describe('the command line', () => {
    it('tells its version and its commands', async () => {
        const version = await run(['version']);
        assert.match(version.stdout, /^domofon \d+\.\d+\.\d+/);
        const json = JSON.parse((await run(['version', '--json'])).stdout);
        assert.ok(version.stdout.includes(json.version));
        for (const args of [['help'], ['--help'], ['-h'], []]) {
            const help = await run(args);
            assert.equal(help.status, 0, args.join(' '));
            for (const command of ['serve', 'migrate', 'account', 'config', 'copy', 'health',
                'import', 'version', 'help']) {
                assert.match(help.stdout, new RegExp(`domofon ${command}`));
            }
        }
    });

    it('tells of itself in JSON', async () => {
        const help = await run(['help', '--json']);
        assert.equal(help.status, 0);
        const commands = help.stdout.trim().split('\n').map((line) => JSON.parse(line));
        assert.deepEqual(commands.map(({ command }) => command),
            ['serve', 'migrate', 'account', 'config', 'copy', 'health', 'import', 'version',
                'help']);
        assert.ok(commands[0].arguments.includes('--dev'));
    });

    it('refuses an option where it means nothing', async () => {
        for (const args of [['serve', '--role', 'admin'], ['serve', '--after', '1'],
            ['serve', '--json'], ['migrate', 'up', '--role', 'admin'], ['migrate', 'up', '--dev'],
            ['config', 'show', '--after', '1'], ['account', 'show', '1', '--role', 'admin'],
            ['account', '--after', '1', 'show', '1'], ['account', 'list', '--role=admin'],
            ['account', 'list', '--json=yes'], ['account', 'list', '--listen', '127.0.0.1:0']]) {
            const { status, stderr } = await run(args);
            assert.equal(status, 2, args.join(' '));
            assert.match(stderr, /unknown option --/, args.join(' '));
        }
        for (const args of [['help', '--loud'], ['version', 'now']]) {
            assert.equal((await run(args)).status, 2);
        }
    });

    it('refuses what it does not know', async () => {
        for (const args of [['dance'], ['serve', 'now'], ['serve', '--loud'], ['account'],
            ['account', 'dance'], ['account', 'add'], ['account', 'role', '1'], ['migrate'],
            ['migrate', 'down'], ['config'], ['serve', '--set'], ['serve', '--set', 'novalue'],
            ['account', 'add', '+79234440000', '--role', 'king'], ['account', 'list', '--dev']]) {
            const { status, stdout, stderr } = await run(args);
            assert.notEqual(status, 0, args.join(' '));
            assert.equal(stdout, '', args.join(' '));
            assert.match(stderr, /domofon/, args.join(' '));
        }
    });
});

describe('migrate', () => {
    it('makes a store and tells where it is', async () => {
        const server = new Server();
        try {
            const none = await server.command('migrate', 'status');
            if (onPostgres) {
                assert.match(none.stdout, /^schema 0 of \d+;.*migrate up/, none.stderr);
                assert.deepEqual(query(server, TABLES), []);
            } else {
                assert.equal(none.status, 1);
                assert.match(none.stderr, /cannot be opened/);
                assert.ok(!existsSync(server.storeFile));
            }
            const up = await server.command('migrate', 'up', '--json');
            assert.equal(up.status, 0, up.stderr);
            const { schema, newest } = JSON.parse(up.stdout);
            assert.equal(schema, newest);
            const status = await server.command('migrate', 'status');
            assert.match(status.stdout, new RegExp(`^schema ${schema} of ${newest}\n`));
            assert.equal((await server.command('migrate', 'up')).status, 0);
            await server.start();
        } finally {
            await server.stop();
        }
    });
});

describe('account', () => {
    const server = useServer({ set: { 'send.cooldown_s': 0 } });
    const command = async (...args) => {
        const done = await server.command('account', ...args, '--json');
        assert.equal(done.status, 0, done.stderr);
        const rows = done.stdout.trim().split('\n').filter((line) => line !== '');
        return rows.map((line) => JSON.parse(line));
    };

    it('add makes an administrator, who then signs in', async () => {
        const phone = uniquePhone();
        const [made] = await command('add', phone, '--role', 'admin');
        assert.equal(made.phone, phone);
        assert.equal(made.role, 'admin');
        const person = await signIn(server, phone);
        assert.equal(person.account.id, made.id);
        assert.equal(person.account.role, 'admin');
        assert.equal(person.account.invite_code, made.invite_code);
        const again = await server.command('account', 'add', phone);
        assert.equal(again.status, 1);
        assert.match(again.stderr, /already/);
    });

    it('add takes a number as people write it, and refuses others', async () => {
        const [made] = await command('add', '8 (923) 999-00-00');
        assert.deepEqual([made.phone, made.role, made.disabled], ['+79239990000', 'user', false]);
        const bad = await server.command('account', 'add', '8 800 555-35-35');
        assert.equal(bad.status, 1);
        assert.match(bad.stderr, /toll_free/);
    });

    it('show finds by number and by id', async () => {
        const { account, phone } = await signIn(server);
        const [byPhone] = await command('show', phone);
        const [byId] = await command('show', account.id);
        assert.deepEqual(byPhone, byId);
        assert.equal(byPhone.invite_code, account.invite_code);
        const text = await server.command('account', 'show', phone);
        assert.ok(text.stdout.includes(phone) && text.stdout.includes(account.invite_code));
        for (const nobody of [uniquePhone(), '999999']) {
            const none = await server.command('account', 'show', nobody);
            assert.equal(none.status, 1);
            assert.match(none.stderr, /no account/);
        }
    });

    it('list lists all, or those after an id', async () => {
        const { account } = await signIn(server);
        const all = await command('list');
        assert.equal(all.at(-1).id, account.id);
        assert.deepEqual((await command('list', '--after', all[0].id)), all.slice(1));
        assert.deepEqual(await command('list', '--after', account.id), []);
    });

    it('makes a store with add alone', { skip: sqliteOnly('it makes the file') }, async () => {
        const elsewhere = new Server();
        const refused = async (...args) => {
            const { status, stdout, stderr } = await elsewhere.command('account', ...args);
            assert.deepEqual([status, stdout], [1, ''], args.join(' '));
            return stderr;
        };
        try {
            for (const args of [['list'], ['show', '1'], ['role', '1', 'admin'], ['disable', '1'],
                ['enable', '1'], ['erase', '1']]) {
                assert.match(await refused(...args), /d\.sqlite: cannot be opened: .*no such file/);
            }
            await refused('add', 'nobody');
            await elsewhere.command('account', 'dance');
            assert.deepEqual(readdirSync(elsewhere.dir), []);
            writeFileSync(elsewhere.storeFile, '');
            assert.match(await refused('list'), /migrate up/);
            assert.equal(statSync(elsewhere.storeFile).size, 0);
            assert.equal((await elsewhere.command('account', 'add', uniquePhone())).status, 0);
            assert.equal((await elsewhere.command('account', 'list')).status, 0);
        } finally {
            await elsewhere.stop();
        }
    });

    it('makes the tables with add alone', { skip: !onPostgres && 'PostgreSQL only' }, async () => {
        const elsewhere = new Server();
        try {
            for (const args of [['list'], ['show', '1'], ['role', '1', 'admin'], ['disable', '1'],
                ['enable', '1'], ['erase', '1'], ['add', 'nobody']]) {
                const { status, stdout } = await elsewhere.command('account', ...args);
                assert.deepEqual([status, stdout], [1, ''], args.join(' '));
            }
            assert.match((await elsewhere.command('account', 'list')).stderr, /migrate up/);
            assert.deepEqual(query(elsewhere, TABLES), []);
            assert.equal((await elsewhere.command('account', 'add', uniquePhone())).status, 0);
            assert.equal((await elsewhere.command('account', 'list')).status, 0);
        } finally {
            await elsewhere.stop();
        }
    });

    it('role changes the role, in force from the next token', async () => {
        const { phone, tokens } = await signIn(server);
        const [changed] = await command('role', phone, 'moderator');
        assert.equal(changed.role, 'moderator');
        const pair = ok(await refresh(server, tokens.refresh_token));
        const claims = JSON.parse(Buffer.from(pair.access_token.split('.')[1], 'base64url'));
        assert.equal(claims.role, 'moderator');
        assert.notEqual((await server.command('account', 'role', phone, 'king')).status, 0);
    });

    it('disable ends sessions and keeps the person out; enable lets them in', async () => {
        const person = await signIn(server);
        const [disabled] = await command('disable', person.phone);
        assert.equal(disabled.disabled, true);
        const shut = await person.api.get('/v1/me');
        assert.ok(['account_disabled', 'token_revoked'].includes(shut.body.code), shut.text);
        await cooldown(server);
        await assert.rejects(signIn(server, person.phone), /account_disabled/);
        assert.equal((await command('enable', person.phone))[0].disabled, false);
        await cooldown(server);
        const again = await signIn(server, person.phone);
        assert.equal(again.account.id, person.account.id);
    });

    it('erase removes everything personal', async () => {
        const person = await signIn(server);
        ok(await person.api.patch('/v1/me', { first_name: 'Анна' }));
        await command('erase', person.phone);
        problem(await person.api.get('/v1/me'), 'token_revoked');
        assert.deepEqual(query(server, 'SELECT phone, first_name FROM account WHERE id = ?',
            [person.account.id]), [{ phone: null, first_name: null }]);
        assert.equal((await server.command('account', 'erase', person.phone)).status, 1);
        assert.notEqual((await signIn(server, person.phone)).account.id, person.account.id);
    });

    it('erase tells when it did not', async () => {
        const { account } = await signIn(server);
        const stop = eraseFirst(server);
        try {
            const kept = await server.command('account', 'erase', account.id, '--json');
            assert.deepEqual([kept.status, kept.stdout], [1, '']);
            assert.match(kept.stderr, /just been erased/);
        } finally {
            stop();
        }
    });
});

describe('serve', () => {
    it('prints one line when it listens and ends cleanly on SIGTERM and SIGINT', async () => {
        const server = new Server();
        try {
            for (const signal of ['SIGTERM', 'SIGINT']) {
                await server.start();
                assert.match(server.stdout, /^listening on http:\/\/127\.0\.0\.1:\d+\n$/);
                server.process.kill(signal);
                await server.exited;
                assert.equal(server.process.exitCode, 0, server.tail());
                assert.equal(server.stdout.split('\n').length, 2);
            }
        } finally {
            await server.stop();
        }
    });

    it('listens on IPv6', { skip: !hasIpv6 }, async () => {
        const server = new Server({ listen: '[::1]:0' });
        try {
            await server.start();
            assert.match(server.stdout, /^listening on http:\/\/\[::1\]:\d+\n$/);
            const api = new Client(server.port, { host: '::1' });
            assert.deepEqual(ok(await api.get('/healthz')), { status: 'ok' });
            api.close();
        } finally {
            await server.stop();
        }
    });
});

describe('./run', () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'domofon-'));
    after(() => rmSync(dir, { recursive: true }));

    /* The script as it is, beside a program that is built already. */
    before(() => {
        mkdirSync(path.join(dir, 'tools'));
        mkdirSync(path.join(dir, 'build'));
        copyFileSync(path.join(ROOT, 'run'), path.join(dir, 'run'));
        writeFileSync(path.join(dir, 'tools/setup.sh'),
            'prepare_build() { :; }\nbuild_program() { :; }\n');
        writeFileSync(path.join(dir, 'tools/configure.py'), '');
        symlinkSync(PROGRAM, path.join(dir, 'build/domofon'));
    });

    /** A port that is free on all of 127.0.0.0/8. */
    async function freePort() {
        const socket = createServer().listen(0);
        await once(socket, 'listening');
        const { port } = socket.address();
        socket.close();
        return port;
    }

    /** What it prints until it listens or ends. */
    async function printed(args, env = {}) {
        const child = spawn(path.join(dir, 'run'), args, { env: cleanEnvironment(env) });
        let text = '';
        for (const stream of [child.stdout, child.stderr]) {
            stream.setEncoding('utf8').on('data', (more) => {
                text += more;
                if (/^listening on/m.test(text)) {
                    child.kill();
                }
            });
        }
        await once(child, 'close', { signal: AbortSignal.timeout(30000) });
        return text;
    }

    it('shows calls of the address it listens on', async () => {
        const address = `127.0.0.1:${await freePort()}`;
        for (const [args, env] of [
            [['--listen', address]], [[`--listen=${address}`]],
            [['--set', `http.listen=${address}`]], [[], { DOMOFON_HTTP_LISTEN: address }],
        ]) {
            const text = await printed(args, env);
            assert.match(text, new RegExp(`^listening on http://${address}$`, 'm'));
            assert.ok(text.includes(`curl -s http://${address}/v1/codes`), text);
            assert.match(text, /Data lives in sqlite:var\/domofon\.sqlite/);
            assert.deepEqual([...new Set(text.match(/http:\/\/[\d.]+:\d+/g))],
                [`http://${address}`]);
        }
    });

    it('shows no calls before the port is known', async () => {
        const text = await printed(['--listen=127.0.0.1:0']);
        assert.match(text, /^listening on http:\/\/127\.0\.0\.1:[1-9]\d*$/m);
        assert.doesNotMatch(text, /curl|:0\b/);
    });

    it('leaves complaints to the program', async () => {
        const text = await printed(['--listen']);
        assert.equal(text, 'domofon: --listen needs a value\n');
    });
});

describe('./check', () => {
    it('counts a suite without files as a failure', () => {
        const count = 'import sys; sys.path.insert(0, "tools"); import check;'
            + ' count = check.node_suite("none", [], check.ASAN, {}, None);'
            + ' print(count.passed, count.failed)';
        const script = '. tools/setup.sh; find_python; exec "$python" -B -c "$0"';
        const text = execFileSync('sh', ['-c', script, count], { cwd: ROOT, encoding: 'utf8' });
        assert.match(text, /^0 1$/m);
    });
});

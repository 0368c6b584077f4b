/* The command line: accounts, migrations, version, help; starting and stopping the server. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { describe, it } from 'node:test';
import { ok, problem } from './lib/client.mjs';
import { run, Server, useServer } from './lib/server.mjs';
import { query } from './lib/sqlite.mjs';
import { cooldown, refresh, signIn, uniquePhone } from './lib/signin.mjs';

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
            for (const command of ['serve', 'migrate', 'account', 'config', 'version', 'help']) {
                assert.match(help.stdout, new RegExp(`domofon ${command}`));
            }
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
            assert.equal(none.status, 1);
            assert.match(none.stderr, /cannot be opened/);
            assert.ok(!existsSync(server.storeFile));
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

    it('starts at once', { skip: process.env.ASAN_OPTIONS !== undefined }, async () => {
        const server = new Server();
        try {
            const times = [];
            for (let i = 0; i < 5; i++) {
                const began = Date.now();
                await server.start();
                times.push(Date.now() - began);
                await server.terminate();
            }
            assert.ok(Math.min(...times) < 300, `${times.join(', ')} ms`);
        } finally {
            await server.stop();
        }
    });

    it('listens on IPv6', { skip: !hasIpv6 }, async () => {
        const server = new Server({ listen: '[::1]:0' });
        try {
            await server.start();
            assert.match(server.stdout, /^listening on http:\/\/\[::1\]:\d+\n$/);
            const reply = await fetch(`http://[::1]:${server.port}/healthz`);
            assert.deepEqual(await reply.json(), { status: 'ok' });
        } finally {
            await server.stop();
        }
    });
});

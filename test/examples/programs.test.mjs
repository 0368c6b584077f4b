/*
 * The programs of examples/ that verify a token: against a server with its tokens, and against an
 * issuer of bad ones. Those that take long to build are for the long run.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
    copyFileSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { ROOT, useServer } from '../e2e/lib/server.mjs';
import { signIn } from '../e2e/lib/signin.mjs';
import { ISSUER, altered, startIssuer } from './lib/issuer.mjs';

const execute = promisify(execFile);
const isLong = process.env.DOMOFON_LONG !== undefined;
const GO_JWT = '/usr/share/gocode/src/github.com/golang-jwt/jwt';
const source = (name) => path.join(ROOT, 'examples', name);
/** What no package brings: `composer install` in examples/php does. */
const PHP_JWT = source('php/vendor');
/** Those that need what is not there on every system, and why they are left out. */
const LEFT_OUT = {
    go: !(isLong && existsSync(GO_JWT)) && 'with --long, where the library is',
    php: !(existsSync('/usr/bin/php') && existsSync(PHP_JWT)) && 'without examples/php/vendor',
};

/** How each is built in `dir`; gives the command that takes a token. */
const PROGRAMS = {
    async node(dir) {
        copyFileSync(source('node/verify.mjs'), path.join(dir, 'verify.mjs'));
        symlinkSync(path.join(ROOT, 'test/node_modules'), path.join(dir, 'node_modules'));
        return [process.execPath, path.join(dir, 'verify.mjs')];
    },
    async python() {
        // That of the system, which has the packages.
        return ['/usr/bin/python3', '-B', source('python/verify.py')];
    },
    async c(dir) {
        copyFileSync(source('c/verify.c'), path.join(dir, 'verify.c'));
        copyFileSync(source('c/Makefile'), path.join(dir, 'Makefile'));
        const flags = '-O1 -Wall -Wextra -Werror -fsanitize=address,undefined';
        const env = { ...process.env, CFLAGS: flags };
        await execute('make', ['-C', dir], { env });
        return [path.join(dir, 'verify')];
    },
    async go(dir) {
        copyFileSync(source('go/main.go'), path.join(dir, 'main.go'));
        // The library is Debian's: nothing is fetched.
        writeFileSync(path.join(dir, 'go.mod'), [
            'module example.org/domofon-verify', '', 'go 1.19', '',
            'require github.com/golang-jwt/jwt/v4 v4.4.3',
            `replace github.com/golang-jwt/jwt/v4 => ${GO_JWT}`, ''].join('\n'));
        const cache = path.join(dir, 'cache');
        const env = { ...process.env, GOFLAGS: '-mod=mod', GOPROXY: 'off', GOCACHE: cache };
        await execute('go', ['vet', '.'], { cwd: dir, env });
        await execute('go', ['build', '-o', 'verify', '.'], { cwd: dir, env });
        return [path.join(dir, 'verify')];
    },
    async php() {
        return ['/usr/bin/php', '-d', 'error_reporting=-1', '-d', 'display_errors=stderr',
            source('php/verify.php')];
    },
};

describe('programs that verify a token', () => {
    const server = useServer({ set: { 'http.loops': 1 } });
    let issuer;
    before(async () => { issuer = await startIssuer(); });
    after(() => issuer.close());

    for (const [name, build] of Object.entries(PROGRAMS)) {
        it(name, { skip: LEFT_OUT[name], timeout: 300000 }, async () => {
            const dir = mkdtempSync(path.join(tmpdir(), 'domofon-example-'));
            try {
                const [file, ...first] = await build(dir);
                const run = (token, jwks) => execute(file, [...first, token],
                    { env: { ...process.env, DOMOFON_JWKS: jwks, DOMOFON_ISSUER: ISSUER } });
                const refuses = (token, jwks, what) => assert.rejects(run(token, jwks),
                    (error) => error.code === 1 && /^not good: /.test(error.stderr), what);

                const jwks = `http://127.0.0.1:${server.port}/.well-known/jwks.json`;
                const { tokens, account } = await signIn(server);
                const claims = JSON.parse((await run(tokens.access_token, jwks)).stdout);
                assert.equal(claims.sub, account.id);
                assert.equal(claims.role, 'user');
                await refuses(altered(tokens.access_token), jwks, 'altered');
                assert.equal(JSON.parse((await run(issuer.good, issuer.url)).stdout).sub, '17');
                await refuses(issuer.good, jwks, 'of another server');
                await Promise.all(Object.entries(issuer.bad).map(([what, token]) =>
                    refuses(token, issuer.url, what)));
            } finally {
                rmSync(dir, { recursive: true, force: true });
            }
        });
    }

    it('php, as far as its syntax', { skip: !existsSync('/usr/bin/php') }, async () => {
        await execute('/usr/bin/php', ['-l', source('php/verify.php')]);
    });
});

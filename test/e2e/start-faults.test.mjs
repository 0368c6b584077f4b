/* A server that cannot start, whatever its store: it says why and leaves everything as it is. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Server } from './lib/server.mjs';
import { signIn } from './lib/signin.mjs';
import { query } from './lib/store.mjs';

describe('a server that starts', () => {
    let server;
    afterEach(() => server.stop());

    /* It has run, with one account, and is stopped. */
    beforeEach(async () => {
        server = await new Server().start();
        await signIn(server);
        await server.terminate();
    });

    it('with a store from a newer version says so and leaves it alone', async () => {
        query(server, 'INSERT INTO schema_version SELECT 999, applied_us FROM schema_version '
            + 'LIMIT 1');
        const complaint = await server.refusal();
        assert.match(complaint, /: was written by a newer domofon \(schema 999, .*\d\)/);
        const commands = [await server.command('account', 'list'),
            await server.command('migrate', 'up'), await server.command('migrate', 'status')];
        assert.deepEqual(commands.map(({ status }) => status), [1, 1, 1]);
        query(server, 'DELETE FROM schema_version WHERE version = 999');
        await server.start();
    });

    it('with the wrong key, or one that others may read, says so', async () => {
        const key = server.keyFile;
        assert.equal(statSync(key).mode & 0o777, 0o600);
        const right = readFileSync(key);
        chmodSync(key, 0o644);
        assert.match(await server.refusal(), /d\.sqlite\.key: may be read by others/);
        chmodSync(key, 0o600);
        writeFileSync(key, 'not a key');
        assert.match(await server.refusal(), /d\.sqlite\.key: is not a key file/);
        rmSync(key);
        assert.match(await server.refusal(), /is missing, and the store was made with another key/);
        assert.ok(!existsSync(key));
        writeFileSync(key, `${'A'.repeat(43)}\n`, { mode: 0o600 });
        assert.match(await server.refusal(), /is not the key this store was made with/);
        writeFileSync(key, right);
        await server.start();
    });

    it('on an address that is taken says so', async () => {
        await server.start();
        const other = new Server({ listen: `127.0.0.1:${server.port}` });
        const complaint = await other.refusal();
        assert.ok(complaint.includes(`127.0.0.1:${server.port}: another process`), complaint);
        await other.stop();
    });
});

/* clients/js as others get it: its types hold, and the package has what it needs and no more. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../e2e/lib/server.mjs';

const CLIENT = path.join(ROOT, 'clients/js');

describe('the package of domofon.js', () => {
    it('has types that its use agrees with', () => {
        const { status, stdout } = spawnSync(path.join(ROOT, 'test/node_modules/.bin/tsc'), [
            '--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--lib', 'es2022,dom',
            '--module', 'nodenext', path.join(ROOT, 'test/api/lib/client_use.ts'),
        ], { encoding: 'utf8' });
        assert.equal(status, 0, stdout);
    });

    it('holds the module, its types, a README and the licence', () => {
        const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json'],
            { cwd: CLIENT, encoding: 'utf8' });
        assert.deepEqual(JSON.parse(stdout)[0].files.map((file) => file.path).sort(),
            ['LICENSE', 'README.md', 'domofon.d.ts', 'domofon.js', 'package.json']);
        assert.equal(readFileSync(path.join(CLIENT, 'LICENSE'), 'utf8'),
            readFileSync(path.join(ROOT, 'LICENSE'), 'utf8'));
    });
});

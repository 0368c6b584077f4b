/* The scripts that build and check, where something is not as it should be. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
    mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ROOT } from '../e2e/lib/server.mjs';

let dir;
beforeEach(() => { dir = mkdtempSync(path.join(tmpdir(), 'domofon-')); });
afterEach(() => rmSync(dir, { recursive: true }));

describe('tools/check_hardening.py', () => {
    it('tells what a program lacks', () => {
        const call = (command, ...args) => execFileSync(command, args, { cwd: dir });
        mkdirSync(path.join(dir, 'src'));
        writeFileSync(path.join(dir, 'a.c'), 'int main(void) { return 0; }\n');
        call('cc', '-no-pie', '-fno-stack-protector', '-Wl,-z,norelro,-z,lazy,-z,execstack',
            '-Wl,-rpath,/tmp', 'a.c', '-o', 'domofon');
        call('cc', '-c', '-fno-stack-protector', 'a.c', '-o', 'a.o');
        call('ar', 'rcs', 'src/libdomofon_core.a', 'a.o');
        const done = spawnSync('python3', ['-B', 'tools/check_hardening.py', dir],
            { cwd: ROOT, encoding: 'utf8' });
        assert.equal(done.status, 1);
        assert.deepEqual(done.stdout.trim().split('\n').map((line) => line.split(': ')[1]), [
            'lacks a position-independent executable',
            'lacks all symbols bound at the start (-z now)',
            'lacks relocations read-only after it (-z relro)',
            'lacks a stack that nothing is executed on',
            'lacks canaries (-fstack-protector-strong)',
            'lacks the fortified C library (_FORTIFY_SOURCE)',
            'has a path to look for libraries in',
        ]);
    });
});

describe('./check where there is no apt', () => {
    /** The programs of this system, but those that `absent` names, in one folder. */
    function pathWithout(absent) {
        const programs = path.join(dir, 'bin');
        const seen = new Set(absent);
        mkdirSync(programs);
        for (const folder of process.env.PATH.split(':').filter(Boolean)) {
            let names = [];
            try {
                names = readdirSync(folder);
            } catch {
                continue; // a PATH may name what is not there
            }
            for (const name of names.filter((x) => !seen.has(x))) {
                seen.add(name);
                symlinkSync(path.join(folder, name), path.join(programs, name));
            }
        }
        return programs;
    }

    const check = (PATH) => spawnSync(path.join(ROOT, 'check'), ['--list'],
        { cwd: ROOT, encoding: 'utf8', env: { ...process.env, PATH } });
    const APT = ['apt-get', 'dpkg-query'];

    it('tells all that is lacking at once, and in which version', () => {
        const { status, stdout, stderr } =
            check(pathWithout([...APT, 'meson', 'ninja', 'clang-tidy', 'cppcheck', 'chromium']));
        assert.deepEqual([status, stdout], [1, ''], stderr);
        assert.deepEqual(stderr.split('\n').filter((line) => line.startsWith('  ')), [
            '  meson 1.0', '  ninja 1.10', '  clang-tidy 14', '  cppcheck 2.10', '  Chromium 120',
        ], stderr);
    });

    it('goes on where nothing is', () => {
        const { status, stdout, stderr } = check(pathWithout(APT));
        assert.equal(status, 0, stderr);
        assert.match(stdout, /^e2e +/m);
    });
});

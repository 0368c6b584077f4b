/*
 * Every session that README.md shows is played and must come out as it is shown.
 *
 * Convention: a block fenced as ```console is a terminal session. A line that begins with `$ ` is a
 * command (a line that ends with `\` goes on in the next one); the lines under it are what it
 * prints. All commands of all blocks run in order in one shell, in a folder that holds only
 * build/domofon and var/, where a server in development mode keeps its data as `./run` would have
 * it. So a block may use a variable or a file that an earlier one made. The server listens on a
 * free port, put in place of 127.0.0.1:8080.
 *
 * What a command prints is compared loosely: white space does not count, and these stand for any
 * value of their kind: a time, a token, a challenge_id, a code of four digits, an invite code, an
 * X-Request-Id, an id. `…` or `...` stands for anything, also several lines. A command with nothing
 * under it may print anything. A command fails when its exit status is not 0.
 *
 * `./run` and `./check` stand in a block of their own, fenced as ```sh, and are only checked for
 * being there: the first is what the server stands for, the second runs this test.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
    accessSync, constants, existsSync, mkdirSync, readFileSync, symlinkSync,
} from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { cleanEnvironment, PROGRAM, ROOT, Server } from './lib/server.mjs';
import { onPostgres } from './lib/store.mjs';

const README = path.join(ROOT, 'README.md');
const ADDRESS = '127.0.0.1:8080';
const END = '--end-of-command--';

/** The commands of a text's console blocks: [{command, shown}]. */
export function readSessions(text) {
    const commands = [];
    for (const [, block] of text.matchAll(/^```console\n(.*?)^```$/gms)) {
        for (const line of block.trimEnd().split('\n')) {
            const last = commands.at(-1);
            if (line.startsWith('$ ')) {
                commands.push({ command: line.slice(2), shown: [] });
            } else if (last.shown.length === 0 && last.command.endsWith('\\')) {
                last.command += `\n${line.replace(/^> /, '')}`;
            } else {
                last.shown.push(line);
            }
        }
    }
    return commands.map(({ command, shown }) => ({ command, shown: shown.join('\n').trim() }));
}

/* Values that differ each time, each with a pattern; longer ones first. */
const VARYING = [
    /eyJ[\w-]+\.[\w-]+\.[\w-]+/, /[\w-]{82}/, /\d{4}-\d\d-\d\dT[\d:.]+Z/, /[0-9a-f]{32}/,
    /(?<=challenge_id"?[:=] ?"?)[\w-]{22}/, /(?<=\/v1\/codes\/)[\w-]{22}/,
    /(?<=(?:invite_code|code)"?[:=] ?"?)[A-Za-z0-9]{6}\b/, /(?<=invite )[A-Za-z0-9]{6}\b/,
    /(?<=(?:code|код|is|ваш код)"?[:= ] ?"?)\d{4}\b/, /(?<=#)\d{4}\b/,
    /(?<="(?:session_)?id": ?")\d+/, /(?<=^|\n)\d+(?= +\+\d)/,
];

/** A text with white space and varying values evened out. */
function level(text) {
    const even = VARYING.reduce((left, pattern) =>
        left.replace(new RegExp(pattern, 'g'), '<*>'), text);
    return even.replace(/\s+/g, '');
}

/** Does what was printed look like what is shown? */
export function looksLike(printed, shown) {
    const pieces = shown.split(/…|\.\.\./).map(level);
    const escaped = pieces.map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${escaped.join('.*')}$`, 's').test(level(printed));
}

/** A shell that runs one command after another. */
class Shell {
    constructor(cwd, env) {
        this.child = spawn('bash', ['--noprofile', '--norc'], {
            cwd, env: cleanEnvironment(env), stdio: ['pipe', 'pipe', 'pipe'],
        });
        this.text = '';
        for (const stream of [this.child.stdout, this.child.stderr]) {
            stream.setEncoding('utf8').on('data', (text) => { this.text += text; });
        }
    }

    /** Returns {status, printed}. */
    async run(command) {
        this.text = '';
        this.child.stdin.write(`{ ${command}\n} 2>&1; echo "${END} $?"\n`);
        const ended = new RegExp(`${END} (\\d+)\n`);
        for (;;) {
            const match = ended.exec(this.text);
            if (match) {
                const printed = this.text.slice(0, match.index);
                return { status: Number(match[1]), printed: printed.trim() };
            }
            await once(this.child.stdout, 'data', { signal: AbortSignal.timeout(20000) });
        }
    }

    close() {
        this.child.stdin.end();
    }
}

/** A server as `./run` starts it, and the folder it was started in. */
async function startAsRun() {
    const server = new Server();
    server.set = {};
    mkdirSync(path.join(server.dir, 'build'));
    mkdirSync(path.join(server.dir, 'var'));
    symlinkSync(PROGRAM, path.join(server.dir, 'build/domofon'));
    server.storeFile = path.join(server.dir, 'var/domofon.sqlite');
    return server.start();
}

describe('README.md', { skip: !existsSync(README) && 'there is none yet' }, () => {
    const text = existsSync(README) ? readFileSync(README, 'utf8') : '';
    const commands = readSessions(text);

    it('shows the two commands, and a session', () => {
        for (const command of ['./run', './check']) {
            assert.match(text, new RegExp(`^${command.replace('.', '\\.')}\\b`, 'm'));
            accessSync(path.join(ROOT, command), constants.X_OK);
        }
        const all = commands.map(({ command }) => command).join('\n');
        for (const address of ['/v1/codes', '/v1/sessions', '/v1/me', '/v1/me/invite']) {
            assert.ok(all.includes(address), `no command calls ${address}`);
        }
    });

    it('shows what really happens', async () => {
        const server = await startAsRun();
        /* Where the store is not the one that the README has, its commands find it all the same. */
        const there = { DOMOFON_STORE: server.store, DOMOFON_KEY_FILE: server.keyFile };
        const shell = new Shell(server.dir, onPostgres ? there : {});
        const here = (line) => line.replaceAll(ADDRESS, `127.0.0.1:${server.port}`);
        try {
            for (const { command, shown } of commands) {
                const { status, printed } = await shell.run(here(command));
                assert.equal(status, 0, `$ ${command}\n${printed}`);
                assert.ok(shown === '' || looksLike(printed, here(shown)),
                    `$ ${command}\nshown:\n${shown}\nprinted:\n${printed}`);
            }
        } finally {
            shell.close();
            await server.stop();
        }
    });
});

describe('reading README.md', () => {
    it('finds commands and what they print', () => {
        const text = 'x\n```console\n$ ./run\n$ curl a \\\n> -d b\n{"a":1}\n```\n```sh\nno\n```\n';
        assert.deepEqual(readSessions(text), [
            { command: './run', shown: '' }, { command: 'curl a \\\n-d b', shown: '{"a":1}' },
        ]);
    });

    it('compares loosely', () => {
        const shown = '{"challenge_id": "3q2-7wAAQkKcm0dPY1n5Xg",\n "at": "2026-11-21T12:34:56Z"}';
        const printed = '{"challenge_id":"AAAAAAAAAAAAAAAAAAAAAA","at":"2030-01-02T03:04:05.0Z"}';
        assert.ok(looksLike(printed, shown));
        assert.ok(!looksLike(printed.replace('at', 'on'), shown));
        assert.ok(looksLike('{"a":1,"b":2,"c":3}', '{"a":1, … "c":3}'));
        assert.ok(!looksLike('{"a":1}', '{"a":2}'));
        assert.ok(looksLike('{"code":"0042"}', '{"code":"4547"}'));
    });
});

/*
 * Starts the program under test with a store of its own, on a free port: an SQLite file in a
 * temporary folder, or a database of PostgreSQL (see store.mjs).
 *
 * The program is $DOMOFON_BIN, or build/domofon. A suite fails when the log of its server tells of
 * an internal error or holds a sanitizer's report, or when SIGTERM does not end it with status 0.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client } from './client.mjs';
import { dropDatabase, isPostgres, newDatabase, onPostgres } from './store.mjs';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const PROGRAM = path.resolve(process.env.DOMOFON_BIN ?? path.join(ROOT, 'build/domofon'));

const START_MS = 30000;
const STOP_MS = 10000;
const ALARMING = new RegExp([
    '^\\S+ error ', 'internal_error', 'internal error', 'CHECK', 'Sanitizer', 'runtime error:',
].join('|'));
/* What may be in the log of a server whose store is broken on purpose. */
const STORE_TROUBLE = /^\S+ error store_(failed|gone|absent|unreachable) /;

/** The environment without settings of domofon: those of a test are its own. */
export function cleanEnvironment(extra = {}) {
    const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('DOMOFON_'));
    return { ...Object.fromEntries(kept), ...extra };
}

/* Put before the program, makes the modes of files count for root, too. */
const WITHOUT_OVERRIDE = ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'];

function launch(args, { env = {}, cwd, obeyModes = false }) {
    const prefix = obeyModes && process.getuid() === 0 ? WITHOUT_OVERRIDE : [];
    const [file, ...rest] = [...prefix, PROGRAM, ...args];
    const stdio = ['ignore', 'pipe', 'pipe'];
    return spawn(file, rest, { cwd, env: cleanEnvironment(env), stdio });
}

/** Runs a command of the program to its end: {status, stdout, stderr}. */
export async function run(args, options = {}) {
    const child = launch(args, options);
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) {
        child[name].setEncoding('utf8').on('data', (text) => { output[name] += text; });
    }
    const timer = setTimeout(() => child.kill('SIGKILL'), START_MS);
    const [status] = await once(child, 'close');
    clearTimeout(timer);
    assert.doesNotMatch(output.stderr, /Sanitizer|runtime error:/);
    return { status, ...output };
}

export class Server {
    #databases = new Map();

    /**
     * set: settings, e.g. {'code.ttl_s': 60}; dev: development mode; listen: where; env:
     * environment variables; storeTrouble: the log may tell of a store that fails; obeyModes: modes
     * of files count, even for root; store: a store that the test has made itself; keyFile: the
     * master key that it shares with other nodes.
     *
     * `storeFile` names the store; on PostgreSQL each name stands for a database, made when first
     * used. The key file is beside it.
     */
    constructor({ set = {}, dev = true, listen = '127.0.0.1:0', ...options } = {}) {
        this.options = { dev, listen, ...options };
        this.set = { 'deliver.simulated_delay_ms': 0, 'http.loops': 2, ...set };
        this.dir = mkdtempSync(path.join(tmpdir(), 'domofon-'));
        this.storeFile = path.join(this.dir, 'd.sqlite');
        this.log = '';
    }

    /** Where the data lives, as the program wants to be told. */
    get store() {
        if (this.options.store !== undefined) {
            return this.options.store;
        }
        if (!onPostgres) {
            return `sqlite:${this.storeFile}`;
        }
        if (!this.#databases.has(this.storeFile)) {
            this.#databases.set(this.storeFile, newDatabase());
        }
        return this.#databases.get(this.storeFile);
    }

    get keyFile() {
        return this.options.keyFile ?? `${this.storeFile}.key`;
    }

    get #storeArguments() {
        const key = isPostgres(this) ? ['--set', `key.file=${this.keyFile}`] : [];
        return ['--store', this.store, ...key];
    }

    arguments() {
        const settings = Object.entries(this.set).flatMap(([name, value]) =>
            ['--set', `${name}=${value}`]);
        return ['serve', ...(this.options.dev ? ['--dev'] : []), '--listen', this.options.listen,
            ...this.#storeArguments, ...settings];
    }

    /** Starts and waits until the program says that it listens. */
    async start() {
        this.process = launch(this.arguments(), this.options);
        this.exited = once(this.process, 'exit');
        this.process.stderr.setEncoding('utf8').on('data', (text) => { this.log += text; });
        this.stdout = '';
        await this.#listening();
        this.api = new Client(this.port);
        return this;
    }

    #listening() {
        return new Promise((resolve, reject) => {
            let timer;
            const fail = (why) => {
                clearTimeout(timer);
                reject(new Error(`${PROGRAM} ${why}\n${this.log}`));
            };
            timer = setTimeout(() => fail('did not start in time'), START_MS);
            this.process.on('error', (error) => fail(error.message));
            this.exited.then(([status, signal]) => fail(`ended: ${status ?? signal}`), fail);
            this.process.stdout.setEncoding('utf8').on('data', (text) => {
                this.stdout += text;
                const match = /^listening on http:\/\/\S+:(\d+)\n/.exec(this.stdout);
                if (match) {
                    clearTimeout(timer);
                    this.port = Number(match[1]);
                    resolve();
                }
            });
        });
    }

    get pid() {
        return this.process.pid;
    }

    /** SIGTERM; the program must drain and exit with 0 within 10 s. */
    async terminate() {
        this.api?.close();
        const timer = setTimeout(() => this.process.kill('SIGKILL'), STOP_MS);
        this.process.kill('SIGTERM');
        const [status, signal] = await this.exited;
        clearTimeout(timer);
        assert.deepEqual([status, signal], [0, null], `end after SIGTERM\n${this.tail()}`);
        this.checkLog();
    }

    /** SIGKILL: as if the power had failed. */
    async kill() {
        this.api?.close();
        this.process.kill('SIGKILL');
        await this.exited;
    }

    async restart() {
        await this.terminate();
        return this.start();
    }

    /** Ends the server, if it still runs, and removes its folder and its databases. */
    async stop() {
        try {
            if (this.process?.exitCode === null && this.process.signalCode === null) {
                await this.terminate();
            }
        } finally {
            rmSync(this.dir, { recursive: true, force: true });
            this.#databases.forEach(dropDatabase);
            this.#databases.clear();
        }
    }

    /** Runs a command on this server's store. */
    command(...args) {
        return run([...args, ...this.#storeArguments], this.options);
    }

    /** Tries to start where that must fail; returns what the program complains of. */
    async refusal() {
        const { status, stdout, stderr } = await run(this.arguments(), this.options);
        assert.equal(status, 1, stderr);
        assert.equal(stdout, '');
        return stderr;
    }

    checkLog() {
        const lines = this.log.split('\n').filter((line) => ALARMING.test(line)
            && !(this.options.storeTrouble && STORE_TROUBLE.test(line)));
        assert.deepEqual(lines, [], 'the log of the server');
    }

    tail() {
        return this.log.split('\n').slice(-15).join('\n');
    }
}

/** A server for the `describe` block this is called in, started before its tests. */
export function useServer(options) {
    const server = new Server(options);
    before(async () => {
        assert.ok(existsSync(PROGRAM), `${PROGRAM} is not there: build it with ./run --build`);
        await server.start();
    });
    after(() => server.stop());
    return server;
}

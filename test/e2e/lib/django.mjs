/*
 * The five services that domofon replaces, as Django projects (test/django), each with a database
 * of its own: an SQLite file, or, where the suite runs on PostgreSQL, one there.
 *
 *     const original = await Original.make('auth_sms', 20);   // its people, and 20 more
 *     original.store                                          // for --dsn
 *     await original.serve();                                 // manage.py runserver
 *     await original.call('GET', '/users/2/');                // {status, body}
 *     await original.remove();
 */
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { dropDatabase, newDatabase, onPostgres } from './store.mjs';

const MANAGE = fileURLToPath(new URL('../../django/manage.py', import.meta.url));
const START_MS = 20000;

/** A python that has Django: another than the distribution's may stand first on the path. */
function findPython() {
    for (const python of ['python3', '/usr/bin/python3']) {
        try {
            execFileSync(python, ['-c', 'import django, rest_framework_simplejwt'],
                { stdio: 'ignore' });
            return python;
        } catch {
            /* The next one, then. */
        }
    }
    throw new Error('no python3 with Django; install python3-django,'
        + ' python3-djangorestframework, python3-djangorestframework-simplejwt');
}

let python;

async function freePort() {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    server.close();
    return port;
}

export class Original {
    constructor(dialect) {
        this.dialect = dialect;
        this.dir = mkdtempSync(path.join(tmpdir(), 'domofon-django-'));
        this.storeFile = path.join(this.dir, 'db.sqlite3');
        this.store = onPostgres ? newDatabase() : `sqlite:${this.storeFile}`;
        this.report = path.join(this.dir, 'report.csv');
    }

    /** With its tables and people in it, `crowd` of them besides those with a story. */
    static async make(dialect, crowd = 0) {
        const original = new Original(dialect);
        await original.manage('migrate', '--run-syncdb', '-v0');
        await original.manage('fill', String(crowd));
        return original;
    }

    get #environment() {
        return { ...process.env, ORIGINAL: this.dialect, DATABASE: this.store, SEND_DELAY_S: '0' };
    }

    manage(...args) {
        python ??= findPython();
        return promisify(execFile)(python, ['-B', MANAGE, ...args], { env: this.#environment });
    }

    /** Starts the service, and waits until it answers. */
    async serve() {
        python ??= findPython();
        this.port = await freePort();
        this.process = spawn(python,
            ['-B', MANAGE, 'runserver', '--noreload', `127.0.0.1:${this.port}`],
            { env: this.#environment, stdio: ['ignore', 'ignore', 'pipe'] });
        this.log = '';
        this.process.stderr.setEncoding('utf8').on('data', (text) => { this.log += text; });
        for (const until = Date.now() + START_MS; ; await sleep(50)) {
            try {
                await this.call('GET', '/');
                return;
            } catch (error) {
                assert.ok(Date.now() < until, `${error.message}\n${this.log}`);
            }
        }
    }

    /** One request with a JSON body: {status, body}. */
    async call(method, target, body, token) {
        const payload = body === undefined ? undefined : JSON.stringify(body);
        const headers = payload === undefined
            ? {}
            : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(payload) };
        if (token !== undefined) {
            headers.Authorization = `Bearer ${token}`;
        }
        const request = http.request({
            host: '127.0.0.1', port: this.port, method, path: encodeURI(target), headers,
        });
        request.end(payload);
        const [response] = await once(request, 'response');
        const chunks = await response.toArray();
        const text = Buffer.concat(chunks).toString();
        const isJson = /json/.test(response.headers['content-type'] ?? '');
        return { status: response.statusCode, body: isJson ? JSON.parse(text) : text };
    }

    async remove() {
        if (this.process?.exitCode === null) {
            this.process.kill('SIGTERM');
            await once(this.process, 'exit');
        }
        rmSync(this.dir, { recursive: true, force: true });
        if (onPostgres) {
            dropDatabase(this.store);
        }
    }
}

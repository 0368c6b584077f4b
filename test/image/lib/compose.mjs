/*
 * deploy/compose.yaml by Docker Compose, over podman's copy of Docker's API: tools/compose.py
 * brings both, the images, and in PODMAN the command. What differs from the file says derived().
 */
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
    cpSync, existsSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync,
} from 'node:fs';
import https from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const DEPLOY = fileURLToPath(new URL('../../../deploy', import.meta.url));
const [PODMAN, ...PODMAN_ARGS] = JSON.parse(process.env.PODMAN);
const START_MS = 180000;
const execute = promisify(execFile);

async function freePort() {
    const socket = createServer().listen(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    socket.close();
    return port;
}

/** Replaces what must be there. */
function replaced(text, from, to) {
    assert.match(text, from);
    return text.replace(from, to);
}

export class Compose {
    async start() {
        this.dir = mkdtempSync(path.join(tmpdir(), 'domofon-compose-'));
        this.project = `domofon-check-${process.pid}`;
        this.folder = path.join(this.dir, 'deploy');
        cpSync(DEPLOY, this.folder, { recursive: true });
        copyFileSync(path.join(DEPLOY, '.env.sample'), path.join(this.folder, '.env'));
        [this.httpPort, this.httpsPort] = [await freePort(), await freePort()];
        const file = path.join(this.folder, 'compose.yaml');
        writeFileSync(file, this.derived(readFileSync(file, 'utf8')));
        const socket = path.join(this.dir, 'engine.sock');
        this.service = spawn(PODMAN, [...PODMAN_ARGS, 'system', 'service', '--time=300',
            `unix://${socket}`], { stdio: 'ignore' });
        for (let i = 0; i < 200 && !existsSync(socket); i++) {
            await sleep(50);
        }
        this.env = { ...process.env, DOCKER_HOST: `unix://${socket}` };
        this.checking = this.#checkHealth();
    }

    /** compose.yaml for this machine: other ports, and limits as it allows; 1.29 knows no name. */
    derived(text) {
        let here = replaced(text, /^name: .*\n/m, '');
        here = replaced(here, /\}:80:80"/, `}:${this.httpPort}:80"`);
        here = replaced(here, /\}:443:443"/, `}:${this.httpsPort}:443"`);
        here = replaced(here, /\}:443:443\/udp"/, `}:${this.httpsPort}:443/udp"`);
        return process.env.WITHOUT_LIMITS ? replaced(here, /^ +ulimits: .*\n/m, '') : here;
    }

    /** What timers of systemd would do, every second. */
    async #checkHealth() {
        const names = ['postgres', 'domofon-1', 'domofon-2', 'proxy'].map((x) => this.name(x));
        while (!this.isOver) {
            for (const name of names) {
                await execute(PODMAN, [...PODMAN_ARGS, 'healthcheck', 'run', name]).catch(() => {});
            }
            await sleep(1000);
        }
    }

    name(service) {
        return `${this.project}_${service}_1`;
    }

    podman(...args) {
        return execFileSync(PODMAN, [...PODMAN_ARGS, ...args], { encoding: 'utf8' });
    }

    /** `docker compose ...` as docs/deploying.md has it; what it printed. */
    async compose(...args) {
        const { stdout } = await execute('docker-compose', ['-p', this.project, ...args],
            { cwd: this.folder, env: this.env, timeout: START_MS });
        return stdout;
    }

    inspect(service) {
        return JSON.parse(this.podman('inspect', this.name(service)))[0];
    }

    /** Waits for use() to be true; it may throw until then. */
    async until(use, what) {
        let last;
        for (const until = Date.now() + START_MS; Date.now() < until; await sleep(200)) {
            try {
                if (await use()) {
                    return;
                }
            } catch (error) {
                last = error;
            }
        }
        assert.fail(`not in time: ${what}; ${last}`);
    }

    /** A request by TLS, the certificate checked; {status, body}. */
    call(method, target, body) {
        this.authority ??= this.podman('exec', this.name('proxy'), 'cat',
            '/data/caddy/pki/authorities/local/root.crt');
        return new Promise((resolve, reject) => {
            const request = https.request({ host: '127.0.0.1', port: this.httpsPort, method,
                servername: 'localhost', path: target, ca: this.authority, agent: false,
                headers: { Host: 'localhost' } }, (response) => {
                let text = '';
                response.setEncoding('utf8').on('data', (more) => { text += more; });
                response.on('error', reject);
                response.on('end', () => resolve({ status: response.statusCode,
                    body: JSON.parse(text) }));
            });
            request.setTimeout(20000, () => request.destroy(new Error('no reply in time')));
            request.on('error', reject);
            request.end(body && JSON.stringify(body));
        });
    }

    async stop() {
        try {
            await this.compose('down', '--volumes', '--timeout', '20');
        } finally {
            this.isOver = true;
            await this.checking;
            this.service.kill();
            rmSync(this.dir, { recursive: true, force: true });
        }
    }
}

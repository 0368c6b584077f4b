/*
 * The services of deploy/compose.yaml without containers: the same commands, environments, users
 * and files, on 127.0.0.1 and in a temporary folder. What a container engine would do is done here:
 * names of services become addresses, and mounts become folders.
 *
 * DOMOFON_BIN is the program (build/domofon), CADDY the proxy's (caddy). Needs root, for the users
 * of the images; tools/image.py brings what is missing.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const DEPLOY = path.join(ROOT, 'deploy');
const PROGRAM = path.resolve(process.env.DOMOFON_BIN ?? path.join(ROOT, 'build/domofon'));
const CADDY = process.env.CADDY ?? 'caddy';
/* As in the image. */
const USER = { uid: 10001, gid: 10001 };
const START_MS = 30000;

const READ_COMPOSE = `
import json, pathlib, sys
sys.path.insert(0, 'tools')
import check_deploy, check_source
root = pathlib.Path('.').resolve()
compose = check_deploy.load(check_source.Findings(), root)
for service in compose['services'].values():
    if service['image'] == 'domofon':
        service['environment'] = check_deploy.settings_of(service, root)
json.dump(compose['services'], sys.stdout)`;

function python(...args) {
    const script = '. tools/setup.sh; find_python; exec "$python" -B "$@"';
    return ['sh', ['-c', script, 'sh', ...args]];
}

function readCompose() {
    return JSON.parse(execFileSync(...python('-c', READ_COMPOSE), { cwd: ROOT }));
}

async function freePort() {
    const socket = createServer().listen(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    socket.close();
    await once(socket, 'close');
    return port;
}

/** The child's standard output up to the first text that matches. */
function printed(child, pattern) {
    return new Promise((resolve, reject) => {
        let text = '';
        const timer = setTimeout(() => reject(new Error(`not in time: ${pattern}`)), START_MS);
        child.once('exit', (status) => {
            clearTimeout(timer);
            reject(new Error(`ended with ${status} before ${pattern}: ${child.log ?? ''}`));
        });
        child.stdout.setEncoding('utf8').on('data', (more) => {
            text += more;
            const match = pattern.exec(text);
            if (match) {
                clearTimeout(timer);
                resolve(match);
            }
        });
    });
}

export class Services {
    constructor() {
        this.dir = mkdtempSync(path.join(tmpdir(), 'domofon-services-'));
        chmodSync(this.dir, 0o755);
        this.compose = readCompose();
        this.children = [];
        this.nodes = {};
    }

    launch(command, args, options) {
        const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
        child.log = '';
        child.stderr.setEncoding('utf8').on('data', (text) => { child.log += text; });
        this.children.push(child);
        return child;
    }

    /** The folder that a service sees at a path, where compose.yaml mounts one of secrets. */
    folder(service, target) {
        const mount = this.compose[service].volumes.find((text) => text.split(':')[1] === target);
        const made = this.compose.secrets.volumes.map((text) => text.split(':'))
            .find(([volume]) => volume === mount.split(':')[0]);
        return path.join(this.dir, made[1]);
    }

    /** Twice: the second time must change nothing. */
    makeSecrets() {
        const folder = path.join(this.dir, 'secrets');
        mkdirSync(folder);
        const run = () => execFileSync('sh', [path.join(DEPLOY, 'make_secrets.sh'), folder]);
        const all = () => execFileSync('sh', ['-c', 'grep -r . . | sort'], { cwd: folder });
        run();
        const first = all();
        run();
        assert.ok(first.equals(all()), 'make_secrets.sh changed what was there');
    }

    /** PostgreSQL, which wants passwords; then what its image would run: postgres/init.sh. */
    async startPostgres() {
        const folder = path.join(this.dir, 'pg');
        const guard = this.launch(...python('tools/postgres.py', 'guard', folder, '--auth',
            'scram-sha-256'), { cwd: ROOT });
        [, this.postgresPort] = await printed(guard, /127\.0\.0\.1:(\d+)/);
        const script = readFileSync(path.join(DEPLOY, 'postgres/init.sh'), 'utf8')
            .replaceAll('/secrets', this.folder('postgres', '/secrets'))
            .replaceAll('/roles.sql', path.join(DEPLOY, 'postgres/roles.sql'));
        this.initialize = () => execFileSync('sh', ['-c', script],
            { env: { ...process.env, PGHOST: folder, PGPORT: this.postgresPort } });
        this.initialize();
    }

    /** tools/postgres.py on the database's cluster. */
    postgres(command, ...options) {
        execFileSync(...python('tools/postgres.py', command, path.join(this.dir, 'pg'), ...options),
            { cwd: ROOT });
    }

    /** The environment of a service of ours, with this machine's places. */
    environment(service) {
        const { environment } = this.compose[service];
        const secrets = this.folder(service, '/var/lib/domofon');
        const here = Object.entries(environment).map(([name, value]) => [name, value
            .replaceAll('/var/lib/domofon', secrets)
            .replace('@postgres/', `@127.0.0.1:${this.postgresPort}/`)]);
        return { PATH: process.env.PATH, ...Object.fromEntries(here) };
    }

    migrate() {
        return execFileSync(PROGRAM, this.compose.migrate.command,
            { env: this.environment('migrate'), encoding: 'utf8', ...USER });
    }

    /** In development mode, so that a test can read the codes. */
    async startNode(name) {
        const port = this.nodes[name]?.port ?? await freePort();
        const child = this.launch(PROGRAM, ['serve', '--dev'], {
            env: { ...this.environment(name), DOMOFON_HTTP_LISTEN: `127.0.0.1:${port}`,
                DOMOFON_DELIVER_SIMULATED_DELAY_MS: '0' },
            ...USER,
        });
        await printed(child, /^listening on/);
        this.nodes[name] = { child, port };
    }

    async killNode(name) {
        const { child } = this.nodes[name];
        child.kill('SIGKILL');
        await once(child, 'exit');
    }

    /** The proxy's own configuration, but for where it listens and where the nodes are. */
    async startProxy() {
        const { SITE, NODES } = this.compose.proxy.environment;
        const adapted = execFileSync(CADDY, ['adapt', '--config', path.join(DEPLOY, 'Caddyfile')],
            { env: { ...process.env, SITE, NODES }, encoding: 'utf8',
                stdio: ['ignore', 'pipe', 'pipe'] });
        const here = Object.entries(this.nodes).reduce((text, [name, { port }]) =>
            text.replaceAll(`${name}:8080`, `127.0.0.1:${port}`), adapted);
        const config = JSON.parse(here);
        const storage = path.join(this.dir, 'caddy');
        this.site = SITE;
        this.httpsPort = await freePort();
        this.httpPort = await freePort();
        config.admin = { disabled: true };
        config.storage = { module: 'file_system', root: storage };
        config.apps.http.http_port = this.httpPort;
        config.apps.http.https_port = this.httpsPort;
        config.apps.http.servers.srv0.listen = [`127.0.0.1:${this.httpsPort}`];
        config.apps.pki = { certificate_authorities: { local: { install_trust: false } } };
        writeFileSync(path.join(this.dir, 'caddy.json'), JSON.stringify(config));
        const env = { PATH: process.env.PATH, HOME: this.dir };
        this.proxy = this.launch(CADDY, ['run', '--config', path.join(this.dir, 'caddy.json')],
            { env });
        const authority = path.join(storage, 'pki/authorities/local/root.crt');
        await this.#certified(authority);
    }

    async #certified(authority) {
        for (const until = Date.now() + START_MS; Date.now() < until;) {
            try {
                this.authority = readFileSync(authority);
                await this.call('GET', '/healthz');
                return;
            } catch (error) {
                this.lastError = error;
                await new Promise((resolve) => { setTimeout(resolve, 100); });
            }
        }
        throw new Error(`the proxy does not answer: ${this.lastError}\n${this.proxy.log}`);
    }

    async start() {
        this.makeSecrets();
        await this.startPostgres();
        this.migrate();
        const nodes = Object.keys(this.compose).filter((name) => name.startsWith('domofon-'));
        for (const name of nodes) {
            await this.startNode(name);
        }
        await this.startProxy();
    }

    /** A request through the proxy, by TLS, the certificate checked; {status, headers, body}. */
    call(method, target, body, headers = {}) {
        const options = { host: '127.0.0.1', servername: this.site, port: this.httpsPort,
            ca: this.authority, method, path: target, agent: false,
            headers: { Host: this.site, ...headers } };
        return new Promise((resolve, reject) => {
            const request = https.request(options, (response) => {
                const chunks = [];
                const certificate = response.socket.getPeerCertificate();
                response.on('data', (chunk) => chunks.push(chunk));
                response.on('error', reject);
                response.on('end', () => {
                    const text = Buffer.concat(chunks).toString();
                    const isJson = /json/.test(response.headers['content-type'] ?? '');
                    resolve({ status: response.statusCode, headers: response.headers, certificate,
                        text, body: isJson ? JSON.parse(text) : text });
                });
            });
            request.setTimeout(START_MS, () => request.destroy(new Error('no reply in time')));
            request.on('error', reject);
            request.end(body === undefined ? undefined : JSON.stringify(body));
        });
    }

    /** SQL as one of the roles of compose.yaml, with the password of its service. */
    psql(service, sql) {
        const url = this.environment(service).DOMOFON_STORE;
        return execFileSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', url, '-c', sql],
            { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...USER }).trim();
    }

    async stop() {
        for (const child of this.children.reverse()) {
            if (child.exitCode === null && child.signalCode === null) {
                const gone = once(child, 'exit');
                /* The guard of PostgreSQL goes when its standard input ends. */
                child.stdin.end();
                if (!child.spawnargs.includes('guard')) {
                    child.kill('SIGTERM');
                }
                await gone;
            }
        }
        rmSync(this.dir, { recursive: true, force: true });
    }
}

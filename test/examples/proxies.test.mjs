/* The verifier of examples/, and proxies that let through to a service who has a token. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
    copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync,
} from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT, useServer } from '../e2e/lib/server.mjs';
import { signIn } from '../e2e/lib/signin.mjs';
import { altered, startIssuer } from './lib/issuer.mjs';
import { CADDY, NGINX, NGINX_JS } from './lib/servers.mjs';

const unless = (there) => (there ? false : 'not on this system');
const source = (name) => path.join(ROOT, 'examples', name);
const ask = (port, token, headers = {}) => fetch(`http://127.0.0.1:${port}/anything`, {
    headers: token === undefined ? headers : { ...headers, Authorization: `Bearer ${token}` },
});
const FORGED = { 'X-Account-Id': '1', 'X-Role': 'admin' };

async function freePort() {
    const probe = net.createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address();
    probe.close();
    return port;
}

/** Starts examples/verifier; {port, process}. */
async function startVerifier(dir, jwks) {
    copyFileSync(source('verifier/verifier.mjs'), path.join(dir, 'verifier.mjs'));
    symlinkSync(path.join(ROOT, 'test/node_modules'), path.join(dir, 'node_modules'));
    const child = spawn(process.execPath, [path.join(dir, 'verifier.mjs')], {
        env: { ...process.env, DOMOFON_JWKS: jwks, PORT: '0' },
        stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
    return { port: Number(/\d+/.exec(line)[0]), process: child };
}

/** A configuration with the ports of this test. */
function withPorts(name, ports) {
    return Object.entries(ports).reduce((text, [told, port]) =>
        text.replaceAll(`127.0.0.1:${told}`, `127.0.0.1:${port}`),
    readFileSync(source(name), 'utf8'));
}

describe('proxies that let through who has a token', () => {
    const server = useServer({ set: { 'http.loops': 1 } });
    let dir;
    let issuer;
    let service;
    /* Of domofon's keys, and of the issuer's. */
    let verifiers = [];
    before(async () => {
        dir = mkdtempSync(path.join(tmpdir(), 'domofon-proxy-'));
        issuer = await startIssuer();
        service = http.createServer((request, response) => {
            const { 'x-account-id': id, 'x-role': role } = request.headers;
            response.end(JSON.stringify({ id, role }));
        }).listen(0, '127.0.0.1');
        await once(service, 'listening');
        verifiers = await Promise.all([server.port, issuer.port].map((port, i) => {
            const folder = mkdtempSync(path.join(dir, `verifier-${i}-`));
            return startVerifier(folder, `http://127.0.0.1:${port}/.well-known/jwks.json`);
        }));
    });
    after(() => {
        issuer.close();
        service.close();
        service.closeAllConnections();
        verifiers.forEach((verifier) => verifier.process.kill());
        rmSync(dir, { recursive: true, force: true });
    });

    it('the verifier', async () => {
        const [ours, other] = verifiers;
        const { tokens, account } = await signIn(server);
        const good = await ask(ours.port, tokens.access_token);
        assert.equal(good.status, 204);
        assert.equal(good.headers.get('x-account-id'), account.id);
        assert.equal(good.headers.get('x-role'), 'user');
        assert.equal((await ask(ours.port, altered(tokens.access_token))).status, 401);
        assert.equal((await ask(ours.port)).status, 401);
        assert.equal((await ask(other.port, issuer.good)).status, 204);
        for (const [what, token] of Object.entries(issuer.bad)) {
            assert.equal((await ask(other.port, token)).status, 401, what);
        }
    });

    /** Runs use(port) with a proxy that `start` starts, told of the ports of others. */
    async function withProxy(start, keys, verifier, use) {
        const folder = mkdtempSync(path.join(dir, 'proxy-'));
        const port = await freePort();
        const ports = { 8081: port, 8082: service.address().port, 8083: await freePort(),
            8080: keys, 9000: verifier };
        const child = start(folder, ports);
        let said = '';
        child.stderr.setEncoding('utf8').on('data', (text) => { said += text; });
        try {
            const until = Date.now() + 10000;
            while (!await ask(port).then(() => true, () => false)) {
                assert.ok(Date.now() < until && child.exitCode === null, `did not start: ${said}`);
                await sleep(50);
            }
            await use(port);
        } finally {
            child.kill();
            await once(child, 'exit');
        }
    }

    async function accepts(port, token, expected) {
        const reply = await ask(port, token, FORGED);
        assert.equal(reply.status, 200);
        assert.deepEqual(await reply.json(), expected);
    }

    async function refuses(port, token, what) {
        const reply = await ask(port, token, FORGED);
        assert.equal(reply.status, 401, what);
        assert.match(reply.headers.get('www-authenticate'), /^Bearer\b/, what);
    }

    /** With the keys of domofon, and then with those of the issuer of bad tokens. */
    async function holds(start) {
        await withProxy(start, server.port, verifiers[0].port, async (port) => {
            const { tokens, account } = await signIn(server);
            await accepts(port, tokens.access_token, { id: account.id, role: 'user' });
            await refuses(port, altered(tokens.access_token), 'altered');
            await refuses(port, issuer.good, 'of another server');
            await refuses(port, undefined, 'none');
        });
        await withProxy(start, issuer.port, verifiers[1].port, async (port) => {
            await accepts(port, issuer.good, { id: '17', role: 'user' });
            for (const [what, token] of Object.entries(issuer.bad)) {
                await refuses(port, token, what);
            }
        });
    }

    function startNginx(name, folder, ports) {
        /* Debian's would write where only its package makes folders. */
        const places = ['client_body', 'proxy', 'fastcgi', 'scgi', 'uwsgi']
            .map((what) => `${what}_temp_path ${what};`).join(' ');
        const text = withPorts(name, ports).replace('http {', `http { ${places}`)
            .replace(/^load_module .*/m, `load_module ${NGINX_JS};`);
        writeFileSync(path.join(folder, 'nginx.conf'), text);
        copyFileSync(source('nginx/domofon.js'), path.join(folder, 'domofon.js'));
        // Its workers must be able to write in the folder of this test.
        const user = process.getuid() === 0 ? ' user root;' : '';
        return spawn(NGINX, ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr',
            '-g', `daemon off;${user}`], { stdio: ['ignore', 'ignore', 'pipe'] });
    }
    const startByItself = (folder, ports) => startNginx('nginx/nginx.conf', folder, ports);
    const startAsking = (folder, ports) => startNginx('nginx/auth_request.conf', folder, ports);

    it('nginx by itself', { skip: unless(NGINX_JS) }, () => holds(startByItself));

    it('nginx by itself asks for keys once, and goes on without', { skip: unless(NGINX_JS) },
        async () => {
            const publisher = await startIssuer();
            await withProxy(startByItself, publisher.port, 0, async (port) => {
                for (let i = 0; i < 5; i++) {
                    await accepts(port, publisher.good, { id: '17', role: 'user' });
                }
                assert.equal(publisher.asked(), 1);
                publisher.close();
                await accepts(port, publisher.good, { id: '17', role: 'user' });
            });
        });

    it('nginx that never had keys says that it cannot tell', { skip: unless(NGINX_JS) },
        async () => {
            await withProxy(startByItself, await freePort(), 0, async (port) => {
                assert.equal((await ask(port, issuer.good)).status, 500);
            });
        });

    it('nginx that asks the verifier', { skip: unless(NGINX) }, () => holds(startAsking));

    it('Caddy that asks the verifier', { skip: unless(CADDY) }, () => holds((folder, ports) => {
        writeFileSync(path.join(folder, 'Caddyfile'), withPorts('caddy/Caddyfile', ports));
        const env = { ...process.env, CADDY_STORAGE: path.join(folder, 'caddy') };
        return spawn(CADDY, ['run', '--adapter', 'caddyfile', '--config',
            path.join(folder, 'Caddyfile')], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    }));
});

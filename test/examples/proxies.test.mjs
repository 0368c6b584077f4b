/* The verifier of examples/, and proxies in front of a service that ask it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
    copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync,
} from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { ROOT, useServer } from '../e2e/lib/server.mjs';
import { signIn } from '../e2e/lib/signin.mjs';
import { altered, startIssuer } from './lib/issuer.mjs';

/** The long run alone starts proxies, and those that are installed. */
const isThere = (name) => process.env.PATH.split(':').concat('/usr/sbin')
    .some((folder) => existsSync(path.join(folder, name)));
const skipped = (name) => process.env.DOMOFON_LONG === undefined || !isThere(name);
const source = (name) => path.join(ROOT, 'examples', name);
const ask = (port, token, headers = {}) => fetch(`http://127.0.0.1:${port}/anything`, {
    headers: token === undefined ? headers : { ...headers, Authorization: `Bearer ${token}` },
});

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
        text.replaceAll(`:${told}`, `:${port}`), readFileSync(source(name), 'utf8'));
}

describe('proxies that let through who has a token', () => {
    const server = useServer({ set: { 'http.loops': 1 } });
    let dir;
    let issuer;
    let verifiers;
    let service;
    before(async () => {
        dir = mkdtempSync(path.join(tmpdir(), 'domofon-proxy-'));
        issuer = await startIssuer();
        service = http.createServer((request, response) => {
            const { 'x-account-id': id, 'x-role': role } = request.headers;
            response.end(JSON.stringify({ id, role }));
        }).listen(0, '127.0.0.1');
        await once(service, 'listening');
    });
    after(() => {
        issuer.close();
        service.close();
        service.closeAllConnections();
        verifiers?.forEach((verifier) => verifier.process.kill());
        rmSync(dir, { recursive: true, force: true });
    });

    it('the verifier', async () => {
        const urls = [`http://127.0.0.1:${server.port}/.well-known/jwks.json`, issuer.url];
        verifiers = await Promise.all(urls.map((url, i) => {
            const folder = mkdtempSync(path.join(dir, `verifier-${i}-`));
            return startVerifier(folder, url);
        }));
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

    /** Through a proxy that `start(port, verifierPort)` starts, and which it gives. */
    async function through(start) {
        const port = await freePort();
        const child = start(port, verifiers[0].port);
        try {
            const until = Date.now() + 10000;
            while (!await ask(port).then((reply) => reply.status === 401, () => false)) {
                assert.ok(Date.now() < until && child.exitCode === null, 'the proxy did not start');
                await sleep(50);
            }
            const { tokens, account } = await signIn(server);
            const forged = { 'X-Account-Id': '1', 'X-Role': 'admin' };
            const reply = await ask(port, tokens.access_token, forged);
            assert.equal(reply.status, 200);
            assert.deepEqual(await reply.json(), { id: account.id, role: 'user' });
            for (const token of [altered(tokens.access_token), ...Object.values(issuer.bad)]) {
                assert.equal((await ask(port, token, forged)).status, 401);
            }
        } finally {
            child.kill();
            await once(child, 'exit');
        }
    }

    it('nginx', { skip: skipped('nginx') }, () => through((port, verifier) => {
        const ports = { 8081: port, 8082: service.address().port, 9000: verifier };
        writeFileSync(path.join(dir, 'nginx.conf'), withPorts('nginx/nginx.conf', ports));
        // Its workers must be able to write in the folder of this test.
        const user = process.getuid() === 0 ? ' user root;' : '';
        return spawn('nginx', ['-p', dir, '-c', 'nginx.conf', '-e', 'stderr',
            '-g', `daemon off;${user}`],
            { stdio: ['ignore', 'ignore', 'inherit'] });
    }));

    it('Caddy', { skip: skipped('caddy') }, () => through((port, verifier) => {
        const ports = { 8081: port, 8082: service.address().port, 9000: verifier };
        writeFileSync(path.join(dir, 'Caddyfile'), withPorts('caddy/Caddyfile', ports));
        const env = { ...process.env, CADDY_STORAGE: path.join(dir, 'caddy') };
        return spawn('caddy', ['run', '--adapter', 'caddyfile', '--config',
            path.join(dir, 'Caddyfile')], { env, stdio: 'ignore' });
    }));

    it('Envoy, as far as that its file is YAML with the keys of a listener', () => {
        const { static_resources: made } = parse(readFileSync(source('envoy/envoy.yaml'), 'utf8'));
        const [{ filters: [{ typed_config: manager }] }] = made.listeners[0].filter_chains;
        const [{ typed_config: filter }] = manager.http_filters;
        assert.equal(filter.providers.domofon.remote_jwks.http_uri.cluster, made.clusters[0].name);
        assert.deepEqual(filter.providers.domofon.audiences, ['domofon']);
    });
});

/* What programs ask: health, readiness, metrics, the description; request ids; HEAD and OPTIONS. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { metric, ok, problem, raw } from './lib/client.mjs';
import { openapi } from './lib/contract.mjs';
import { useServer } from './lib/server.mjs';
import { signIn } from './lib/signin.mjs';

describe('machinery', () => {
    const server = useServer();

    it('tells that the server is alive and ready', async () => {
        assert.deepEqual(ok(await server.api.get('/healthz')), { status: 'ok' });
        assert.deepEqual(ok(await server.api.get('/readyz')), { status: 'ready' });
    });

    it('serves the description in YAML and in JSON', async () => {
        const yaml = await server.api.get('/openapi.yaml');
        assert.deepEqual(parse(ok(yaml)), openapi);
        assert.deepEqual(ok(await server.api.get('/openapi.json')), openapi);
        assert.equal(yaml.headers['cache-control'], 'public, max-age=300');
    });

    it('counts', async () => {
        const read = (name) => metric(server, name);
        const names = ['sign_ins_total', 'accounts_new_total', 'codes_total',
            'messages_delivered_total'];
        const before = await Promise.all(names.map(read));
        await signIn(server);
        const after = await Promise.all(names.map(read));
        assert.deepEqual(after.map((count, i) => count - before[i]), [1, 1, 1, 1]);
        assert.ok(await read('http_requests_total') > 8);
    });

    it('names every request, as the client does if it likes', async () => {
        const own = { 'X-Request-Id': 'Order-66_a.b' };
        const reply = await server.api.get('/healthz', own);
        assert.equal(reply.headers['x-request-id'], 'Order-66_a.b');
        for (const id of ['', 'x'.repeat(33), 'a b', 'a"b', 'ё']) {
            const headers = { 'X-Request-Id': Buffer.from(id).toString('latin1') };
            const { 'x-request-id': given } = (await server.api.get('/healthz', headers)).headers;
            assert.match(given, /^[0-9a-f]{32}$/, id);
        }
        const first = await server.api.get('/nothing');
        const second = await server.api.get('/nothing');
        assert.notEqual(first.headers['x-request-id'], second.headers['x-request-id']);
    });

    it('answers HEAD as GET, without the body', async () => {
        const { api } = await signIn(server);
        for (const path of ['/healthz', '/openapi.json', '/v1/me', '/.well-known/jwks.json']) {
            const head = await api.call('HEAD', path);
            const get = await api.get(path);
            assert.equal(head.status, 200);
            for (const name of ['content-length', 'content-type', 'cache-control']) {
                assert.equal(head.headers[name], get.headers[name], `${path}: ${name}`);
            }
        }
        assert.equal((await server.api.call('HEAD', '/v1/me')).status, 401);
        assert.equal((await server.api.call('HEAD', '/nothing')).status, 404);
    });

    it('answers OPTIONS and wrong methods with Allow', async () => {
        for (const [path, item] of Object.entries(openapi.paths)) {
            const target = path.replace(/\{\w+\}/, 'x');
            assert.equal((await server.api.call('OPTIONS', target)).status, 204, path);
            for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE']) {
                if (!(method.toLowerCase() in item) && !(method === 'HEAD' && 'get' in item)) {
                    const reply = await server.api.call(method, target);
                    assert.equal(reply.status, 405, `${method} ${path}`);
                }
            }
        }
        problem(await server.api.call('OPTIONS', '/nothing'), 'not_found');
    });

    it('answers OPTIONS for the whole server', async () => {
        const [reply] = await raw(server.port, 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n');
        assert.deepEqual([reply.status, reply.headers.allow],
            [204, 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS']);
        for (const method of ['GET', 'POST']) {
            const [other] = await raw(server.port, `${method} * HTTP/1.1\r\nHost: a\r\n\r\n`);
            assert.equal(other.status, 400, method);
        }
    });

    it('takes a target in absolute form', async () => {
        const ask = async (method, target) => {
            const request = `${method} ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
            return (await raw(server.port, request))[0];
        };
        const origin = `http://127.0.0.1:${server.port}`;
        assert.deepEqual((await ask('GET', `${origin}/healthz`)).body, { status: 'ok' });
        assert.deepEqual((await ask('GET', `${origin}/dev/outbox?phone=%2B79230000000`)).body, []);
        assert.equal((await ask('GET', 'HTTPS://domofon.example')).status, 200);
        assert.equal((await ask('OPTIONS', `${origin}/v1/codes`)).headers.allow, 'POST, OPTIONS');
        assert.equal((await ask('GET', `${origin}/nothing`)).body.code, 'not_found');
        for (const target of ['ftp://a/healthz', 'http:///healthz', 'http://me@a/healthz',
            'a:80', `${origin}/v1/../healthz`]) {
            assert.equal((await ask('GET', target)).body.code, 'request_malformed', target);
        }
    });

    it('knows no other addresses', async () => {
        for (const path of ['/v1', '/v1/', '/v1/me/', '/V1/me', '/v2/me', '//v1/me',
            '/v1/sessions/a/b', '/v1/invites/', '/v1/codes//resend', '/index.html', '/dev']) {
            problem(await server.api.get(path), 'not_found');
        }
    });
});

describe('what is of development mode', () => {
    const server = useServer({ dev: false });

    it('is not there otherwise, whatever the method', async () => {
        const paths = Object.keys(openapi.paths).filter((path) => path.startsWith('/dev/'));
        assert.ok(paths.length >= 4, paths.join());
        for (const path of paths) {
            for (const method of ['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'TRACE']) {
                const reply = await server.api.call(method, path);
                assert.equal(reply.status, 404, `${method} ${path}`);
                assert.equal(reply.headers.allow, undefined, `${method} ${path}`);
            }
        }
    });
});

describe('metrics behind a proxy', () => {
    const server = useServer({ set: { 'http.trusted_hops': 1 } });

    it('are for this machine alone', async () => {
        for (const [address, isShown] of [['203.0.113.1', false], ['127.0.0.1', true],
            ['127.0.0.1, 203.0.113.1', false], ['::1', true]]) {
            const reply = await server.api.get('/metrics', { 'X-Forwarded-For': address });
            assert.equal(reply.status, isShown ? 200 : 404, address);
        }
    });
});

describe('readiness', () => {
    const server = useServer({ set: { 'http.loops': 1 } });

    it('is asked of the store once a second, however often strangers ask', async () => {
        const before = await metric(server, 'store_batches_total');
        for (let i = 0; i < 30; i++) {
            ok(await server.api.get('/readyz'));
        }
        const made = await metric(server, 'store_batches_total') - before;
        /* The server's own work commits now and then. */
        assert.ok(made >= 1 && made < 10, `${made} commits`);
    });
});

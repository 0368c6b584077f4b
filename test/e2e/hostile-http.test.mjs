/* Requests that are not what HTTP/1.1 (RFC 9112) allows, over bare sockets. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok, parseReplies, problem, raw, RawSocket } from './lib/client.mjs';
import { checkReply } from './lib/contract.mjs';
import { useServer } from './lib/server.mjs';
import { sendCode, signIn, uniquePhone } from './lib/signin.mjs';

const get = (path, ...fields) =>
    [`GET ${path} HTTP/1.1`, 'Host: localhost', ...fields, '', ''].join('\r\n');

/** A POST of a body; `fields` replace the usual Content-Length. */
function post(path, body, fields = [`Content-Length: ${Buffer.byteLength(body)}`]) {
    const head = [`POST ${path} HTTP/1.1`, 'Host: localhost', ...fields, '', ''].join('\r\n');
    return head + body;
}

describe('a hostile request', () => {
    const server = useServer();
    const phoneBody = () => JSON.stringify({ phone: uniquePhone() });

    for (const [kind, request] of Object.entries({
        'Content-Length with Transfer-Encoding': () => post('/v1/codes', '0\r\n\r\n',
            ['Content-Length: 5', 'Transfer-Encoding: chunked']),
        'two Content-Lengths': () => post('/v1/codes', '{}',
            ['Content-Length: 2', 'Content-Length: 3']),
        'twice the same Content-Length': () => post('/v1/codes', '{}',
            ['Content-Length: 2', 'Content-Length: 2']),
        'a list of Content-Lengths': () => post('/v1/codes', '{}', ['Content-Length: 2, 2']),
        'a negative Content-Length': () => post('/v1/codes', '{}', ['Content-Length: -2']),
        'a signed Content-Length': () => post('/v1/codes', '{}', ['Content-Length: +2']),
        'a hexadecimal Content-Length': () => post('/v1/codes', '{}', ['Content-Length: 0x2']),
        'an unknown transfer coding': () => post('/v1/codes', '{}', ['Transfer-Encoding: gzip']),
        'two transfer codings': () => post('/v1/codes', '0\r\n\r\n',
            ['Transfer-Encoding: chunked, chunked']),
        'an obscured transfer coding': () => post('/v1/codes', '0\r\n\r\n',
            ['Transfer-Encoding: xchunked']),
        'no Host': () => 'GET /healthz HTTP/1.1\r\n\r\n',
        'two Hosts': () => get('/healthz', 'Host: elsewhere'),
        'a space before the colon': () => get('/healthz', 'X-A : b'),
        'a folded header': () => get('/healthz', 'X-A: b', ' c'),
        'an empty header name': () => get('/healthz', ': b'),
        'a NUL in a header': () => get('/healthz', 'X-A: b\0c'),
        'a NUL in the address': () => get('/healthz\0'),
        'an escaped NUL in the address': () => get('/v1/invites/a%00b'),
        'a broken escape in the address': () => get('/v1/invites/%zz'),
        'invalid UTF-8 in the address': () => get('/v1/invites/%ff%fe'),
        'dots in the address': () => get('/v1/../healthz'),
        'escaped dots in the address': () => get('/v1/%2e%2e/healthz'),
    })) {
        it(`with ${kind} is refused, and the connection closed`, async () => {
            const socket = new RawSocket(server.port);
            const timer = setTimeout(() => socket.destroy(), 8000);
            socket.write(Buffer.from(request(), 'latin1'));
            await socket.closed;
            clearTimeout(timer);
            const replies = parseReplies(socket.received);
            assert.equal(replies.length, 1, socket.received.toString());
            problem(replies[0], 'request_malformed', { status: 400 });
            const [method, target] = request().split(' ');
            checkReply(method, target, replies[0]);
        });
    }

    it('that can hardly be called HTTP gets a bare error or a closed connection', async () => {
        for (const noise of [
            get('/healthz', 'a header without a colon'),
            get('/healthz', ...Array(1000).fill(`X-A: ${'x'.repeat(20)}`)),
            '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'SSH-2.0-OpenSSH_9.2\r\n',
            '\0'.repeat(100), 'GET\r\n\r\n', 'GET /healthz\r\n\r\n',
            'GET /healthz HTTP/9.9\r\n\r\n',
            `${'A'.repeat(20000)}\r\n\r\n`, 'GET  /healthz  HTTP/1.1\r\nHost: a\r\n\r\n',
        ]) {
            const socket = new RawSocket(server.port);
            socket.write(Buffer.from(noise, 'latin1'));
            socket.socket.end();
            await socket.closed;
            const [reply] = parseReplies(socket.received);
            assert.ok(reply === undefined || (reply.status >= 400 && reply.status < 600),
                socket.received.toString().slice(0, 200));
        }
        ok(await server.api.get('/healthz'));
    });

    it('with a long address, long headers or very many of them is refused', async () => {
        const cases = [
            [get(`/healthz?${'x'.repeat(3000)}`), 414, 'uri_too_long'],
            [get(`/${'x'.repeat(4000)}`), 414, 'uri_too_long'],
            [get('/healthz', `X-A: ${'x'.repeat(9000)}`), 431, 'headers_too_large'],
            [get('/healthz', ...Array(400).fill(`X-A: ${'x'.repeat(20)}`)), 431,
                'headers_too_large'],
            [get('/healthz', `X-A: ${'x'.repeat(30000)}`), 431, 'headers_too_large'],
            [get('/healthz', `Cookie: ${'a=b; '.repeat(4000)}`), 431, 'headers_too_large'],
        ];
        for (const [request, status, code] of cases) {
            const expect = [request.split(' ').slice(0, 2)];
            const [reply] = await raw(server.port, request, { expect });
            assert.deepEqual([reply?.status, reply?.body.code], [status, code]);
            assert.equal(reply.headers.connection, 'close');
        }
        ok(await server.api.get(`/healthz?${'x'.repeat(1900)}`));
        ok(await server.api.get('/healthz', { 'X-A': 'x'.repeat(6000) }));
    });

    it('with a body on GET is answered, and the next request too', async () => {
        const request = get('/healthz', 'Content-Length: 5') + 'hello' + get('/healthz');
        const expect = [['GET', '/healthz'], ['GET', '/healthz']];
        const replies = await raw(server.port, request, { count: 2, expect });
        assert.deepEqual(replies.map(({ status }) => status), [200, 200]);
    });

    it('in chunks is read as one', async () => {
        const body = phoneBody();
        const chunks = [...body].map((letter) => `1\r\n${letter}\r\n`).join('');
        const request = post('/v1/codes', `${chunks}0\r\n\r\n`, ['Transfer-Encoding: chunked']);
        const [reply] = await raw(server.port, request, { expect: [['POST', '/v1/codes']] });
        assert.equal(reply.status, 202, reply.text);
    });

    it('in broken or endless chunks is refused', async () => {
        for (const [chunks, code] of [
            ['zz\r\nhello\r\n0\r\n\r\n', 'request_malformed'],
            ['-1\r\n\r\n', 'request_malformed'],
            ['ffffffffffffffffff\r\nx', 'body_too_large'],
            [`1000\r\n${'x'.repeat(4096)}\r\n`.repeat(8), 'body_too_large'],
            [`5;${'x'.repeat(30000)}`, 'request_malformed'],
        ]) {
            const socket = new RawSocket(server.port);
            const timer = setTimeout(() => socket.destroy(), 8000);
            socket.write(post('/v1/codes', `${chunks}0\r\n\r\n`, ['Transfer-Encoding: chunked']));
            socket.socket.end();
            await socket.closed;
            clearTimeout(timer);
            const replies = parseReplies(socket.received);
            assert.equal(replies.length, 1, `${code}: ${socket.received}`);
            problem(replies[0], code);
            checkReply('POST', '/v1/codes', replies[0]);
        }
        ok(await server.api.get('/healthz'));
    });

    it('of 17 KiB is refused while it still comes', async () => {
        const body = 'x'.repeat(17 * 1024);
        const expect = [['POST', '/v1/codes']];
        const [reply] = await raw(server.port, post('/v1/codes', body), { expect });
        assert.equal(reply.body.code, 'body_too_large');
        const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
        const request = post('/v1/codes', chunked, ['Transfer-Encoding: chunked']);
        const [other] = await raw(server.port, request, { expect });
        assert.equal(other.body.code, 'body_too_large');
    });

    it('with a body without an end is answered at once, and the connection closed', async () => {
        const piece = 'x'.repeat(65536);
        const chunk = `10000\r\n${piece}\r\n`;
        for (const [field, bytes] of [
            ['Transfer-Encoding: chunked', `4400\r\n${'x'.repeat(0x4400)}\r\n`],
            ['Transfer-Encoding: chunked', chunk.repeat(16)],
            ['Transfer-Encoding: chunked', `6400000\r\n${piece.repeat(16)}`],
            ['Content-Length: 104857600', piece.repeat(16)],
        ]) {
            const socket = new RawSocket(server.port);
            const began = Date.now();
            socket.write(get('/healthz') + post('/v1/codes', bytes, [field]));
            await socket.closed;
            const replies = parseReplies(socket.received);
            assert.deepEqual(replies.map(({ status }) => status), [200, 413], field);
            problem(replies[1], 'body_too_large');
            assert.equal(replies[1].headers.connection, 'close');
            assert.equal(replies[1].headers['content-type'], 'application/problem+json');
            assert.ok(Date.now() - began < 3000, `${Date.now() - began} ms`);
        }
        ok(await server.api.get('/healthz'));
    });

    it('that expects 100-continue gets it or the reply', async () => {
        const body = phoneBody();
        const socket = new RawSocket(server.port);
        socket.write(post('/v1/codes', '',
            [`Content-Length: ${body.length}`, 'Expect: 100-continue']));
        await new Promise((resolve) => socket.socket.once('data', resolve));
        assert.match(socket.received.toString(), /^HTTP\/1\.1 100 /);
        socket.write(body);
        await new Promise((resolve) => socket.socket.once('data', resolve));
        assert.match(socket.received.toString(), /\r\n\r\nHTTP\/1\.1 202 /);
        socket.destroy();
    });

    it('of HTTP/1.0 is answered and the connection closed', async () => {
        const socket = new RawSocket(server.port);
        socket.write('GET /healthz HTTP/1.0\r\n\r\n');
        await socket.closed;
        const [reply] = parseReplies(socket.received);
        checkReply('GET', '/healthz', reply);
        ok(reply);
    });

    it('is answered though the client has finished sending', async () => {
        const socket = new RawSocket(server.port);
        socket.write(get('/readyz', 'Connection: close'));
        socket.socket.end();
        await socket.closed;
        const [reply] = parseReplies(socket.received);
        checkReply('GET', '/readyz', reply);
        ok(reply);
    });

    it('in one byte after another is answered', async () => {
        const socket = new RawSocket(server.port);
        socket.socket.setNoDelay(true);
        await socket.opened;
        for (const byte of get('/healthz', 'Connection: close')) {
            socket.write(byte);
            await new Promise((resolve) => { setImmediate(resolve); });
        }
        await socket.closed;
        assert.equal(parseReplies(socket.received)[0].status, 200);
    });
});

describe('many requests', () => {
    const server = useServer();

    it('in one pipeline are answered in order', async () => {
        const { api } = await signIn(server);
        const paths = ['/healthz', '/v1/me', '/readyz', '/nothing'];
        const wanted = Array.from({ length: 200 }, (_, i) => paths[i % paths.length]);
        const requests = wanted.map((path) => get(path, `Authorization: Bearer ${api.token}`));
        const expect = wanted.map((path) => ['GET', path]);
        const replies = await raw(server.port, requests.join(''), { count: 200, expect });
        assert.deepEqual(replies.map(({ status }) => status),
            wanted.map((path) => (path === '/nothing' ? 404 : 200)));
    });

    it('that write, in one pipeline, are answered in order', async () => {
        const phones = Array.from({ length: 50 }, () => uniquePhone());
        const requests = phones.map((phone) => post('/v1/codes', JSON.stringify({ phone })));
        const expect = phones.map(() => ['POST', '/v1/codes']);
        const replies = await raw(server.port, requests.join(''), { count: 50, expect });
        assert.deepEqual(replies.map(({ body }) => body.phone), phones);
    });

    it('over a thousand connections are answered', async () => {
        const sockets = Array.from({ length: 1000 }, () => new RawSocket(server.port));
        await Promise.all(sockets.map(({ opened }) => opened));
        sockets.forEach((socket) => socket.write(get('/healthz', 'Connection: close')));
        await Promise.all(sockets.map(({ closed }) => closed));
        const statuses = sockets.map(({ received }) => parseReplies(received)[0]?.status);
        assert.deepEqual(new Set(statuses), new Set([200]));
    });

    it('given up half-way leave the server well', async () => {
        const half = post('/v1/codes', '{"phone":', ['Content-Length: 100']);
        const sockets = Array.from({ length: 200 }, () => new RawSocket(server.port));
        await Promise.all(sockets.map(({ opened }) => opened));
        sockets.forEach((socket, i) => socket.write(i % 2 ? half : 'GET /hea'));
        sockets.forEach((socket) => socket.socket.resetAndDestroy?.() ?? socket.destroy());
        await sendCode(server);
    });

    it('with two different clients in one connection stay apart', async () => {
        const [anna, oleg] = [await signIn(server), await signIn(server)];
        const tokens = Array.from({ length: 40 }, (_, i) => (i % 2 ? anna : oleg));
        const requests = tokens.map(({ api }) =>
            get('/v1/me', `Authorization: Bearer ${api.token}`)).join('');
        const expect = tokens.map(() => ['GET', '/v1/me']);
        const replies = await raw(server.port, requests, { count: 40, expect });
        assert.deepEqual(replies.map(({ body }) => body.phone), tokens.map(({ phone }) => phone));
    });

    it('refused one after another do not disturb the next', async () => {
        problem(await server.api.get('/nothing'), 'not_found');
        problem(await server.api.get('/v1/me'), 'token_missing');
        ok(await server.api.get('/healthz'));
    });
});

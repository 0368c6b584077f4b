/* Clients that send slowly, never read, or only sit there: cut by deadlines, while others go on. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ok, parseReplies, RawSocket } from './lib/client.mjs';
import { useServer } from './lib/server.mjs';
import { signIn } from './lib/signin.mjs';

const HEAD = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n';

/** How long the server keeps the connection, in ms. */
async function life(socket) {
    const began = Date.now();
    const timer = setTimeout(() => socket.destroy(), 15000);
    await socket.closed;
    clearTimeout(timer);
    return Date.now() - began;
}

describe('with two seconds for a request', { concurrency: true }, () => {
    const server = useServer({ set: { 'http.request_s': 2, 'http.idle_s': 3 } });

    /** Sends a byte a second until the connection is closed. */
    async function trickle(bytes) {
        const socket = new RawSocket(server.port);
        const lasted = life(socket);
        let at = 0;
        const timer = setInterval(() => socket.write(bytes[at++ % bytes.length]), 1000);
        const ms = await lasted;
        clearInterval(timer);
        const [reply] = parseReplies(socket.received);
        assert.ok(reply === undefined || reply.status >= 400, socket.received.toString());
        return ms;
    }

    it('clients that trickle or sit idle are cut, and others are served meanwhile', async () => {
        const { api } = await signIn(server);
        const body = 'POST /v1/codes HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{';
        const silent = new RawSocket(server.port);
        const half = new RawSocket(server.port);
        half.write(HEAD);
        const stalled = new RawSocket(server.port);
        stalled.write(body);
        const running = Promise.all([
            trickle(HEAD), life(silent), life(half), life(stalled),
        ]);
        let served = 0;
        let over = false;
        running.finally(() => { over = true; });
        for (; !over; served++) {
            const began = Date.now();
            ok(await api.get('/v1/me'));
            assert.ok(Date.now() - began < 1000, 'others waited');
            await sleep(20);
        }
        const [trickled, sat, waited, stood] = await running;
        assert.ok(trickled >= 1500 && trickled < 6000, `a byte a second: ${trickled} ms`);
        assert.ok(sat >= 2500 && sat < 6000, `silent: ${sat} ms`);
        assert.ok(waited >= 1500 && waited < 5000, `half a head: ${waited} ms`);
        assert.ok(stood >= 1500 && stood < 5000, `a body that stops: ${stood} ms`);
        assert.ok(served > 50, `${served} requests of others`);
    });

    it('a client that never reads is cut', async () => {
        const { api } = await signIn(server);
        const socket = new RawSocket(server.port);
        socket.socket.pause();
        socket.socket.removeAllListeners('data');
        await socket.opened;
        const request = `GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n`;
        const began = Date.now();
        const timer = setInterval(() => socket.write(request.repeat(200)), 50);
        const lasted = life(socket);
        ok(await api.get('/v1/me'));
        await lasted;
        clearInterval(timer);
        assert.ok(Date.now() - began < 12000, `${Date.now() - began} ms`);
        ok(await api.get('/v1/me'));
    });

    it('a connection in use stays open', async () => {
        const socket = new RawSocket(server.port);
        for (let i = 1; i <= 4; i++) {
            socket.write(`${HEAD}\r\n`);
            await sleep(1200);
            assert.equal(parseReplies(socket.received).length, i);
        }
        socket.destroy();
    });
});

describe('with sixteen connections', () => {
    const server = useServer({ set: { 'http.connections': 16, 'http.idle_s': 2 } });

    it('those beyond wait and are served in the end', async () => {
        const sockets = Array.from({ length: 60 }, () => new RawSocket(server.port));
        await Promise.all(sockets.map(({ opened }) => opened));
        sockets.forEach((socket) => socket.write(`${HEAD}Connection: close\r\n\r\n`));
        await Promise.all(sockets.map(({ closed }) => closed));
        assert.ok(sockets.every(({ received }) => parseReplies(received)[0]?.status === 200));
    });
});

describe('with sixteen connections that nobody uses', () => {
    const server = useServer({ set: { 'http.connections': 16, 'http.idle_s': 60 } });

    it('others get their places within seconds', async () => {
        const silent = Array.from({ length: 16 }, () => new RawSocket(server.port));
        await Promise.all(silent.map(({ opened }) => opened));
        await sleep(300);
        const began = Date.now();
        ok(await server.api.get('/healthz'));
        assert.ok(Date.now() - began < 6000, `${Date.now() - began} ms`);
        /* With places enough the rest may stay. */
        await sleep(3000);
        assert.ok(silent.some(({ socket }) => socket.readyState === 'open'));
        silent.forEach((socket) => socket.destroy());
    });
});

describe('stopping', () => {
    const server = useServer({ set: { 'http.request_s': 2 } });

    it('answers what has come and exits with 0 within ten seconds', async () => {
        const idle = new RawSocket(server.port);
        const half = new RawSocket(server.port);
        await Promise.all([idle.opened, half.opened]);
        half.write(HEAD);
        const replies = Array.from({ length: 50 }, () => server.api.get('/readyz'));
        const began = Date.now();
        await sleep(5);
        server.process.kill('SIGTERM');
        for (const result of await Promise.allSettled(replies)) {
            assert.ok(result.status === 'rejected' || result.value.status === 200
                || result.value.status === 503);
        }
        await server.exited;
        assert.equal(server.process.exitCode, 0, server.tail());
        assert.ok(Date.now() - began < 10000);
        server.checkLog();
        idle.destroy();
        half.destroy();
    });
});

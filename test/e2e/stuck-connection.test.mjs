/*
 * What libmicrohttpd 0.9.75 cannot finish reading, a chunk extension longer than its buffer, behind
 * a request that was answered later: the connection is cut, its place is free, the server ends.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ok, RawSocket } from './lib/client.mjs';
import { useServer } from './lib/server.mjs';

const BODY = '{"phone":"+79230000001"}';

describe('a connection that cannot go on', () => {
    const server = useServer({ set: { 'http.request_s': 1, 'http.idle_s': 1, 'http.loops': 1 } });

    async function connections() {
        const text = ok(await server.api.get('/metrics', { Connection: 'close' }));
        return Number(/^domofon_http_connections (\d+)$/m.exec(text)[1]);
    }

    it('is cut, whatever libmicrohttpd waits for', async () => {
        for (const padding of [0, 7000]) {
            const socket = new RawSocket(server.port);
            socket.write(`POST /v1/codes HTTP/1.1\r\nHost: a\r\nContent-Length: ${BODY.length}`
                + `\r\n\r\n${BODY}POST /v1/codes HTTP/1.1\r\nHost: a\r\nX: ${'p'.repeat(padding)}`
                + `\r\nTransfer-Encoding: chunked\r\n\r\n${BODY.length.toString(16)}\r\n${BODY}\r\n`
                + `0;${'x'.repeat(30000)}`);
            await sleep(4500);
            socket.destroy();
        }
        await sleep(500);
        assert.equal(await connections(), 1);
        /* useServer's end proves that SIGTERM still ends the server in time. */
    });
});

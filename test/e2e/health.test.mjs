/* `domofon health`: what it says of a server that is well, that is not, and that is not there. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { run, useServer } from './lib/server.mjs';

describe('health', () => {
    const server = useServer();
    const ask = (...words) => run(['health', ...words, '--listen', `127.0.0.1:${server.port}`]);

    /** What `health` says of a peer that does `answer` with each connection. */
    async function askPeer(answer, ...words) {
        const peer = createServer(answer).listen(0, '127.0.0.1');
        await once(peer, 'listening');
        try {
            return await run(['health', ...words, '--listen', `127.0.0.1:${peer.address().port}`,
                '--set', 'http.request_s=1']);
        } finally {
            peer.close();
        }
    }

    /** A peer that answers this text to whatever comes. */
    const saying = (text) => (socket) => socket.on('error', () => {}).once('data', () =>
        socket.end(text));

    it('says that a server lives and is ready', async () => {
        assert.deepEqual(await ask(), { status: 0, stdout: 'alive\n', stderr: '' });
        assert.deepEqual(await ask('ready'), { status: 0, stdout: 'ready\n', stderr: '' });
        for (const [words, status] of [[['--json'], 'alive'], [['ready', '--json'], 'ready']]) {
            const said = await ask(...words);
            assert.equal(said.status, 0, said.stderr);
            assert.deepEqual(JSON.parse(said.stdout), { ok: true, status });
        }
    });

    it('finds a server that listens on every address, as the settings say', async () => {
        const env = { DOMOFON_HTTP_LISTEN: `0.0.0.0:${server.port}` };
        assert.equal((await run(['health'], { env })).stdout, 'alive\n');
    });

    it('fails where the answer is another, and says which', async () => {
        const busy = saying('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n');
        const { status, stdout, stderr } = await askPeer(busy, 'ready');
        assert.deepEqual([status, stdout], [1, '']);
        assert.match(stderr, /^domofon: not ready: 127\.0\.0\.1:\d+\/readyz answered 503\n$/);
    });

    it('fails where nothing answers, or nothing that makes sense, or not in time', async () => {
        for (const [peer, expected] of [
            [saying('SSH-2.0-OpenSSH_9.2\r\n'), /Protocol error/],
            [saying('HTTP/1.1'), /Protocol error/],
            [(socket) => socket.on('error', () => {}), /it took too long/],
        ]) {
            const { status, stdout, stderr } = await askPeer(peer);
            assert.deepEqual([status, stdout], [1, '']);
            assert.match(stderr, /^domofon: no answer from 127\.0\.0\.1:\d+: /);
            assert.match(stderr, expected);
        }
        const nobody = await run(['health', '--listen', '127.0.0.1:1']);
        assert.equal(nobody.status, 1);
        assert.match(nobody.stderr, /no answer from 127\.0\.0\.1:1: Connection refused/);
        const anywhere = await run(['health', '--listen', '127.0.0.1:0']);
        assert.equal(anywhere.status, 1);
        assert.match(anywhere.stderr, /port 0/);
    });

    it('refuses other words', async () => {
        for (const words of [['well'], ['ready', 'steady']]) {
            const { status, stderr } = await ask(...words);
            assert.equal(status, 2);
            assert.match(stderr, /usage: domofon health \[ready\]/);
        }
    });
});

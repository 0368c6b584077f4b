/* SIGTERM while things are under way that take long: what waits is told so, and the end comes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ok, problem, RawSocket } from './lib/client.mjs';
import { dialectClient } from './lib/dialect.mjs';
import { png } from './lib/pictures.mjs';
import { useServer } from './lib/server.mjs';
import { signIn, uniquePhone } from './lib/signin.mjs';
import { sqliteOnly } from './lib/store.mjs';
import { oneWorkerOf } from './lib/workers.mjs';

/** SIGTERM, now; how long it took until the server had gone, in milliseconds. */
async function terminate(server) {
    const began = Date.now();
    server.process.kill('SIGTERM');
    await server.exited;
    const took = Date.now() - began;
    assert.equal(server.process.exitCode, 0, server.tail());
    server.checkLog();
    return took;
}

describe('stopping with pictures under way', () => {
    const server = useServer();

    it('takes a few seconds, and each is told that it was not done', async () => {
        const heavy = png(6000, 4000);
        const people = [];
        for (let i = 0; i < 40; i++) {
            people.push(await signIn(server));
        }
        const replies = people.map(({ api }) => api.put('/v1/me/avatar', heavy));
        for (let hung = new Set(); hung.size < 2; await sleep(1)) {
            const pid = await oneWorkerOf(server, hung);
            process.kill(pid, 'SIGSTOP');
            hung.add(pid);
        }
        const took = await terminate(server);
        assert.ok(took < 5000, `${took} ms`);
        const counts = {};
        for (const reply of await Promise.all(replies)) {
            counts[reply.body.code ?? 'done'] = (counts[reply.body.code ?? 'done'] ?? 0) + 1;
            if (reply.status !== 200) {
                assert.ok(['overloaded', 'image_failed'].includes(reply.body.code), reply.text);
                problem(reply, reply.body.code, { status: 503 });
            }
        }
        assert.ok(counts.overloaded >= 30, JSON.stringify(counts));
    });
});

describe('stopping with replies that wait for their time', () => {
    const server = useServer({ set: { 'deliver.simulated_delay_ms': 8000 } });

    it('sends them at once', async () => {
        const replies = Array.from({ length: 5 }, () =>
            dialectClient(server).post('/send_code/', { phone: uniquePhone() }));
        await sleep(500);
        const took = await terminate(server);
        assert.ok(took < 2000, `${took} ms`);
        for (const reply of await Promise.all(replies)) {
            ok(reply);
        }
    });
});

describe('stopping with clients that ask for much and read nothing', () => {
    /* As it is where nothing is set. */
    const set = { 'http.loops': 0, 'deliver.simulated_delay_ms': '1000-2000' };
    const server = useServer({ set });

    it('cuts them in time', { skip: sqliteOnly('the store has no part in it') }, async () => {
        const sockets = Array.from({ length: 400 }, () => new RawSocket(server.port));
        await Promise.all(sockets.map(({ opened }) => opened));
        const requests = 'GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(50);
        for (const socket of sockets) {
            socket.socket.pause();
            socket.write(requests);
        }
        await sleep(500);
        const took = await terminate(server);
        sockets.forEach((socket) => socket.destroy());
        /* Ten seconds are promised. */
        assert.ok(took < 8000, `${took} ms`);
    });
});

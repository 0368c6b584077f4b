/* More writes than the store takes at once: each is answered, and happens once or not at all. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { problem } from './lib/client.mjs';
import { Server } from './lib/server.mjs';
import { uniquePhone } from './lib/signin.mjs';
import { hold, query } from './lib/store.mjs';

const EXIT_MS = 10000;

/** Waits until no message is on its way any more. */
async function allDelivered(server) {
    const waiting = () => query(server, 'SELECT count(*) AS n FROM outbox WHERE state < 2')[0].n;
    for (const until = Date.now() + 20000; waiting() > 0; await sleep(100)) {
        assert.ok(Date.now() < until, 'messages are still on their way');
    }
}

describe('a store that is behind', () => {
    let server;
    afterEach(() => server.stop());

    it('refuses what does not fit; those who try again get one message each', async () => {
        server = await new Server({ set: { 'store.queue': 16 } }).start();
        let refusals = 0;
        const send = async (phone) => {
            for (;; await sleep(20 + Math.random() * 60)) {
                const reply = await server.api.post('/v1/codes', { phone });
                if (reply.status === 202) {
                    return;
                }
                problem(reply, 'overloaded');
                refusals += 1;
            }
        };
        const release = await hold(server);
        const sends = Array.from({ length: 200 }, () => send(uniquePhone()));
        await sleep(300);
        await release();
        await Promise.all(sends);
        assert.ok(refusals > 0, 'the queue was never full');
        await allDelivered(server);
        assert.deepEqual(query(server, `SELECT count(*) AS messages, count(DISTINCT phone) AS phones
            FROM handset`), [{ messages: 200, phones: 200 }]);
    });

    it('does not keep the server from ending, nor anybody without an answer', async () => {
        server = await new Server({ storeTrouble: true, set: {
            'store.busy_ms': 2000, 'store.timeout_ms': 2000, 'store.batch': 32,
        } }).start();
        const release = await hold(server);
        try {
            const sends = Array.from({ length: 300 }, () =>
                server.api.post('/v1/codes', { phone: uniquePhone() }));
            await sleep(500);
            const asked_ms = Date.now();
            server.process.kill('SIGTERM');
            for (const reply of await Promise.all(sends)) {
                problem(reply, 'store_unavailable');
            }
            await server.exited;
            const took_ms = Date.now() - asked_ms;
            assert.ok(took_ms < EXIT_MS, `${took_ms} ms to the end`);
            assert.equal(server.process.exitCode, 0);
            server.checkLog();
        } finally {
            await release();
        }
        assert.deepEqual(query(server, 'SELECT count(*) AS n FROM challenge'), [{ n: 0 }]);
    });
});

/* Pictures that wait: one an account, so that nobody holds up others; none that nobody wants. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { metric, ok, problem } from './lib/client.mjs';
import { JPEG, png } from './lib/pictures.mjs';
import { useServer } from './lib/server.mjs';
import { signIn } from './lib/signin.mjs';
import { oneWorkerOf } from './lib/workers.mjs';

const large = png(6000, 4000);

/** Has pictures set that are never ready, until no worker is left; the replies, to be awaited. */
async function hold(server, count) {
    const hung = new Set();
    const replies = [];
    for (let i = 0; i < count; i++) {
        const { api } = await signIn(server);
        replies.push(api.put('/v1/me/avatar', large));
        const pid = await oneWorkerOf(server, hung);
        process.kill(pid, 'SIGSTOP');
        hung.add(pid);
    }
    return replies;
}

describe('pictures of one account', () => {
    const server = useServer();

    it('are looked at one at a time, and never keep those of others waiting', async () => {
        const [anna, boris] = [await signIn(server), await signIn(server)];
        const hanging = anna.api.put('/v1/me/avatar', large);
        process.kill(await oneWorkerOf(server), 'SIGSTOP');
        const began = Date.now();
        const flood = Array.from({ length: 40 }, () => anna.api.put('/v1/me/avatar', large));
        for (const reply of await Promise.all(flood)) {
            problem(reply, 'overloaded', { status: 503, retry_after_s: 1 });
        }
        ok(await boris.api.put('/v1/me/avatar', JPEG));
        assert.ok(Date.now() - began < 3000);
        problem(await hanging, 'image_failed');
        ok(await anna.api.put('/v1/me/avatar', JPEG));
    });
});

describe('a picture that waits', () => {
    const server = useServer({ set: { 'http.request_s': 2 } });

    it('is dropped when nobody waits for it any more', async () => {
        const hanging = await hold(server, 2);
        const boris = await signIn(server);
        problem(await boris.api.put('/v1/me/avatar', JPEG), 'deadline', { status: 503 });
        for (const reply of await Promise.all(hanging)) {
            problem(reply, 'deadline');
        }
        /* Until both are ended: then it would have been its turn. */
        while (await metric(server, 'avatar_failures_total') < 2) {
            await sleep(20);
        }
        await sleep(500);
        assert.equal(await metric(server, 'avatar_workers_total'), 2);
        assert.equal(ok(await boris.api.get('/v1/me')).avatar_url, null);
        ok(await boris.api.put('/v1/me/avatar', JPEG));
    });
});

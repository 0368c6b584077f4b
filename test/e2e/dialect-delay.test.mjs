/* Replies that wait for the message: as long as it is under way, but never for ever. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok } from './lib/client.mjs';
import { dialectClient, lastCode } from './lib/dialect.mjs';
import { useServer } from './lib/server.mjs';
import { outbox, uniquePhone } from './lib/signin.mjs';

const MARGIN_MS = 100;

async function timed(server, phone) {
    const began = performance.now();
    ok(await dialectClient(server).post('/send_code/', { phone }));
    return performance.now() - began;
}

describe('a reply that waits for the message', () => {
    const delay = 300;
    const server = useServer({ set: { 'deliver.simulated_delay_ms': delay } });

    it('leaves it a moment to be written down', async () => {
        const phone = uniquePhone();
        assert.ok(await timed(server, phone) >= delay + MARGIN_MS);
        await lastCode(server, phone);
    });
});

describe('a message that takes longer than replies may', () => {
    const server = useServer({ set: { 'http.request_s': 2, 'deliver.simulated_delay_ms': 30000 } });

    it('is waited for half of http.request_s', async () => {
        const phone = uniquePhone();
        const took = await timed(server, phone);
        assert.ok(took >= 950 && took < 15000, `${took}`);
        assert.deepEqual((await outbox(server, phone)).filter(({ code }) => code), []);
    });
});

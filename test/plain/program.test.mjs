/*
 * The program as people run it: how soon it starts, and the memory that a process which decodes a
 * picture may take. With sanitizers, as the other suites run it, there is neither to be seen.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { metric, ok } from '../e2e/lib/client.mjs';
import { heavyPng, webpSize } from '../e2e/lib/pictures.mjs';
import { Server, useServer } from '../e2e/lib/server.mjs';
import { signIn } from '../e2e/lib/signin.mjs';
import { oneWorkerOf } from '../e2e/lib/workers.mjs';

const MIB = 1 << 20;

describe('the program', () => {
    it('starts at once', async () => {
        const server = new Server();
        try {
            const times = [];
            for (let i = 0; i < 5; i++) {
                const began = Date.now();
                await server.start();
                times.push(Date.now() - began);
                await server.terminate();
            }
            assert.ok(Math.min(...times) < 300, `${times.join(', ')} ms`);
        } finally {
            await server.stop();
        }
    });
});

describe('the process that looks at a picture', () => {
    const server = useServer();

    it('has memory for the largest, and little more', async () => {
        const person = await signIn(server);
        const done = person.api.put('/v1/me/avatar', heavyPng(6000, 4000));
        const pid = await oneWorkerOf(server);
        const limits = readFileSync(`/proc/${pid}/limits`, 'utf8');
        const [, soft, hard] = /^Max address space +(\d+) +(\d+) +bytes/m.exec(limits) ?? [];
        assert.equal(soft, hard, limits);
        /* 176 MiB, and what the program itself takes: its libraries above all. */
        assert.ok(hard > 176 * MIB && hard < 400 * MIB, hard);
        const { avatar_url } = ok(await done);
        const { bytes } = await server.api.get(avatar_url);
        assert.deepEqual(webpSize(bytes), [512, 341]);
        assert.equal(await metric(server, 'avatar_failures_total'), 0);
    });
});

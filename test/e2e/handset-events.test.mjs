/* GET /dev/handset/events: messages on their way and delivered, as they happen. */
import assert from 'node:assert/strict';
import net from 'node:net';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ok, problem } from './lib/client.mjs';
import { validator } from './lib/contract.mjs';
import { listen } from './lib/events.mjs';
import { Server, useServer } from './lib/server.mjs';
import { cooldown, readCode, sendCode, signIn, uniquePhone } from './lib/signin.mjs';
import { hold, onPostgres, sqliteOnly } from './lib/store.mjs';

const PATH = '/dev/handset/events';
const checkEvent = validator({ $ref: '#/components/schemas/HandsetEvent' });

/** The messages to one number so far. */
const of = (listener, phone) => listener.messages.filter((message) => message.phone === phone);

async function streams(server) {
    const text = (await server.api.get('/metrics')).text;
    return Number(/^domofon_http_streams (\d+)$/m.exec(text)[1]);
}

async function untilStreams(server, count) {
    for (let i = 0; i < 200 && await streams(server) !== count; i++) {
        await sleep(50);
    }
    assert.equal(await streams(server), count);
}

describe('live messages of the handset', () => {
    const server = useServer({ set: { 'deliver.simulated_delay_ms': 800 } });

    it('tells of a message on its way, then of its arrival', async () => {
        const listener = await listen(server);
        assert.equal(listener.status, 200);
        assert.equal(listener.response.headers['content-type'], 'text/event-stream');
        assert.equal(listener.response.headers['cache-control'], 'no-store');
        const began = Date.now();
        const challenge = await sendCode(server, uniquePhone());
        const mine = ({ id }) => id === `${challenge.challenge_id}.0`;
        const typing = await listener.until(mine);
        const typingAfter = Date.now() - began;
        const there = await listener.until((m) => mine(m) && m.state === 'delivered');
        assert.ok(typingAfter < 700, `typing after ${typingAfter} ms`);
        assert.equal(typing.state, 'sending');
        assert.equal(typing.delivered_at, null);
        assert.equal('code' in typing || 'text' in typing, false);
        assert.equal(there.code, await readCode(server, challenge));
        assert.ok(there.text.includes(there.code));
        assert.equal(there.phone, challenge.phone);
        assert.equal(there.provider, 'simulated');
        assert.equal(there.due_at, typing.due_at);
        assert.ok(Date.parse(there.delivered_at) - Date.parse(there.sent_at) >= 800);
        assert.deepEqual(of(listener, challenge.phone).map(({ state }) => state),
            ['sending', 'delivered']);
        for (const { eventId, ...message } of listener.messages) {
            assert.ok(checkEvent(message), JSON.stringify([message, checkEvent.errors]));
            assert.equal(eventId !== undefined, message.state === 'delivered');
        }
        listener.close();
    });

    it('begins with the newest twenty, or where the listener was', async () => {
        const phones = Array.from({ length: 22 }, () => uniquePhone());
        for (const phone of phones) {
            await sendCode(server, phone);
        }
        const first = await listen(server);
        await first.until(({ phone, state }) => phone === phones[21] && state === 'delivered');
        const ids = Object.fromEntries(first.messages.map((m) => [m.phone, m.eventId]));
        first.close();
        const fresh = await listen(server);
        await fresh.until(({ phone }) => phone === phones[21]);
        assert.deepEqual(fresh.messages.map(({ phone }) => phone), phones.slice(2));
        fresh.close();

        await sleep(1100); /* what is delivered within a second of another may come again */
        await cooldown(server);
        await sendCode(server, phones[5]);
        const headers = { 'Last-Event-ID': ids[phones[21]] };
        const again = await listen(server, { headers });
        await again.until(({ id, state }) => id !== undefined && state === 'delivered');
        await again.until(({ phone, state }) => phone === phones[5] && state === 'delivered');
        assert.ok(of(again, phones[0]).length === 0 || Number(ids[phones[0]])
            >= Number(ids[phones[21]]) - 1e6);
        assert.ok(of(again, phones[21]).length <= 1);
        again.close();
        for (const value of ['x', '', '99999999999999999999', '-1']) {
            const odd = await listen(server, { headers: { 'Last-Event-ID': value } });
            await odd.until(({ phone }) => phone === phones[5]);
            odd.close();
        }
    });

    it('says when a message will not come', async () => {
        const listener = await listen(server);
        const anna = await signIn(server);
        await cooldown(server);
        const challenge = await sendCode(server, anna.phone);
        const mine = ({ id }) => id === `${challenge.challenge_id}.0`;
        await listener.until(mine);
        ok(await anna.api.delete('/v1/me'), 204);
        const gone = await listener.until((m) => mine(m) && m.state !== 'sending');
        assert.equal(gone.state, 'failed');
        assert.equal(gone.phone, anna.phone);
        listener.close();
    });

    it('goes on after the person is erased, whose place in the store may be taken', async () => {
        const listener = await listen(server);
        const anna = await signIn(server);
        ok(await anna.api.delete('/v1/me'), 204);
        await cooldown(server);
        const challenge = await sendCode(server, anna.phone);
        await listener.until(({ id, state }) =>
            id === `${challenge.challenge_id}.0` && state === 'delivered');
        listener.close();
    });

    it('lets go of those who leave, in whatever way', async () => {
        await untilStreams(server, 0);
        const listeners = await Promise.all(Array.from({ length: 20 }, () => listen(server)));
        await untilStreams(server, 20);
        listeners.forEach((listener, i) => {
            if (i % 2 === 0) {
                listener.close();
            } else {
                listener.response.socket.resetAndDestroy();
            }
        });
        await untilStreams(server, 0);
    });

    it('gives HEAD its head, and others their problem', async () => {
        const head = await server.api.call('HEAD', PATH);
        assert.equal(head.headers['content-type'], 'text/event-stream');
        problem(await server.api.post(PATH), 'method_not_allowed');
        await untilStreams(server, 0);
    });

    it('says 503 beyond 64 listeners of a loop, and serves others on', async () => {
        const opened = await Promise.all(Array.from({ length: 140 }, () => listen(server)));
        const refused = opened.filter(({ status }) => status === 503);
        assert.ok(refused.length >= 12, `${refused.length} refused`);
        assert.ok(opened.filter(({ status }) => status === 200).length >= 64);
        const challenge = await sendCode(server, uniquePhone());
        await Promise.all(opened.filter(({ status }) => status === 200).map((listener) =>
            listener.until(({ id, state }) =>
                id === `${challenge.challenge_id}.0` && state === 'delivered')));
        opened.forEach((listener) => listener.close());
        await untilStreams(server, 0);
    });

    it('ends streams properly, and at once, when the server stops', async () => {
        const listeners = await Promise.all(Array.from({ length: 10 }, () => listen(server)));
        const deaf = net.connect({ host: '127.0.0.1', port: server.port });
        deaf.pause();
        deaf.on('error', () => {});
        deaf.write(`GET ${PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
        await untilStreams(server, 11);
        const began = Date.now();
        const ends = Promise.all(listeners.map(({ closed }) => closed));
        await server.terminate();
        assert.deepEqual(await ends, Array(10).fill(true), 'a last chunk each');
        assert.ok(Date.now() - began < 2000, `${Date.now() - began} ms`);
        deaf.destroy();
    });
});

describe('live messages while the store is away', () => {
    const server = useServer({ storeTrouble: true });

    it('are told of when it is back', { skip: sqliteOnly('a file that is held') }, async () => {
        const listener = await listen(server);
        const release = await hold(server);
        await sleep(500);
        await release();
        const challenge = await sendCode(server, uniquePhone());
        await listener.until(({ id }) => id === `${challenge.challenge_id}.0`);
        listener.close();
    });
});

describe('live messages on several nodes', { skip: !onPostgres && 'PostgreSQL only' }, () => {
    const first = useServer({ set: { 'deliver.simulated_delay_ms': 500 } });

    it('reach the listeners of each, whoever asked and whoever carried', async () => {
        const second = new Server({ store: first.store, keyFile: first.keyFile,
            set: { 'deliver.simulated_delay_ms': 500 } });
        await second.start();
        try {
            const listeners = [await listen(first), await listen(second)];
            const challenges = [];
            for (let i = 0; i < 20; i++) {
                challenges.push(await sendCode(i % 2 === 0 ? first : second, uniquePhone()));
            }
            for (const listener of listeners) {
                for (const { challenge_id: id } of challenges) {
                    await listener.until((m) => m.id === `${id}.0` && m.state === 'delivered');
                }
                listener.close();
            }
        } finally {
            await second.stop();
        }
    });
});

describe('live messages outside development mode', () => {
    const server = useServer({ dev: false });

    it('are not there', async () => {
        problem(await server.api.get(PATH), 'not_found');
    });
});

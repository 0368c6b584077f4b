/*
 * Three nodes over one database: what one has begun another ends, and what must happen once or at
 * most so often does so over all of them.
 */
import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ok, problem } from '../e2e/lib/client.mjs';
import { from, tally, together } from '../e2e/lib/crowd.mjs';
import { Cluster } from '../e2e/lib/postgres.mjs';
import {
    outbox, readCode, readMessages, refresh, sendCode, signIn, tryCode, uniquePhone, wrongCode,
} from '../e2e/lib/signin.mjs';
import { psql } from '../e2e/lib/store.mjs';
import { endAll } from './lib/cleanup.mjs';
import { Load, LOAD_SET } from './lib/load.mjs';
import { Nodes } from './lib/nodes.mjs';
import { Relay } from './lib/relay.mjs';

const MANY = 200;
const LONG = process.env.DOMOFON_LONG !== undefined;
const KILLS = LONG ? 30 : 5;
const RING_ROUNDS = LONG ? 20 : 3;

let cluster;
before(async () => {
    cluster = await Cluster.start();
});
after(() => cluster.remove());

/** Nodes for the `describe` block this is called in, started before its tests. */
function useNodes(count, set) {
    const nodes = new Nodes(0, {});
    before(async () => {
        const store = await cluster.newDatabase();
        nodes.add(count, { store, set: { 'http.loops': 1, 'http.trusted_hops': 1, ...set } });
        await nodes.start();
    });
    after(() => nodes.stop());
    return nodes;
}

const WIDE = { ...LOAD_SET, 'code.ttl_s': 120 };

describe('three nodes', () => {
    const nodes = useNodes(3, WIDE);
    const sql = (text) => psql(nodes.at(0).store, text);

    it('share a sign-in: asked of 1, redeemed at 2, refreshed at 3, revoked at 1', async () => {
        const [one, two, three] = nodes.servers;
        const challenge = await sendCode(one);
        const code = await readCode(three, challenge);
        const tokens = ok(await tryCode(two, challenge, code), 201);
        for (const node of nodes.servers) {
            ok(await node.api.as(tokens.access_token).get('/v1/me'));
        }
        const next = ok(await refresh(three, tokens.refresh_token));
        ok(await two.api.as(next.access_token).get('/v1/me'));
        ok(await one.api.as(next.access_token).post('/v1/sign-out'), 204);
        for (const node of [two, three, one]) {
            problem(await node.api.as(next.access_token).get('/v1/me'), 'token_revoked');
            problem(await node.api.as(tokens.access_token).get('/v1/me'), 'token_revoked');
            problem(await refresh(node, next.refresh_token), 'token_revoked');
            problem(await tryCode(node, challenge, code), 'code_used');
        }
    });

    it('see what another has changed at once', async () => {
        const { tokens } = await signIn(nodes.at(0));
        for (let i = 0; i < 30; i++) {
            const city = `City ${i}`;
            const writer = nodes.at(i).api.as(tokens.access_token);
            ok(await writer.patch('/v1/me', { city }));
            const readers = nodes.servers.map(({ api }) => api.as(tokens.access_token));
            const seen = await Promise.all(readers.map((api) => api.get('/v1/me')));
            assert.deepEqual(seen.map((reply) => ok(reply).city), [city, city, city]);
        }
    });

    it(`give one session for ${MANY} redemptions of one code`, async () => {
        const challenge = await sendCode(nodes.at(0));
        const code = await readCode(nodes.at(0), challenge);
        const replies = await together(MANY, (i) => tryCode(nodes.at(i), challenge, code));
        assert.deepEqual(tally(replies), { 201: 1, code_used: MANY - 1 });
        const { body } = replies.find(({ status }) => status === 201);
        const api = nodes.at(1).api.as(body.access_token);
        assert.equal(ok(await api.get('/v1/sessions')).items.length, 1);
    });

    it(`make one account of ${MANY} first sign-ins of one number`, async () => {
        const phone = uniquePhone();
        const pending = [];
        for (let i = 0; i < MANY; i++) {
            const challenge = await sendCode(nodes.at(i), phone, {}, from(nodes.at(i), i));
            pending.push({ challenge, code: await readCode(nodes.at(i), challenge) });
        }
        const replies = await together(MANY, (i) =>
            tryCode(nodes.at(i + 1), pending[i].challenge, pending[i].code));
        assert.deepEqual(tally(replies), { 201: MANY });
        const bodies = replies.map(({ body }) => body);
        assert.equal(new Set(bodies.map(({ account }) => account.id)).size, 1);
        assert.equal(new Set(bodies.map(({ session_id }) => session_id)).size, MANY);
        assert.equal(bodies.filter(({ is_new_account }) => is_new_account).length, 1);
        assert.equal(sql(`SELECT count(*) FROM account WHERE phone = '${phone}'`), '1');
    });

    it(`give one successor for ${MANY} refreshes of one token`, async () => {
        const { tokens } = await signIn(nodes.at(0));
        const replies = await together(MANY, (i) => refresh(nodes.at(i), tokens.refresh_token));
        assert.deepEqual(tally(replies), { 200: MANY });
        const successors = new Set(replies.map(({ body }) => body.refresh_token));
        assert.equal(successors.size, 1);
        ok(await refresh(nodes.at(1), [...successors][0]));
    });

    it('repeat the reply that another gave under an Idempotency-Key', async () => {
        const headers = { 'Idempotency-Key': randomUUID() };
        const phone = uniquePhone();
        const send = (node) => node.api.post('/v1/codes', { phone }, headers);
        const sent = await together(9, (i) => send(nodes.at(i)));
        assert.deepEqual(tally(sent), { 202: 9 });
        /* The seconds that are left are each request's own. */
        const { expires_in_s: _, resend_in_s: __, ...same } = sent[0].body;
        sent.forEach(({ body }) => assert.deepEqual(body, { ...body, ...same }));
        const code = await readCode(nodes.at(0), sent[0].body);
        const key = { 'Idempotency-Key': randomUUID() };
        const wrong = await together(9, (i) =>
            tryCode(nodes.at(i), sent[0].body, wrongCode(code), {}, key));
        assert.deepEqual(wrong.map(({ body }) => body.attempts_left), Array(9).fill(2));
        const signed = await together(9, (i) =>
            tryCode(nodes.at(i), sent[0].body, code, {}, headers));
        assert.deepEqual(tally(signed), { 201: 9 });
        for (const name of ['session_id', 'refresh_token', 'is_new_account']) {
            assert.equal(new Set(signed.map(({ body }) => body[name])).size, 1, name);
        }
        assert.equal((await outbox(nodes.at(2), phone)).length, 1);
        problem(await nodes.at(1).api.post('/v1/codes', { phone: uniquePhone() }, headers),
            'idempotency_key_reused');
    });

    it('send each message once', async () => {
        const phones = Array.from({ length: 100 }, () => uniquePhone());
        await Promise.all(phones.map((phone, i) => sendCode(nodes.at(i), phone)));
        await Promise.all(phones.map((phone, i) => readMessages(nodes.at(i), phone)));
        const said = nodes.servers.map(({ log }) => log).join('');
        for (const phone of phones) {
            assert.equal((await outbox(nodes.at(0), phone)).length, 1, phone);
            assert.equal(said.split(`phone=${phone} `).length - 1, 1, `messages to ${phone}`);
        }
        assert.equal(sql('SELECT count(*) FROM outbox WHERE state <> 2'), '0');
    });
});

describe('limits hold over three nodes', () => {
    const nodes = useNodes(3, {
        ...WIDE, 'send.per_phone_10min': 5, 'guess.per_phone_hour': 10,
    });

    it('messages to one phone in ten minutes', async () => {
        for (let round = 0; round < 5; round++) {
            const phone = uniquePhone();
            const ask = (i) => from(nodes.at(i), i).post('/v1/codes', { phone });
            const replies = await together(30, ask);
            for (let i = 0; i < 6; i++) {
                replies.push(await ask(i));
            }
            assert.deepEqual(tally(replies), { 202: 5, send_limit: 31 });
            await readMessages(nodes.at(0), phone, 5);
        }
    });

    it('wrong guesses for one phone in an hour, over all its codes', async () => {
        const phone = uniquePhone();
        const challenges = [];
        for (let i = 0; i < 5; i++) {
            challenges.push(await sendCode(nodes.at(i), phone, {}, from(nodes.at(i), i)));
        }
        const codes = new Set((await readMessages(nodes.at(0), phone, 5)).map(({ code }) => code));
        const guesses = Array.from({ length: 10000 }, (_, i) => String(i).padStart(4, '0'))
            .filter((code) => !codes.has(code));
        const replies = await together(60, (i) =>
            tryCode(nodes.at(i), challenges[i % 5], guesses[i]));
        const counts = tally(replies);
        assert.equal(counts.code_wrong, 10, JSON.stringify(counts));
        assert.equal(counts[201], undefined);
    });

    it('guesses for one code', async () => {
        for (let round = 0; round < 5; round++) {
            const challenge = await sendCode(nodes.at(round));
            const code = await readCode(nodes.at(round), challenge);
            const replies = await together(30, (i) =>
                tryCode(nodes.at(i), challenge, wrongCode(code, i + 1)));
            assert.deepEqual(tally(replies), { code_wrong: 3, too_many_attempts: 27 });
        }
    });
});

describe('the gap between two messages holds over three nodes', () => {
    const nodes = useNodes(3, { 'send.per_phone_10min': 5 });

    it('asked for at once', async () => {
        for (let round = 0; round < 5; round++) {
            const phone = uniquePhone();
            const replies = await together(30, (i) =>
                from(nodes.at(i), i).post('/v1/codes', { phone }));
            assert.deepEqual(tally(replies), { 202: 1, send_cooldown: 29 });
        }
    });
});

describe('where rings are refused, three nodes', () => {
    const nodes = useNodes(3, { ...WIDE, 'invite.cycles': 'refuse' });

    for (const length of [2, 3, 4, 5, 6]) {
        it(`never close a ring of ${length}`, async () => {
            for (let round = 0; round < RING_ROUNDS; round++) {
                const people = await together(length, (i) => signIn(nodes.at(i)));
                const replies = await Promise.all(people.map((person, i) => person.api.post(
                    '/v1/me/invite', { code: people[(i + 1) % length].account.invite_code })));
                assert.deepEqual(tally(replies), { 200: length - 1, invite_cycle: 1 });
            }
        });
    }

    it('never close a ring of 4 by signing in with an invite code', async () => {
        const people = await together(4, (i) => signIn(nodes.at(i)));
        const pending = await together(4, async (i) => {
            const challenge = await sendCode(nodes.at(i), people[i].phone);
            return { challenge, code: await readCode(nodes.at(i), challenge) };
        });
        const replies = await together(4, (i) =>
            tryCode(nodes.at(i), pending[i].challenge, pending[i].code,
                { invite_code: people[(i + 1) % 4].account.invite_code }));
        const outcomes = replies.map((reply) => ok(reply, 201).invite.status);
        assert.deepEqual(outcomes.sort(), [...Array(3).fill('activated'), 'invite_cycle']);
    });
});

describe('ten nodes', () => {
    it('start at once on an empty database, with one signing key', async () => {
        const store = await cluster.newDatabase();
        const nodes = new Nodes(10, { store, set: { 'http.loops': 1 } });
        try {
            await nodes.start();
            assert.equal(psql(store, 'SELECT count(*) FROM signing_key'), '1');
            assert.equal(psql(store, 'SELECT count(*) FROM schema_version'),
                psql(store, 'SELECT max(version) FROM schema_version'));
            const { tokens } = await signIn(nodes.at(0));
            for (const { api } of nodes.servers) {
                ok(await api.as(tokens.access_token).get('/v1/me'));
            }
        } finally {
            await nodes.stop();
        }
    });
});

describe('three nodes behind a proxy, under load', () => {
    it(`one killed, one frozen, ${KILLS} times: nothing is lost or doubled`, async (t) => {
        const nodes = new Nodes(3, {
            store: await cluster.newDatabase(), set: { ...LOAD_SET, 'http.loops': 1 },
        });
        const relay = await Relay.start(() => nodes.ports);
        try {
            await nodes.start();
            const load = Load.start(t, () => relay.port);
            for (let kill = 0; kill < KILLS; kill++) {
                const [killed, frozen] = [nodes.at(kill), nodes.at(kill + 1)];
                await load.progress(50);
                await sleep(randomInt(50));
                await killed.kill();
                await load.progress(50);
                await killed.start();
                process.kill(frozen.pid, 'SIGSTOP');
                await load.progress(30);
                process.kill(frozen.pid, 'SIGCONT');
            }
            await load.finish(...nodes.servers);
            t.diagnostic(load.ledger.summary(`${KILLS} times a node killed, a node frozen`));
        } finally {
            await endAll(() => nodes.stop(), () => relay.close());
        }
    });
});

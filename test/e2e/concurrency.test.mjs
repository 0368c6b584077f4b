/* Many requests at once for one thing: exactly one winner, whatever the order. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { ok, problem } from './lib/client.mjs';
import { from, tally, together } from './lib/crowd.mjs';
import { useServer } from './lib/server.mjs';
import {
    outbox, readCode, refresh, sendCode, signIn, tryCode, uniquePhone, wrongCode,
} from './lib/signin.mjs';

const MANY = 200;
const RING_ROUNDS = 4;

const WIDE = {
    'http.loops': 4, 'http.trusted_hops': 1, 'send.cooldown_s': 0, 'send.per_phone_10min': 1000,
    'send.per_phone_hour': 1000, 'send.per_phone_day': 1000, 'session.max_per_account': 1000,
};

describe('at once', () => {
    const server = useServer({ set: WIDE });

    it('200 redemptions of one code give one session', async () => {
        const challenge = await sendCode(server);
        const code = await readCode(server, challenge);
        const replies = await together(MANY, () => tryCode(server, challenge, code));
        assert.deepEqual(tally(replies), { 201: 1, code_used: MANY - 1 });
        const { body } = replies.find(({ status }) => status === 201);
        const api = server.api.as(body.access_token);
        assert.equal(ok(await api.get('/v1/sessions')).items.length, 1);
    });

    it('200 wrong guesses spend three attempts', async () => {
        const challenge = await sendCode(server);
        const code = await readCode(server, challenge);
        const replies = await together(MANY, (i) =>
            tryCode(server, challenge, wrongCode(code, i + 1)));
        assert.deepEqual(tally(replies), { code_wrong: 3, too_many_attempts: MANY - 3 });
        const left = replies.filter(({ body }) => body.code === 'code_wrong')
            .map(({ body }) => body.attempts_left);
        assert.deepEqual(left.sort(), [0, 1, 2]);
        problem(await tryCode(server, challenge, code), 'too_many_attempts');
    });

    it('200 first sign-ins of one number make one account', async () => {
        const phone = uniquePhone();
        const pending = [];
        for (let i = 0; i < MANY; i++) {
            const challenge = await sendCode(server, phone, {}, from(server, i));
            pending.push({ challenge, code: await readCode(server, challenge) });
        }
        const replies = await together(MANY, (i) =>
            tryCode(server, pending[i].challenge, pending[i].code));
        assert.deepEqual(tally(replies), { 201: MANY });
        const bodies = replies.map(({ body }) => body);
        assert.equal(new Set(bodies.map(({ account }) => account.id)).size, 1);
        assert.equal(new Set(bodies.map(({ account }) => account.invite_code)).size, 1);
        assert.equal(new Set(bodies.map(({ session_id }) => session_id)).size, MANY);
        assert.equal(bodies.filter(({ is_new_account }) => is_new_account).length, 1);
        const rows = (await server.command('account', 'list', '--json')).stdout.split('\n');
        assert.equal(rows.filter((row) => row.includes(phone)).length, 1);
    });

    it('200 activations by one invitee make one', async () => {
        const inviters = await together(10, () => signIn(server));
        const invitee = await signIn(server);
        const replies = await together(MANY, (i) => invitee.api.post('/v1/me/invite',
            { code: inviters[i % inviters.length].account.invite_code }));
        assert.deepEqual(tally(replies), { 200: 1, invite_already_activated: MANY - 1 });
        const lists = await Promise.all(inviters.map(({ api }) => api.get('/v1/me/invitees')));
        const counts = lists.map(({ body }) => body.items.length);
        assert.equal(counts.reduce((a, b) => a + b), 1);
        const { invited_by } = ok(await invitee.api.get('/v1/me'));
        const winner = replies.find(({ status }) => status === 200);
        assert.deepEqual(invited_by, winner.body.invited_by);
    });

    it('200 activations of one code all count', async () => {
        const inviter = await signIn(server);
        const invitees = await together(MANY, () => signIn(server));
        const replies = await Promise.all(invitees.map(({ api }) =>
            api.post('/v1/me/invite', { code: inviter.account.invite_code })));
        assert.deepEqual(tally(replies), { 200: MANY });
        const seen = new Set();
        let path = '/v1/me/invitees?limit=100';
        for (let cursor = ''; cursor !== null;) {
            const page = ok(await inviter.api.get(path + cursor));
            page.items.forEach(({ phone }) => seen.add(phone));
            cursor = page.next_cursor && `&cursor=${page.next_cursor}`;
        }
        assert.equal(seen.size, MANY);
    });

    it('200 refreshes of one token give one successor', async () => {
        const { tokens } = await signIn(server);
        const replies = await together(MANY, () => refresh(server, tokens.refresh_token));
        assert.deepEqual(tally(replies), { 200: MANY });
        const successors = new Set(replies.map(({ body }) => body.refresh_token));
        assert.equal(successors.size, 1);
        ok(await refresh(server, [...successors][0]));
    });

    it('200 times one Idempotency-Key happens once', async () => {
        const phone = uniquePhone();
        const headers = { 'Idempotency-Key': randomUUID() };
        const sent = await together(MANY, () => server.api.post('/v1/codes', { phone }, headers));
        assert.deepEqual(tally(sent), { 202: MANY });
        const [{ body: challenge }] = sent;
        /* The seconds that are left are each request's own. */
        const { expires_in_s: _, resend_in_s: __, ...same } = challenge;
        sent.forEach(({ body }) => assert.deepEqual(body, { ...body, ...same }));
        const code = await readCode(server, challenge);
        assert.equal((await outbox(server, phone)).length, 1);
        const signed = await together(MANY, () => tryCode(server, challenge, code, {}, headers));
        assert.deepEqual(tally(signed), { 201: MANY });
        assert.equal(new Set(signed.map(({ body }) => body.session_id)).size, 1);
    });

    it('20 accounts that prove one number leave it to one', async () => {
        const phone = uniquePhone();
        const people = await together(20, () => signIn(server));
        const proofs = [];
        for (const [i, { api }] of people.entries()) {
            const client = from(server, i).as(api.token, {
                'X-Forwarded-For': `203.0.113.${i + 1}`,
            });
            const challenge = ok(await client.post('/v1/me/phone', { phone }), 202);
            proofs.push({ challenge, code: await readCode(server, challenge) });
        }
        const replies = await Promise.all(people.map(({ api }, i) => api.put('/v1/me/phone',
            { challenge_id: proofs[i].challenge.challenge_id, code: proofs[i].code })));
        const counts = tally(replies);
        assert.equal(counts[200], 1, JSON.stringify(counts));
        const accounts = await Promise.all(people.map(({ api }) => api.get('/v1/me')));
        assert.equal(accounts.filter(({ body }) => body.phone === phone).length, 1);
        assert.equal(new Set(accounts.map(({ body }) => body.phone)).size, 20);
    });
});

describe('at once, where rings are refused', () => {
    const server = useServer({ set: { ...WIDE, 'invite.cycles': 'refuse' } });

    /** Follows who invited whom; throws when somebody meets themselves. */
    async function checkNoRing(people) {
        const accounts = await Promise.all(people.map(({ api }) => api.get('/v1/me')));
        const up = new Map(accounts.map(({ body }) =>
            [body.invite_code, body.invited_by?.invite_code]));
        for (const start of up.keys()) {
            const seen = new Set();
            for (let at = start; at !== undefined; at = up.get(at)) {
                assert.ok(!seen.has(at), `a ring of ${seen.size}`);
                seen.add(at);
            }
        }
        return [...up.values()].filter((code) => code !== undefined).length;
    }

    const activate = (person, code) => person.api.post('/v1/me/invite', { code });

    /** The same by signing in once more with the invite code. */
    async function activateBySigningIn(person, challenge, code, invite_code) {
        const { body } = await tryCode(server, challenge, code, { invite_code });
        return { status: body.invite.status === 'activated' ? 200 : 409,
            body: { code: body.invite.status } };
    }

    for (const length of [2, 3, 4, 5, 6]) {
        it(`rings of ${length} never close`, async () => {
            for (let round = 0; round < RING_ROUNDS; round++) {
                const people = await together(length, () => signIn(server));
                const next = (i) => people[(i + 1) % length].account.invite_code;
                const replies = await Promise.all(people.map((person, i) =>
                    activate(person, next(i))));
                assert.deepEqual(tally(replies), { 200: length - 1, invite_cycle: 1 });
                assert.equal(await checkNoRing(people), length - 1);
            }
        });

        it(`rings of ${length} never close by signing in`, async () => {
            const people = await together(length, () => signIn(server));
            const pending = await Promise.all(people.map(async ({ phone }) => {
                const challenge = await sendCode(server, phone);
                return { challenge, code: await readCode(server, challenge) };
            }));
            const replies = await Promise.all(people.map((person, i) => activateBySigningIn(person,
                pending[i].challenge, pending[i].code,
                people[(i + 1) % length].account.invite_code)));
            assert.deepEqual(tally(replies), { 200: length - 1, invite_cycle: 1 });
            await checkNoRing(people);
        });
    }

    it('sixty people who pick each other at random form a forest', async () => {
        const people = await together(60, () => signIn(server));
        const replies = await Promise.all(people.map((person, i) =>
            activate(person, people[(i * 37 + 11) % 60].account.invite_code)));
        const activations = await checkNoRing(people);
        assert.equal(activations, tally(replies)[200]);
        assert.ok(activations >= 30, `${activations} activations`);
    });
});

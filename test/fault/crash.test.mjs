/*
 * kill -9 in the middle of load, again and again. The client keeps a ledger of what was
 * acknowledged; after each restart every sign-in, activation, refresh and sign-out in it must be
 * there, what was on its way must have happened whole or not at all, and no code may be accepted
 * twice.
 *
 * DOMOFON_CRASH_ROUNDS: how many times (50; 200 with DOMOFON_LONG).
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ok, problem } from '../e2e/lib/client.mjs';
import { Server } from '../e2e/lib/server.mjs';
import { query } from '../e2e/lib/sqlite.mjs';
import { readCode, refresh, sendCode, tryCode, uniquePhone } from '../e2e/lib/signin.mjs';

const ROUNDS = Number(process.env.DOMOFON_CRASH_ROUNDS
    ?? (process.env.DOMOFON_LONG === undefined ? 50 : 200));
const WORKERS = 12;
const LOAD_MS = [200, 800];
/* People of earlier rounds that are looked at again after each crash; at the end all are. */
const SAMPLE = 40;

describe('after kill -9 in the middle of load', () => {
    const server = new Server({ set: { 'http.loops': 2, 'token.grace_s': 300 } });
    const people = [];
    const totals = { sent: 0, signIns: 0, activations: 0, refreshes: 0, signOuts: 0, unsure: 0 };

    before(() => server.start());
    after(() => server.stop());

    /** One life: send, sign in, activate, refresh, perhaps sign out; noted when acknowledged. */
    async function live(person) {
        person.challenge = await sendCode(server, person.phone);
        totals.sent += 1;
        person.code = await readCode(server, person.challenge);
        person.doing = 'sign-in';
        person.tokens = ok(await tryCode(server, person.challenge, person.code), 201);
        totals.signIns += 1;
        const other = people[randomInt(people.length)];
        if (other !== person && other.tokens !== undefined) {
            const code = other.tokens.account.invite_code;
            person.doing = 'activation';
            person.tried = code;
            const api = server.api.as(person.tokens.access_token);
            ok(await api.post('/v1/me/invite', { code }));
            person.invitedBy = code;
            totals.activations += 1;
        }
        for (let i = randomInt(3); i > 0; i--) {
            await renew(person);
        }
        if (randomInt(10) === 0) {
            person.doing = 'sign-out';
            const api = server.api.as(person.tokens.access_token);
            ok(await api.post('/v1/sign-out'), 204);
            person.isOut = true;
            totals.signOuts += 1;
        }
        person.doing = undefined;
    }

    async function renew(person) {
        person.doing = 'refresh';
        const pair = ok(await refresh(server, person.tokens.refresh_token));
        person.tokens = { ...person.tokens, ...pair };
        totals.refreshes += 1;
        person.doing = undefined;
    }

    /** Lives one life after another until the server is gone. */
    async function work(state) {
        while (!state.isOver) {
            const person = { phone: uniquePhone() };
            people.push(person);
            try {
                await live(person);
            } catch (error) {
                if (!state.isOver) {
                    throw error;
                }
            }
        }
    }

    /** A code whose redemption was not acknowledged works once, or has been used. */
    async function checkUnsureSignIn(person) {
        totals.unsure += 1;
        const reply = await tryCode(server, person.challenge, person.code);
        if (reply.status !== 201) {
            problem(reply, 'code_used');
            return;
        }
        const api = server.api.as(reply.body.access_token);
        assert.equal(ok(await api.get('/v1/sessions')).items.length, 1, 'it had signed in before');
        assert.equal(reply.body.is_new_account, true);
        person.tokens = reply.body;
        problem(await tryCode(server, person.challenge, person.code), 'code_used');
    }

    async function check(person) {
        if (person.tokens === undefined) {
            if (person.doing === 'sign-in') {
                await checkUnsureSignIn(person);
                person.doing = undefined;
            }
            return;
        }
        const api = server.api.as(person.tokens.access_token);
        const reply = await api.get('/v1/me');
        if (person.isOut || (person.doing === 'sign-out' && reply.status !== 200)) {
            problem(reply, 'token_revoked');
            problem(await refresh(server, person.tokens.refresh_token), 'token_revoked');
            person.isOut = true;
            return;
        }
        const account = ok(reply);
        assert.equal(account.id, person.tokens.account.id);
        assert.equal(account.phone, person.phone);
        const invitedBy = account.invited_by?.invite_code;
        if (person.doing === 'activation') {
            assert.ok([undefined, person.tried].includes(invitedBy));
            person.invitedBy = invitedBy;
        }
        assert.equal(invitedBy, person.invitedBy, 'the activation');
        await renew(person);
        if (person.code !== undefined) {
            const again = await tryCode(server, person.challenge, person.code);
            assert.notEqual(again.status, 201, 'a code was accepted twice');
        }
    }

    /** Checks these people, a few at a time. */
    async function checkAll(list) {
        const left = [...list];
        await Promise.all(Array.from({ length: WORKERS }, async () => {
            for (let person = left.pop(); person !== undefined; person = left.pop()) {
                await check(person);
            }
        }));
    }

    it(`${ROUNDS} times, everything acknowledged is there`, async (t) => {
        for (let round = 1; round <= ROUNDS; round++) {
            const first = people.length;
            const state = { isOver: false };
            const working = Promise.all(Array.from({ length: WORKERS }, () => work(state)));
            await Promise.race([sleep(randomInt(...LOAD_MS)), working]);
            state.isOver = true;
            await server.kill();
            await working;
            await server.start();
            const earlier = people.slice(0, first).sort(() => Math.random() - 0.5);
            await checkAll([...people.slice(first), ...earlier.slice(0, SAMPLE)]);
        }
        await checkAll(people);
        assert.deepEqual(query(server, 'PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
        const { sent, signIns, activations, refreshes, signOuts, unsure } = totals;
        t.diagnostic(`${ROUNDS} crashes: ${sent} codes, ${signIns} sign-ins, `
            + `${activations} activations, ${refreshes} refreshes, ${signOuts} sign-outs, `
            + `all there; ${unsure} sign-ins on their way, each happened whole or not at all`);
        assert.ok(signIns >= ROUNDS && activations > 0 && refreshes > 0, 'there was load');
    });
});

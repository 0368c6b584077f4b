/*
 * Clients that sign in new and old numbers, guess wrong, refresh, activate, change and read
 * profiles and sign out, all the while that a test breaks things. They behave as a good client
 * does: what was not answered, or was answered 503, is asked again under the same Idempotency-Key
 * until the outcome is known; now and then one gives up instead, and its sign-in is looked at in
 * the end. What was acknowledged is in the ledger.
 *
 *     const load = Load.start(t, () => server.port);
 *     await load.progress(50);                // so many operations were acknowledged meanwhile
 *     await load.finish(server);              // stops, settles what is open, compares
 *     t.diagnostic(load.ledger.summary('50 crashes'));
 */
import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, ok, problem } from '../../e2e/lib/client.mjs';
import { advance, uniquePhone, wrongCode } from '../../e2e/lib/signin.mjs';
import { query } from '../../e2e/lib/store.mjs';
import { Ledger } from './ledger.mjs';
import { until } from './until.mjs';

/** Settings under which a load may run. */
export const LOAD_SET = {
    'send.cooldown_s': 0, 'send.per_phone_10min': 1000, 'send.per_phone_hour': 1000,
    'send.per_phone_day': 1000, 'guess.per_phone_hour': 1000, 'guess.per_phone_day': 1000,
    'session.max_per_account': 1000, 'code.ttl_s': 600, 'token.grace_s': 300,
};

const CLIENTS = 10;
/* Longest that anything may go on failing. */
const PATIENCE_MS = 60000;
/* A code that takes longer (its sender died) is not waited for; its person is put aside. */
const CODE_MS = 1500;
/* Messages claimed by a sender that died are sent when its lease ends: 30 s on the servers' clock,
 * which can be moved. */
const LEASE_S = 31;
const DELIVERY_MS = 20000;
const AGAIN_MS = [20, 80];
/* What a client sees of a server that has gone. */
const GONE = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

const pick = (list) => list[randomInt(list.length)];
const oneIn = (count) => randomInt(count) === 0;

export class Load {
    #idle = [];
    #changes = 0;

    /** Begins; port: where to ask, now. Whatever becomes of the test `t`, it ends with it. */
    static start(t, port) {
        const load = new Load();
        load.port = port;
        load.clients = CLIENTS;
        load.ledger = new Ledger();
        load.agent = new http.Agent({ keepAlive: true });
        load.isOver = false;
        t.after(() => load.#abandon());
        load.ledger.beginClock();
        load.working = Promise.all(Array.from({ length: load.clients }, () => load.#work()));
        return load;
    }

    async #abandon() {
        this.isOver = true;
        this.isAbandoned = true;
        this.agent.destroy();
        await this.working;
    }

    /** Waits until so many more operations have been acknowledged. */
    async progress(count) {
        const enough = this.ledger.total + count;
        await until(() => this.isOver || this.ledger.total >= enough, 'the load goes on',
            { timeout_ms: PATIENCE_MS, pause_ms: 5 });
        if (this.failure !== undefined) {
            throw this.failure;
        }
    }

    /** Ends what is under way. */
    async stop() {
        this.isOver = true;
        await this.working;
        if (this.failure !== undefined) {
            throw this.failure;
        }
        this.ledger.endClock();
    }

    /** Stops, finds out what was left open, and compares the ledger with the store of `servers`. */
    async finish(...servers) {
        await this.stop();
        await Promise.all(servers.map((server) => advance(server, LEASE_S)));
        await this.#settle(servers[0]);
        this.ledger.compare(servers[0]);
    }

    async #work() {
        try {
            while (!this.isOver) {
                await this.#live();
            }
        } catch (error) {
            this.failure ??= error;
            this.isOver = true;
        }
    }

    /** One stretch of somebody's life: sign in, do this and that. */
    async #live() {
        const isOld = this.#idle.length > 0 && oneIn(3);
        const person = isOld ? this.#idle.splice(randomInt(this.#idle.length), 1)[0]
            : this.ledger.newPerson(uniquePhone());
        if (!await this.#signIn(person)) {
            return;
        }
        for (let i = randomInt(5); i > 0; i--) {
            const session = person.sessions.at(-1);
            await pick([this.#refresh, this.#activate, this.#change, this.#read]).call(this,
                person, session);
        }
        if (oneIn(8)) {
            await this.#signOut(person, person.sessions.at(-1));
        }
        this.#idle.push(person);
    }

    #client(token, headers) {
        return new Client(this.port(), { token, headers, agent: this.agent });
    }

    /** Sends a request once: {reply}, or {mayHaveHappened} when there was none, or a 503. */
    async #once(token, headers, send) {
        const began_ms = performance.now();
        let reply;
        try {
            reply = await send(this.#client(token, headers));
        } catch (error) {
            assert.ok(GONE.has(error.code), error);
            this.ledger.troubles.unanswered += 1;
            return { mayHaveHappened: true };
        }
        const took_ms = performance.now() - began_ms;
        this.ledger.slowest_ms = Math.max(this.ledger.slowest_ms, took_ms);
        if (reply.status !== 503) {
            assert.ok(reply.status < 500, reply.text);
            this.ledger.succeeded();
            return { reply };
        }
        assert.match(reply.headers['retry-after'] ?? '', /^\d+$/, 'a 503 says when to try again');
        const isUnknown = reply.body.code === 'outcome_unknown';
        this.ledger.troubles[isUnknown ? 'outcome_unknown' : 'other503'] += 1;
        return { mayHaveHappened: isUnknown };
    }

    /** Sends it until the outcome is known: {reply, wasUnsure}. */
    async #insist(token, headers, send) {
        let wasUnsure = false;
        for (const end = Date.now() + PATIENCE_MS; ;) {
            const { reply, mayHaveHappened } = await this.#once(token, headers, send);
            if (reply !== undefined) {
                return { reply, wasUnsure };
            }
            assert.ok(!this.isAbandoned, 'the test is over');
            assert.ok(Date.now() < end, `nothing works for ${PATIENCE_MS} ms`);
            wasUnsure ||= mayHaveHappened;
            await sleep(randomInt(...AGAIN_MS));
        }
    }

    async #withKey(send) {
        const headers = { 'Idempotency-Key': randomUUID() };
        return (await this.#insist(undefined, headers, send)).reply;
    }

    /** The message with the code of a challenge; undefined when it takes long. */
    async #code({ phone, expires_at }, wait_ms) {
        const path = `/dev/outbox?phone=${encodeURIComponent(phone)}`;
        const made_ms = Date.parse(expires_at) - LOAD_SET['code.ttl_s'] * 1000;
        for (const end = Date.now() + wait_ms; Date.now() < end;) {
            const { reply } = await this.#insist(undefined, {}, (api) => api.get(path));
            const [message] = ok(reply);
            if (message !== undefined && Date.parse(message.sent_at) >= made_ms) {
                return message.code;
            }
            await sleep(5);
        }
        return undefined;
    }

    /** True when the person is signed in; false when they are put aside. */
    async #signIn(person) {
        const { phone } = person;
        const challenge = ok(await this.#withKey((api) => api.post('/v1/codes', { phone })), 202);
        this.ledger.counts.codes += 1;
        person.sends += 1;
        const code = await this.#code(challenge, CODE_MS);
        if (code === undefined) {
            person.pending = challenge;
            return false;
        }
        if (oneIn(10)) {
            await this.#guessWrong(person, challenge, code);
        }
        return oneIn(5) ? this.#redeemOnce(person, challenge, code)
            : this.#redeem(person, challenge, code);
    }

    /** With a key, and without: then nobody knows how many guesses an unanswered one has spent. */
    async #guessWrong(person, { challenge_id, attempts_left }, code) {
        const body = { challenge_id, code: wrongCode(code) };
        const send = (api) => api.post('/v1/sessions', body);
        const { reply, mayHaveHappened } = oneIn(2) ? { reply: await this.#withKey(send) }
            : await this.#once(undefined, {}, send);
        if (reply === undefined) {
            person.maybeGuesses += mayHaveHappened ? 1 : 0;
            return;
        }
        problem(reply, 'code_wrong', { attempts_left: attempts_left - 1 });
        this.ledger.counts.wrongGuesses += 1;
        person.wrongGuesses += 1;
    }

    async #redeem(person, challenge, code) {
        const body = { challenge_id: challenge.challenge_id, code };
        const reply = await this.#withKey((api) => api.post('/v1/sessions', body));
        this.ledger.noteSignIn(person, challenge, code, ok(reply, 201));
        return true;
    }

    /** A client that does not ask again. */
    async #redeemOnce(person, challenge, code) {
        const body = { challenge_id: challenge.challenge_id, code };
        const { reply, mayHaveHappened } = await this.#once(undefined, {},
            (api) => api.post('/v1/sessions', body));
        if (reply === undefined) {
            person.open.push({ ...body, mayHaveHappened });
            return false;
        }
        this.ledger.noteSignIn(person, challenge, code, ok(reply, 201));
        return true;
    }

    async #refresh(person, session) {
        const { refresh_token } = session;
        const { reply } = await this.#insist(undefined, {},
            (api) => api.post('/v1/sessions/refresh', { refresh_token }));
        const pair = ok(reply);
        session.access_token = pair.access_token;
        session.refresh_token = pair.refresh_token;
        session.generation += 1;
        this.ledger.counts.refreshes += 1;
    }

    async #activate(person, session) {
        const other = this.#idle.length > 0 ? pick(this.#idle) : person;
        if (person.invitedBy !== undefined || other === person) {
            return;
        }
        const code = other.inviteCode;
        const { reply, wasUnsure } = await this.#insist(session.access_token, {},
            (api) => api.post('/v1/me/invite', { code }));
        person.invitedBy = code;
        if (reply.body.code === 'invite_already_activated' && wasUnsure) {
            await this.#read(person, session);
        } else {
            assert.equal(ok(reply).invited_by.invite_code, code);
        }
        this.ledger.counts.activations += 1;
    }

    async #change(person, session) {
        this.#changes += 1;
        const city = `City ${this.#changes}`;
        const { reply } = await this.#insist(session.access_token, {},
            (api) => api.patch('/v1/me', { city }));
        assert.equal(ok(reply).city, city);
        person.city = city;
        this.ledger.counts.changes += 1;
    }

    async #read(person, session) {
        const { reply } = await this.#insist(session.access_token, {}, (api) => api.get('/v1/me'));
        const account = ok(reply);
        assert.equal(account.id, person.id);
        assert.equal(account.phone, person.phone);
        assert.equal(account.city, person.city);
        assert.equal(account.invited_by?.invite_code, person.invitedBy);
        this.ledger.counts.reads += 1;
    }

    async #signOut(person, session) {
        const { reply, wasUnsure } = await this.#insist(session.access_token, {},
            (api) => api.post('/v1/sign-out'));
        if (wasUnsure && reply.status !== 204) {
            problem(reply, 'token_revoked');
        } else {
            ok(reply, 204);
        }
        session.isOver = true;
        this.ledger.counts.signOuts += 1;
    }

    /* Everybody in turn, a few at a time. */
    async #forEach(people, act) {
        const left = [...people];
        await Promise.all(Array.from({ length: this.clients }, async () => {
            for (let person = left.pop(); person !== undefined; person = left.pop()) {
                await act(person);
            }
        }));
    }

    /** Afterwards every message has arrived, and the outcome of each sign-in is known. */
    async #settle(server) {
        const unsent = 'SELECT count(*) AS count FROM outbox WHERE state < 2';
        await until(() => Number(query(server, unsent)[0].count) === 0, 'all messages are sent',
            { timeout_ms: DELIVERY_MS, pause_ms: 100 });
        await this.#forEach(this.ledger.people, async (person) => {
            if (person.pending !== undefined) {
                const code = await this.#code(person.pending, CODE_MS);
                assert.ok(code !== undefined, `${person.phone} has no message`);
                await this.#redeem(person, person.pending, code);
            }
            for (const open of person.open) {
                await this.#settleOpen(person, open);
            }
            await this.#check(person);
        });
    }

    /** A code whose redemption was not acknowledged works once, or has been used. */
    async #settleOpen(person, { challenge_id, code, mayHaveHappened }) {
        const body = { challenge_id, code };
        const reply = await this.#withKey((api) => api.post('/v1/sessions', body));
        if (reply.status === 201) {
            this.ledger.noteSignIn(person, { challenge_id }, code, reply.body);
            return;
        }
        problem(reply, 'code_used');
        assert.ok(mayHaveHappened, 'what was refused has happened all the same');
        await this.#adopt(person, { challenge_id }, code);
    }

    /** The session that nobody was told of: signing in once more shows it. */
    async #adopt(person, challenge, code) {
        const { phone } = person;
        const next = ok(await this.#withKey((api) => api.post('/v1/codes', { phone })), 202);
        person.sends += 1;
        const nextCode = await this.#code(next, DELIVERY_MS);
        const known = new Set(person.sessions.map(({ id }) => id));
        await this.#redeem(person, next, nextCode);
        const session = person.sessions.at(-1);
        known.add(session.id);
        const { reply } = await this.#insist(session.access_token, {},
            (api) => api.get('/v1/sessions'));
        const unknown = ok(reply).items.filter(({ id }) => !known.has(Number(id)));
        assert.equal(unknown.length, 1, `one session that ${phone} was not told of`);
        person.signIns.push({ challenge_id: challenge.challenge_id, code });
        person.sessions.push({ id: Number(unknown[0].id), generation: 0, isOver: false });
    }

    /** What the API shows of a person, and that no code of theirs works twice. */
    async #check(person) {
        const session = person.sessions.findLast(({ access_token, isOver }) =>
            access_token !== undefined && !isOver);
        if (session !== undefined) {
            await this.#read(person, session);
            await this.#refresh(person, session);
        }
        const gone = person.sessions.find(({ isOver }) => isOver);
        if (gone !== undefined) {
            const { refresh_token } = gone;
            const { reply } = await this.#insist(undefined, {},
                (api) => api.post('/v1/sessions/refresh', { refresh_token }));
            problem(reply, 'token_revoked');
        }
        const last = person.signIns.at(-1);
        if (last !== undefined) {
            const body = { challenge_id: last.challenge_id, code: last.code };
            problem(await this.#withKey((api) => api.post('/v1/sessions', body)), 'code_used');
        }
    }
}

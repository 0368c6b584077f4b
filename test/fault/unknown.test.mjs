/*
 * The outcome of a request is unknown when the connection to PostgreSQL is lost after the request
 * has been passed on and before its answer comes back. The relay between the two brings that about.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { ok, problem } from '../e2e/lib/client.mjs';
import { Cluster } from '../e2e/lib/postgres.mjs';
import { Server } from '../e2e/lib/server.mjs';
import { readCode, refresh, sendCode, signIn, tryCode, wrongCode } from '../e2e/lib/signin.mjs';
import { psql } from '../e2e/lib/store.mjs';
import { endAll } from './lib/cleanup.mjs';
import { LOAD_SET } from './lib/load.mjs';
import { Relay, through } from './lib/relay.mjs';
import { until } from './lib/until.mjs';

const TIMEOUT_MS = 1500;
const LATE_MS = 2500;

describe('when the connection is lost before the answer comes back', () => {
    let cluster;
    let url;
    let relay;
    let server;

    before(async () => {
        cluster = await Cluster.start();
        url = await cluster.newDatabase();
        relay = await Relay.start(() => [cluster.port]);
        server = new Server({ store: through(relay, url), storeTrouble: true,
            set: { ...LOAD_SET, 'http.loops': 1, 'store.timeout_ms': TIMEOUT_MS } });
        await server.start();
    });

    after(() => endAll(() => server.stop(), () => relay.close(), () => cluster.remove()));

    /** Both that write and that read can reach PostgreSQL. */
    async function reconnected() {
        relay.open();
        for (const path of ['/readyz', '/dev/outbox?phone=%2B79230000000']) {
            await until(async () => (await server.api.get(path)).status === 200, 'it works again');
        }
    }

    beforeEach(reconnected);

    /** What is stored, past the relay: the one value that a query gives, as text. */
    const stored = (sql) => psql(url, sql);

    /**
     * Sends a request whose answer PostgreSQL gives in vain, and cuts the connection once what it
     * asks for is stored; returns the promise of the reply.
     */
    async function sendIntoTheVoid(send, sql, wanted, breakIt) {
        relay.mute();
        const reply = send();
        await until(() => stored(sql) === wanted, 'PostgreSQL has done it');
        breakIt();
        return { reply };
    }

    /** The connection stays away for longer than requests wait. */
    async function unknown(send, sql, wanted) {
        const began_ms = performance.now();
        const { reply } = await sendIntoTheVoid(send, sql, wanted, () => relay.bar());
        const answered = await reply;
        const took_ms = performance.now() - began_ms;
        assert.equal(answered.status, 503, answered.text);
        problem(answered, 'outcome_unknown');
        assert.match(answered.headers['retry-after'], /^[1-9]\d*$/);
        assert.ok(took_ms < TIMEOUT_MS + LATE_MS, `an answer after ${took_ms} ms`);
        await reconnected();
    }

    /** The connection can be made again at once. */
    async function unnoticed(send, sql, wanted) {
        const { reply } = await sendIntoTheVoid(send, sql, wanted, () => relay.cut());
        return reply;
    }

    const withKey = () => ({ 'Idempotency-Key': randomUUID() });
    const messages = (phone) => stored(`SELECT count(*) FROM handset WHERE phone = '${phone}'`);
    const challenges = (phone) => `SELECT count(*) FROM challenge WHERE phone = '${phone}'`;
    const sessions = (phone) => 'SELECT count(*) FROM session s JOIN account a '
        + `ON a.id = s.account_id WHERE a.phone = '${phone}'`;
    const signIns = (phone) => 'SELECT count(*) FROM audit e JOIN account a '
        + `ON a.id = e.account_id WHERE e.event = 'sign_in' AND a.phone = '${phone}'`;
    const attemptsLeft = (phone) => `SELECT attempts_left FROM challenge WHERE phone = '${phone}'`;

    async function asked() {
        const challenge = await sendCode(server);
        return { challenge, code: await readCode(server, challenge), phone: challenge.phone };
    }

    describe('and stays away', () => {
        it('a sign-in gets 503 outcome_unknown, and its repetition the true outcome', async () => {
            const { challenge, code, phone } = await asked();
            const headers = withKey();
            const send = () => tryCode(server, challenge, code, {}, headers);
            await unknown(send, sessions(phone), '1');
            const { session_id, refresh_token } = ok(await send(), 201);
            assert.equal(stored(sessions(phone)), '1');
            assert.equal(stored(signIns(phone)), '1');
            problem(await tryCode(server, challenge, code, {}, withKey()), 'code_used');
            assert.equal(ok(await refresh(server, refresh_token)).session_id, session_id);
        });

        it('a wrong guess has spent one attempt', async () => {
            const { challenge, code, phone } = await asked();
            const headers = withKey();
            const send = () => tryCode(server, challenge, wrongCode(code), {}, headers);
            await unknown(send, attemptsLeft(phone), '2');
            problem(await send(), 'code_wrong', { attempts_left: 2 });
            assert.equal(stored(attemptsLeft(phone)), '2');
        });

        it('a code is sent once', async () => {
            const phone = '+79230000001';
            const headers = withKey();
            const send = () => server.api.post('/v1/codes', { phone }, headers);
            await unknown(send, challenges(phone), '1');
            const challenge = ok(await send(), 202);
            const code = await readCode(server, challenge);
            assert.equal(stored(challenges(phone)), '1');
            assert.equal(messages(phone), '1');
            ok(await tryCode(server, challenge, code), 201);
        });

        it('a refresh token gives its one successor', async () => {
            const { tokens } = await signIn(server);
            const { session_id, refresh_token } = tokens;
            const generation = `SELECT generation FROM session WHERE id = ${session_id}`;
            const send = () => refresh(server, refresh_token);
            await unknown(send, generation, '1');
            const next = ok(await send());
            assert.equal(stored(generation), '1');
            ok(await refresh(server, next.refresh_token));
        });

        it('an activation has happened once', async () => {
            const inviter = await signIn(server);
            const { phone, api } = await signIn(server);
            const code = inviter.account.invite_code;
            const invitedBy = `SELECT invited_by FROM account WHERE phone = '${phone}'`;
            const send = () => api.post('/v1/me/invite', { code });
            await unknown(send, invitedBy, inviter.account.id);
            problem(await send(), 'invite_already_activated');
            assert.equal(ok(await api.get('/v1/me')).invited_by.invite_code, code);
        });
    });

    describe('and is made again at once', () => {
        for (const [name, make] of [['with a key', withKey], ['without a key', () => ({})]]) {
            it(`nobody notices in a sign-in ${name}`, async () => {
                const { challenge, code, phone } = await asked();
                const headers = make();
                const send = () => tryCode(server, challenge, code, {}, headers);
                const tokens = ok(await unnoticed(send, sessions(phone), '1'), 201);
                assert.equal(tokens.is_new_account, true);
                assert.equal(stored(sessions(phone)), '1');
                assert.equal(stored(signIns(phone)), '1', 'entries in the audit');
                ok(await server.api.as(tokens.access_token).get('/v1/me'));
            });

            it(`nobody notices in a wrong guess ${name}`, async () => {
                const { challenge, code, phone } = await asked();
                const headers = make();
                const send = () => tryCode(server, challenge, wrongCode(code), {}, headers);
                problem(await unnoticed(send, attemptsLeft(phone), '2'), 'code_wrong',
                    { attempts_left: 2 });
                assert.equal(stored(attemptsLeft(phone)), '2');
            });
        }

        it('nobody notices in sending a code', async () => {
            const phone = '+79230000002';
            const send = () => server.api.post('/v1/codes', { phone });
            const challenge = ok(await unnoticed(send, challenges(phone), '1'), 202);
            await readCode(server, challenge);
            assert.equal(messages(phone), '1');
        });

        it('what cannot be run again says outcome_unknown', async () => {
            const { phone, api } = await signIn(server);
            const send = () => api.post('/v1/sign-out');
            problem(await unnoticed(send, sessions(phone), '0'), 'outcome_unknown');
            problem(await send(), 'token_revoked');
        });
    });
});

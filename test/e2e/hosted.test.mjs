/* Hosted sign-in: a site gets a session for its visitor, and nobody else does. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { ok, problem } from './lib/client.mjs';
import { useServer } from './lib/server.mjs';
import { advance, refresh, signIn } from './lib/signin.mjs';
import { signInAs } from './lib/staff.mjs';
import { statsWhen } from './lib/stats.mjs';
import { query } from './lib/store.mjs';

const SITE = 'https://shop.example';
const RETURN_TO = `${SITE}/signed-in?cart=7`;

const base64url = (bytes) => Buffer.from(bytes).toString('base64url');
const newVerifier = () => base64url(randomBytes(32));
const challengeOf = (verifier) => base64url(createHash('sha256').update(verifier).digest());

/** A grant for `person`: what the page gets, and the code in it. */
async function grant(person, fields = {}) {
    const reply = await person.api.post('/v1/grants', { return_to: RETURN_TO, ...fields });
    const body = ok(reply, 201);
    return { ...body, code: new URL(body.redirect_to).searchParams.get('code') };
}

const exchange = (server, code, code_verifier) => server.api.as(undefined,
    { 'User-Agent': 'shop/1' }).post('/v1/grants/exchange', { code, code_verifier });

const sessionsOf = async (person) => ok(await person.api.get('/v1/sessions')).items;

const refused = (reply, reason) => problem(reply, 'grant_invalid', { status: 422, reason });

describe('hosted sign-in', () => {
    const server = useServer({ set: {
        'hosted.origins': `${SITE}, https://other.example:8443,http://localhost:3000` } });

    it('gives a site neither a role nor sessions for others', async () => {
        const admin = await signInAs(server, 'admin');
        const { access_token: token } = ok(await exchange(server, (await grant(admin)).code), 201);
        const site = server.api.as(token);

        ok(await site.get('/v1/me'));
        ok(await admin.api.get('/v1/admin/accounts'));
        problem(await site.get('/v1/admin/accounts'), 'forbidden');
        problem(await site.put('/v1/admin/settings', { name: 'code.ttl_s', value: 60 }),
            'forbidden');
        problem(await site.delete(`/v1/admin/accounts/${(await signIn(server)).account.id}`),
            'forbidden');
        problem(await site.post('/v1/grants', { return_to: RETURN_TO }), 'forbidden');
    });

    it('tells the page which site asks, and refuses others', async () => {
        const ask = (url) => server.api.get(`/v1/hosted?return_to=${encodeURIComponent(url)}`);
        assert.deepEqual(ok(await ask('https://SHOP.example:443/a?b=c')),
            { origin: SITE, host: 'shop.example' });
        assert.deepEqual(ok(await ask('https://other.example:8443')),
            { origin: 'https://other.example:8443', host: 'other.example:8443' });
        assert.deepEqual(ok(await ask('http://localhost:3000/')),
            { origin: 'http://localhost:3000', host: 'localhost:3000' });
        const reasons = {
            'https://evil.example/': 'not_registered',
            'https://shop.example.evil.example/': 'not_registered',
            'https://other.example/': 'not_registered',
            'http://shop.example/': 'malformed',
            'https://shop.example@evil.example/': 'malformed',
            'https://shop.example\\@evil.example/': 'malformed',
            'https://shop.example/#a': 'malformed',
            'javascript:alert(1)': 'malformed',
            '//shop.example/': 'malformed',
            'https://shop.example/?code=mine': 'has_answer',
            'https://shop.example/?Code[]=mine': 'has_answer',
            'https://shop.example/?a=b&%20code=mine': 'has_answer',
            'https://shop.example/?error=access_denied': 'has_answer',
            'https://shop.example/?iss=https://evil.example': 'has_answer',
            'https://shop.example/?%2563ode=mine': 'malformed',
        };
        for (const [url, reason] of Object.entries(reasons)) {
            problem(await ask(url), 'return_to_refused', { status: 422, reason });
        }
        problem(await server.api.get('/v1/hosted'), 'return_to_refused', { reason: 'malformed' });
    });

    it('gives the site a session of its own for the code', async () => {
        const anna = await signIn(server);
        const verifier = newVerifier();
        const state = 'a&b=c d/Й';
        const { redirect_to, expires_at, code } = await grant(anna,
            { state, code_challenge: challengeOf(verifier) });
        const url = new URL(redirect_to);
        assert.ok(redirect_to.startsWith(`${RETURN_TO}&code=`), redirect_to);
        assert.equal(url.searchParams.get('state'), state);
        assert.equal(url.searchParams.get('cart'), '7');
        assert.ok(Date.parse(expires_at) - Date.now() <= 60500, expires_at);
        const session = ok(await exchange(server, code, verifier), 201);
        assert.equal(session.account.id, anna.account.id);
        assert.equal(session.account.phone, anna.phone);
        assert.equal(session.is_new_account, false);
        assert.notEqual(session.session_id, anna.tokens.session_id);
        ok(await server.api.as(session.access_token).get('/v1/me'));
        ok(await refresh(server, session.refresh_token));
        const sessions = await sessionsOf(anna);
        const theirs = sessions.find(({ id }) => id === session.session_id);
        assert.equal(theirs.device_name, 'shop.example');
        assert.equal(theirs.user_agent, 'shop/1');
        assert.equal(sessions.length, 2);
    });

    it('goes without PKCE, and writes the query where there is none', async () => {
        const anna = await signIn(server);
        for (const [url, begin] of [
            [SITE, `${SITE}?code=`], [`${SITE}/a`, `${SITE}/a?code=`],
            [`${SITE}/a?`, `${SITE}/a?code=`], [`${SITE}/?b`, `${SITE}/?b&code=`],
            [`${SITE}/?b&`, `${SITE}/?b&code=`],
        ]) {
            const { redirect_to, code } = await grant(anna, { return_to: url });
            assert.ok(redirect_to.startsWith(begin), redirect_to);
            assert.doesNotMatch(redirect_to, /state/);
            ok(await exchange(server, code), 201);
        }
    });

    it('refuses a grant without a session, or for a site that is none', async () => {
        const anna = await signIn(server);
        problem(await server.api.post('/v1/grants', { return_to: RETURN_TO }), 'token_missing');
        problem(await anna.api.post('/v1/grants', {}), 'field_missing', { field: 'return_to' });
        problem(await anna.api.post('/v1/grants', { return_to: 'https://evil.example/' }),
            'return_to_refused', { reason: 'not_registered' });
        problem(await anna.api.post('/v1/grants', { return_to: `${SITE}/?ERROR[]=a` }),
            'return_to_refused', { reason: 'has_answer' });
        problem(await anna.api.post('/v1/grants', { return_to: RETURN_TO, code_challenge: 'abc' }),
            'field_invalid', { field: 'code_challenge' });
        problem(await anna.api.post('/v1/grants', { return_to: RETURN_TO, state: 'x'.repeat(513) }),
            'field_invalid', { field: 'state' });
        const longest = `${SITE}/${'a'.repeat(1024 - SITE.length - 1)}`;
        const state = 'Й'.repeat(256);
        ok(await anna.api.post('/v1/grants', { return_to: longest, state }), 201);
    });

    it('wants the verifier, and only where there was a challenge', async () => {
        const anna = await signIn(server);
        const verifier = newVerifier();
        const { code } = await grant(anna, { code_challenge: challengeOf(verifier) });
        refused(await exchange(server, code, newVerifier()), 'verifier');
        refused(await exchange(server, code), 'verifier');
        problem(await exchange(server, code, 'short'), 'field_invalid', { field: 'code_verifier' });
        ok(await exchange(server, code, verifier), 201); /* wrong ones use nothing up */
        const plain = await grant(anna);
        refused(await exchange(server, plain.code, verifier), 'verifier');
        ok(await exchange(server, plain.code), 201);
    });

    it('knows only codes of its own', async () => {
        const anna = await signIn(server);
        const { code } = await grant(anna);
        for (const text of ['', 'x', base64url(randomBytes(32)), `${code}A`, code.slice(1),
            `${code.slice(0, -2)}${code.endsWith('AA') ? 'EE' : 'AA'}`]) {
            refused(await exchange(server, text), 'unknown');
        }
        ok(await exchange(server, code), 201);
        const [row] = query(server, 'SELECT count(*) AS n FROM hosted_grant WHERE hash = ?',
            [Buffer.from(code, 'base64url')]);
        assert.equal(row.n, 0);
    });

    it('ends the session of a code that comes again', async () => {
        const anna = await signIn(server);
        const verifier = newVerifier();
        const { code } = await grant(anna, { code_challenge: challengeOf(verifier) });
        const session = ok(await exchange(server, code, verifier), 201);
        refused(await exchange(server, code, newVerifier()), 'verifier');
        ok(await server.api.as(session.access_token).get('/v1/me'));
        refused(await exchange(server, code, verifier), 'used');
        problem(await server.api.as(session.access_token).get('/v1/me'), 'token_revoked');
        problem(await refresh(server, session.refresh_token), 'token_revoked');
        refused(await exchange(server, code, verifier), 'used');
        assert.equal((await sessionsOf(anna)).length, 1, 'the person stays signed in here');
        const events = query(server,
            'SELECT event, detail FROM audit WHERE account_id = ? ORDER BY id',
            [Number(anna.account.id)]).map(({ event, detail }) => [event, detail]);
        assert.deepEqual(events, [['sign_in', null], ['sign_in', 'shop.example'],
            ['grant_reuse', 'shop.example']]);
    });

    it('gives one session to two hundred who try at once', async () => {
        const anna = await signIn(server);
        const { code } = await grant(anna);
        const replies = await Promise.all(Array.from({ length: 200 }, () =>
            exchange(server, code)));
        const done = replies.filter(({ status }) => status === 201);
        assert.equal(done.length, 1);
        replies.filter(({ status }) => status !== 201).forEach((reply) => refused(reply, 'used'));
        const token = done[0].body.access_token;
        problem(await server.api.as(token).get('/v1/me'), 'token_revoked');
        assert.equal((await sessionsOf(anna)).length, 1);
    });

    it('lasts a minute, and no longer than the session it was made in', async () => {
        const anna = await signIn(server);
        const late = await grant(anna);
        await advance(server, 61);
        refused(await exchange(server, late.code), 'expired');

        const again = await signIn(server);
        const { code } = await grant(again);
        ok(await again.api.post('/v1/sign-out'), 204);
        refused(await exchange(server, code), 'signed_out');

        const boris = await signIn(server);
        const theirs = await grant(boris);
        ok(await boris.api.delete('/v1/me'), 204);
        refused(await exchange(server, theirs.code), 'unknown');

        const vera = await signIn(server);
        const disabled = await grant(vera);
        assert.equal((await server.command('account', 'disable', vera.phone)).status, 0);
        problem(await exchange(server, disabled.code), 'account_disabled');
    });

    it('keeps the newest twenty of a person, and forgets all after an hour', async () => {
        const anna = await signIn(server);
        const codes = [];
        for (let i = 0; i < 22; i++) {
            codes.push((await grant(anna)).code);
        }
        refused(await exchange(server, codes[0]), 'unknown');
        ok(await exchange(server, codes[21]), 201);
        const count = () => query(server, 'SELECT count(*) AS n FROM hosted_grant')[0].n;
        assert.ok(count() >= 20);
        await advance(server, 3601);
        for (let i = 0; i < 150 && count() > 0; i++) {
            await new Promise((resolve) => { setTimeout(resolve, 100); });
        }
        assert.equal(count(), 0);
    });
});

describe('the limit of an address', () => {
    const server = useServer({ set: { 'hosted.origins': SITE, 'hosted.per_address_10min': 2 } });

    it('is counted', async () => {
        const { api } = await signInAs(server, 'moderator');
        const anna = await signIn(server);
        for (let i = 0; i < 3; i++) {
            await grant(anna);
        }
        const { limits } = await statsWhen(api, (stats) => stats.limits.length > 0);
        assert.deepEqual(limits.map(({ limit, count }) => [limit, count]), [['address_grants', 1]]);
    });
});

describe('hosted sign-in outside development mode', () => {
    const server = useServer({ dev: false, set: { 'hosted.origins': SITE } });

    it('is only for https', async () => {
        ok(await server.api.get(`/v1/hosted?return_to=${SITE}`));
        problem(await server.api.get('/v1/hosted?return_to=http://localhost'), 'return_to_refused',
            { reason: 'malformed' });
    });

    it('refuses at the start what is no origin', async () => {
        for (const value of ['https://shop.example/', 'shop.example', 'http://localhost:3000',
            'https://*.example', 'https://a.example,']) {
            const set = `hosted.origins=${value}`;
            const done = await server.command('config', 'check', '--set', set);
            assert.equal(done.status === 0, value.endsWith(','), `${value}\n${done.stderr}`);
            if (done.status !== 0) {
                assert.match(done.stderr, /hosted\.origins: .* must be origins such as/);
            }
        }
    });
});

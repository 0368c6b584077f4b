/* Refresh tokens: rotated, safe when a reply is lost; reuse ends their session. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok, problem } from './lib/client.mjs';
import { useServer } from './lib/server.mjs';
import { query } from './lib/store.mjs';
import { advance, cooldown, refresh, signIn } from './lib/signin.mjs';

const DAY_S = 24 * 3600;

describe('refreshing', () => {
    const server = useServer();

    it('rotates the token and keeps the session', async () => {
        const { tokens } = await signIn(server);
        let token = tokens.refresh_token;
        for (let i = 0; i < 3; i++) {
            const pair = ok(await refresh(server, token));
            assert.equal(pair.session_id, tokens.session_id);
            assert.equal(pair.expires_in, 900);
            assert.notEqual(pair.refresh_token, token);
            ok(await server.api.as(pair.access_token).get('/v1/me'));
            token = pair.refresh_token;
        }
        ok(await server.api.as(tokens.access_token).get('/v1/me'));
    });

    it('gives the same successor for 30 s', async () => {
        const { tokens } = await signIn(server);
        const first = ok(await refresh(server, tokens.refresh_token));
        await advance(server, 25);
        const second = ok(await refresh(server, tokens.refresh_token));
        assert.equal(second.refresh_token, first.refresh_token);
        ok(await refresh(server, first.refresh_token));
    });

    it('ends the session, and only that, when a token is used again later', async () => {
        const person = await signIn(server);
        await cooldown(server);
        const other = await signIn(server, person.phone);
        const pair = ok(await refresh(server, person.tokens.refresh_token));
        await advance(server, 31);
        problem(await refresh(server, person.tokens.refresh_token), 'token_revoked');
        problem(await refresh(server, pair.refresh_token), 'token_revoked');
        problem(await server.api.as(pair.access_token).get('/v1/me'), 'token_revoked');
        ok(await other.api.get('/v1/me'));
        ok(await refresh(server, other.tokens.refresh_token));
        const events = ok(await other.api.get('/v1/me/export')).audit.map(({ event }) => event);
        assert.ok(events.includes('refresh_reuse'), events.join(' '));
    });

    it('ends the session when a token from two steps back is used, grace or not', async () => {
        const { tokens } = await signIn(server);
        const second = ok(await refresh(server, tokens.refresh_token));
        const third = ok(await refresh(server, second.refresh_token));
        problem(await refresh(server, tokens.refresh_token), 'token_revoked');
        problem(await refresh(server, third.refresh_token), 'token_revoked');
    });

    it('moves the end of the session on', async () => {
        const { tokens, phone } = await signIn(server);
        await advance(server, 29 * DAY_S);
        const pair = ok(await refresh(server, tokens.refresh_token));
        await advance(server, 29 * DAY_S);
        const next = ok(await refresh(server, pair.refresh_token));
        await advance(server, 31 * DAY_S);
        problem(await refresh(server, next.refresh_token), 'token_expired');
        await signIn(server, phone);
    });

    it('refuses what is not a refresh token of ours', async () => {
        const { tokens } = await signIn(server);
        const token = tokens.refresh_token;
        const flipped = token[40] === 'A' ? 'B' : 'A';
        for (const bad of [
            '', 'nonsense', `${token}A`, token.slice(1), 'A'.repeat(82),
            `${token.slice(0, 40)}${flipped}${token.slice(41)}`,
            `${token.slice(0, 81)}+`,
        ]) {
            problem(await refresh(server, bad), 'token_invalid');
        }
        for (const bad of [null, 5, {}, 'x'.repeat(2000)]) {
            const reply = await refresh(server, bad);
            assert.equal(reply.body.field, 'refresh_token', reply.text);
        }
        ok(await refresh(server, token));
    });

    it('refuses the token of another server', async () => {
        const { tokens } = await signIn(server);
        await server.terminate();
        const { storeFile } = server;
        server.storeFile = `${storeFile}-other`;
        await server.start();
        problem(await refresh(server, tokens.refresh_token), 'token_invalid');
        await server.terminate();
        server.storeFile = storeFile;
        await server.start();
        ok(await refresh(server, tokens.refresh_token));
    });

    it('survives a restart', async () => {
        const { tokens } = await signIn(server);
        const pair = ok(await refresh(server, tokens.refresh_token));
        await server.restart();
        ok(await refresh(server, pair.refresh_token));
    });

    it('stops for a disabled account', async () => {
        const { tokens, account, api } = await signIn(server);
        const done = await server.command('account', 'disable', account.phone, '--json');
        assert.equal(done.status, 0, done.stderr);
        const refused = ['account_disabled', 'token_revoked'];
        const replies = [await refresh(server, tokens.refresh_token), await api.get('/v1/me')];
        for (const reply of replies) {
            assert.ok(refused.includes(reply.body.code), reply.text);
        }
    });

    it('leaves nothing in the store that works as a token', async () => {
        const { tokens } = await signIn(server);
        const rows = query(server, 'SELECT * FROM session WHERE id = ?', [tokens.session_id]);
        const bytes = Buffer.from(tokens.refresh_token, 'base64url');
        const secret = bytes.subarray(-32).toString('hex');
        assert.ok(!JSON.stringify(rows).includes(secret));
    });
});

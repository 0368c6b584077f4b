/* The same request sent twice under one Idempotency-Key happens once. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { ok, problem } from './lib/client.mjs';
import { useServer } from './lib/server.mjs';
import {
    advance, outbox, readCode, sendCode, signIn, tryCode, uniquePhone, wrongCode,
} from './lib/signin.mjs';

const withKey = (key = randomUUID()) => ({ 'Idempotency-Key': key });

describe('an Idempotency-Key', () => {
    const server = useServer();

    it('sends one message, and gives the same challenge', async () => {
        const headers = withKey();
        const phone = uniquePhone();
        const first = ok(await server.api.post('/v1/codes', { phone }, headers), 202);
        const code = await readCode(server, first);
        const second = ok(await server.api.post('/v1/codes', { phone }, headers), 202);
        assert.deepEqual(second, first);
        assert.equal((await outbox(server, phone)).length, 1);
        ok(await tryCode(server, second, code), 201);
        await advance(server, 60);
        ok(await server.api.post('/v1/codes', { phone }, headers), 202);
        assert.equal((await outbox(server, phone)).length, 1);
    });

    it('signs in once, and gives the same session', async () => {
        const challenge = await sendCode(server);
        const code = await readCode(server, challenge);
        const headers = withKey();
        const first = ok(await tryCode(server, challenge, code, {}, headers), 201);
        const second = ok(await tryCode(server, challenge, code, {}, headers), 201);
        assert.equal(second.session_id, first.session_id);
        assert.equal(second.refresh_token, first.refresh_token);
        assert.equal(second.is_new_account, true);
        assert.deepEqual(second.account, first.account);
        const api = server.api.as(second.access_token);
        assert.equal(ok(await api.get('/v1/sessions')).items.length, 1);
        problem(await tryCode(server, challenge, code, {}, withKey()), 'code_used');
    });

    it('activates an invite code once', async () => {
        const inviter = await signIn(server);
        const challenge = await sendCode(server);
        const code = await readCode(server, challenge);
        const fields = { invite_code: inviter.account.invite_code };
        const headers = withKey();
        for (let i = 0; i < 2; i++) {
            const reply = ok(await tryCode(server, challenge, code, fields, headers), 201);
            assert.equal(reply.invite.status, 'activated');
        }
        assert.equal(ok(await inviter.api.get('/v1/me/invitees')).items.length, 1);
    });

    it('spends one guess', async () => {
        const challenge = await sendCode(server);
        const code = await readCode(server, challenge);
        const headers = withKey();
        for (let i = 0; i < 4; i++) {
            const reply = await tryCode(server, challenge, wrongCode(code), {}, headers);
            problem(reply, 'code_wrong', { attempts_left: 2 });
        }
        const other = await tryCode(server, challenge, wrongCode(code, 2), {}, withKey());
        problem(other, 'code_wrong', { attempts_left: 1 });
    });

    it('is refused with another body', async () => {
        const headers = withKey();
        const challenge = ok(await server.api.post('/v1/codes', { phone: uniquePhone() }, headers),
            202);
        problem(await server.api.post('/v1/codes', { phone: uniquePhone() }, headers),
            'idempotency_key_reused');
        const code = await readCode(server, challenge);
        const key = withKey();
        await tryCode(server, challenge, wrongCode(code), {}, key);
        problem(await tryCode(server, challenge, code, {}, key), 'idempotency_key_reused');
    });

    it('may be the same on different routes', async () => {
        const headers = withKey();
        const phone = uniquePhone();
        const challenge = ok(await server.api.post('/v1/codes', { phone }, headers), 202);
        const code = await readCode(server, challenge);
        ok(await tryCode(server, challenge, code, {}, headers), 201);
    });

    it('survives a restart', async () => {
        const headers = withKey();
        const phone = uniquePhone();
        const first = ok(await server.api.post('/v1/codes', { phone }, headers), 202);
        await readCode(server, first);
        await server.restart();
        assert.deepEqual(ok(await server.api.post('/v1/codes', { phone }, headers), 202), first);
    });

    it('sends one code to a new number', async () => {
        const { api } = await signIn(server);
        const headers = withKey();
        const phone = uniquePhone();
        const first = ok(await api.post('/v1/me/phone', { phone }, headers), 202);
        await readCode(server, first);
        assert.deepEqual(ok(await api.post('/v1/me/phone', { phone }, headers), 202), first);
        assert.equal((await outbox(server, phone)).length, 1);
        problem(await api.post('/v1/me/phone', { phone: uniquePhone() }, headers),
            'idempotency_key_reused');
    });

    it('must be well-formed', async () => {
        for (const key of ['short', 'x'.repeat(65), 'sixteen letters!', '']) {
            problem(await server.api.post('/v1/codes', { phone: uniquePhone() }, withKey(key)),
                'idempotency_key_invalid');
        }
        ok(await server.api.post('/v1/codes', { phone: uniquePhone() },
            withKey('Az09_-'.repeat(8))), 202);
    });
});

/* A person sees and ends their own sessions; an ended one is dead at once. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok, problem } from './lib/client.mjs';
import { useServer } from './lib/server.mjs';
import { advance, cooldown, readCode, refresh, sendCode, signIn, tryCode } from './lib/signin.mjs';

describe('sessions', () => {
    const server = useServer();

    /** Signs one person in `count` times. */
    async function manyTimes(count) {
        const people = [await signIn(server)];
        while (people.length < count) {
            await cooldown(server);
            people.push(await signIn(server, people[0].phone));
        }
        return people;
    }

    const list = async (person) => ok(await person.api.get('/v1/sessions')).items;
    const isDead = async (person) => {
        problem(await person.api.get('/v1/me'), 'token_revoked');
        problem(await refresh(server, person.tokens.refresh_token), 'token_revoked');
    };

    it('are listed, newest first, with the one that asks marked', async () => {
        const [first, second] = await manyTimes(2);
        const items = await list(first);
        assert.deepEqual(items.map(({ id }) => id),
            [second.tokens.session_id, first.tokens.session_id]);
        assert.deepEqual(items.map(({ current }) => current), [false, true]);
        assert.equal(items[0].address, '127.0.0.1');
        const life_ms = Date.parse(items[0].expires_at) - Date.parse(items[0].last_used_at);
        assert.equal(life_ms, 30 * 24 * 3600 * 1000);
    });

    it('show the program that signed in', async () => {
        for (const [given, shown] of [
            ['Domofon/1.0 (Android 15)', 'Domofon/1.0 (Android 15)'],
            ['x'.repeat(300), 'x'.repeat(200)],
            ['', null],
        ]) {
            const challenge = await sendCode(server);
            const code = await readCode(server, challenge);
            const tokens = ok(await tryCode(server, challenge, code, {},
                given === '' ? {} : { 'User-Agent': given }), 201);
            const [session] = await list({ api: server.api.as(tokens.access_token) });
            assert.equal(session.user_agent, shown);
        }
    });

    it('show when they were last used', async () => {
        const person = await signIn(server);
        await advance(server, 100);
        ok(await refresh(server, person.tokens.refresh_token));
        const [session] = await list(person);
        const used_ms = Date.parse(session.last_used_at) - Date.parse(session.created_at);
        assert.ok(used_ms >= 100000, session.last_used_at);
    });

    it('end one by one', async () => {
        const [first, second, third] = await manyTimes(3);
        const reply = await first.api.delete(`/v1/sessions/${second.tokens.session_id}`);
        ok(reply, 204);
        await isDead(second);
        ok(await third.api.get('/v1/me'));
        problem(await first.api.delete(`/v1/sessions/${second.tokens.session_id}`),
            'session_unknown');
        assert.equal((await list(first)).length, 2);
    });

    it('end all but this one', async () => {
        const [first, second, third] = await manyTimes(3);
        ok(await second.api.delete('/v1/sessions?others'), 204);
        await isDead(first);
        await isDead(third);
        assert.deepEqual((await list(second)).map(({ id }) => id), [second.tokens.session_id]);
        problem(await second.api.delete('/v1/sessions'), 'field_missing', { field: 'others' });
        ok(await second.api.delete('/v1/sessions?others=true'), 204);
    });

    it('end with sign-out, at once', async () => {
        const [first, second] = await manyTimes(2);
        ok(await first.api.post('/v1/sign-out'), 204);
        await isDead(first);
        problem(await first.api.post('/v1/sign-out'), 'token_revoked');
        ok(await second.api.get('/v1/me'));
    });

    it('may end themselves', async () => {
        const person = await signIn(server);
        ok(await person.api.delete(`/v1/sessions/${person.tokens.session_id}`), 204);
        await isDead(person);
    });

    it('of others are not touched', async () => {
        const mine = await signIn(server);
        const other = await signIn(server);
        for (const id of [other.tokens.session_id, '0', '999999', 'abc', '-1', '9'.repeat(30)]) {
            problem(await mine.api.delete(`/v1/sessions/${id}`), 'session_unknown');
        }
        ok(await other.api.get('/v1/me'));
        assert.equal((await list(mine)).length, 1);
    });
});

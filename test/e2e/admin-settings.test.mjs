/* Settings that change while the server runs: which, by whom, on every node, after a restart. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ok, problem } from './lib/client.mjs';
import { Server, useServer } from './lib/server.mjs';
import { sendCode, signIn } from './lib/signin.mjs';
import { signInAs } from './lib/staff.mjs';
import { isPostgres } from './lib/store.mjs';

const PATH = '/v1/admin/settings';
const NOTICE_MS = 10000;

const read = async (api) => ok(await api.get(PATH)).settings;
const put = (api, name, value) => api.put(PATH, { name, value });
const named = (settings, name) => settings.find((one) => one.name === name);

/* The life of a code that is asked for now. */
async function codeLife(server) {
    const before_ms = Date.now();
    const { expires_at: expires } = await sendCode(server);
    return Math.round((Date.parse(expires) - before_ms) / 1000);
}

async function untilLife(server, seconds) {
    const until = Date.now() + NOTICE_MS;
    while (await codeLife(server) !== seconds) {
        await sleep(50);
        assert.ok(Date.now() < until, `codes do not live ${seconds} s\n${server.tail()}`);
    }
}

describe('settings while running', () => {
    const set = { 'guess.per_phone_hour': 11, 'send.per_address_hour': 100000 };
    const server = useServer({ set });
    let admin;
    let moderator;

    before(async () => {
        admin = await signInAs(server, 'admin');
        moderator = await signInAs(server, 'moderator');
    });

    it('are listed, with what they may be and where they come from', async () => {
        const settings = await read(moderator.api);
        assert.deepEqual(named(settings, 'code.ttl_s'), {
            name: 'code.ttl_s', value: '120', start: '120', default: '120', kind: 'int', min: 30,
            max: 600, choices: null, unit: 'seconds', help: 'Life of a code.', source: 'default',
            changed_at: null,
        });
        const guesses = named(settings, 'guess.per_phone_hour');
        assert.deepEqual([guesses.value, guesses.default, guesses.source], ['11', '10', 'flag']);
        assert.deepEqual(named(settings, 'invite.phones').choices, ['full', 'masked']);
        assert.equal(named(settings, 'message.brand').kind, 'text');
        assert.equal(named(settings, 'deliver.simulated_delay_ms').kind, 'range');
        for (const name of ['store', 'http.listen', 'dialects.secret', 'key.file', 'dialects',
            'hosted.origins']) {
            assert.equal(named(settings, name), undefined, name);
        }
    });

    it('take effect at once on the node, and go back', async () => {
        const changed = named(ok(await put(admin.api, 'code.ttl_s', 60)).settings, 'code.ttl_s');
        assert.deepEqual([changed.value, changed.start, changed.source], ['60', '120', 'runtime']);
        assert.ok(Math.abs(Date.parse(changed.changed_at) - Date.now()) < 60000);
        await untilLife(server, 60);
        ok(await put(admin.api, 'code.ttl_s', '90'));
        await untilLife(server, 90);
        const back = named(ok(await put(admin.api, 'code.ttl_s', null)).settings, 'code.ttl_s');
        assert.deepEqual([back.value, back.source, back.changed_at], ['120', 'default', null]);
        await untilLife(server, 120);
    });

    it('survive a restart, and win over flags', async () => {
        ok(await put(admin.api, 'guess.per_phone_hour', 7));
        ok(await put(admin.api, 'message.brand', 'Дом <№1> & Co'));
        await server.restart();
        const api = server.api.as(admin.tokens.access_token);
        const settings = await read(api);
        const guesses = named(settings, 'guess.per_phone_hour');
        assert.deepEqual([guesses.value, guesses.start, guesses.source], ['7', '11', 'runtime']);
        assert.equal(named(settings, 'message.brand').value, 'Дом <№1> & Co');
        ok(await put(api, 'message.brand', null));
        ok(await put(api, 'guess.per_phone_hour', null));
    });

    it('are held to the same rules as at the start', async () => {
        const api = server.api.as(admin.tokens.access_token);
        for (const [name, value] of [
            ['code.ttl_s', 29], ['code.ttl_s', '1e3'], ['code.ttl_s', ''], ['code.ttl_s', -60],
            ['send.countries', 'RU,UK'], ['send.countries', 'ru'], ['message.brand', '  '],
            ['invite.cycles', 'maybe'], ['deliver.simulated_delay_ms', '2000-1000'],
        ]) {
            const refusal = problem(await put(api, name, value), 'setting_invalid', 422);
            assert.equal(refusal.field, 'value');
            assert.ok(refusal.explanation.startsWith(`${name}: `), refusal.explanation);
        }
        problem(await put(api, 'code.ttl', 60), 'setting_unknown', 404);
        for (const name of ['store', 'http.loops', 'token.issuer', 'dialects.secret',
            'hosted.origins']) {
            problem(await put(api, name, '1'), 'setting_fixed', 409);
        }
        problem(await put(api, 'code.ttl_s', true), 'field_invalid', 400);
        problem(await api.put(PATH, { name: 'code.ttl_s' }), 'field_missing', 400);
        assert.ok((await read(api)).every(({ source }) => source !== 'runtime'));
    });

    it('are for administrators to change, and for moderators to read', async () => {
        const staff = server.api.as(moderator.tokens.access_token);
        problem(await put(staff, 'code.ttl_s', 60), 'forbidden', 403);
        const { api } = await signIn(server);
        problem(await api.get(PATH), 'forbidden', 403);
        problem(await put(api, 'code.ttl_s', 60), 'forbidden', 403);
        problem(await put(server.api, 'code.ttl_s', 60), 'token_missing', 401);
    });

    it('leave old and new in the audit', async () => {
        const api = server.api.as(admin.tokens.access_token);
        ok(await put(api, 'send.resends', 2));
        ok(await put(api, 'send.resends', 3));
        ok(await put(api, 'send.resends', null));
        const { entries } = ok(await api.get('/v1/admin/audit?event=admin_set_setting&limit=3'));
        assert.deepEqual(entries.map(({ detail }) => JSON.parse(detail)), [
            { name: 'send.resends', old: '3', new: '4' },
            { name: 'send.resends', old: '2', new: '3' },
            { name: 'send.resends', old: '4', new: '2' },
        ]);
        assert.ok(entries.every(({ actor_id: actor }) => actor === admin.account.id));
    });

    it('may be changed by several at once, and the audit is one chain', async () => {
        const api = server.api.as(admin.tokens.access_token);
        const values = Array.from({ length: 12 }, (_, i) => String(100 + i));
        const replies = await Promise.all(values.map((value) =>
            put(api, 'session.max_per_account', value)));
        replies.forEach((reply) => ok(reply));
        const { entries } = ok(await api.get(
            `/v1/admin/audit?event=admin_set_setting&limit=${values.length}`));
        const chain = entries.reverse().map(({ detail }) => JSON.parse(detail));
        assert.deepEqual(chain.map((one) => one.new).sort(), values);
        chain.slice(1).forEach((one, i) => assert.equal(one.old, chain[i].new));
        const now = named(await read(api), 'session.max_per_account');
        assert.equal(now.value, chain.at(-1).new);
        ok(await put(api, 'session.max_per_account', null));
    });

    it('change what the log tells', async () => {
        const api = server.api.as(admin.tokens.access_token);
        ok(await put(api, 'log.level', 'error'));
        await sleep(300);
        const length = server.log.length;
        await signIn(server);
        await sleep(300);
        assert.equal(server.log.slice(length), '');
        ok(await put(api, 'log.level', null));
        const tells = () => server.log.slice(length).includes('settings_changed');
        for (const until = Date.now() + NOTICE_MS; !tells(); await sleep(20)) {
            assert.ok(Date.now() < until);
        }
    });
});

describe('settings of several nodes', () => {
    const one = new Server({ set: { 'send.per_address_hour': 100000 } });
    let other;

    before(() => one.start());
    after(async () => {
        await other?.stop();
        await one.stop();
    });

    it('change on all of them within seconds', async (t) => {
        if (!isPostgres(one)) {
            t.skip('a file has one node');
            return;
        }
        other = new Server({
            store: one.store, keyFile: one.keyFile,
            set: { 'send.per_address_hour': 100000, 'code.ttl_s': 150 },
        });
        await other.start();
        const { api } = await signInAs(one, 'admin');
        await untilLife(other, 150);
        ok(await put(api, 'code.ttl_s', 45));
        await untilLife(one, 45);
        await untilLife(other, 45);
        /* Each goes back to what its own start gave. */
        ok(await put(api, 'code.ttl_s', null));
        await untilLife(one, 120);
        await untilLife(other, 150);
    });
});

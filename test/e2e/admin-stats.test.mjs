/* Statistics: what happened is counted, by hour, day and country, and nothing is lost at a stop. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { ok, problem } from './lib/client.mjs';
import { useServer } from './lib/server.mjs';
import {
    advance, cooldown, readCode, resendCode, sendCode, signIn, tryCode, uniquePhone, wrongCode,
} from './lib/signin.mjs';
import { signInAs } from './lib/staff.mjs';
import { readStats, statsWhen } from './lib/stats.mjs';

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;

/* Moves to the beginning of an hour or day, after one that nobody has done anything in. */
async function fresh(server, piece_s) {
    const now = Date.parse(await advance(server, piece_s));
    const begun = Date.parse(await advance(server, piece_s - Math.floor(now / 1000) % piece_s));
    return begun - begun % (piece_s * 1000);
}

describe('statistics', () => {
    const server = useServer({ set: { 'token.access_s': 86400 } });
    let moderator;

    before(async () => {
        moderator = await signInAs(server, 'moderator');
    });

    const since = (ms) => `?from=${new Date(ms).toISOString()}`;

    it('count sign-ins, messages and activations by country', async () => {
        const hour = await fresh(server, HOUR_S);
        const anna = await signIn(server);
        await signIn(server, '+77011234567', { invite_code: anna.account.invite_code });
        await cooldown(server);
        await signIn(server, anna.phone);
        const { series, limits, totals } = await statsWhen(moderator.api,
            (stats) => stats.totals.sign_ins === 3 && stats.totals.delivered === 3, since(hour));
        const at = new Date(hour).toISOString();
        const none = { failed: 0, cost_micros: 0 };
        assert.deepEqual(series, [
            { at, country: 'KZ', codes_sent: 1, delivered: 1, sign_ins: 1, new_accounts: 1,
                activations: 1, ...none },
            { at, country: 'RU', codes_sent: 2, delivered: 2, sign_ins: 2, new_accounts: 1,
                activations: 0, ...none },
        ]);
        assert.deepEqual(limits, []);
        assert.equal(totals.conversion, 1);
    });

    it('count a resend, a number changed and an activation made later', async () => {
        const hour = await fresh(server, HOUR_S);
        const phone = uniquePhone();
        const challenge = await sendCode(server, phone);
        await cooldown(server);
        await resendCode(server, challenge);
        const boris = ok(await tryCode(server, challenge, await readCode(server, challenge)), 201);
        const api = server.api.as(boris.access_token);
        const code = moderator.account.invite_code;
        ok(await api.post('/v1/me/invite', { code }));
        problem(await api.post('/v1/me/invite', { code }), 'invite_already_activated', 409);
        ok(await api.post('/v1/me/phone', { phone: uniquePhone() }), 202);
        const { totals } = await statsWhen(moderator.api,
            (stats) => stats.totals.codes_sent === 3 && stats.totals.activations === 1,
            since(hour));
        assert.deepEqual([totals.sign_ins, totals.new_accounts, totals.conversion], [1, 1, 0.3333]);
    });

    it('count each limit that tripped', async () => {
        const hour = await fresh(server, HOUR_S);
        const phone = '+77011234568';
        const challenge = await sendCode(server, phone);
        const code = await readCode(server, challenge);
        problem(await server.api.post('/v1/codes', { phone }), 'send_cooldown', 429);
        for (let i = 1; i <= 3; i += 1) {
            problem(await tryCode(server, challenge, wrongCode(code, i)), 'code_wrong', 422);
        }
        problem(await tryCode(server, challenge, code), 'too_many_attempts', 410);
        const abroad = await server.api.post('/v1/codes', { phone: '+14155552671' });
        problem(abroad, 'country_not_allowed', 422);
        const { limits, totals } = await statsWhen(moderator.api,
            (stats) => stats.limits.length >= 3, since(hour));
        const at = new Date(hour).toISOString();
        const count = 1;
        assert.deepEqual(limits, [
            { at, country: 'KZ', limit: 'send_cooldown', count },
            { at, country: 'KZ', limit: 'too_many_attempts', count },
            { at, country: 'US', limit: 'country_not_allowed', count },
        ]);
        assert.equal(totals.limits.too_many_attempts, 1);
        assert.equal(totals.limits.send_limit, 0);
    });

    it('sum hours up to days', async () => {
        const day = await fresh(server, DAY_S);
        const api = server.api.as((await signIn(server, moderator.phone)).tokens.access_token);
        await advance(server, 7200);
        await signIn(server);
        const from = new Date(day).toISOString().slice(0, 10);
        const stats = await statsWhen(api, ({ totals }) => totals.sign_ins === 2,
            `?by=day&from=${from}`);
        assert.deepEqual([stats.from, stats.to, stats.by],
            [new Date(day).toISOString(), new Date(day + DAY_S * 1000).toISOString(), 'day']);
        assert.equal(stats.series.length, 1);
        assert.equal(stats.series[0].sign_ins, 2);
        const hours = await readStats(api, `?from=${from}`);
        assert.deepEqual(hours.series.map(({ at }) => Date.parse(at) - day), [0, 7200000]);
        assert.deepEqual(hours.totals, stats.totals);
        assert.deepEqual(hours.series[0].sign_ins, 1);
    });

    it('come as a table, page by page', async () => {
        const hour = await fresh(server, HOUR_S);
        const staff = server.api.as((await signIn(server, moderator.phone)).tokens.access_token);
        await signIn(server, '+375291234567');
        await statsWhen(staff, ({ totals }) => totals.delivered === 2, since(hour));
        const lines = [];
        for (let path = `/v1/admin/stats${since(hour)}&format=csv&limit=1`; path !== undefined;) {
            const { status, text, headers } = await staff.get(path);
            assert.equal(status, 200, text);
            lines.push(...text.replace('\ufeff', '').trimEnd().split('\r\n'));
            path = /^<([^>]+)>; rel="next"$/.exec(headers.link ?? '')?.[1];
        }
        const rows = lines.map((line) => line.split(','));
        assert.deepEqual(rows[0].slice(0, 3), ['at', 'country', 'codes_sent']);
        assert.deepEqual(rows.slice(1).map((row) => row.slice(0, 4)), [
            [new Date(hour).toISOString(), 'BY', '1', '1'],
            [new Date(hour).toISOString(), 'RU', '1', '1'],
        ]);
        assert.ok(rows.every((row) => row.length === rows[0].length));
    });

    it('are refused to others, and without sense', async () => {
        await cooldown(server);
        const { api } = await signIn(server);
        problem(await api.get('/v1/admin/stats'), 'forbidden', 403);
        problem(await server.api.get('/v1/admin/stats'), 'token_missing', 401);
        const staff = server.api.as((await signIn(server, moderator.phone)).tokens.access_token);
        for (const [query, field] of [
            ['by=week', 'by'], ['from=yesterday', 'from'], ['to=2026-13-01', 'to'],
            ['from=2026-01-02&to=2026-01-01', 'from'], ['from=2026-01-01&to=2026-03-01', 'from'],
            ['by=day&from=2024-01-01&to=2026-01-01', 'from'],
        ]) {
            const reply = await staff.get(`/v1/admin/stats?${query}`);
            assert.equal(problem(reply, 'field_invalid', 400).field, field, query);
        }
        ok(await staff.get('/v1/admin/stats?from=1970-01-01&to=1970-01-02T03:00:00%2B03:00'));
        ok(await staff.get('/v1/admin/stats?from=1970-01-01&to=1970-01-02T03:00:00+03:00'));
    });
});

describe('statistics at the end of a process', () => {
    const server = useServer({ dev: false });

    it('are kept', async () => {
        for (let i = 0; i < 3; i += 1) {
            await sendCode(server);
        }
        await server.terminate();
        server.options.dev = true;
        await server.start();
        const { api } = await signInAs(server, 'moderator');
        const { totals } = await statsWhen(api, (stats) => stats.totals.sign_ins === 1);
        assert.equal(totals.codes_sent, 4);
    });
});

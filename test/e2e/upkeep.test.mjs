/*
 * A running server sweeps by itself, every ten seconds: what a code was made of goes when the code
 * has expired, the audit and what became of messages after their days.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { useServer } from './lib/server.mjs';
import { query } from './lib/store.mjs';
import { advance, sendCode, signIn } from './lib/signin.mjs';

const SWEPT_MS = 30000;
const DAY_S = 24 * 3600;

describe('a running server', () => {
    /* Not the defaults, and not the same. */
    const server = useServer({ set: { 'audit.keep_days': 1, 'deliver.keep_days': 3 } });

    const secretsOf = (phone) =>
        query(server, 'SELECT mac, nonce FROM challenge WHERE phone = ?', [phone])[0];
    const phonesIn = (table) => query(server, table === 'outbox'
        ? 'SELECT DISTINCT phone FROM outbox'
        : 'SELECT DISTINCT a.phone FROM audit u JOIN account a ON a.id = u.account_id')
        .map(({ phone }) => phone).sort();

    it('forgets in time what it need not keep, and no more', async () => {
        const first = await signIn(server);
        await advance(server, 2 * DAY_S);
        const second = await signIn(server);
        await advance(server, 2 * DAY_S);
        const third = await signIn(server);
        const expired = await sendCode(server);
        await advance(server, 121);
        const fresh = await sendCode(server);

        for (const until = Date.now() + SWEPT_MS; secretsOf(expired.phone).mac !== null;) {
            assert.ok(Date.now() < until, 'an expired code kept what it was made of');
            await sleep(250);
        }
        assert.equal(secretsOf(expired.phone).nonce, null);
        assert.notEqual(secretsOf(fresh.phone).mac, null);
        assert.notEqual(secretsOf(fresh.phone).nonce, null);
        assert.deepEqual(phonesIn('audit'), [third.phone]);
        const kept = [second, third, expired, fresh].map(({ phone }) => phone).sort();
        assert.deepEqual(phonesIn('outbox'), kept);
        assert.ok(!kept.includes(first.phone));
    });
});

/* domofon.js where it lives: many tabs of one browser share a session. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { advance } from '../e2e/lib/signin.mjs';
import { useStage } from './lib/stage.mjs';

const TABS = 4;

describe('domofon.js in many tabs', () => {
    const stage = useStage({ set: { 'token.access_s': 60 } });

    it('renews the session once, though all find it expired at once', async () => {
        const person = await stage.signIn();
        await stage.visit({}, async (page, context) => {
            const renewals = [];
            context.on('request', (request) => {
                if (request.url().endsWith('/v1/sessions/refresh')) {
                    renewals.push(request);
                }
            });
            const tabs = [page];
            while (tabs.length < TABS) {
                tabs.push(await context.newPage());
            }
            // A page without scripts of its own, which would renew the session before.
            await Promise.all(tabs.map((tab) => tab.goto('/healthz')));
            await Promise.all(tabs.map((tab) => tab.evaluate(async () => {
                const { Domofon } = await import('/domofon.js');
                globalThis.domofon = new Domofon();
            })));
            await advance(stage.server, 61);
            const ids = await Promise.all(tabs.map((tab) =>
                tab.evaluate(() => globalThis.domofon.profile().then(({ id }) => id))));
            assert.deepEqual(ids, Array(TABS).fill(person.account.id));
            assert.equal(renewals.length, 1);
        }, { person, except: [/401/] });
    });
});

/*
 * kill -9 in the middle of load, again and again, on either engine. The ledger of what was
 * acknowledged is compared with what is stored: everything is there, what was on its way has
 * happened whole or not at all, and no code was accepted twice.
 *
 * DOMOFON_CRASH_ROUNDS: how many times (50; 200 with DOMOFON_LONG).
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from '../e2e/lib/postgres.mjs';
import { Server } from '../e2e/lib/server.mjs';
import { query } from '../e2e/lib/sqlite.mjs';
import { endAll } from './lib/cleanup.mjs';
import { Load, LOAD_SET } from './lib/load.mjs';

const ROUNDS = Number(process.env.DOMOFON_CRASH_ROUNDS
    ?? (process.env.DOMOFON_LONG === undefined ? 50 : 200));
/* Operations that succeed before the next crash, and then any moment of so many ms. */
const PER_ROUND = 20;
const MOMENT_MS = 100;

/** Kills and starts the server over and over under load; what the ledger says. */
async function crash(t, server) {
    await server.start();
    const load = Load.start(t, () => server.port);
    for (let round = 1; round <= ROUNDS; round++) {
        await load.progress(PER_ROUND);
        await sleep(randomInt(MOMENT_MS));
        await server.kill();
        await server.start();
    }
    await load.finish(server);
    assert.ok(load.ledger.troubles.unanswered > 0, 'there was load');
    return load.ledger.summary(`${ROUNDS} crashes`);
}

describe(`after ${ROUNDS} times kill -9 in the middle of load, nothing is lost or doubled`, () => {
    it('on SQLite', async (t) => {
        const server = new Server({ set: LOAD_SET });
        t.after(() => server.stop());
        t.diagnostic(await crash(t, server));
        assert.deepEqual(query(server, 'PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
    });

    it('on PostgreSQL', async (t) => {
        const cluster = await Cluster.start();
        const server = new Server({ store: await cluster.newDatabase(), set: LOAD_SET });
        t.after(() => endAll(() => server.stop(), () => cluster.remove()));
        t.diagnostic(await crash(t, server));
    });
});

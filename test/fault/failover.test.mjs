/*
 * The primary of PostgreSQL is lost under load, and its streaming standby takes over; the servers
 * know both by one URL. With synchronous replication nothing that was acknowledged is lost.
 *
 * DOMOFON_LONG: more rounds.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Cluster, hosts } from '../e2e/lib/postgres.mjs';
import { endAll } from './lib/cleanup.mjs';
import { Load, LOAD_SET } from './lib/load.mjs';
import { Nodes } from './lib/nodes.mjs';
import { until } from './lib/until.mjs';

const ROUNDS = process.env.DOMOFON_LONG === undefined ? 1 : 5;

/** Every commit waits for the standby from now on. */
async function synchronize(primary) {
    await primary.sql("ALTER SYSTEM SET synchronous_standby_names = '*'");
    await primary.sql('SELECT pg_reload_conf()');
    await until(async () => await primary.sql(
        "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") === '1',
    'the standby is synchronous');
}

/** Two nodes under load, until the primary is lost and for a while after; what the ledger says. */
async function failOver(t, primary, standby, lose) {
    const url = hosts(await primary.newDatabase(), primary, standby);
    const nodes = new Nodes(2, { store: url, storeTrouble: true,
        set: { ...LOAD_SET, 'store.timeout_ms': 2000 } });
    try {
        await nodes.start();
        let turn = 0;
        const load = Load.start(t, () => nodes.at(turn++).port);
        await load.progress(200);
        await lose();
        await standby.promote();
        await load.progress(200);
        await primary.stop('crash');
        await load.finish(...nodes.servers);
        assert.equal(await standby.sql('SELECT pg_is_in_recovery()'), 'f');
        return load.ledger.summary('a synchronous standby promoted');
    } finally {
        await nodes.stop();
    }
}

const LOSSES = {
    dies: (primary) => primary.stop('crash'),
    'answers nobody any more': (primary) => primary.freeze(),
};

describe('under load, the primary of PostgreSQL', () => {
    for (const [what, lose] of Object.entries(LOSSES)) {
        it(`${what} and its standby takes over: nothing is lost or doubled`, async (t) => {
            for (let round = 1; round <= ROUNDS; round++) {
                const primary = await Cluster.start();
                const standby = await primary.standby();
                try {
                    await synchronize(primary);
                    t.diagnostic(await failOver(t, primary, standby, () => lose(primary)));
                } finally {
                    await endAll(() => primary.remove(), () => standby.remove());
                }
            }
        });
    }
});

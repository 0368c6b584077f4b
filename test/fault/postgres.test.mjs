/*
 * What may happen to PostgreSQL while domofon runs: stopped without a word, frozen, absent, full.
 * Requests get 503 with Retry-After in time, nothing that was acknowledged is lost or doubled, and
 * all goes on by itself afterwards.
 *
 * DOMOFON_LONG: more rounds.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ok, problem } from '../e2e/lib/client.mjs';
import { Cluster } from '../e2e/lib/postgres.mjs';
import { Server } from '../e2e/lib/server.mjs';
import { signIn } from '../e2e/lib/signin.mjs';
import { endAll } from './lib/cleanup.mjs';
import { hogConnections } from './lib/hog.mjs';
import { Load, LOAD_SET } from './lib/load.mjs';
import { until } from './lib/until.mjs';

const LONG = process.env.DOMOFON_LONG !== undefined;
const STOPS = LONG ? 100 : 20;
const FREEZES = LONG ? 10 : 2;
const TIMEOUT_MS = 1500;
/* Long enough for a restart, which nobody then notices. */
const PATIENT_MS = 5000;
/* How much later than store.timeout_ms an answer may come, on a busy machine. */
const LATE_MS = 2500;

const SETTINGS = {
    max_connections: 30, /* few, so that they can all be taken */
    recovery_init_sync_method: 'syncfs', /* starts sooner after a stop without a word */
};

let cluster;
let server;

before(async () => {
    cluster = await Cluster.start({ settings: SETTINGS });
});

after(() => cluster.remove());

afterEach(async () => {
    await server?.stop();
    server = undefined;
});

/** A server on a fresh database. */
async function makeServer(set = {}, at = cluster) {
    const store = await at.newDatabase();
    server = new Server({ store, storeTrouble: true,
        set: { ...LOAD_SET, 'store.timeout_ms': TIMEOUT_MS, ...set } });
    return server;
}

const startServer = async (set) => (await makeServer(set)).start();

const isReady = async () => (await server.api.get('/readyz')).status === 200;
const becomesReady = () => until(isReady, 'it is ready');

/** It says that it lives but is not ready; whatever needs the store is refused in time. */
async function isOutOfOrder() {
    await until(async () => !await isReady(), 'it is not ready');
    const began_ms = performance.now();
    const reply = await server.api.post(`/v1/codes/${'A'.repeat(22)}/resend`);
    const took_ms = performance.now() - began_ms;
    assert.equal(reply.status, 503, reply.text);
    assert.match(reply.headers['retry-after'], /^[1-9]\d*$/);
    assert.ok(took_ms < TIMEOUT_MS + LATE_MS, `an answer after ${took_ms} ms`);
    problem(await server.api.get('/readyz'), 'store_unavailable');
    ok(await server.api.get('/healthz'));
    ok(await server.api.get('/openapi.json'));
}

describe('under load', () => {
    it(`PostgreSQL is stopped -m immediate ${STOPS} times, and started again`, async (t) => {
        await startServer({ 'store.timeout_ms': PATIENT_MS });
        const load = Load.start(t, () => server.port);
        for (let round = 0; round < STOPS; round++) {
            await load.progress(25);
            await sleep(randomInt(50));
            await cluster.stop('immediate');
            await cluster.restart();
        }
        await load.finish(server);
        assert.ok(load.ledger.slowest_ms < PATIENT_MS + LATE_MS, 'answers came in time');
        t.diagnostic(load.ledger.summary(`${STOPS} immediate stops`));
    });

    it(`PostgreSQL is frozen for longer than requests wait, ${FREEZES} times`, async (t) => {
        await startServer();
        const load = Load.start(t, () => server.port);
        const refused = () => load.ledger.troubles.outcome_unknown + load.ledger.troubles.other503;
        for (let round = 0; round < FREEZES; round++) {
            await load.progress(100);
            const before = refused();
            await cluster.freeze();
            try {
                await until(() => refused() >= before + 3 * load.clients, 'requests are refused');
                await isOutOfOrder();
            } finally {
                await cluster.thaw();
            }
            await becomesReady();
        }
        await load.progress(100);
        await load.finish(server);
        assert.ok(load.ledger.slowest_ms < TIMEOUT_MS + LATE_MS, 'answers came in time');
        t.diagnostic(load.ledger.summary(`${FREEZES} freezes, store.timeout_ms ${TIMEOUT_MS}`));
    });

    it('PostgreSQL has no connections left: 503, and on it goes when it has', async (t) => {
        await startServer();
        const load = Load.start(t, () => server.port);
        await load.progress(100);
        const hog = hogConnections(server.store);
        process.kill(server.pid, 'SIGSTOP');
        try {
            await cluster.sql('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity '
                + "WHERE application_name = 'domofon'");
            await hog.takeAll();
        } finally {
            process.kill(server.pid, 'SIGCONT');
        }
        await isOutOfOrder();
        hog.letGo();
        await becomesReady();
        await load.progress(100);
        await load.finish(server);
        t.diagnostic(load.ledger.summary('connections exhausted once'));
    });

    it('PostgreSQL is frozen, and SIGTERM ends the server in order all the same', async (t) => {
        await startServer();
        const load = Load.start(t, () => server.port);
        await load.progress(50);
        await cluster.freeze();
        try {
            const began_ms = performance.now();
            await server.terminate();
            t.diagnostic(`ended after ${Math.round(performance.now() - began_ms)} ms`);
        } finally {
            await cluster.thaw();
        }
        await server.start();
        await load.progress(50);
        await load.finish(server);
    });
});

describe('at the start of serve', () => {
    it('PostgreSQL is absent: it waits, says so, and begins when it is there', async () => {
        await makeServer();
        await cluster.stop('fast');
        await server.start();
        await isOutOfOrder();
        problem(await server.api.get('/.well-known/jwks.json'), 'store_unavailable');
        const { status, stderr } = await server.command('account', 'list');
        assert.equal(status, 1);
        assert.match(stderr, /^domofon: store .*refused/);
        await cluster.restart();
        await becomesReady();
        await signIn(server);
        assert.match(server.log, / error store_absent /);
        assert.match(server.log, / info store_back /);
    });

    it('PostgreSQL is absent, and SIGTERM ends the waiting', async () => {
        await makeServer();
        await cluster.stop('fast');
        await server.start();
        await isOutOfOrder();
        await server.terminate();
        await cluster.restart();
    });

    it('PostgreSQL has no connections left: it waits', async () => {
        await makeServer();
        const hog = hogConnections(server.store);
        await hog.takeAll();
        await server.start();
        await isOutOfOrder();
        hog.letGo();
        await becomesReady();
        await signIn(server);
    });

    it('PostgreSQL is frozen: it waits', async () => {
        await makeServer();
        await cluster.freeze();
        try {
            await server.start();
            await isOutOfOrder();
        } finally {
            await cluster.thaw();
        }
        await becomesReady();
        await signIn(server);
    });
});

/** Mounts a small disk for PostgreSQL, if we may; a reason why not. */
function mountSmallDisk(folder, size = '24m') {
    mkdirSync(folder);
    try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder],
            { stdio: 'pipe' });
        execFileSync('chown', ['--reference', path.dirname(folder), folder]);
        return undefined;
    } catch (error) {
        return `a small disk cannot be mounted here: ${String(error.stderr).trim()}`;
    }
}

/** Takes what is left of a disk; returns the file that does. */
function fill(disk) {
    const filler = path.join(disk, 'filler');
    const { bavail, bsize } = statfsSync(disk);
    try {
        writeFileSync(filler, Buffer.alloc(bavail * bsize));
    } catch (error) {
        // PostgreSQL took some of it meanwhile.
        assert.equal(error.code, 'ENOSPC');
    }
    return filler;
}

describe('a full disk', () => {
    it('of PostgreSQL: 503 for what writes, and on it goes when there is room', async (t) => {
        await makeServer();
        const disk = path.join(cluster.folder, 'disk');
        const reason = mountSmallDisk(disk);
        if (reason !== undefined) {
            t.skip(reason);
            return;
        }
        try {
            await cluster.sql(`CREATE TABLESPACE small LOCATION '${disk}'`);
            const name = new URL(server.store).pathname.slice(1);
            await cluster.sql(`ALTER DATABASE ${name} SET TABLESPACE small`);
            await server.start();
            await fillAndFree(disk, t);
        } finally {
            await endAll(() => server.stop(), () => cluster.stop('crash'),
                () => execFileSync('umount', [disk]));
        }
    });

    async function fillAndFree(disk, t) {
        const load = Load.start(t, () => server.port);
        await load.progress(100);
        const filler = fill(disk);
        const refused = () => load.ledger.troubles.other503;
        const before = refused();
        await until(() => refused() > before + load.clients, 'writes are refused');
        ok(await server.api.get('/dev/outbox?phone=%2B79230000000'));
        ok(await server.api.get('/healthz'));
        rmSync(filler);
        await load.progress(200);
        await load.finish(server);
        assert.match(server.log, / error store_failed .*53100/);
        t.diagnostic(load.ledger.summary('a full disk once'));
    }

    it('of its log: PostgreSQL ends itself; 503, and on it goes when it is back', async (t) => {
        const own = await Cluster.start({ settings: SETTINGS });
        const disk = path.join(own.folder, 'disk');
        const reason = mountSmallDisk(disk, '100m');
        try {
            if (reason !== undefined) {
                t.skip(reason);
                return;
            }
            await own.stop('fast');
            const log = path.join(own.folder, 'data/pg_wal');
            execFileSync('cp', ['-a', `${log}/.`, disk]);
            rmSync(log, { recursive: true });
            symlinkSync(disk, log);
            await own.restart();
            await makeServer({}, own);
            await server.start();
            await fillLog(own, disk, t);
        } finally {
            await endAll(() => server?.stop(), () => own.stop('crash'),
                () => reason ?? execFileSync('umount', [disk]), () => own.remove());
        }
    });

    async function fillLog(own, disk, t) {
        const load = Load.start(t, () => server.port);
        await load.progress(100);
        const filler = fill(disk);
        /* Each call makes it want a new file, which there is no room for. */
        await until(() => own.sql('SELECT pg_switch_wal()').then(() => false, () => true),
            'PostgreSQL gives up');
        await isOutOfOrder();
        rmSync(filler);
        await own.stop('crash');
        await own.restart();
        await becomesReady();
        await load.progress(200);
        await load.finish(server);
        assert.match(readFileSync(path.join(own.folder, 'log'), 'utf8'),
            /PANIC: .*No space left on device/);
        t.diagnostic(load.ledger.summary('a full disk of the log once'));
    }
});

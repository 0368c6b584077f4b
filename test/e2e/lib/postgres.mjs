/*
 * Clusters of PostgreSQL that a test may break: each in a temporary folder, on a port of its own,
 * with fsync, made and handled by tools/postgres.py. Whatever becomes of the test, they are gone
 * when its process has ended.
 *
 *     const cluster = await Cluster.start();              // after(() => cluster.remove())
 *     const url = await cluster.newDatabase();            // for Server: { store: url }
 *     await cluster.freeze();                             // SIGSTOP to every process; thaw()
 *     await cluster.stop('immediate');                    // as pg_ctl stop -m; or 'crash': SIGKILL
 *     await cluster.restart();                            // the same port, what was committed
 *     const standby = await cluster.standby();            // streams; await standby.promote()
 *     await cluster.caughtUp(standby);                    // has replayed all that was written
 *     hosts(url, cluster, standby)                        // a URL that names both
 *     await cluster.sql('SELECT 1')                       // as superuser: '1'
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const TOOL = fileURLToPath(new URL('../../../tools/postgres.py', import.meta.url));
const CATCH_UP_MS = 20000;

async function tool(...args) {
    const { stdout } = await promisify(execFile)('python3', ['-B', TOOL, ...args]);
    return stdout.trim();
}

export class Cluster {
    /** `url`: the superuser's. */
    constructor(folder, url, guard) {
        this.folder = folder;
        this.url = url;
        this.guard = guard;
        this.port = Number(new URL(url).port);
    }

    /**
     * Makes and starts one. settings: PostgreSQL's, e.g. {max_connections: 20}; auth: how the role
     * domofon comes in, 'trust' or 'scram-sha-256'; fsync: whether commits reach the disk.
     */
    static async start({ settings = {}, auth = 'trust', fsync = true } = {}) {
        const options = Object.entries(settings).flatMap(([name, value]) =>
            ['--set', `${name}=${value}`]);
        return Cluster.#guarded('guard', ['--auth', auth, ...fsync ? ['--fsync'] : [], ...options]);
    }

    /* The tool stays, and removes the cluster when its standard input ends: with us. */
    static async #guarded(command, options) {
        const folder = mkdtempSync(path.join(tmpdir(), 'domofon-pg-'));
        const guard = spawn('python3', ['-B', TOOL, command, folder, ...options],
            { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
        const [line] = await Promise.race([
            once(guard.stdout.setEncoding('utf8'), 'data'), once(guard, 'exit'),
        ]);
        if (typeof line !== 'string') {
            throw new Error('PostgreSQL could not be started');
        }
        return new Cluster(folder, line.trim(), guard);
    }

    /** Ends everything and removes the folder; fails when PostgreSQL had to break a deadlock. */
    async remove() {
        const log = readFileSync(path.join(this.folder, 'log'), 'utf8');
        const gone = once(this.guard, 'exit');
        this.guard.stdin.end();
        await gone;
        const at = log.indexOf('deadlock detected');
        if (at >= 0) {
            throw new Error(log.slice(at, at + 1000));
        }
    }

    /** mode: 'smart', 'fast', 'immediate' (no checkpoint: the next start recovers) or 'crash'. */
    stop(mode = 'fast') {
        return tool('stop', this.folder, '--mode', mode);
    }

    /** Starts it again, after stop() or a kill. */
    restart() {
        return tool('start', this.folder);
    }

    /** Every process stands still; connections stay open, and nothing answers. */
    freeze() {
        return tool('signal', this.folder, 'STOP');
    }

    thaw() {
        return tool('signal', this.folder, 'CONT');
    }

    /** A fresh, empty database of the role domofon; its URL. */
    newDatabase() {
        return tool('database', this.folder);
    }

    /** Runs SQL as the superuser: rows as lines, columns separated by `|`. */
    sql(text, database = 'postgres') {
        return tool('sql', this.folder, database, text);
    }

    /** A running hot standby that streams from this cluster. */
    standby() {
        return Cluster.#guarded('guard', ['--standby-of', this.folder]);
    }

    /** Makes a standby the primary. */
    promote() {
        return this.sql('SELECT pg_promote(true, 60)');
    }

    /** Waits until a standby has replayed everything that this cluster has written. */
    async caughtUp(standby) {
        const written = await this.sql('SELECT pg_current_wal_flush_lsn()');
        const behind = `SELECT pg_last_wal_replay_lsn() < '${written}'`;
        for (const until = Date.now() + CATCH_UP_MS; await standby.sql(behind) !== 'f';) {
            if (Date.now() > until) {
                throw new Error(`the standby has not replayed ${written}`);
            }
            await sleep(50);
        }
    }
}

/** The URL of a database at several clusters; the program is to look for the one that writes. */
export function hosts(url, ...clusters) {
    const list = clusters.map(({ port }) => `127.0.0.1:${port}`).join(',');
    return `${url.replace(/(127\.0\.0\.1:\d+,?)+/, list)}?target_session_attrs=read-write`;
}

// A PostgreSQL of the benchmark's own (tools/postgres.py), its databases, and pgbench on them.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {cpus, totalmem} from 'node:os';
import {createInterface} from 'node:readline';

import {BOTH_CORES, DOMOFON, OUT, ROOT, TICKS_A_SECOND, WORK, note, output,
        sleep, startDomofon} from './tools.mjs';

const TOOL = `${ROOT}tools/postgres.py`;
const MIB = 1024 * 1024;

// As on a machine of its own, where a quarter of the memory is usual. No vacuum and no checkpoint
// comes by itself: after a checkpoint each page is logged whole at its first change, which a large
// table spreads over many more sign-ins than are made here.
const SETTINGS = {
    shared_buffers: `${Math.min(8192, Math.round(totalmem() / MIB / 4))}MB`,
    max_wal_size: '64GB', checkpoint_timeout: '1d', wal_buffers: '16MB', autovacuum: 'off',
    random_page_cost: '1.1', cluster_name: 'domofon bench',
};

// What the server sets for its own sessions (src/store/pg_connect.c), for pgbench too.
const SESSION = '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off';

// Meanwhile PostgreSQL takes note of processes that have ended, and their time is not in between.
const SETTLE_MS = 200;

const tool = (...args) => output('python3', ['-B', TOOL, ...args]);

function statOf(pid) {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').map(Number);
    const [, parent] = fields;
    const [user, kernel, endedUser, endedKernel] = fields.slice(11);

    return {parent, own: user + kernel, ended: endedUser + endedKernel};
}

export class Cluster {
    #guard;
    #programs;
    #pid;
    #port;

    // In /var/tmp, which is on a disk everywhere.
    static async start() {
        const cluster = new Cluster();
        const folder = mkdtempSync('/var/tmp/domofon-bench-');
        const settings = Object.entries(SETTINGS).flatMap(pair => ['--set', pair.join('=')]);

        note('starting PostgreSQL');
        cluster.#programs = (await tool('bin')).trim();
        // It removes everything when this program ends, however that comes.
        cluster.#guard = spawn('python3', ['-B', TOOL, 'guard', folder, '--fsync', ...settings],
                               {stdio: ['pipe', 'pipe', 'inherit'], detached: true});
        for await (const line of createInterface({input: cluster.#guard.stdout})) {
            cluster.#port = Number(/:(\d+)\//.exec(line)[1]);
            cluster.#pid = parseInt(readFileSync(`${folder}/data/postmaster.pid`, 'utf8'));
            return cluster;
        }
        throw new Error('PostgreSQL did not start');
    }

    async stop() {
        this.#guard.stdin.end();
        await once(this.#guard, 'exit');
    }

    url(database, role = 'domofon') {
        return `postgresql://${role}@127.0.0.1:${this.#port}/${database}`;
    }

    // What one SQL statement prints.
    async sql(text, database = 'postgres') {
        return (await output(`${this.#programs}/psql`, [
            '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', this.url(database, 'postgres'), '-c', text,
        ])).trim();
    }

    // An empty database, or a copy of one that nobody is connected to; its name.
    async makeDatabase(name, template = 'template0') {
        await this.dropDatabase(name);
        await this.sql(`CREATE DATABASE ${name} OWNER domofon TEMPLATE ${template}`);
        return name;
    }

    async dropDatabase(name) {
        await this.sql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    }

    // A database with `count` people (bench/pg_accounts.c), made once; its name.
    async people(count) {
        const name = `people_${count}`;

        if (await this.sql(`SELECT 1 FROM pg_database WHERE datname = '${name}'`) === '') {
            note(`making a PostgreSQL store of ${count} accounts`);
            await this.makeDatabase(name);
            await output(DOMOFON, ['migrate', 'up', '--store', this.url(name)]);
            await output(`${OUT}pg_accounts`, [this.url(name), count]);
        }
        return name;
    }

    // A domofon on one of the databases.
    async startDomofon(database, loops, settings = {}) {
        return startDomofon(this.url(database), {
            cores: BOTH_CORES,
            settings: {'key.file': `${WORK}pg.key`, 'http.loops': loops, ...settings},
        });
    }

    // Seconds of processor time of all its processes, those that have ended included.
    get cpuSeconds() {
        let ticks = statOf(this.#pid).own + statOf(this.#pid).ended;

        for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
            try {
                const stat = statOf(pid);

                if (stat.parent === this.#pid)
                    ticks += stat.own + stat.ended;
            } catch {
                // It has ended meanwhile.
            }
        }
        return ticks / TICKS_A_SECOND;
    }

    // As Process.load, with the processor time each reply cost PostgreSQL.
    async load(server, requests, options, wanted) {
        return this.measure(() => server.load(requests, options, wanted), result => result.replies);
    }

    // What `work` costs PostgreSQL for each of countOf(its result): processor time, and bytes of
    // write-ahead log.
    async measure(work, countOf) {
        const wal = await this.#walBytes();

        await sleep(SETTLE_MS);
        const cpu = this.cpuSeconds;
        const result = await work();

        await sleep(SETTLE_MS);
        const cpuSeconds = this.cpuSeconds - cpu;
        const number = countOf(result);

        return {...result, pg_cpu_us: cpuSeconds / number * 1e6,
                wal_bytes: (await this.#walBytes() - wal) / number};
    }

    async #walBytes() {
        return Number(await this.sql("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"));
    }

    // pgbench with a script of its language; `amount` is -T SECONDS or -t EACH. What it printed,
    // with the processor time of each transaction.
    async pgbench(database, script, clients, amount, variables) {
        const path = `${WORK}pgbench.sql`;
        const defines = Object.entries(variables).flatMap(pair => ['-D', pair.join('=')]);

        writeFileSync(path, script);
        return this.measure(async () => {
            const text = await output('env', [
                `PGOPTIONS=${SESSION}`, `${this.#programs}/pgbench`, '-n', '-M', 'prepared',
                '-c', clients, '-j', Math.min(clients, cpus().length), '-f', path, ...amount,
                ...defines, this.url(database)]);
            const number = pattern => Number(pattern.exec(text)[1]);

            if (number(/failed transactions: (\d+)/) !== 0)
                throw new Error(text);
            return {per_second: number(/^tps = ([\d.]+)/m),
                    average_us: number(/latency average = ([\d.]+) ms/) * 1000,
                    replies: number(/transactions actually processed: (\d+)/)};
        }, result => result.replies);
    }
}

// A script of the server's as one of pgbench's; see bench/pg_statements.c.
export async function statements(script, ...absent) {
    return output(`${OUT}pg_statements`, [script, ...absent]);
}

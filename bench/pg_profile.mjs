// Reading one's profile from PostgreSQL, against pgbench running the same statement.
import {median, note} from './tools.mjs';
import {LOOPS, CONNECTIONS, PGBENCH_CLIENTS, describe, eachWay, usual} from './pg_ways.mjs';
import {Cluster, statements} from './postgres.mjs';
import {readFile, signInPersons} from './steps.mjs';

const ACCOUNTS = 10000;
// From all over the table.
const TOKENS = 1000;
const FROM = 100;
const STEP = 9;

async function readAsPgbench(cluster, database, seconds) {
    const script = `\\set account_id random(1, ${ACCOUNTS})\n\\set session_id :account_id\n`
        + await statements('read_account');

    return cluster.pgbench(database, script, PGBENCH_CLIENTS, ['-T', seconds],
                           {now_us: Date.now() * 1000});
}

async function tokens(cluster, database) {
    const server = await cluster.startDomofon(database, 1);
    const replies = await signInPersons(server, FROM, TOKENS, STEP);

    await server.stop();
    await cluster.sql('VACUUM ANALYZE', database);
    return readFile('pg-profile', '/v1/me', replies);
}

export async function measurePgProfile({pgRounds, seconds, report}) {
    const cluster = await Cluster.start();
    const database = await cluster.people(ACCOUNTS);
    const requests = await tokens(cluster, database);
    const pgbench = [];
    const samples = eachWay(() => []);

    for (let round = 0; round < pgRounds; round++) {
        note(`profile on PostgreSQL, round ${round + 1} of ${pgRounds}`);
        for (const loops of LOOPS) {
            const server = await cluster.startDomofon(database, loops);

            pgbench.push(await readAsPgbench(cluster, database, 2 * seconds));
            for (const c of CONNECTIONS) {
                const read = {c, w: 0.3, d: seconds};

                samples[loops][c].push(await cluster.load(server, requests, read));
            }
            await server.stop();
        }
    }
    await cluster.stop();

    const {loops, connections} = usual;

    report.ratio({
        what: `profile read, PostgreSQL, ${loops} loops, ${connections} connections`,
        unit: 'a second', least: 0.8, than: `pgbench -M prepared -c ${PGBENCH_CLIENTS}`,
        value: median(samples[loops][connections].map(sample => sample.per_second)),
        reference: median(pgbench.map(sample => sample.per_second)),
        note: `pgbench: ${median(pgbench.map(sample => sample.pg_cpu_us)).toFixed(0)} µs of `
            + 'PostgreSQL each',
        samples: {domofon: samples, pgbench},
    });
    describe(report, 'profile read', samples);
    report.measured.cpu_us.read = median(samples[loops][connections].map(s => s.pg_cpu_us));
}

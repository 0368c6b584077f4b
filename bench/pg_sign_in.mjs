// Signing in, durably, on PostgreSQL, against pgbench running the same statements.
import {median, note} from './tools.mjs';
import {CONNECTIONS, LOOPS, PGBENCH_CLIENTS, describe, eachWay, times, usual} from './pg_ways.mjs';
import {Cluster, statements} from './postgres.mjs';
import {mixedPhones, refreshAll, sendCodes, signIn, signInFile} from './steps.mjs';

const ACCOUNTS = 10000;
// Variables of pgbench are numbers. As bytes, the digits of one are as long as a challenge's id.
const FIRST_ID = 1e15;
// No invite code of six letters.
const FIRST_CODE = 1e6;

// Sends `people` codes into a fresh store, and keeps that as the database `sent`; the requests of
// the sign-ins.
async function prepare(cluster, people) {
    const database = await cluster.makeDatabase('sent', await cluster.people(ACCOUNTS));
    const server = await cluster.startDomofon(database, usual.loops);
    const phones = await mixedPhones(ACCOUNTS, people / 2, 0);
    const sent = await cluster.measure(() => sendCodes(server, phones), () => people);
    const requests = await signInFile(server, 'pg-sign-in');

    await server.stop();
    await cluster.sql('VACUUM ANALYZE', database);
    return {sent, requests};
}

// The same challenges, under names that pgbench can say.
async function prepareReference(cluster) {
    const database = await cluster.makeDatabase('reference', 'sent');

    await cluster.sql(
        'UPDATE challenge c SET id = t.name, mac = t.name FROM (SELECT id, convert_to(('
        + `${FIRST_ID} + row_number() OVER (ORDER BY created_us, id) - 1)::text, 'UTF8') AS name`
        + ' FROM challenge) t WHERE c.id = t.id', database);
    await cluster.sql('VACUUM FULL ANALYZE challenge', database);
    return database;
}

// In a pipeline, pgbench sends a transaction's statements in one go.
async function signInAsPgbench(cluster, people, pipelined) {
    const database = await prepareReference(cluster);
    const sessions = () => cluster.sql('SELECT count(*) FROM session', database).then(Number);
    const before = await sessions();
    const script = await statements('redeem_code', 'invite_given', 'invite_forgiven',
                                    'device_name', 'user_agent');
    const now = Date.now() * 1000;
    const result = await cluster.pgbench(
        database,
        `\\set n :i * ${PGBENCH_CLIENTS} + :client_id\n\\set i :i + 1\n`
            + `\\set own_code ${FIRST_CODE} + :n\n`
            + ['challenge_id', 'mac', 'request_id', 'fingerprint']
                .map(name => `\\set ${name} ${FIRST_ID} + :n\n`).join('')
            + (pipelined ? `\\startpipeline\n${script}\\endpipeline\n` : script),
        PGBENCH_CLIENTS, ['-t', people / PGBENCH_CLIENTS],
        {i: 0, now_us: now, expires_us: now + 30 * 86400e6, guess_hour: 10, guess_day: 20,
         session_max: 50, refuse_cycles: 0, idempotent: 0, address: '127.0.0.1', invite_given: '-',
         invite_forgiven: '-', device_name: '-', user_agent: '-'});

    if (await sessions() - before !== people)
        throw new Error('pgbench did not sign everybody in');
    await cluster.dropDatabase(database);
    return result;
}

// One way's sign-ins, on a copy of what was sent; with `refresh` of their sessions too.
async function signInAsDomofon(cluster, requests, people, {loops, connections, refresh}) {
    const database = await cluster.makeDatabase('cell', 'sent');
    const server = await cluster.startDomofon(database, loops);
    const all = () => people;
    const {result, replies, ...cost} = await cluster.measure(
        () => signIn(server, requests, connections), all);
    const sample = {sign_in: {...result, ...cost}};

    if (refresh)
        sample.refresh = await cluster.measure(() => refreshAll(server, replies, connections), all);
    await server.stop();
    await cluster.dropDatabase(database);
    return sample;
}

export async function measurePgSignIn({pgRounds, pgPeople, report}) {
    const cluster = await Cluster.start();
    const samples = eachWay(() => []);
    const others = {sent: [], refresh: [], pgbench: [], pipelined: []};

    for (let round = 0; round < pgRounds; round++) {
        note(`sign-in on PostgreSQL, round ${round + 1} of ${pgRounds}`);
        const {sent, requests} = await prepare(cluster, pgPeople);

        others.sent.push(sent);
        others.pgbench.push(await signInAsPgbench(cluster, pgPeople, false));
        for (const loops of LOOPS) {
            for (const connections of CONNECTIONS) {
                const refresh = loops === usual.loops && connections === usual.connections;
                const sample = await signInAsDomofon(cluster, requests, pgPeople,
                                                     {loops, connections, refresh});

                samples[loops][connections].push(sample.sign_in);
                if (refresh)
                    others.refresh.push(sample.refresh);
            }
        }
        others.pipelined.push(await signInAsPgbench(cluster, pgPeople, true));
    }
    await cluster.stop();
    tell(report, samples, others);
}

function tell(report, samples, others) {
    const {loops, connections} = usual;
    const rate = list => median(list.map(sample => sample.per_second));
    const cpu = list => median(list.map(sample => sample.pg_cpu_us));
    const wal = list => median(list.map(sample => sample.wal_bytes));
    const figure = reference => ({
        unit: 'a second', value: rate(samples[loops][connections]), reference: rate(reference),
        note: `pgbench: ${cpu(reference).toFixed(0)} µs of PostgreSQL each`,
    });

    report.ratio({
        what: `sign-in, durable, PostgreSQL, ${loops} loops, ${connections} connections`,
        least: 1.4, than: `pgbench -M prepared -c ${PGBENCH_CLIENTS}`, ...figure(others.pgbench),
        samples: {domofon: samples, ...others},
    });
    report.ratio({what: 'the same against pgbench in pipeline mode', ...figure(others.pipelined)});
    describe(report, 'sign-in', samples);
    for (const [what, name] of [['sent', 'code sent, its message delivered meanwhile'],
                                ['refresh', 'refresh']])
        report.plain({what: name, note: times(others[what]),
                      value: `${Math.round(rate(others[what]))} a second`});
    report.measured.cpu_us = {...report.measured.cpu_us, send: cpu(others.sent),
                              refresh: cpu(others.refresh),
                              sign_in: cpu(samples[loops][connections])};
    report.measured.wal = {send: wal(others.sent), sign_in: wal(samples[loops][connections])};
    report.plain({
        what: 'sign-ins a second for each processor that PostgreSQL has',
        value: `${Math.round(1e6 / cpu(samples[loops][connections]))}`,
        note: `codes sent: ${Math.round(1e6 / cpu(others.sent))}; `
            + `refreshes: ${Math.round(1e6 / cpu(others.refresh))}`,
    });
}

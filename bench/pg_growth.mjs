// Whether the same costs the same on PostgreSQL when the service has grown, and what it then takes.
import {median, note, quotient} from './tools.mjs';
import {usual} from './pg_ways.mjs';
import {Cluster} from './postgres.mjs';
import {mixedPhones, readFile, sendCodes, signIn, signInFile, signInPersons} from './steps.mjs';

const READERS = 1000;
const POPULAR = 40;
const POPULAR_STEP = 200;
const CONNECTIONS = 64;

// As after days of service: what PostgreSQL has memory for is there, indexes above all.
async function warm(cluster, database) {
    const tables = "('account'::regclass, 'session'::regclass, 'audit'::regclass)";

    await cluster.sql('CREATE EXTENSION IF NOT EXISTS pg_prewarm', database);
    await cluster.sql(`SELECT pg_prewarm(oid) FROM pg_class WHERE oid IN ${tables}`, database);
    await cluster.sql(`SELECT pg_prewarm(indexrelid) FROM pg_index WHERE indrelid IN ${tables}`,
                      database);
}

async function begin(cluster, accounts, people) {
    const database = await cluster.people(accounts);

    await warm(cluster, database);
    const server = await cluster.startDomofon(database, usual.loops);
    // Half way down the list, where a popular person has about seventy invitees.
    const from = Math.floor(accounts * 0.3 / POPULAR_STEP) * POPULAR_STEP + 2;
    const step = Math.max(1, Math.floor(accounts * 0.2 / POPULAR / POPULAR_STEP)) * POPULAR_STEP;
    const popular = await signInPersons(server, from, Math.min(POPULAR, accounts / 1000), step);

    return {accounts, server, popular, people,
            samples: {profile: [], invitees: [], sign_in: []}};
}

async function oneRound(cluster, side, round, seconds) {
    const {server, popular, samples, accounts, people} = side;
    const name = `pg-growth-${accounts}`;
    const read = {c: CONNECTIONS, w: 0.3, d: seconds};

    await sendCodes(server, await mixedPhones(accounts, people / 2, round));
    const requests = await signInFile(server, name);
    const {result, replies, ...cost} = await cluster.measure(() => signIn(server, requests),
                                                             () => people);
    const readers = replies.filter(reply => !reply.is_new_account).slice(0, READERS);

    samples.sign_in.push({...result, ...cost});
    samples.profile.push(await cluster.load(server, readFile(name, '/v1/me', readers), read));
    samples.invitees.push(await cluster.load(
        server, readFile(`${name}-invitees`, '/v1/me/invitees', popular), read));
}

// Bytes of a table and its indexes for each of its rows, after a vacuum.
async function tellSizes(cluster, database, accounts, report) {
    const sizes = {};

    for (const table of ['account', 'session', 'audit']) {
        const size = async what =>
            Number(await cluster.sql(`SELECT ${what}('${table}')`, database)) / accounts;

        sizes[table] = {all: await size('pg_total_relation_size'),
                        indexes: await size('pg_indexes_size')};
        const {all, indexes} = sizes[table];

        report.plain({
            what: `bytes on disk for each ${table === 'audit' ? 'audit entry' : table}, `
                + `${accounts} of them`,
            value: `${Math.round(all)}`, note: `of that indexes: ${Math.round(indexes)}`,
            samples: sizes[table],
        });
    }
    report.measured.bytes = Object.fromEntries(
        Object.entries(sizes).map(([table, {all}]) => [table, all]));
}

function tell(sides, few, many, report) {
    const names = {profile: 'profile read', invitees: 'page of 50 invitees', sign_in: 'sign-in'};

    for (const [key, name] of Object.entries(names)) {
        const all = of => sides.map(side => side.samples[key].map(of));
        const middle = of => all(of).map(median);
        const both = sample => sample.cpu_us + sample.pg_cpu_us;
        const [smallCpu, largeCpu] = middle(both);
        const [fewCpu, manyCpu] = all(both);
        const [smallPg, largePg] = middle(sample => sample.pg_cpu_us);
        const [small, large] = middle(sample => sample.per_second).map(Math.round);
        const [smallWal, largeWal] = middle(sample => sample.wal_bytes).map(Math.round);
        const wal = largeWal < 100 ? ''
            : `; ${largeWal} bytes of write-ahead log, ${smallWal} at ${few}`;

        report.growth({
            what: `${name}, PostgreSQL: cost at ${many} accounts`, most: 1.2,
            value: quotient(manyCpu, fewCpu),
            note: `${largeCpu.toFixed(0)} µs of processor each, of that PostgreSQL `
                + `${largePg.toFixed(0)}; ${smallCpu.toFixed(0)} and ${smallPg.toFixed(0)} at `
                + `${few}; ${large} a second, ${small} at ${few}${wal}`,
            samples: sides.map(side => side.samples[key]),
        });
    }
}

export async function measurePgGrowth(size) {
    const {pgGrowthRounds, few, pgMany, growthPeople, seconds, report} = size;
    const cluster = await Cluster.start();
    const began = Date.now();

    await cluster.people(pgMany);
    const loadedS = Math.round((Date.now() - began) / 1000);
    const sides = [await begin(cluster, few, growthPeople),
                   await begin(cluster, pgMany, growthPeople)];

    await tellSizes(cluster, `people_${pgMany}`, pgMany, report);
    for (let round = 0; round < pgGrowthRounds; round++) {
        note(`growth on PostgreSQL, round ${round + 1} of ${pgGrowthRounds}`);
        for (const side of round % 2 === 0 ? sides : [...sides].reverse())
            await oneRound(cluster, side, round, seconds);
    }
    for (const {server} of sides)
        await server.stop();
    await cluster.stop();
    tell(sides, few, pgMany, report);
    report.plain({what: `loading ${pgMany} accounts with sessions and audit`,
                  value: `${loadedS} s`, note: 'bench/pg_accounts.c'});
}

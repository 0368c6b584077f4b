// Ten thousand codes under way to their phones at once, and what others notice of it.
import {SERVER_CORE, WORK, copyStore, median, metric, note, peopleStore,
        startDomofon} from './tools.mjs';
import {mixedPhones, readFile, signInPersons} from './steps.mjs';

const ACCOUNTS = 10000;
const DELAY_MS = '15000-20000';
// Far below what the server can do: the latency of a server that is not in a hurry.
const READS_A_SECOND = 2000;
const SLICE_S = 1;
const SLICES = 5;
const READ = {c: 16, s: true, r: READS_A_SECOND, w: 0.2, d: SLICE_S};

// A server with people of its own who are signed in, and what asks for their profiles.
async function startReader(name, delay) {
    const store = `${WORK}${name}.sqlite`;

    copyStore(await peopleStore(ACCOUNTS), store);
    const quick = await startDomofon(store, {
        cores: SERVER_CORE, settings: {'deliver.simulated_delay_ms': '0-100'},
    });
    const replies = await signInPersons(quick, 100, 64, 97);

    await quick.stop();
    const server = await startDomofon(store, {
        cores: SERVER_CORE, settings: {'deliver.simulated_delay_ms': delay},
    });
    const requests = readFile(name, '/v1/me', replies);

    await server.load(requests, READ);
    return {server, requests};
}

// The two take turns, so that what else the machine does falls on both.
async function takeTurns(calm, waiting) {
    const without = [];
    const during = [];

    for (let i = 0; i < SLICES; i++) {
        without.push(await calm.server.load(calm.requests, READ));
        during.push(await waiting.server.load(waiting.requests, READ));
    }
    return {without, during};
}

async function oneRound(round, codes) {
    const calm = await startReader('calm', DELAY_MS);
    const waiting = await startReader('waiting', DELAY_MS);
    const {server} = waiting;
    const {threads, residentBytes} = server;

    await server.load(await mixedPhones(ACCOUNTS, codes / 2, round), {c: 128, n: true}, 202);
    const bytes = (server.residentBytes - residentBytes) / codes;
    const turns = await takeTurns(calm, waiting);

    if (await metric(server, 'messages_delivered_total') > 0)
        throw new Error('messages were due before the measurement was over');
    const delivering = await waitAndRead(waiting);
    const sample = {...turns, delivering, bytes, threads: server.threads - threads};

    await calm.server.stop();
    await server.stop();
    return sample;
}

// Reads while the messages come due and are delivered.
async function waitAndRead({server, requests}) {
    const samples = [];

    while (await metric(server, 'messages_delivered_total') === 0)
        await server.load(requests, READ);
    for (let i = 0; i < SLICES; i++)
        samples.push(await server.load(requests, READ));
    return samples;
}

export async function measureWaiting({waitingRounds, codes, report}) {
    const samples = [];

    for (let round = 0; round < waitingRounds; round++) {
        note(`codes waiting, round ${round + 1} of ${waitingRounds}`);
        samples.push(await oneRound(round, codes));
    }

    const p99 = name => median(samples.flatMap(s => s[name].map(load => load.p99_us)));
    const ms = name => (p99(name) / 1000).toFixed(2);

    report.growth({
        what: `${codes} codes waiting: p99 of a profile read`, most: 1.2,
        value: p99('during') / p99('without'),
        note: `${ms('without')} ms without, ${ms('during')} ms with, ${ms('delivering')} ms while `
            + `they are delivered; ${READS_A_SECOND} reads a second`,
        samples,
    });
    report.most({
        what: 'memory for each waiting code', most: 2, unit: 'KiB',
        value: median(samples.map(s => s.bytes)) / 1024,
    });
    report.most({
        what: 'threads for waiting codes', most: 0, unit: '',
        value: Math.max(...samples.map(s => s.threads)),
    });
}

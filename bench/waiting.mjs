// Ten thousand codes under way to their phones at once, and what others notice of it.
import {SERVER_CORE, WORK, copyStore, median, metric, note, peopleStore,
        startDomofon} from './tools.mjs';
import {mixedPhones, readFile, signInPersons} from './steps.mjs';

const ACCOUNTS = 10000;
const DELAY_MS = '15000-20000';
// Far below what the server can do: the latency of a server that is not in a hurry.
const READS_A_SECOND = 2000;
const SLICE_S = 1.5;
const SLICES = 3;
const READ = {c: 16, s: true, r: READS_A_SECOND, w: 0.2, d: SLICE_S};

async function latencies(server, requests) {
    const samples = [];

    for (let i = 0; i < SLICES; i++)
        samples.push(await server.load(requests, READ));
    return samples;
}

async function oneRound(round, codes) {
    const store = `${WORK}waiting.sqlite`;

    copyStore(await peopleStore(ACCOUNTS), store);
    const server = await startDomofon(store, {
        cores: SERVER_CORE, settings: {'deliver.simulated_delay_ms': '0-100'},
    });
    const replies = await signInPersons(server, 100, 64, 97);

    await server.stop();
    const slow = await startDomofon(store, {
        cores: SERVER_CORE, settings: {'deliver.simulated_delay_ms': DELAY_MS},
    });
    const requests = readFile('waiting', '/v1/me', replies);

    await slow.load(requests, READ);
    const before = await latencies(slow, requests);
    const threads = slow.threads;
    const resident = slow.residentBytes;

    await slow.load(await mixedPhones(ACCOUNTS, codes / 2, round), {c: 128, n: true}, 202);
    const bytes = (slow.residentBytes - resident) / codes;
    const during = await latencies(slow, requests);

    if (await metric(slow, 'messages_delivered_total') > 0)
        throw new Error('messages were due before the measurement was over');
    const delivering = await waitAndRead(slow, requests);
    const sample = {before, during, delivering, bytes, threads: slow.threads - threads};

    await slow.stop();
    return sample;
}

// Reads while the messages come due and are delivered.
async function waitAndRead(server, requests) {
    while (await metric(server, 'messages_delivered_total') === 0)
        await server.load(requests, READ);
    return latencies(server, requests);
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
        value: p99('during') / p99('before'),
        note: `${ms('before')} ms without, ${ms('during')} ms with, ${ms('delivering')} ms while `
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

// Signing in, durably, against the same statements in a bare loop; and what leads up and on to it.
import {BOTH_CORES, OUT, SERVER_CORE, WORK, copyStore, median, metric, note, output,
        peopleStore, quotient, removeStore, startDomofon} from './tools.mjs';
import {mixedPhones, refreshAll, sendCodes, signIn, signInFile} from './steps.mjs';

const ACCOUNTS = 10000;

// The statements of the sign-in in a bare loop (bench/reference.c), on a copy of the server's
// store; on the cores the server has.
async function bareLoop(copy, cores) {
    const result = JSON.parse(await output(`${OUT}reference`, [copy], cores));

    removeStore(copy);
    return result;
}

async function oneRound(round, people, {cores, connections}) {
    const store = `${WORK}sign-in.sqlite`;
    const copy = `${WORK}reference.sqlite`;
    const sample = {};

    copyStore(await peopleStore(ACCOUNTS), store);
    removeStore(copy);
    const server = await startDomofon(store, {cores});

    sample.send = await sendCodes(server, await mixedPhones(ACCOUNTS, people / 2, 0), connections);
    const requests = await signInFile(server, 'sign-in', copy);

    // Whoever comes second finds a warmer machine: take turns.
    if (round % 2 === 0)
        sample.bare = await bareLoop(copy, cores);
    const commits = await metric(server, 'store_batches_total');
    const {result, replies} = await signIn(server, requests, connections);

    sample.sign_in = result;
    sample.sign_in.a_commit = people / (await metric(server, 'store_batches_total') - commits);
    if (round % 2 === 1)
        sample.bare = await bareLoop(copy, cores);
    sample.refresh = await refreshAll(server, replies, connections);
    await server.stop();
    removeStore(store);
    return sample;
}

const WAYS = {
    usual: {cores: BOTH_CORES, connections: 128},
    wide: {cores: BOTH_CORES, connections: 256},
    one: {cores: SERVER_CORE, connections: 128},
};

export async function measureSignIn({rounds, people, report}) {
    const samples = {usual: [], wide: [], one: []};

    for (let round = 0; round < rounds; round++) {
        note(`sign-in, round ${round + 1} of ${rounds}`);
        for (const [way, how] of Object.entries(WAYS))
            samples[way].push(await oneRound(round, people, how));
    }

    const all = (way, what, field) => samples[way].map(s => s[what][field]);
    const middle = (way, what, field) => median(all(way, what, field));
    const told = (way, what) => `${middle(way, what, 'cpu_us').toFixed(0)} µs of processor each, `
        + `p99 ${(middle(way, what, 'p99_us') / 1000).toFixed(0)} ms`;
    const against = (way, figure) => report.ratio({
        unit: 'a second', value: middle(way, 'sign_in', 'per_second'),
        reference: middle(way, 'bare', 'per_second'),
        ratio: quotient(all(way, 'sign_in', 'per_second'), all(way, 'bare', 'per_second')),
        note: `${told(way, 'sign_in')}, ${Math.round(middle(way, 'sign_in', 'a_commit'))} a commit;`
            + ` the loop ${middle(way, 'bare', 'cpu_us').toFixed(0)} µs`,
        ...figure,
    });

    against('usual', {
        what: 'sign-in, durable, SQLite FULL, 128 clients at once', least: 0.8,
        than: 'the same statements in a bare loop, 100 a commit', samples,
    });
    against('wide', {what: 'the same, 256 clients at once'});
    against('one', {what: 'the same, 128 clients, server and loop on one core'});
    for (const [what, name] of [['send', 'code sent, its message delivered meanwhile'],
                                ['refresh', 'refresh']])
        report.plain({what: name, note: told('usual', what),
                      value: `${Math.round(middle('usual', what, 'per_second'))} a second`});
}

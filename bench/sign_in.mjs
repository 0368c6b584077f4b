// Signing in, durably, against the same statements in a bare loop; and what leads up and on to it.
import {BOTH_CORES, OUT, SERVER_CORE, WORK, copyStore, median, note, output, peopleStore,
        removeStore, startDomofon} from './tools.mjs';
import {mixedPhones, refreshAll, sendCodes, signIn, signInFile} from './steps.mjs';

const ACCOUNTS = 10000;

// The statements of the sign-in in a bare loop (bench/reference.c), on a copy of the server's
// store; on the cores the server has.
async function bareLoop(copy, cores) {
    const result = JSON.parse(await output(`${OUT}reference`, [copy], cores));

    removeStore(copy);
    return result;
}

async function oneRound(round, people, cores) {
    const store = `${WORK}sign-in.sqlite`;
    const copy = `${WORK}reference.sqlite`;
    const sample = {};

    copyStore(await peopleStore(ACCOUNTS), store);
    removeStore(copy);
    const server = await startDomofon(store, {cores});

    sample.send = await sendCodes(server, await mixedPhones(ACCOUNTS, people / 2, 0));
    const requests = await signInFile(server, 'sign-in', copy);

    // Whoever comes second finds a warmer machine: take turns.
    if (round % 2 === 0)
        sample.bare = await bareLoop(copy, cores);
    const {result, replies} = await signIn(server, requests);

    sample.sign_in = result;
    if (round % 2 === 1)
        sample.bare = await bareLoop(copy, cores);
    sample.refresh = await refreshAll(server, replies);
    await server.stop();
    removeStore(store);
    return sample;
}

export async function measureSignIn({rounds, people, report}) {
    const samples = {both: [], one: []};

    for (let round = 0; round < rounds; round++) {
        note(`sign-in, round ${round + 1} of ${rounds}`);
        samples.both.push(await oneRound(round, people, BOTH_CORES));
        samples.one.push(await oneRound(round, people, SERVER_CORE));
    }

    const rate = (where, what) => median(samples[where].map(s => s[what].per_second));
    const p99 = (where, what) => median(samples[where].map(s => s[what].p99_us / 1000)).toFixed(0);
    const cpu = (where, what) => median(samples[where].map(s => s[what].cpu_us)).toFixed(0);

    report.ratio({
        what: 'sign-in, durable, SQLite FULL', unit: 'a second', least: 0.8,
        value: rate('both', 'sign_in'), reference: rate('both', 'bare'),
        than: 'the same statements in a bare loop, 100 a commit',
        note: `half of them new people; p99 ${p99('both', 'sign_in')} ms, `
            + `${cpu('both', 'sign_in')} µs of processor each, the loop ${cpu('both', 'bare')}`,
        samples,
    });
    report.ratio({
        what: 'the same, server and loop on one core', unit: 'a second',
        value: rate('one', 'sign_in'), reference: rate('one', 'bare'), than: 'the same',
        note: `p99 ${p99('one', 'sign_in')} ms`,
    });
    for (const [what, name] of [['send', 'code sent, its message delivered meanwhile'],
                                ['refresh', 'refresh']])
        report.plain({
            what: name, value: `${Math.round(rate('both', what))} a second`,
            note: `p99 ${p99('both', what)} ms, ${cpu('both', what)} µs of processor each`,
        });
}

// Whether the same costs the same when the service has grown.
import {BOTH_CORES, WORK, copyStore, median, note, peopleStore, quotient,
        removeStore, startDomofon} from './tools.mjs';
import {mixedPhones, readFile, sendCodes, signIn, signInFile, signInPersons} from './steps.mjs';

const READERS = 1000;
const POPULAR = 40;
const POPULAR_STEP = 200;

async function begin(accounts, people) {
    const store = `${WORK}growth-${accounts}.sqlite`;

    copyStore(await peopleStore(accounts), store);
    const server = await startDomofon(store, {cores: BOTH_CORES});
    // Half way down the list, where a popular person has about seventy invitees.
    const from = Math.floor(accounts * 0.3 / POPULAR_STEP) * POPULAR_STEP + 2;
    const step = Math.max(1, Math.floor(accounts * 0.2 / POPULAR / POPULAR_STEP)) * POPULAR_STEP;
    const popular = await signInPersons(server, from, Math.min(POPULAR, accounts / 1000), step);

    return {accounts, server, popular, people,
            samples: {profile: [], invitees: [], sign_in: []}};
}

async function oneRound(side, round, seconds) {
    const {server, popular, samples, accounts, people} = side;
    const name = `growth-${accounts}`;

    await sendCodes(server, await mixedPhones(accounts, people / 2, round));
    const {result, replies} = await signIn(server, await signInFile(server, name));
    const readers = replies.filter(reply => !reply.is_new_account).slice(0, READERS);
    const invitees = readFile(`${name}-invitees`, '/v1/me/invitees', popular);

    samples.sign_in.push(result);
    samples.profile.push(await server.load(readFile(name, '/v1/me', readers),
                                           {c: 64, s: true, w: 0.3, d: seconds}));
    samples.invitees.push(await server.load(invitees, {c: 64, s: true, w: 0.3, d: seconds}));
}

export async function measureGrowth({growthRounds, few, many, growthPeople, seconds, report}) {
    const sides = [await begin(few, growthPeople), await begin(many, growthPeople)];

    for (let round = 0; round < growthRounds; round++) {
        note(`growth, round ${round + 1} of ${growthRounds}`);
        for (const side of round % 2 === 0 ? sides : [...sides].reverse())
            await oneRound(side, round, seconds);
    }
    for (const {server} of sides) {
        await server.stop();
        removeStore(server.store);
    }

    const names = {profile: 'profile read', invitees: 'page of 50 invitees', sign_in: 'sign-in'};

    for (const [key, name] of Object.entries(names)) {
        const all = field => sides.map(side => side.samples[key].map(sample => sample[field]));
        const middle = field => all(field).map(median);
        const [fewCpu, manyCpu] = all('cpu_us');
        const [smallCpu, largeCpu] = middle('cpu_us');
        const [small, large] = middle('per_second').map(Math.round);

        report.growth({
            what: `${name}: cost at ${many} accounts`, most: 1.2, value: quotient(manyCpu, fewCpu),
            note: `${largeCpu.toFixed(1)} µs of processor each, ${smallCpu.toFixed(1)} at ${few}; `
                + `${large} a second, ${small} at ${few}`,
            samples: sides.map(side => side.samples[key]),
        });
    }
}

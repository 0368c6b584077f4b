// A dialect against a service like its original: Django under gunicorn (test/django), both on
// PostgreSQL and on the same processors.
import {execFileSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';

import {Cluster} from './postgres.mjs';
import {usual} from './pg_ways.mjs';
import {mixedPhones, requestFile, signInPersons} from './steps.mjs';
import {BOTH_CORES, ROOT, WORK, fetchText, freePort, median, note, quotient, sleep,
        startProcess} from './tools.mjs';

const ACCOUNTS = 10000;
const READERS = 1000;
const CONNECTIONS = 64;
// gunicorn's own advice for two processors, with threads because clients keep their connections.
const WORKERS = ['-k', 'gthread', '-w', '5', '--threads', '16', '--keep-alive', '60'];
const DJANGO = `${ROOT}test/django`;
const MODULES = 'import django, rest_framework_simplejwt, gunicorn, psycopg2';

// Another python than the distribution's may stand first on the path.
function findPython() {
    for (const python of ['python3', '/usr/bin/python3']) {
        try {
            execFileSync(python, ['-c', MODULES], {stdio: 'ignore'});
            return python;
        } catch {
            // The next.
        }
    }
    throw new Error(`no python3 can do: ${MODULES}`);
}

class Original {
    static async start(cluster) {
        const original = new Original();
        const python = findPython();
        const database = await cluster.makeDatabase('original');

        original.port = await freePort();
        original.env = {...process.env, ORIGINAL: 'initialization', SEND_DELAY_S: '0',
                        DATABASE: cluster.url(database), PYTHONDONTWRITEBYTECODE: '1'};
        for (const args of [['migrate', '--run-syncdb'], ['fill', String(ACCOUNTS)]])
            execFileSync(python, ['manage.py', ...args],
                         {cwd: DJANGO, env: original.env, stdio: 'ignore'});
        original.phones = (await cluster.sql(
            "SELECT phone FROM users_user WHERE phone ~ '^[+]7[0-9]{10}$' ORDER BY id DESC "
            + 'LIMIT 5000', database)).split('\n');
        original.process = startProcess(
            python, ['-m', 'gunicorn', ...WORKERS, '-b', `127.0.0.1:${original.port}`,
                     'original.wsgi'],
            BOTH_CORES, {cwd: DJANGO, env: original.env, stdio: 'ignore'});
        original.process.port = original.port;
        await original.#answers();
        return original;
    }

    async #answers() {
        for (let tries = 0; ; tries++) {
            try {
                await fetchText(this.process, `/users/profile/${this.phones[0]}/`);
                return;
            } catch (error) {
                if (tries === 100)
                    throw error;
                await sleep(100);
            }
        }
    }
}

const sending = phone => ({line: 'POST /users/initialization/', body: JSON.stringify({phone})});

// As the original's client would ask: half of them are known.
async function sendFiles(original, count, round) {
    const ours = readFileSync(await mixedPhones(ACCOUNTS, count, round), 'utf8')
        .replaceAll('POST /v1/codes\t', 'POST /users/initialization/\t');
    const strangers = ours.trimEnd().split('\n').filter((_, i) => i % 2 === 1)
        .map(line => JSON.parse(line.split('\t')[2]).phone);
    const path = `${WORK}dialect-send.requests`;

    writeFileSync(path, ours);
    // A Django is asked less: it would take minutes.
    return {
        ours: path,
        theirs: requestFile('original-send', original.phones
            .slice(round * count / 10, (round + 1) * count / 10)
            .flatMap((phone, i) => [sending(phone), sending(strangers[i])])),
    };
}

export async function measureDialects({dialectRounds, dialectPeople, seconds, report}) {
    const cluster = await Cluster.start();
    const domofon = await cluster.startDomofon(await cluster.people(ACCOUNTS), usual.loops,
                                               {dialects: 'initialization',
                                                'deliver.simulated_delay_ms': '0'});
    const replies = await signInPersons(domofon, 1, READERS, 7);
    const original = await Original.start(cluster);
    const ourReads = requestFile('dialect-read', replies.map(({access_token, account}) => ({
        line: `GET /users/profile/${account.phone}/`, token: access_token,
    })));
    const theirReads = requestFile('original-read', original.phones.slice(0, READERS).map(
        phone => ({line: `GET /users/profile/${phone}/`})));
    const samples = {send: [], read: []};

    for (let round = 0; round < dialectRounds; round++) {
        note(`dialect against Django, round ${round + 1} of ${dialectRounds}`);
        const files = await sendFiles(original, dialectPeople, round);
        const once = {c: CONNECTIONS, n: true};
        const read = {c: CONNECTIONS, w: 0.3, d: seconds};

        samples.send.push({ours: await domofon.load(files.ours, once),
                           theirs: await original.process.load(files.theirs, once)});
        samples.read.push({ours: await domofon.load(ourReads, read),
                           theirs: await original.process.load(theirReads, read)});
    }
    await domofon.stop();
    await original.process.stop();
    await cluster.stop();

    const names = {send: 'dialect `initialization`, code sent', read: 'the same, profile'};

    for (const [key, what] of Object.entries(names)) {
        const all = whose => samples[key].map(sample => sample[whose].per_second);

        report.ratio({
            what, unit: 'a second', value: median(all('ours')), reference: median(all('theirs')),
            ratio: quotient(all('ours'), all('theirs')), samples: samples[key],
            note: `Django under gunicorn; p99 ${middleMs(samples[key], 'ours')} ms, its `
                + `${middleMs(samples[key], 'theirs')}`,
        });
    }
}

const middleMs = (samples, whose) =>
    (median(samples.map(sample => sample[whose].p99_us)) / 1000).toFixed(1);

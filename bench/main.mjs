// The benchmark's order of work; see bench/run.
import {mkdirSync, readFileSync, rmSync} from 'node:fs';
import {closeSync, fdatasyncSync, openSync, writeSync} from 'node:fs';
import {cpus, release, totalmem} from 'node:os';

import {measureDialects} from './dialects.mjs';
import {measureGrowth} from './growth.mjs';
import {measureMemory} from './memory.mjs';
import {measurePgGrowth} from './pg_growth.mjs';
import {measurePgProfile} from './pg_profile.mjs';
import {measurePgSignIn} from './pg_sign_in.mjs';
import {measureProfile} from './profile.mjs';
import {Report} from './report.mjs';
import {measureSignIn} from './sign_in.mjs';
import {WORK, endChildren, note} from './tools.mjs';
import {measureWaiting} from './waiting.mjs';

const PARTS = {
    sqlite: {profile: measureProfile, sign_in: measureSignIn, memory: measureMemory,
             waiting: measureWaiting, growth: measureGrowth},
    postgresql: {pg_profile: measurePgProfile, pg_sign_in: measurePgSignIn,
                 pg_growth: measurePgGrowth},
    dialects: {dialects: measureDialects},
};
const NAMES = Object.values(PARTS).flatMap(Object.keys);
const USUAL = {readRounds: 15, rounds: 5, seconds: 1, people: 20000, starts: 9, connections: 10000,
               waitingRounds: 3, codes: 10000, few: 10000, many: 1000000, growthRounds: 5,
               growthPeople: 4000, pgRounds: 3, pgPeople: 19200, pgGrowthRounds: 5, pgMany: 1000000,
               dialectRounds: 5, dialectPeople: 4000, deadlineS: 40 * 60};
const QUICK = {readRounds: 3, rounds: 2, seconds: 1, people: 4000, starts: 3, connections: 10000,
               waitingRounds: 1, codes: 10000, few: 10000, many: 100000, growthRounds: 1,
               growthPeople: 2000, pgRounds: 1, pgPeople: 3200, pgGrowthRounds: 1, pgMany: 100000,
               dialectRounds: 1, dialectPeople: 2000, deadlineS: 6 * 60};
const FULL = {...USUAL, pgMany: 10000000, deadlineS: 75 * 60};

function readArguments(args) {
    const options = {size: USUAL, write: false, parts: NAMES};

    for (let i = 0; i < args.length; i++) {
        if (args[i] === '--quick')
            options.size = QUICK;
        else if (args[i] === '--full')
            options.size = FULL;
        else if (args[i] === '--write')
            options.write = true;
        else if (args[i] === '--only' && args[i + 1])
            options.parts = args[++i].split(',');
        else
            throw new Error(`unknown argument ${args[i]}; see the beginning of bench/run`);
    }
    for (const part of options.parts) {
        if (!NAMES.includes(part))
            throw new Error(`no part '${part}'; there are ${NAMES.join(', ')}`);
    }
    return options;
}

// Flushes of a grown file a second: what one durable commit at a time could reach.
function flushesPerSecond() {
    const file = openSync(`${WORK}flush`, 'w');
    const page = Buffer.alloc(4096, 1);
    const end = Date.now() + 1000;
    let flushes = 0;

    for (; Date.now() < end; flushes++) {
        writeSync(file, page);
        fdatasyncSync(file);
    }
    closeSync(file);
    return flushes;
}

// Ticks of processor time so far: of all, and of this program and those it started and saw ended.
function ticks() {
    const all = readFileSync('/proc/stat', 'utf8').split('\n')[0].split(/ +/).slice(1).map(Number);
    const own = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ').map(Number);
    const [user, nice, system, idle, wait, irq, softirq, steal] = all;
    const busy = user + nice + system + irq + softirq + steal;

    return {busy, total: busy + idle + wait, own: own[11] + own[12] + own[13] + own[14]};
}

// How much of the machine others took since `before`.
function othersPercent(before) {
    const now = ticks();
    const others = now.busy - before.busy - (now.own - before.own);

    return Math.max(0, Math.round(100 * others / (now.total - before.total)));
}

function describeMachine() {
    const system = /PRETTY_NAME="(.*)"/.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];

    return [
        `Measured ${new Date().toISOString().slice(0, 10)} on ${cpus().length} cores of`,
        `${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${system},`,
        `Linux ${release()}, a disk with ${flushesPerSecond()} flushes a second.`,
    ];
}

async function main() {
    const {size, write, parts} = readArguments(process.argv.slice(2));
    const report = new Report();

    if (cpus().length < 2)
        throw new Error('two cores are needed: one for the server, one for the client');
    rmSync(WORK, {recursive: true, force: true});
    mkdirSync(WORK, {recursive: true});
    setTimeout(() => {
        note(`not done after ${size.deadlineS} s: stopped`);
        process.exit(1);
    }, size.deadlineS * 1000).unref();
    const machine = describeMachine();
    const before = ticks();
    const begin = Date.now();

    for (const [section, measures] of Object.entries(PARTS)) {
        report.section = section;
        for (const part of parts.filter(name => name in measures))
            await measures[part]({...size, report});
    }
    machine.push(`Other work took ${othersPercent(before)} % of the processors meanwhile.`);
    note(`took ${Math.round((Date.now() - begin) / 1000)} s\n`);
    console.log(report.save(machine, write));
    const missed = report.rows.filter(row => row.within === false).length;

    console.log(`${report.rows.filter(row => row.within).length} within budget, ${missed} not`);
    rmSync(WORK, {recursive: true, force: true});
}

process.on('exit', endChildren);
for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, () => process.exit(1));
try {
    await main();
} catch (error) {
    note(error.stack);
    process.exitCode = 1;
    process.exit();
}

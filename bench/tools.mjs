// What the parts of the benchmark share: processes, the load client, numbers.
import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {copyFileSync, createWriteStream, existsSync, readFileSync, rmSync} from 'node:fs';
import {createServer} from 'node:net';
import {createInterface} from 'node:readline';
import {promisify} from 'node:util';

const run = promisify(execFile);

export const ROOT = new URL('..', import.meta.url).pathname;
export const OUT = `${ROOT}build-bench/`;
export const WORK = `${OUT}work/`;
export const DOMOFON = `${OUT}release/domofon`;

// The server alone on core 0; the client alone on core 1. Where the server's store thread is to
// have a core of its own, it may use both.
export const SERVER_CORE = '0';
export const CLIENT_CORE = '1';
export const BOTH_CORES = '0,1';

export const TICKS_A_SECOND = 100;
const children = new Set();

// Limits on one address and one phone would stop a load client within a second.
const OPEN_LIMITS = {
    'send.per_address_hour': 1000000, 'send.cooldown_s': 0, 'send.per_phone_10min': 1000,
    'guess.per_address_10min': 1000000,
    'invite.per_address_10min': 1000000, 'code.ttl_s': 600, 'http.loops': 1,
};

export function note(text) {
    process.stderr.write(`${text}\n`);
}

export const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));

export function median(numbers) {
    const sorted = [...numbers].sort((a, b) => a - b);
    const middle = sorted.length >> 1;

    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// The median of what the samples of a round give, one by the other: a machine that is slower for a
// while is slower for both.
export function quotient(ours, theirs) {
    return median(ours.map((our, round) => our / theirs[round]));
}

// Starts a program that is ended with us, whatever happens.
function start(command, args, options) {
    const child = spawn(command, args, options);

    children.add(child);
    child.on('exit', () => children.delete(child));
    child.on('error', error => { throw error; });
    return child;
}

export function endChildren() {
    for (const child of children)
        child.kill('SIGKILL');
}

// The standard output of one of our programs, as text.
export async function output(program, args, cores = BOTH_CORES) {
    const {stdout} = await run('taskset', ['-c', cores, program, ...args.map(String)],
                               {maxBuffer: 1 << 30});
    return stdout;
}

// One run of the load client; the numbers it prints. `wanted` is the only status allowed.
export async function load(port, requests, options, wanted = 200) {
    const args = Object.entries(options).flatMap(([name, value]) =>
        value === true ? [`-${name}`] : [`-${name}`, value]);
    const result = JSON.parse(await output(`${OUT}load`, [...args, port, requests], CLIENT_CORE));
    const others = Object.keys(result.statuses).filter(status => status !== String(wanted));

    if (others.length > 0)
        throw new Error(`not only ${wanted}: ${JSON.stringify(result.statuses)}`);
    return result;
}

async function exited(child) {
    if (child.exitCode === null && child.signalCode === null)
        await once(child, 'exit');
    return child.exitCode;
}

// A running program and what the kernel knows of it.
export class Process {
    constructor(child) {
        this.child = child;
        this.pid = child.pid;
    }

    #status(name) {
        const text = readFileSync(`/proc/${this.pid}/status`, 'utf8');

        return parseInt(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)[1]);
    }

    get residentBytes() { return this.#status('VmRSS') * 1024; }
    get threads() { return this.#status('Threads'); }

    // Seconds of processor time, user and kernel.
    get cpuSeconds() {
        const fields = readFileSync(`/proc/${this.pid}/stat`, 'utf8').split(') ')[1].split(' ');

        return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
    }

    // A load run, with the processor time each reply cost this process.
    async load(requests, options, wanted) {
        const before = this.cpuSeconds;
        const result = await load(this.port, requests, options, wanted);
        const all = Object.values(result.statuses).reduce((a, b) => a + b, 0);

        return {...result, cpu_us: (this.cpuSeconds - before) / all * 1e6};
    }

    async stop() {
        this.child.kill('SIGTERM');
        const timer = setTimeout(() => this.child.kill('SIGKILL'), 12000);
        const code = await exited(this.child);

        clearTimeout(timer);
        if (code !== 0)
            throw new Error(`${this.child.spawnfile} ended with ${code}`);
    }
}

// A domofon on a free port of 127.0.0.1, on a SQLite file or a PostgreSQL URL; start_ms is from its
// start to `listening`.
export async function startDomofon(store, {cores = SERVER_CORE, settings = {}} = {}) {
    const pairs = Object.entries({...OPEN_LIMITS, ...settings});
    const url = store.includes('://') ? store : `sqlite:${store}`;
    const begin = process.hrtime.bigint();
    const child = start('taskset', [
        '-c', cores, DOMOFON, 'serve', '--listen', '127.0.0.1:0', '--store', url,
        ...pairs.flatMap(([name, value]) => ['--set', `${name}=${value}`]),
    ], {stdio: ['ignore', 'pipe', 'pipe']});
    const server = new Process(child);

    child.stderr.pipe(createWriteStream(`${WORK}server.log`, {flags: 'a'}));
    for await (const line of createInterface({input: child.stdout})) {
        server.start_ms = Number(process.hrtime.bigint() - begin) / 1e6;
        server.port = Number(/:(\d+)$/.exec(line)[1]);
        server.store = store;
        server.key = settings['key.file'] ?? `${store}.key`;
        return server;
    }
    throw new Error(`domofon did not start; see ${WORK}server.log`);
}

// A port nobody listens on just now.
export async function freePort() {
    const probe = createServer().listen(0, '127.0.0.1');

    await once(probe, 'listening');
    const {port} = probe.address();

    probe.close();
    await once(probe, 'close');
    return port;
}

export function startProcess(command, args, cores, options) {
    return new Process(start('taskset', ['-c', cores, command, ...args], options));
}

export async function fetchText(server, path, headers = {}) {
    const reply = await fetch(`http://127.0.0.1:${server.port}${path}`, {headers});
    const text = await reply.text();

    if (!reply.ok)
        throw new Error(`${path}: ${reply.status} ${text}`);
    return text;
}

export async function metric(server, name) {
    const text = await fetchText(server, '/metrics');

    return Number(new RegExp(`^domofon_${name} (\\d+)`, 'm').exec(text)[1]);
}

export function removeStore(store) {
    for (const suffix of ['', '-wal', '-shm', '.key'])
        rmSync(store + suffix, {force: true});
}

// A copy of a store that no process has open, with its key file.
export function copyStore(from, to) {
    removeStore(to);
    copyFileSync(from, to);
    if (existsSync(`${from}.key`))
        copyFileSync(`${from}.key`, `${to}.key`);
}

// A store with `count` people (bench/accounts.c), made once a run; its path.
export async function peopleStore(count) {
    const store = `${WORK}people-${count}.sqlite`;

    if (!existsSync(store)) {
        note(`making a store of ${count} accounts`);
        removeStore(store);
        await output(DOMOFON, ['migrate', 'up', '--store', `sqlite:${store}`]);
        await output(`${OUT}accounts`, [store, count]);
    }
    return store;
}

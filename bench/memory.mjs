// What domofon takes before anybody comes, and for each connection held open.
import {spawn} from 'node:child_process';
import {once} from 'node:events';

import {CLIENT_CORE, OUT, WORK, median, metric, note, removeStore, sleep,
        startDomofon} from './tools.mjs';
import {requestFile} from './steps.mjs';

const MIB = 1024 * 1024;
const SETTLE_MS = 1000;

async function startTimes(store, times) {
    const samples = [];

    for (let i = 0; i < times; i++) {
        const server = await startDomofon(store);

        await sleep(SETTLE_MS);
        samples.push({start_ms: server.start_ms, resident: server.residentBytes,
                      threads: server.threads});
        await server.stop();
    }
    return samples;
}

// Opens `count` connections, each with one request behind it, and measures while they are held.
async function holdConnections(server, count) {
    const requests = requestFile('hold', [{line: 'GET /healthz'}]);

    // What the first requests bring into memory is not a connection's.
    await server.load(requests, {c: 64, d: 1});
    await sleep(SETTLE_MS);
    const before = server.residentBytes;
    const holder = spawn('taskset', ['-c', CLIENT_CORE, `${OUT}load`, '-H', '-c', count,
                                     server.port, requests], {stdio: ['pipe', 'pipe', 'inherit']});

    await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')]);
    const held = await metric(server, 'http_connections');
    const bytes = (server.residentBytes - before) / count;

    holder.stdin.end();
    if (held < count)
        throw new Error(`only ${held} of ${count} connections are held`);
    return {count, bytes};
}

export async function measureMemory({starts, connections, report}) {
    const store = `${WORK}memory.sqlite`;

    note('memory and start');
    removeStore(store);
    const fresh = await startDomofon(store);

    await fresh.stop();
    const samples = await startTimes(store, starts);
    const server = await startDomofon(store, {settings: {'http.connections': connections + 100}});
    const held = await holdConnections(server, connections);

    await server.stop();
    report.most({
        what: 'idle, resident', most: 20, unit: 'MiB',
        value: median(samples.map(s => s.resident)) / MIB,
        note: `libphonenumber loaded, one event loop, ${samples[0].threads} threads`, samples,
    });
    report.most({
        what: 'from start to `listening`', most: 100, unit: 'ms',
        value: median(samples.map(s => s.start_ms)),
        note: `the first time, with a store to make: ${fresh.start_ms.toFixed(0)} ms`,
    });
    report.most({
        what: 'connection held', most: 16, unit: 'KiB', value: held.bytes / 1024,
        note: `${held.count} connections, each after one request`,
    });
}

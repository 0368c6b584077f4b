// How domofon is run on PostgreSQL: with so many loops, asked over so many connections.
import {cpus} from 'node:os';

import {median} from './tools.mjs';

export const LOOPS = [1, 2, 4];
export const CONNECTIONS = [64, 256, 1000];
export const PGBENCH_CLIENTS = 32;

// Loops as by default, one a processor; the client has many people behind it.
export const usual = {loops: LOOPS.findLast(n => n <= cpus().length), connections: 256};

// {1: {64: make(1, 64), ...}, ...}
export function eachWay(make) {
    return Object.fromEntries(LOOPS.map(loops => [loops, Object.fromEntries(
        CONNECTIONS.map(connections => [connections, make(loops, connections)]))]));
}

export const times = samples => {
    const middle = field => median(samples.map(sample => sample[field]));
    const ms = field => (middle(field) / 1000).toFixed(1);

    return `p50 ${ms('p50_us')} ms, p99 ${ms('p99_us')} ms; ${middle('cpu_us').toFixed(0)} µs of `
        + `processor each by domofon, ${middle('pg_cpu_us').toFixed(0)} by PostgreSQL`;
};

// A row for each way.
export function describe(report, what, samples) {
    for (const loops of LOOPS) {
        for (const c of CONNECTIONS) {
            const all = samples[loops][c];

            report.plain({
                what: `${what}, ${loops} ${loops === 1 ? 'loop' : 'loops'}, ${c} connections`,
                value: `${Math.round(median(all.map(one => one.per_second)))} a second`,
                note: times(all),
            });
        }
    }
}

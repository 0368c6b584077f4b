/*
 * The processes that a server starts to look at pictures.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** The processes that this server has started and that still run. */
export function workersOf(server) {
    return readdirSync(`/proc/${server.pid}/task`).flatMap((task) => {
        const text = readFileSync(`/proc/${server.pid}/task/${task}/children`, 'utf8');
        return text.split(' ').filter(Boolean).map(Number);
    });
}

function isShutIn(pid) {
    try {
        return /^Seccomp:\t2$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
        return false; // it has ended
    }
}

/**
 * One that has shut itself in: before, it is not yet what it is to become. None of `others`, a set
 * of process ids.
 */
export async function oneWorkerOf(server, others = new Set()) {
    for (const until = Date.now() + 10000; Date.now() < until; await sleep(1)) {
        const pid = workersOf(server).find((at) => !others.has(at) && isShutIn(at));
        if (pid !== undefined) {
            return pid;
        }
    }
    throw new Error('no worker was seen');
}

/*
 * Moving in, as the suites do it: from one of the services of test/django (lib/django.mjs), or from
 * a table of people that a test makes up, into the store of a server that is not started.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { ok } from './client.mjs';
import { Original } from './django.mjs';
import { cleanEnvironment, PROGRAM, Server } from './server.mjs';
import { query } from './store.mjs';

/* How many of test/django's people have a story. */
export const STORIES = 17;

/* Of those with a story, in the order of their ids; 5 to 8 are brought over nowhere. */
export const ANNA = '+79234440000';
export const BORIS = '+375291234567';
export const VERA = '+79234440002';

/** Runs an import; {status, stdout, stderr}. */
export function bring(original, server, ...args) {
    return server.command('import', 'django', '--dialect', original.dialect,
        '--dsn', original.store, '--report', original.report, ...args);
}

/** The counts that `--json` prints. */
export async function count(original, server, ...args) {
    const { status, stdout, stderr } = await bring(original, server, '--json', ...args);
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout);
}

/** The lines of the report as {`id reason`: [phone, detail]}. */
export function readReport(original) {
    const lines = readFileSync(original.report, 'utf8').split('\r\n');
    assert.equal(lines.shift(), 'source_id,phone,reason,detail');
    assert.equal(lines.pop(), '');
    return Object.fromEntries(lines.map((line) => {
        const [id, phone, reason, ...detail] = line.split(',');
        return [`${id} ${reason}`, [phone, detail.join(',')]];
    }));
}

export const me = async ({ api }) => ok(await api.get('/v1/me'));
export const invitees = async ({ api }) =>
    ok(await api.get('/v1/me/invitees')).items.map(({ phone }) => phone).sort();
export const accounts = (server) => query(server, 'SELECT count(*) AS n FROM account')[0].n;

export const fresh = (set = {}) => new Server({ set: { 'send.cooldown_s': 0, ...set } });

/** Runs `work` with a store of its own. */
export const within = async (work, set) => {
    const server = fresh(set);
    try {
        await work(server);
    } finally {
        await server.stop();
    }
};

/** Runs an import that is killed when its first page is written, and others are not. */
export const killed = async (source, server, ...args) => {
    const child = spawn(PROGRAM, ['import', 'django', '--dialect', source.dialect,
        '--dsn', source.store, '--store', server.store, '--report', source.report, ...args],
    { env: cleanEnvironment(), stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.setEncoding('utf8').on('data', (text) => {
        if (text.includes('importing users')) {
            child.kill('SIGKILL');
        }
    });
    assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
};

/** Runs `work` with a source of one table, `people`, that has what `columns` says. */
export const withPeople = async (columns, work) => {
    const source = new Original('spaced');
    try {
        query(source, `CREATE TABLE people (${columns})`);
        await work(source);
    } finally {
        await source.remove();
    }
};

/** Adds the numbers from 1 to `count`, i, as people. */
export const addPeople = (source, count, values) => query(source, 'WITH RECURSIVE numbers (i) AS '
    + `(SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ${count}) `
    + `INSERT INTO people SELECT ${values} FROM numbers`);

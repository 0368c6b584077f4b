/*
 * Looks into a store's file, past the program, with Python's sqlite3: for what no reply shows, and
 * to break a store on purpose.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/* Bytes that a query may print. */
const MAX_OUTPUT = 2 ** 28;

const SCRIPT = `
import base64, json, sqlite3, sys
path, sql, values = json.load(sys.stdin)
values = [base64.b64decode(x["bytes"]) if isinstance(x, dict) else x for x in values]
db = sqlite3.connect(path, timeout=5)
db.row_factory = sqlite3.Row
rows = db.execute(sql, values).fetchall()
db.commit()
json.dump([dict(row) for row in rows], sys.stdout, default=lambda x: x.hex())
`;

/** Runs one statement on the store of `server`; returns its rows as objects, bytes as hex. */
export function query(server, sql, values = []) {
    const input = JSON.stringify([server.storeFile, sql, values.map((value) =>
        Buffer.isBuffer(value) ? { bytes: value.toString('base64') } : value)]);
    const done = spawnSync('python3', ['-c', SCRIPT],
        { input, encoding: 'utf8', maxBuffer: MAX_OUTPUT });
    assert.equal(done.status, 0, done.stderr);
    return JSON.parse(done.stdout);
}

const HOLDER = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10)
db.execute("PRAGMA locking_mode = " + sys.argv[2])
db.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
db.execute("ROLLBACK")
`;

/** Another process that holds the store; returns a function that lets it go. */
export async function hold(server, mode = 'NORMAL') {
    const holder = spawn('python3', ['-c', HOLDER, server.storeFile, mode],
        { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    return async () => {
        holder.stdin.end('\n');
        await once(holder, 'exit');
    };
}

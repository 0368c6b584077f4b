/*
 * The store that the suites run on, past the program: SQLite files, or, with DOMOFON_TEST_POSTGRES
 * (the URL of a superuser of a cluster; `tools/postgres.py run` sets it), PostgreSQL databases. A
 * test that is about SQLite's files says so: it('...', { skip: sqliteOnly('why') }, ...).
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as sqlite from './sqlite.mjs';

const CLUSTER = process.env.DOMOFON_TEST_POSTGRES;

export const onPostgres = CLUSTER !== undefined;

/** For `skip`: the reason why a test has nothing to say about PostgreSQL, or false on SQLite. */
export const sqliteOnly = (why) => onPostgres && `SQLite only: ${why}`;

/** Of one server, which may have been given a store of its own. */
export const isPostgres = (server) => !server.store.startsWith('sqlite:');

/* Bytes that a query may print. */
const MAX_OUTPUT = 2 ** 28;
const PATIENCE_MS = 60000;

const PSQL = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1'];

/** Runs SQL by psql on the database of a URL; what it printed. */
export function psql(url, sql) {
    const done = spawnSync('psql', [...PSQL, '-d', url, '-c', sql],
        { encoding: 'utf8', maxBuffer: MAX_OUTPUT, timeout: PATIENCE_MS });
    assert.equal(done.status, 0, done.error?.message ?? done.stderr);
    return done.stdout.trim();
}

let databases = 0;

/** A fresh, empty database of the role domofon; its URL. */
export function newDatabase() {
    databases += 1;
    const name = `e${process.pid}_${databases}`;
    psql(CLUSTER, `CREATE DATABASE ${name} OWNER domofon TEMPLATE template0`);
    const url = new URL(CLUSTER);
    url.username = 'domofon';
    url.pathname = name;
    return url.href;
}

export function dropDatabase(url) {
    psql(CLUSTER, `DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
}

function literal(value) {
    if (Buffer.isBuffer(value)) {
        return `'\\x${value.toString('hex')}'::bytea`;
    }
    return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
}

/** One statement whose `?` are the values; rows as objects, bytes as hex, truth as 0, 1. */
function queryPostgres(server, sql, values) {
    const left = [...values];
    const text = sql.replaceAll('?', () => literal(left.shift()));
    if (!/^\s*SELECT\b/i.test(text)) {
        psql(server.store, text);
        return [];
    }
    const rows = JSON.parse(psql(server.store,
        `SELECT coalesce(json_agg(row), '[]') FROM (${text}) AS row`));
    const plain = (value) => {
        const isTruth = typeof value === 'boolean';
        return typeof value === 'string' ? value.replace(/^\\x/, '') : isTruth ? +value : value;
    };
    return rows.map((row) => Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, plain(value)])));
}

/** Runs one statement on the store of `server`; rows as objects, bytes as hex, truth as 0, 1. */
export function query(server, sql, values = []) {
    return (isPostgres(server) ? queryPostgres : sqlite.query)(server, sql, values);
}

const HOLD = `BEGIN;
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1 LOOP
        EXECUTE format('LOCK TABLE %I IN EXCLUSIVE MODE', name);
    END LOOP;
END $$;
\\echo held
`;

async function holdPostgres(server) {
    const holder = spawn('psql', [...PSQL, '-d', server.store],
        { stdio: ['pipe', 'pipe', 'inherit'] });
    holder.stdin.write(HOLD);
    await once(holder.stdout, 'data');
    return async () => {
        holder.stdin.end('ROLLBACK;\n');
        await once(holder, 'exit');
    };
}

/** Another client that lets nobody write; returns a function that lets go of the store. */
export function hold(server) {
    return isPostgres(server) ? holdPostgres(server) : sqlite.hold(server);
}

/** Erases whoever is about to be erased a moment before; returns how to end that. */
export function eraseFirst(server) {
    const event = "AFTER INSERT ON audit FOR EACH ROW WHEN (NEW.event = 'erase')";
    const erase = 'UPDATE account SET erased_us = 1 WHERE id = NEW.account_id;';
    if (isPostgres(server)) {
        query(server, `CREATE FUNCTION erase_first() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN ${erase} RETURN NULL; END'`);
        query(server, `CREATE TRIGGER erase_first ${event} EXECUTE FUNCTION erase_first()`);
        return () => query(server, 'DROP FUNCTION erase_first() CASCADE');
    }
    query(server, `CREATE TRIGGER erase_first ${event} BEGIN ${erase} END`);
    return () => query(server, 'DROP TRIGGER erase_first');
}

/*
 * The Postman collection, run from top to bottom by newman against a new server in development
 * mode, as its description says: with the delay of a real handset, and an administrator.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import newman from 'newman';
import { parse } from 'yaml';
import { ROOT, useServer } from '../e2e/lib/server.mjs';

const collection = JSON.parse(
    readFileSync(path.join(ROOT, 'docs/domofon.postman_collection.json'), 'utf8'));
const { settings = [] } = parse(readFileSync(path.join(ROOT, 'api/postman.yaml'), 'utf8'));
const set = Object.fromEntries(settings.map((text) => text.split(/=(.*)/s).slice(0, 2)));
const variable = (name) => collection.variable.find(({ key }) => key === name).value;
const requests = (item) => (item.item === undefined ? 1 : item.item.map(requests)
    .reduce((sum, count) => sum + count, 0));

function run(server) {
    const baseUrl = `http://127.0.0.1:${server.port}`;
    return new Promise((resolve, reject) => {
        newman.run({ collection, envVar: [{ key: 'baseUrl', value: baseUrl }], bail: false },
            (error, summary) => (error ? reject(error) : resolve(summary.run)));
    });
}

/** One line for each thing that failed. */
const told = ({ source, error, at }) =>
    `${source?.name ?? at}: ${error.test ?? ''} ${error.message}`;

describe('the Postman collection', () => {
    const server = useServer({ set: { 'deliver.simulated_delay_ms': '1000-2000', ...set } });

    it('runs green from top to bottom', { timeout: 300000 }, async () => {
        const { status, stderr } = await server.command('account', 'add',
            variable('adminPhone'), '--role', 'admin');
        assert.equal(status, 0, stderr);
        const { failures, stats } = await run(server);
        assert.deepEqual(failures.map(told), []);
        assert.equal(stats.requests.total, requests(collection));
        assert.ok(stats.assertions.total >= stats.requests.total);
    });
});

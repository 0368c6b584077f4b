/* deploy/compose.yaml, run by Docker Compose in containers: order, networks, rights, restarts. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { Compose } from './lib/compose.mjs';

const PHONE = '+79234440000';
const NODES = ['domofon-1', 'domofon-2'];

describe('compose.yaml', () => {
    const compose = new Compose();
    before(() => compose.start());
    after(() => compose.stop());

    const state = (service) => compose.inspect(service).State;
    const status = (service) => readFileSync(`/proc/${state(service).Pid}/status`, 'utf8');

    /** Milliseconds; the engine writes nanoseconds, and its zone. */
    const time = (text) => Date.parse(text.replace(/(\.\d{3})\d*/, '$1'));

    it('starts every service when those it waits for have done their work', async () => {
        await compose.compose('up', '-d', '--no-build');
        const [secrets, postgres, migrate] = ['secrets', 'postgres', 'migrate'].map(state);
        for (const done of [secrets, migrate]) {
            assert.deepEqual([done.Status, done.ExitCode], ['exited', 0]);
        }
        assert.ok(time(secrets.FinishedAt) <= time(postgres.StartedAt));
        assert.ok(time(migrate.FinishedAt) <= time(state('domofon-1').StartedAt));
        assert.equal(compose.podman('logs', compose.name('migrate')).match(/^schema (\d+) of \1$/m)
            ?.length, 2);
    });

    it('finds each alive by its own health check', async () => {
        for (const service of ['postgres', ...NODES, 'proxy']) {
            await compose.until(() => state(service).Health.Status === 'healthy', service);
        }
    });

    it('answers by TLS through the proxy, from the database', async () => {
        await compose.until(async () => (await compose.call('GET', '/readyz')).status === 200,
            'ready');
        const asked = await compose.call('POST', '/v1/codes', { phone: PHONE });
        assert.equal(asked.status, 202, JSON.stringify(asked.body));
        const reply = await fetch(`http://127.0.0.1:${compose.httpPort}/readyz`,
            { redirect: 'manual', headers: { Host: 'localhost' } });
        assert.equal(reply.status, 308);
    });

    it('gives the nodes no rights, and the proxy that of low ports', () => {
        for (const node of NODES) {
            assert.match(status(node), /^Uid:\t10001\t/m);
            assert.match(status(node), /^CapEff:\t0+$/m);
            assert.match(status(node), /^NoNewPrivs:\t1$/m);
            const mounts = readFileSync(`/proc/${state(node).Pid}/mountinfo`, 'utf8');
            assert.match(mounts, /^\S+ \S+ \S+ \S+ \/ ro\b/m);
        }
        assert.match(status('proxy'), /^CapEff:\t0+400$/m);
        assert.match(status('postgres'), /^Uid:\t999\t/m);
    });

    it('bounds the memory of each', () => {
        const expected = { 'domofon-1': 512, postgres: 1024, proxy: 256 };
        for (const [service, mebibytes] of Object.entries(expected)) {
            const groups = readFileSync(`/proc/${state(service).Pid}/cgroup`, 'utf8');
            const [, first] = /^\d+:memory:(.*)$/m.exec(groups) ?? [];
            const [, unified] = /^0::(.*)$/m.exec(groups) ?? [];
            const file = [`/sys/fs/cgroup/memory${first}/memory.limit_in_bytes`,
                `/sys/fs/cgroup${unified}/memory.max`].find((name) => existsSync(name));
            assert.equal(Number(readFileSync(file)), mebibytes * 2 ** 20, service);
        }
    });

    it('lets nobody but the nodes and migrations reach the database', () => {
        const finds = (service, name) => {
            try {
                compose.podman('exec', compose.name(service), 'getent', 'hosts', name);
                return true;
            } catch {
                return false;
            }
        };
        assert.ok(finds('proxy', 'domofon-1'));
        assert.ok(!finds('proxy', 'postgres'));
        const routes = execFileSync('nsenter', ['-t', state('postgres').Pid, '-n', 'ip', 'route'],
            { encoding: 'utf8' });
        assert.doesNotMatch(routes, /default/);
        assert.match(routes, /./);
    });

    it('makes the first administrator as docs/deploying.md says', async () => {
        const made = await compose.compose('exec', '-T', 'domofon-1', '/usr/bin/domofon', 'account',
            'add', '+7 923 000-00-01', '--role', 'admin');
        assert.match(made, /\+79230000001 +admin/);
    });

    it('goes on without a node, and starts it anew', async () => {
        const { Pid: pid } = state('domofon-1');
        process.kill(pid, 'SIGKILL');
        for (let i = 0; i < 6; i++) {
            assert.equal((await compose.call('GET', '/readyz')).status, 200);
        }
        await compose.until(() => state('domofon-1').Running && state('domofon-1').Pid !== pid,
            'another process');
        await compose.until(() => state('domofon-1').Health.Status === 'healthy', 'alive again');
    });

    it('keeps keys, passwords and accounts when all is taken down and started again', async () => {
        const volume = `${compose.project}_node-secrets`;
        const [{ Mountpoint: folder }] = JSON.parse(compose.podman('volume', 'inspect', volume));
        const secrets = () => ['domofon.key', 'pgpass'].map((name) =>
            readFileSync(`${folder}/${name}`, 'utf8'));
        const kept = secrets();
        await compose.compose('down', '--timeout', '20');
        await compose.compose('up', '-d', '--no-build');
        assert.deepEqual(secrets(), kept);
        await compose.until(async () => (await compose.call('GET', '/readyz')).status === 200,
            'ready');
        const shown = await compose.compose('exec', '-T', 'domofon-2', '/usr/bin/domofon',
            'account', 'show', '+79230000001');
        assert.match(shown, /admin/);
    });
});

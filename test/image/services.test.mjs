/* deploy/compose.yaml, its services started by hand: roles, secrets, nodes, the proxy with TLS. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Services } from './lib/services.mjs';

const PHONE = '+79234440000';

describe('the services of compose.yaml', () => {
    const services = new Services();
    let person;

    before(() => services.start());
    after(() => services.stop());

    const get = (target, headers) => services.call('GET', target, undefined, headers);

    /** The code that either node has sent last. */
    async function lastCode() {
        const [message] = (await get(`/dev/outbox?phone=${encodeURIComponent(PHONE)}`)).body;
        return message?.code;
    }

    async function signIn() {
        const asked = await services.call('POST', '/v1/codes', { phone: PHONE });
        assert.equal(asked.status, 202, asked.text);
        let code;
        for (let i = 0; i < 100 && code === undefined; i++) {
            code = await lastCode();
        }
        const made = await services.call('POST', '/v1/sessions',
            { challenge_id: asked.body.challenge_id, code }, { 'X-Forwarded-For': '203.0.113.7' });
        assert.equal(made.status, 201, made.text);
        return made.body;
    }

    it('gives each reader its secrets, and no other ones', () => {
        const expected = {
            postgres: { '/secrets': ['owner', 'serve', 'superuser'], uid: 999 },
            migrate: { '/var/lib/domofon': ['pgpass'], uid: 10001 },
            'domofon-1': { '/var/lib/domofon': ['domofon.key', 'pgpass'], uid: 10001 },
        };
        for (const [service, { uid, ...mounts }] of Object.entries(expected)) {
            for (const [target, names] of Object.entries(mounts)) {
                const folder = services.folder(service, target);
                assert.deepEqual(readdirSync(folder).sort(), names, service);
                assert.equal(statSync(folder).uid, uid);
                for (const name of names) {
                    const { mode, uid: owner } = statSync(path.join(folder, name));
                    assert.deepEqual([mode & 0o777, owner], [0o600, uid], `${service}: ${name}`);
                }
            }
        }
    });

    it('lets the serving role read and write rows, and nothing else', () => {
        assert.equal(services.psql('domofon-1', 'SELECT count(*) FROM account'), '0');
        for (const sql of ['CREATE TABLE mine (id int)', 'DROP TABLE account', 'TRUNCATE account',
            'ALTER TABLE account ADD COLUMN mine int', 'CREATE SCHEMA mine', 'CREATE DATABASE mine',
            'CREATE TEMPORARY TABLE mine (id int)', 'CREATE INDEX ON account (phone)',
            'ALTER TABLE account OWNER TO domofon_serve', 'SET ROLE domofon_owner',
            "COPY account TO '/tmp/account'"]) {
            assert.throws(() => services.psql('domofon-1', sql),
                /denied|must be (owner|superuser)/, sql);
        }
    });

    it('gives the serving role the tables that a later version will bring', () => {
        services.psql('migrate', 'CREATE TABLE later (id int GENERATED ALWAYS AS IDENTITY, n int)');
        services.psql('domofon-1', 'INSERT INTO later (n) VALUES (1); UPDATE later SET n = 2');
        assert.equal(services.psql('domofon-1', 'SELECT n FROM later'), '2');
        services.psql('migrate', 'DROP TABLE later');
    });

    it('may make roles and schema again, and nothing changes', () => {
        services.initialize();
        assert.match(services.migrate(), /^schema (\d+) of \1\n$/);
    });

    it('answers by TLS, with a certificate for the site', async () => {
        const reply = await get('/readyz');
        assert.deepEqual([reply.status, reply.body], [200, { status: 'ready' }]);
        assert.match(reply.certificate.subjectaltname, new RegExp(`DNS:${services.site}\\b`));
    });

    it('sends whoever comes without TLS to where it is', async () => {
        const reply = await fetch(`http://127.0.0.1:${services.httpPort}/readyz`,
            { redirect: 'manual', headers: { Host: services.site } });
        assert.equal(reply.status, 308);
        assert.match(reply.headers.get('location'), /^https:/);
    });

    it('listens on this machine alone, as every test', () => {
        const listening = execFileSync('ss', ['-Hlntup'], { encoding: 'utf8' }).split('\n')
            .filter((line) => line.includes(`pid=${services.proxy.pid},`));
        assert.ok(listening.length >= 2);
        assert.deepEqual(listening.filter((line) => !/ 127\.0\.0\.1:\d+ /.test(line)), []);
    });

    it('signs somebody in, whichever node answers', async () => {
        person = await signIn();
        assert.equal(person.account.phone, PHONE);
        const token = { Authorization: `Bearer ${person.access_token}` };
        for (let i = 0; i < 4; i++) {
            assert.equal((await get('/v1/me', token)).body.phone, PHONE);
        }
    });

    it('tells the nodes the address of the client, whatever that one says of itself', async () => {
        const token = { Authorization: `Bearer ${person.access_token}` };
        const { items } = (await get('/v1/sessions', token)).body;
        assert.deepEqual(items.map(({ address }) => address), ['127.0.0.1']);
    });

    it('says why when the database is away, and goes on when it is back', async () => {
        services.postgres('stop', '--mode', 'immediate');
        const away = await services.call('POST', '/v1/codes', { phone: PHONE });
        assert.deepEqual([away.status, away.body.code], [503, 'store_unavailable'], away.text);
        assert.ok(Number(away.headers['retry-after']) > 0);
        assert.equal((await get('/readyz')).status, 503);
        assert.equal((await get('/healthz')).status, 200);
        services.postgres('start');
        const isReady = async () => (await get('/readyz')).status === 200;
        for (const until = Date.now() + 20000; Date.now() < until && !await isReady();) {
            await new Promise((resolve) => { setTimeout(resolve, 100); });
        }
        const token = { Authorization: `Bearer ${person.access_token}` };
        assert.equal((await get('/v1/me', token)).body.phone, PHONE);
    });

    it('goes on when a node is killed, and says so when all are', async () => {
        const token = { Authorization: `Bearer ${person.access_token}` };
        const [first, second] = Object.keys(services.nodes);
        await services.killNode(first);
        for (let i = 0; i < 6; i++) {
            assert.equal((await get('/v1/me', token)).status, 200);
        }
        await services.killNode(second);
        const none = await services.call('POST', '/v1/codes', { phone: PHONE });
        assert.equal(none.status, 503);
        assert.equal(none.headers['retry-after'], '2');
        assert.match(none.headers['content-type'], /^application\/problem\+json/);
        assert.equal(none.body.code, 'outcome_unknown');
        await services.startNode(first);
        for (let i = 0; i < 50 && (await get('/v1/me', token)).status !== 200; i++);
        assert.equal((await get('/v1/me', token)).body.phone, PHONE);
    });
});

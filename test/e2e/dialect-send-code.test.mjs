/* The dialect `send_code`, from its own document and beyond; and replies that wait, a thousand. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import http from 'node:http';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ok, RawSocket } from './lib/client.mjs';
import { together } from './lib/crowd.mjs';
import {
    claimsOf, detail, dialectClient, fieldError, fieldsMissing, lastCode,
} from './lib/dialect.mjs';
import {
    account, again, enter, leaveDevelopment, newCode, pairOf, send, verify,
} from './lib/dialect_people.mjs';
import { describeBodies } from './lib/dialect_forms.mjs';
import { describeSending, describeVerifying } from './lib/dialect_suites.mjs';
import { describeModes, describePair } from './lib/dialect_tokens.mjs';
import { useServer } from './lib/server.mjs';
import { outbox, signIn, uniquePhone, wrongCode } from './lib/signin.mjs';
import { query } from './lib/store.mjs';

const DIALECT = {
    name: 'send_code',
    send: '/send_code/',
    verify: '/verify/',
    refresh: '/api/token/refresh/',
    phone: 'phone',
    russian: false,
};

describeSending(DIALECT);
describeVerifying(DIALECT);
describePair(DIALECT);
describeModes(DIALECT);

/** A call with a JSON body, as the original's document has it: even on GET. */
const check = (server, method, body, path = '/verify/') =>
    dialectClient(server).call(method, path, body);

describeBodies(DIALECT);

describe('send_code', () => {
    const server = useServer();
    const inviteOf = ({ id }) =>
        query(server, 'SELECT invite_code FROM account WHERE id = ?', [id])[0].invite_code;
    const invitedBy = ({ id }) =>
        query(server, 'SELECT inviter_code FROM account WHERE id = ?', [id])[0].inviter_code;

    it("replies as the original's document shows", async () => {
        const sent = ok(await send(server, DIALECT, '+375291234567'));
        const code = await lastCode(server, '+375291234567');
        assert.deepEqual(sent, { message: 'Code sent', code });
        const reply = await check(server, 'GET', { phone: '+375291234567', code });
        assert.deepEqual(ok(reply), { message: 'User verified' });
        const { access, refresh } = pairOf(reply);
        const [id] = [access, refresh].map((token) => claimsOf(token).user_id);
        const users = ok(await dialectClient(server).get('/users/'));
        assert.deepEqual(Object.entries(users.find((user) => user.id === id)), Object.entries({
            id, phone: '+375291234567', invite_code: inviteOf({ id }),
        }));
    });

    it('verifies by GET with a body and by POST, with a slash at the end or none', async () => {
        for (const method of ['GET', 'POST']) {
            for (const path of ['/verify/', '/verify']) {
                const phone = uniquePhone();
                const code = await newCode(server, DIALECT, phone);
                detail(await check(server, method, { phone, code: wrongCode(code) }, path), 400,
                    'code_wrong');
                ok(await check(server, method, { phone, code }, path));
                detail(await check(server, method, { phone, code }, path), 400, 'code_used');
            }
        }
        fieldsMissing(await check(server, 'GET', {}), ['phone', 'code']);
        detail(await check(server, 'GET', '{'), 400, 'json_invalid');
        const put = await check(server, 'PUT', {});
        detail(put, 405, 'method_not_allowed');
        assert.equal(put.headers.allow, 'GET, HEAD, POST, OPTIONS');
    });

    it('activates the invite code on the way, if it can be', async () => {
        const inviter = await enter(server, DIALECT);
        const other = await enter(server, DIALECT);
        const signInWith = async (phone, invite_code) => {
            const code = await newCode(server, DIALECT, phone);
            const reply = await check(server, 'GET', { phone, code, invite_code });
            assert.deepEqual(ok(reply), { message: 'User verified' });
            return { id: claimsOf(pairOf(reply).access).user_id };
        };
        const invited = await signInWith(uniquePhone(), inviteOf(inviter));
        assert.equal(invitedBy(invited), inviteOf(inviter));
        for (const code of ['000000', '', null, 'нет']) {
            assert.equal(invitedBy(await signInWith(uniquePhone(), code)), null);
        }
        const phone = uniquePhone();
        const code = await newCode(server, DIALECT, phone);
        for (const invite_code of [['ABCDEF'], true, 'x'.repeat(65)]) {
            fieldError(await check(server, 'GET', { phone, code, invite_code }), 'invite_code');
        }
        detail(await check(server, 'POST',
            { phone, code: wrongCode(code), invite_code: inviteOf(other) }), 400, 'code_wrong');
        const person = { id: claimsOf(pairOf(await check(server, 'POST',
            { phone, code, invite_code: inviteOf(other) })).access).user_id };
        assert.equal(invitedBy(person), inviteOf(other));
    });

    it("shows the invite where /v1 shows it", async () => {
        const inviter = await signIn(server);
        const phone = uniquePhone();
        const code = await newCode(server, DIALECT, phone);
        const { invite_code } = inviter.account;
        ok(await check(server, 'GET', { phone, code, invite_code }));
        const { items } = ok(await inviter.api.get('/v1/me/invitees'));
        assert.deepEqual(items.map((item) => item.phone), [phone]);
    });

    it('takes the number of its examples in development mode', async () => {
        const code = await newCode(server, DIALECT, '+71111111114');
        ok(await verify(server, DIALECT, '81111111114', code));
    });

    it('lists everybody in development mode, but not to a wrong token', async () => {
        const erased = await enter(server, DIALECT);
        const left = await enter(server, DIALECT);
        await account(server, 'erase', erased.phone);
        for (const path of ['/users/', '/users', '/users/?after=0']) {
            const users = ok(await dialectClient(server).get(path));
            const ids = users.map((user) => user.id);
            assert.deepEqual(ids, [...ids].sort((a, b) => a - b));
            assert.ok(ids.includes(left.id) && !ids.includes(erased.id));
        }
        const after = ok(await dialectClient(server).get(`/users/?after=${left.id - 1}`));
        assert.equal(after[0].id, left.id);
        assert.deepEqual(ok(await dialectClient(server).get('/users/?after=9007199254740991')),
            []);
        for (const bad of ['x', '-1', '', '1.5', '99999999999999999999']) {
            fieldError(await dialectClient(server).get(`/users/?after=${bad}`), 'after');
        }
        detail(await dialectClient(server, 'x').get('/users/'), 401, 'token_not_valid');
    });

    it('lists more than a thousand by pages', async () => {
        const now_us = Date.now() * 1000;
        query(server, `INSERT INTO account (phone, invite_code, locale, created_us)
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
            SELECT '+7900' || CAST(1000000 + i AS TEXT), 'x' || CAST(10000 + i AS TEXT), 'ru', ?
              FROM n`, [now_us]);
        const all = [];
        const sizes = [];
        for (let path = '/users/'; path !== undefined;) {
            const reply = await dialectClient(server).get(path);
            all.push(...ok(reply).map((user) => user.id));
            sizes.push(reply.body.length);
            const next = /^<(\?after=\d+)>; rel="next"$/.exec(reply.headers.link ?? '');
            path = next === null ? undefined : `/users/${next[1]}`;
        }
        const count = query(server, 'SELECT count(*) AS n FROM account WHERE erased_us IS NULL');
        assert.equal(all.length, Number(count[0].n));
        assert.equal(new Set(all).size, all.length);
        assert.deepEqual([sizes[0], sizes.length], [1000, 2]);
    });
});

describe('send_code in normal mode', () => {
    const server = useServer();

    it('shows the list to moderators and administrators', async () => {
        const [user, moderator, admin] = await together(3, () => enter(server, DIALECT));
        await account(server, 'role', moderator.phone, 'moderator');
        await account(server, 'role', admin.phone, 'admin');
        await leaveDevelopment(server);
        const missing = await dialectClient(server).get('/users/');
        detail(missing, 401, 'token_missing');
        assert.equal(missing.headers['www-authenticate'], 'Bearer');
        detail(await again(server, user).get('/users/'), 403, 'forbidden');
        for (const person of [moderator, admin]) {
            const users = ok(await again(server, person).get('/users/'));
            assert.deepEqual(users.map(({ id }) => id).sort(),
                [user.id, moderator.id, admin.id].sort());
        }
        await account(server, 'role', moderator.phone, 'user');
        detail(await again(server, moderator).get('/users/'), 403, 'forbidden');
        await account(server, 'erase', admin.phone);
        detail(await again(server, admin).get('/users/'), 401, 'token_not_valid');
    });
});

describe('replies that wait', () => {
    const server = useServer({ set: {
        'deliver.simulated_delay_ms': '1500-2000', 'http.trusted_hops': 1,
    } });
    const threads = () => readdirSync(`/proc/${server.pid}/task`).length;
    const bytes = (phone) => {
        const body = JSON.stringify({ phone });
        const head = `POST /send_code/ HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}`;
        return `${head}\r\n\r\n${body}`;
    };

    it('need no thread, and nobody waits for the others', async () => {
        const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });
        const client = dialectClient(server);
        client.agent = agent;
        ok(await client.get('/users/'));
        const before = threads();
        const began = performance.now();
        const pending = together(1000, () => client.post('/send_code/', { phone: uniquePhone() }));
        await sleep(1200);
        const asked = performance.now();
        ok(await server.api.get('/readyz'));
        const readyMs = performance.now() - asked;
        assert.equal(threads(), before);
        const replies = await pending;
        const lasted = performance.now() - began;
        agent.destroy();
        assert.deepEqual(replies.map(({ status }) => status), Array(1000).fill(200));
        assert.ok(lasted < 10000, `all after ${lasted} ms`);
        assert.ok(readyMs < 1000, `another's reply after ${readyMs} ms`);
    });

    it('do not mind a client that has gone', async () => {
        const phones = Array.from({ length: 50 }, uniquePhone);
        const sockets = phones.map((phone) => {
            const socket = new RawSocket(server.port);
            socket.write(bytes(phone));
            return socket;
        });
        await sleep(700);
        sockets.forEach((socket) => socket.destroy());
        await Promise.all(phones.map((phone) => lastCode(server, phone)));
        ok(await server.api.get('/healthz'));
    });

    it('come before the server ends', async () => {
        const phone = uniquePhone();
        const sockets = Array.from({ length: 20 }, () => new RawSocket(server.port));
        sockets.forEach((socket, i) => socket.write(bytes(i === 0 ? phone : uniquePhone())));
        await sleep(700);
        await server.restart();
        await Promise.all(sockets.map((socket) => socket.closed));
        for (const socket of sockets) {
            assert.match(socket.received.toString(), /^HTTP\/1.1 200 OK\r\n/);
        }
        await lastCode(server, phone);
        assert.equal((await outbox(server, phone)).length, 1);
    });
});

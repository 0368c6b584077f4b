/* The picture of a person: what is taken, what is made of it, who sees it, and for how long. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RawSocket, metric, ok, problem, raw } from './lib/client.mjs';
import { ANIMATED, CMYK, JPEG, WEBP, png, webpSize, withExif } from './lib/pictures.mjs';
import { run, useServer } from './lib/server.mjs';
import { query } from './lib/store.mjs';
import { signIn } from './lib/signin.mjs';
import { oneWorkerOf, workersOf } from './lib/workers.mjs';

const MIB = 1 << 20;
const URL = /^\/avatars\/[0-9a-f]{32}$/;

/** Sets the picture and gives its URL. */
async function set(person, bytes, headers) {
    const { avatar_url } = ok(await person.api.put('/v1/me/avatar', bytes, headers));
    assert.match(avatar_url, URL);
    return avatar_url;
}

async function look(server, url) {
    const reply = await server.api.get(url);
    ok(reply);
    return reply.bytes;
}

describe('a picture', () => {
    const server = useServer();

    it('may be a PNG, a JPEG or a WebP, whatever it is called', async () => {
        const person = await signIn(server);
        const urls = new Set();
        for (const [bytes, size] of [[png(30, 20), [30, 20]], [JPEG, [24, 12]],
            [WEBP, [24, 12]], [png(7, 9, { type: 0 }), [7, 9]], [png(1, 1, { type: 2 }), [1, 1]]]) {
            for (const type of ['image/png', 'text/html', 'application/json']) {
                const url = await set(person, bytes, { 'Content-Type': type });
                urls.add(url);
                assert.deepEqual(webpSize(await look(server, url)), size);
                assert.equal(ok(await person.api.get('/v1/me')).avatar_url, url);
            }
        }
        assert.equal(urls.size, 5);
    });

    it('is made to fit 512 by 512, and never larger', async () => {
        const person = await signIn(server);
        for (const [width, height, ...expected] of [[512, 512, 512, 512], [513, 513, 512, 512],
            [1200, 300, 512, 128], [300, 1200, 128, 512], [2000, 1, 512, 1], [3, 5000, 1, 512]]) {
            const url = await set(person, png(width, height));
            assert.deepEqual(webpSize(await look(server, url)), expected, `${width}x${height}`);
        }
    });

    it('is set upright, and says no more of where it was taken', async () => {
        const person = await signIn(server);
        const sizes = [];
        for (let orientation = 1; orientation <= 8; orientation++) {
            const url = await set(person, withExif(JPEG, orientation, 'N 54.98 E 82.89'));
            const bytes = await look(server, url);
            sizes.push(webpSize(bytes)[0]);
            assert.doesNotMatch(bytes.toString('latin1'), /Exif|54\.98/);
        }
        assert.deepEqual(sizes, [24, 24, 24, 24, 12, 12, 12, 12]);
        for (const orientation of [0, 9, 65535]) {
            const url = await set(person, withExif(JPEG, orientation));
            assert.deepEqual(webpSize(await look(server, url)), [24, 12]);
        }
    });

    it('may be kept for ever by whoever has seen it', async () => {
        const person = await signIn(server);
        const url = await set(person, JPEG);
        const { headers } = await server.api.get(url);
        assert.equal(headers['content-type'], 'image/webp');
        assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable');
        assert.equal(headers.etag, `"${url.slice(-32)}"`);
        for (const known of [headers.etag, `W/${headers.etag}`, `"another", ${headers.etag}`]) {
            const again = await server.api.get(url, { 'If-None-Match': known });
            assert.deepEqual([again.status, again.text], [304, '']);
        }
        ok(await server.api.get(url, { 'If-None-Match': '"another"' }));
        const head = await server.api.call('HEAD', url);
        assert.deepEqual([head.status, head.text], [200, '']);
    });

    it('gives way to the next one', async () => {
        const person = await signIn(server);
        const first = await set(person, JPEG);
        assert.equal(await set(person, JPEG), first);
        const second = await set(person, png(8, 8));
        problem(await server.api.get(first), 'not_found');
        ok(await server.api.get(second));
        ok(await person.api.delete('/v1/me/avatar'), 204);
        problem(await server.api.get(second), 'not_found');
        assert.equal(ok(await person.api.get('/v1/me')).avatar_url, null);
        ok(await person.api.delete('/v1/me/avatar'), 204);
    });

    it('is nobody else’s', async () => {
        const [anna, boris] = [await signIn(server), await signIn(server)];
        const annas = await set(anna, JPEG);
        const boriss = await set(boris, JPEG);
        assert.notEqual(annas, boriss);
        ok(await anna.api.delete('/v1/me/avatar'), 204);
        ok(await server.api.get(boriss));
    });

    it('is in the export and goes with its owner', async () => {
        const person = await signIn(server);
        const url = await set(person, JPEG);
        assert.equal(ok(await person.api.get('/v1/me/export')).account.avatar_url, url);
        ok(await person.api.delete('/v1/me'), 204);
        problem(await server.api.get(url), 'not_found');
        problem(await person.api.put('/v1/me/avatar', JPEG), 'token_revoked');
        assert.deepEqual(query(server, 'SELECT hash FROM avatar WHERE account_id = ?',
            [person.account.id]), []);
    });

    it('is not for the disabled to change', async () => {
        const person = await signIn(server);
        const url = await set(person, JPEG);
        query(server, 'UPDATE account SET disabled_us = 1 WHERE id = ?', [person.account.id]);
        problem(await person.api.put('/v1/me/avatar', WEBP), 'account_disabled');
        problem(await person.api.delete('/v1/me/avatar'), 'account_disabled');
        ok(await server.api.get(url));
    });

    it('has a name that is 32 digits, and no other', async () => {
        for (const name of ['0'.repeat(32), '0'.repeat(31), '0'.repeat(33), 'A'.repeat(32),
            `${'0'.repeat(31)}'`, 'x', '%00']) {
            const reply = await server.api.get(`/avatars/${name}`);
            assert.ok(reply.status === 404 || name === '%00', name);
        }
    });
});

describe('what is no picture', () => {
    const server = useServer();

    it('is refused by what it is, not by what it is called', async () => {
        const person = await signIn(server);
        const texts = ['', '{}', '{"avatar": "x"}', 'GIF89a\u0001\u0000\u0001\u0000', '<svg/>',
            'RIFF____WAVEfmt ', '\u0089PNG', 'BM', '%PDF-1.7', '\u0000'.repeat(100)];
        for (const text of texts) {
            const reply = await person.api.put('/v1/me/avatar', Buffer.from(text, 'latin1'),
                { 'Content-Type': 'image/png' });
            problem(reply, 'image_unsupported', { status: 415 });
        }
        problem(await person.api.put('/v1/me/avatar', ANIMATED), 'image_unsupported');
        problem(await person.api.put('/v1/me/avatar', CMYK), 'image_unsupported');
        assert.equal(ok(await person.api.get('/v1/me')).avatar_url, null);
    });

    it('is refused when it is cut off or damaged', async () => {
        const person = await signIn(server);
        const url = await set(person, JPEG);
        for (const whole of [png(64, 64, { fill: (x, y) => [x, y, x ^ y, 255] }), JPEG, WEBP]) {
            for (const share of [0.2, 0.5, 0.9]) {
                const part = whole.subarray(0, Math.max(12, Math.floor(whole.length * share)));
                problem(await person.api.put('/v1/me/avatar', part), 'image_invalid');
            }
        }
        const damaged = png(64, 64);
        damaged[damaged.length - 20] ^= 0xff;
        problem(await person.api.put('/v1/me/avatar', damaged), 'image_invalid', { status: 400 });
        assert.equal(ok(await person.api.get('/v1/me')).avatar_url, url);
    });

    it('is refused when it would burst', async () => {
        const person = await signIn(server);
        for (const claim of [[30000, 30000], [1000000, 25], [4900, 4900]]) {
            problem(await person.api.put('/v1/me/avatar', png(4, 4, { claim })),
                'image_too_large', { status: 400 });
        }
        /* As large as it may be, and not all there. */
        problem(await person.api.put('/v1/me/avatar', png(4, 4, { claim: [6000, 4000] })),
            'image_invalid');
        for (const claim of [[0, 5], [0x7fffffff, 0x7fffffff], [0xffffffff, 1]]) {
            problem(await person.api.put('/v1/me/avatar', png(4, 4, { claim })), 'image_invalid');
        }
    });

    it('is refused when it is longer than 1 MiB, at once', async () => {
        const person = await signIn(server);
        const whole = png(4, 4, { padding: MIB - png(4, 4, { padding: 1 }).length + 1 });
        assert.equal(whole.length, MIB);
        await set(person, whole);
        problem(await person.api.put('/v1/me/avatar', Buffer.concat([whole, Buffer.alloc(1)])),
            'body_too_large', { status: 413 });
        const head = `PUT /v1/me/avatar HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${
            person.tokens.access_token}\r\nContent-Length: `;
        const expect = [['PUT', '/v1/me/avatar']];
        const [reply] = await raw(server.port, `${head}${MIB + 1}\r\n\r\n`, { expect });
        problem(reply, 'body_too_large');
        /* Other calls take no more than they did. */
        problem(await person.api.patch('/v1/me', `{"city": "${'x'.repeat(20000)}"}`),
            'body_too_large');
    });

    it('is not even read without a session', async () => {
        const head = 'PUT /v1/me/avatar HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n';
        const expect = [['PUT', '/v1/me/avatar']];
        for (const [field, code] of [['', 'token_missing'],
            ['Authorization: Bearer x\r\n', 'token_invalid']]) {
            const [reply] = await raw(server.port, `${head}${field}\r\n`, { expect });
            problem(reply, code);
        }
        problem(await server.api.put('/v1/me/avatar', JPEG), 'token_missing');
        problem(await server.api.delete('/v1/me/avatar'), 'token_missing');
    });

    it('does no harm, whatever bytes it has', async () => {
        const person = await signIn(server);
        let state = 20261121;
        const random = (below) => {
            state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
            return (state >> 8) % below;
        };
        for (let i = 0; i < 150; i++) {
            const bytes = Buffer.from([png(40, 40, { shade: i }), JPEG, WEBP][i % 3]);
            for (let changes = 1 + random(6); changes > 0; changes--) {
                bytes[12 + random(bytes.length - 12)] = random(256);
            }
            const reply = await person.api.put('/v1/me/avatar', bytes);
            assert.ok([200, 400, 415].includes(reply.status), `${i}: ${reply.text}`);
        }
        assert.equal(await metric(server, 'avatar_failures_total'), 0);
    });
});

describe('the process that looks at a picture', () => {
    const server = useServer();
    const large = png(6000, 4000);

    it('is shut in', async () => {
        const person = await signIn(server);
        const done = set(person, large);
        const pid = await oneWorkerOf(server);
        const limits = readFileSync(`/proc/${pid}/limits`, 'utf8');
        assert.match(limits, /^Max open files +0 +0 /m);
        assert.match(limits, /^Max file size +0 +0 /m);
        assert.match(limits, /^Max cpu time +3 +3 /m);
        assert.equal(readFileSync(`/proc/${pid}/environ`, 'utf8'), '');
        assert.deepEqual(readdirSync(`/proc/${pid}/fd`), ['0', '1', '2']);
        await done;
    });

    it('may be killed: 503, and nothing is changed', async () => {
        const person = await signIn(server);
        const url = await set(person, JPEG);
        const killed = person.api.put('/v1/me/avatar', large);
        process.kill(await oneWorkerOf(server), 'SIGKILL');
        problem(await killed, 'image_failed', { status: 503 });
        assert.equal(ok(await person.api.get('/v1/me')).avatar_url, url);
        await set(person, large);
    });

    it('may hang: it is ended, and others are served meanwhile', async () => {
        const [anna, boris] = [await signIn(server), await signIn(server)];
        const began = Date.now();
        const hanging = anna.api.put('/v1/me/avatar', large);
        process.kill(await oneWorkerOf(server), 'SIGSTOP');
        await set(boris, JPEG);
        assert.ok(Date.now() - began < 4000);
        problem(await hanging, 'image_failed');
        assert.deepEqual(workersOf(server), []);
        /* The reply may come before the log. */
        const said = /avatar_worker_failed detail="took too long"/;
        for (const until = Date.now() + 2000; !said.test(server.log) && Date.now() < until;) {
            await sleep(10);
        }
        assert.match(server.log, said);
        await set(anna, JPEG);
    });

    it('goes on when the client has gone', async () => {
        const person = await signIn(server);
        const socket = new RawSocket(server.port);
        await socket.opened;
        socket.write(Buffer.concat([Buffer.from(`PUT /v1/me/avatar HTTP/1.1\r\nHost: a\r\n`
            + `Authorization: Bearer ${person.tokens.access_token}\r\n`
            + `Content-Length: ${large.length}\r\n\r\n`), large]));
        await oneWorkerOf(server);
        socket.destroy();
        for (const until = Date.now() + 10000; Date.now() < until; await sleep(10)) {
            if (ok(await person.api.get('/v1/me')).avatar_url !== null) {
                return;
            }
        }
        assert.fail('the picture was not set');
    });

    it('is one of few, however many come at once', async () => {
        const people = [];
        for (let i = 0; i < 10; i++) {
            people.push(await signIn(server));
        }
        let most = 0;
        let slowest = 0;
        let over = false;
        const watch = (async () => {
            while (!over) {
                const began = Date.now();
                ok(await people[0].api.get('/v1/me'));
                slowest = Math.max(slowest, Date.now() - began);
                most = Math.max(most, workersOf(server).length);
                await sleep(5);
            }
        })();
        const replies = await Promise.all(Array.from({ length: 200 }, (_, i) =>
            people[i % 10].api.put('/v1/me/avatar', png(200 + i, 300, { padding: 20000 }))));
        over = true;
        await watch;
        for (const reply of replies.filter(({ status }) => status !== 200)) {
            problem(reply, 'overloaded', { status: 503, retry_after_s: 1 });
        }
        const done = replies.filter(({ status }) => status === 200).length;
        assert.ok(done >= 10, `${done} of 200`);
        assert.ok(most >= 1 && most <= 2, `${most} at once`);
        assert.ok(slowest < 2000, `another waited ${slowest} ms`);
        for (const person of people) {
            ok(await server.api.get(ok(await person.api.get('/v1/me')).avatar_url));
        }
        const kept = query(server, 'SELECT count(*) AS kept FROM avatar')[0].kept;
        const shown = query(server,
            'SELECT count(*) AS shown FROM account WHERE avatar IS NOT NULL')[0].shown;
        assert.equal(kept, shown);
        assert.deepEqual(workersOf(server), []);
    });

    it('is not for people', async () => {
        assert.doesNotMatch((await run(['help'])).stdout, /avatar/);
        assert.doesNotMatch((await run(['help', '--json'])).stdout, /avatar/);
        /* With nothing to read it says that this is no picture. */
        assert.deepEqual(await run(['avatar-worker']),
            { status: 0, stdout: 'avatar 1', stderr: '' });
    });
});

/*
 * What development mode leaves open is open to this machine: not to a page that a developer visits,
 * neither under a name that leads here (DNS rebinding) nor across sites.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok, problem, raw } from './lib/client.mjs';
import { listen } from './lib/events.mjs';
import { useServer } from './lib/server.mjs';
import { readMessages, sendCode, signIn, uniquePhone } from './lib/signin.mjs';

const OUTBOX = '/dev/outbox';
const EVENTS = '/dev/handset/events';
const HERE = ['localhost', 'localhost:8080', 'LOCALHOST', 'app.localhost:3000', '127.0.0.1:8080',
    '127.1.2.3', '[::1]:8080',
    /* Addresses cannot be rebound; the Android emulator calls its host 10.0.2.2. */
    '10.0.2.2:8080', '[2001:db8::1]:8080'];
const ELSEWHERE = ['rebind.example', 'rebind.example:8080', 'localhost.rebind.example',
    '127.0.0.1.rebind.example', 'notlocalhost', 'localhost.', '127.1'];
const CROSS = [
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' },
    { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' },
    { Origin: 'https://evil.example' },
    { Origin: 'http://rebind.example:8080' },
    { Origin: 'null' },
];
const NEAR = [
    {}, { 'Sec-Fetch-Site': 'same-origin' }, { 'Sec-Fetch-Site': 'none' },
    { 'Sec-Fetch-Site': 'same-site', Origin: 'http://localhost:3000' },
    { Origin: 'http://localhost:3000' },
    { Origin: 'http://10.0.2.2:8080', Host: '10.0.2.2:8080' },
];
const NAVIGATES = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' };

describe('the doors of development mode', () => {
    const server = useServer({ set: { dialects: 'all' } });
    const clock = (headers) => server.api.post('/dev/clock', { advance_s: 0 }, headers);

    it('are open under names and addresses of this machine', async () => {
        for (const Host of HERE) {
            ok(await server.api.get(OUTBOX, { Host }));
            ok(await clock({ Host }));
            ok(await server.api.get('/dev/handset', { Host }));
        }
    });

    it('are shut under any other name', async () => {
        for (const Host of ELSEWHERE) {
            for (const path of [OUTBOX, EVENTS, '/dev/handset']) {
                problem(await server.api.get(path, { Host }), 'host_not_local', { status: 421 });
            }
            problem(await clock({ Host }), 'host_not_local', { status: 421 });
            ok(await server.api.get('/healthz', { Host }));
        }
        const [reply] = await raw(server.port, `GET ${OUTBOX} HTTP/1.1\r\nHost:\r\n\r\n`);
        problem(reply, 'host_not_local');
    });

    it('are shut to pages of other sites, but not to links there', async () => {
        for (const headers of CROSS) {
            problem(await server.api.get(OUTBOX, headers), 'cross_site', { status: 403 });
            problem(await server.api.get(EVENTS, headers), 'cross_site');
            problem(await clock(headers), 'cross_site');
        }
        for (const headers of NEAR) {
            ok(await server.api.get(OUTBOX, headers));
            ok(await clock(headers));
        }
        ok(await server.api.get(OUTBOX, NAVIGATES));
        ok(await server.api.get('/dev/handset', NAVIGATES));
        problem(await clock(NAVIGATES), 'cross_site');
        const listener = await listen(server);
        assert.equal(listener.status, 200);
        listener.close();
    });

    it('of the dialects too: codes in replies, and people without a token', async () => {
        const send = (headers) => server.api.post('/send_code/', { phone: uniquePhone() }, headers);
        const foreign = [{ Host: 'rebind.example' }, ...CROSS];
        const person = await signIn(server);
        assert.match(ok(await send()).code, /^\d{4}$/);
        ok(await server.api.get('/users/'));
        for (const headers of foreign) {
            assert.deepEqual(ok(await send(headers)), { message: 'Code sent' });
            ok(await server.api.get('/users/', headers), 401);
            ok(await person.api.get('/v1/me', headers));
        }
    });

    it('leave the codes where they are read', async () => {
        const { phone } = await sendCode(server);
        const [{ code }] = await readMessages(server, phone);
        assert.match(code, /^\d{4}$/);
    });
});

describe('without development mode', () => {
    const server = useServer({ dev: false });

    it('there is nothing to shut', async () => {
        for (const Host of ['localhost', 'rebind.example']) {
            problem(await server.api.get(OUTBOX, { Host }), 'not_found');
        }
    });
});

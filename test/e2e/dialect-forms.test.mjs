/* Forms as real clients make them, where a dialect takes JSON; its tokens under a known key. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { jwtVerify } from 'jose';
import { checkReply } from './lib/contract.mjs';
import { fieldError, lastCode } from './lib/dialect.mjs';
import { useServer } from './lib/server.mjs';

const SECRET = 'django-insecure-(%s)=a+secret&key;of#fifty!letters*or_so@';

describe('a form in the body', () => {
    const server = useServer({ set: { 'send.cooldown_s': 0, 'dialects.secret': SECRET } });

    async function post(path, body, headers = {}) {
        const reply = await fetch(`http://127.0.0.1:${server.api.port}${path}`,
            { method: 'POST', body, headers });
        const text = await reply.text();
        const told = { status: reply.status, headers: Object.fromEntries(reply.headers), text,
            body: JSON.parse(text) };
        checkReply('POST', path, told);
        return told;
    }

    function multipart(fields) {
        const form = new FormData();
        for (const [name, value] of Object.entries(fields)) {
            form.append(name, value);
        }
        return form;
    }

    const kinds = {
        urlencoded: (fields) => new URLSearchParams(fields),
        multipart,
        'JSON as text': (fields) => JSON.stringify(fields),
    };

    for (const [index, [name, encode]] of Object.entries(kinds).entries()) {
        it(`signs in: ${name}`, async () => {
            const phone = `+7 923 444-01-0${index}`;
            const sent = await post('/send_code/', encode({ phone, unknown: 'й&=%' }));
            assert.equal(sent.status, 200, sent.text);
            const code = await lastCode(server, phone);
            const done = await post('/verify/', encode({ phone, code, invite_code: '' }));
            assert.equal(done.status, 200, done.text);
            assert.deepEqual(done.body, { message: 'User verified' });
            const { payload } = await jwtVerify(done.headers['x-access-token'],
                new TextEncoder().encode(SECRET), { algorithms: ['HS256'], typ: 'JWT' });
            assert.equal(payload.token_type, 'access');
            assert.equal(payload.exp - payload.iat, 5 * 3600);
            assert.match(payload.jti, /^[0-9a-f]{32}$/);
        });
    }

    it('that lacks a field, or has a file in its place, is told so', async () => {
        fieldError(await post('/send_code/', new URLSearchParams({ tel: '1' })), 'phone',
            'This field is required.');
        fieldError(await post('/send_code/', multipart({ phone: new Blob(['+79234440000']) })),
            'phone');
    });

    it('that is none is told why', async () => {
        const type = 'multipart/form-data; boundary=x';
        for (const [body, contentType, reason] of [
            ['phone=1', type, 'malformed'], ['--x\r\n', type, 'malformed'],
            ['phone=%FF', 'application/x-www-form-urlencoded', 'malformed'],
            ['phone=1&phone=2', 'application/x-www-form-urlencoded', 'field_twice'],
            [Array.from({ length: 65 }, (_, i) => `f${i}=`).join('&'),
                'application/x-www-form-urlencoded', 'too_many_fields']]) {
            const reply = await post('/send_code/', body, { 'content-type': contentType });
            assert.equal(reply.status, 400, reply.text);
            assert.deepEqual([reply.body.code, reply.body.reason], ['form_invalid', reason]);
        }
    });

    it('of /v1 is JSON or nothing', async () => {
        const reply = await post('/v1/codes', new URLSearchParams({ phone: '+79234440000' }));
        assert.deepEqual([reply.status, reply.body.code], [400, 'json_invalid']);
    });
});

/* Bodies that are not what they should be. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok, problem } from './lib/client.mjs';
import { useServer } from './lib/server.mjs';
import { signIn, uniquePhone } from './lib/signin.mjs';

const bytes = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));

describe('a hostile body', () => {
    const server = useServer();
    const send = (body, headers) => server.api.post('/v1/codes', body, headers);

    for (const [kind, body] of Object.entries({
        'a word': 'phone',
        'half an object': '{"phone": "+7923',
        'a trailing comma': '{"phone": "+79234440000",}',
        'two objects': '{"phone": "+79234440000"} {}',
        'single quotes': "{'phone': '+79234440000'}",
        'a comment': '{"phone": "+79234440000" /* mine */}',
        'a form': 'phone=%2B79234440000',
        'an array': '["+79234440000"]',
        'a text': '"+79234440000"',
        'a number': '79234440000',
        null: 'null',
        'invalid UTF-8': bytes('{"phone": "', [0xff, 0xfe], '"}'),
        'overlong UTF-8': bytes('{"phone": "', [0xc0, 0xaf], '"}'),
        'a lone surrogate': '{"phone": "\\ud800"}',
        'a NUL byte': bytes('{"phone": "+79', [0], '234440000"}'),
        'a byte order mark': `\ufeff{"phone": "${uniquePhone()}"}`,
        'a deep nest': '['.repeat(8000),
        'a deep nest in a field': `{"x": ${'{"x":'.repeat(2300)}1${'}'.repeat(2300)}}`,
    })) {
        it(`that is ${kind} is no JSON object`, async () => {
            problem(await send(body), 'json_invalid');
        });
    }

    it('may not name a key twice', async () => {
        const body = '{"phone": "+79234440000", "phone": "+79990000000"}';
        problem(await send(body), 'json_duplicate_key');
        problem(await send('{"phone": "+79234440000", "x": {"a": 1, "a": 2}}'),
            'json_duplicate_key');
        problem(await send('{"phone": "+79234440000", "\\u0070hone": "+79990000000"}'),
            'json_duplicate_key');
    });

    it('may not be missing', async () => {
        problem(await server.api.call('POST', '/v1/codes'), 'body_missing');
        problem(await send(''), 'body_missing');
        problem(await send(' \r\n\t '), 'body_missing');
    });

    it('must have the fields it needs', async () => {
        problem(await send({}), 'field_missing', { field: 'phone' });
        problem(await send({ Phone: '+79234440000' }), 'field_missing', { field: 'phone' });
        const signingIn = (body) => server.api.post('/v1/sessions', body);
        problem(await signingIn({ code: '1234' }), 'field_missing', { field: 'challenge_id' });
        problem(await signingIn({ challenge_id: 'A'.repeat(22) }), 'field_missing',
            { field: 'code' });
        problem(await server.api.post('/v1/sessions/refresh', {}), 'field_missing',
            { field: 'refresh_token' });
    });

    it('must have them in the right type', async () => {
        for (const phone of [null, 79234440000, true, ['+79234440000'], { e164: '+7' }]) {
            const reply = await send({ phone });
            assert.equal(reply.status, 400, reply.text);
            assert.equal(reply.body.field, 'phone');
        }
        for (const advance_s of ['1', 1.5, -1, 1e300, true]) {
            problem(await server.api.post('/dev/clock', { advance_s }), 'field_invalid',
                { field: 'advance_s' });
        }
        problem(await send({ phone: '9'.repeat(300) }), 'field_invalid', { field: 'phone' });
        for (const phone of ['"+79\\u0000234440000"', '"\\u0000"', '9'.repeat(400), '1e999']) {
            problem(await send(`{"phone": ${phone}}`), 'field_invalid', { field: 'phone' });
        }
        problem(await send('{"phone\\u0000": "+79234440000"}'), 'field_missing',
            { field: 'phone' });
    });

    it('may have fields nobody knows', async () => {
        ok(await send({ phone: uniquePhone(), shoe_size: 44, nested: { deep: [1, null] } }), 202);
        for (const unknown of ['"x": 99999999999999999999', '"x": -1e999', '"x": "a\\u0000b"',
            '"x\\u0000": 1', `"x": [{"y": ${'9'.repeat(400)}}]`]) {
            ok(await send(`{"phone": "${uniquePhone()}", ${unknown}}`), 202);
        }
    });

    it('is read whatever Content-Type says', async () => {
        for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'nonsense']) {
            ok(await send({ phone: uniquePhone() }, { 'Content-Type': type }), 202);
        }
    });

    it('may have 16 KiB and no more', async () => {
        const padded = (size) => {
            const body = JSON.stringify({ phone: uniquePhone(), x: '' });
            return body.replace('""', `"${'x'.repeat(size - body.length)}"`);
        };
        ok(await send(padded(16384)), 202);
        problem(await send(padded(16385)), 'body_too_large');
        problem(await send(padded(17 * 1024)), 'body_too_large');
        problem(await send(padded(1024 * 1024)), 'body_too_large');
    });

    it('is not executed as SQL or as a format', async () => {
        const { api } = await signIn(server);
        const city = "'; DROP TABLE account; -- %s%n%d $1 {0}";
        assert.equal(ok(await api.patch('/v1/me', { city })).city, city);
        assert.equal(ok(await api.get('/v1/me')).city, city);
    });
});

/* Bodies that are not JSON objects with texts, on every call of a dialect that has a body. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok } from './client.mjs';
import { claimsOf, dialectClient, fieldError, fieldsMissing, lastCode } from './dialect.mjs';
import { pairOf } from './dialect_people.mjs';
import { useServer } from './server.mjs';
import { uniquePhone } from './signin.mjs';

const BOUNDARY = 'a line of its own';

const encoders = {
    urlencoded: (fields) => [String(new URLSearchParams(fields)),
        'application/x-www-form-urlencoded'],
    multipart: (fields) => [`${Object.entries(fields).map(([name, value]) =>
        `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
        .join('')}--${BOUNDARY}--\r\n`, `multipart/form-data; boundary="${BOUNDARY}"`],
};

/** Calls with a body of a kind: form(client, 'PATCH', path, {email: ''}). */
const sender = (encode) => (client, method, path, fields) => {
    const [body, type] = encode(fields);
    return client.call(method, path, body, { 'Content-Type': type });
};

/**
 * Bodies of a dialect. `change(form, person)`, where there is a profile, tries a change of it:
 * person is {phone, client}.
 */
export function describeBodies(dialect, change) {
    describe(`bodies of ${dialect.name}`, () => {
        const server = useServer();

        for (const [kind, encode] of Object.entries(encoders)) {
            it(`may be ${kind} forms`, async () => {
                const form = sender(encode);
                const phone = uniquePhone();
                const client = dialectClient(server);
                ok(await form(client, 'POST', dialect.send, { [dialect.phone]: phone }));
                const code = await lastCode(server, phone);
                const fields = { [dialect.phone]: phone, code };
                const pair = pairOf(await form(client, 'POST', dialect.verify, fields));
                assert.ok(claimsOf(pair.access).user_id > 0);
                ok(await form(client, 'POST', dialect.refresh, { refresh: pair.refresh }));
                fieldError(await form(client, 'POST', dialect.send, { x: '1' }), dialect.phone);
                fieldError(await form(client, 'POST', dialect.verify,
                    { [dialect.phone]: phone }), 'code');
                const person = { phone, client: dialectClient(server, pair.access) };
                await change?.(form, person, server);
            });
        }

        it('may have numbers for digits', async () => {
            const client = dialectClient(server);
            let phone;
            let code = '0';
            while (code.startsWith('0')) {
                phone = uniquePhone();
                ok(await client.post(dialect.send, { [dialect.phone]: Number(phone) }));
                code = await lastCode(server, phone);
            }
            ok(await client.post(dialect.verify,
                { [dialect.phone]: Number(`8${phone.slice(2)}`), code: Number(code) }));
        });

        it('that are empty lack all that is needed', async () => {
            const headers = { 'Accept-Language': 'en' };
            for (const [path, ...fields] of [[dialect.send, dialect.phone],
                [dialect.verify, dialect.phone, 'code'], [dialect.refresh, 'refresh']]) {
                for (const body of [undefined, '', ' \r\n']) {
                    const reply = await dialectClient(server).call('POST', path, body, headers);
                    fieldsMissing(reply, fields);
                }
            }
            for (const encode of Object.values(encoders)) {
                const reply = await sender(encode)(dialectClient(server), 'POST', dialect.verify,
                    { x: '1' });
                assert.deepEqual(Object.keys(reply.body), [dialect.phone, 'code']);
            }
        });
    });
}

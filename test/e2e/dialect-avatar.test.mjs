/* Pictures in the two dialects that have them: a file of a multipart form among other fields. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok, raw } from './lib/client.mjs';
import { detail, dialectClient, fieldError } from './lib/dialect.mjs';
import { signInBy, withRole } from './lib/dialect_passwords.mjs';
import { leaveDevelopment } from './lib/dialect_people.mjs';
import { JPEG, WEBP, png, webpSize } from './lib/pictures.mjs';
import { useServer } from './lib/server.mjs';
import { query } from './lib/store.mjs';

const MIB = 1 << 20;
const URL = /^\/avatars\/[0-9a-f]{32}$/;

/** The bytes and the type of a form as a browser sends it. */
async function encode(fields) {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) {
        form.append(name, Buffer.isBuffer(value) ? new Blob([value]) : value,
            ...Buffer.isBuffer(value) ? ['me.png'] : []);
    }
    const response = new Response(form);
    return [Buffer.from(await response.arrayBuffer()),
        { 'Content-Type': response.headers.get('content-type') }];
}

const DIALECTS = {
    api_users: { send: '/api/users/login/', login: '/api/users/token/', method: 'PUT',
        read: (id) => `/api/users/${id}/`, update: (id) => `/api/users/${id}/`,
        erase: (id) => `/api/users/${id}/`, field: 'city', invite: 'referral_code' },
    auth_sms: { send: '/auth/sms/', login: '/users/login/', method: 'PATCH',
        read: (id) => `/users/${id}/`, update: (id) => `/users/update/${id}/`,
        erase: (id) => `/users/delete/${id}/`, field: 'first_name', invite: 'user_referral' },
};

for (const [name, dialect] of Object.entries(DIALECTS)) {
    describe(`${name}: a picture`, () => {
        const server = useServer();
        const person = () => signInBy(server, dialect);
        const avatar = async ({ api, id }) => ok(await api.get(dialect.read(id))).avatar;

        async function change(who, fields, by = who) {
            const [body, headers] = await encode({ phone: who.phone, ...fields });
            return by.api.call(dialect.method, dialect.update(who.id), body, headers);
        }

        it('is taken with the other fields, served by its name, and removed by null', async () => {
            const anna = await person();
            for (const [bytes, size] of [[png(600, 300), [512, 256]], [JPEG, [24, 12]],
                [WEBP, [24, 12]]]) {
                const reply = ok(await change(anna, { avatar: bytes, [dialect.field]: 'Омск' }));
                assert.match(reply.avatar, URL);
                assert.equal(reply[dialect.field], 'Омск');
                assert.equal(await avatar(anna), reply.avatar);
                assert.deepEqual(webpSize((await server.api.get(reply.avatar)).bytes), size);
            }
            const url = await avatar(anna);
            ok(await change(anna, { [dialect.field]: 'Тула' }));
            assert.equal(await avatar(anna), url);
            ok(await anna.api.call(dialect.method, dialect.update(anna.id),
                { phone: anna.phone, avatar: null }));
            assert.equal(await avatar(anna), null);
            assert.equal((await server.api.get(url)).status, 404);
        });

        it('is not found among thousands of parameters, nor looked for', async () => {
            const anna = await person();
            const quoted = (count) => ';a=""'.repeat(count);
            const head = 'Content-Disposition: form-data;name=';
            const parts = Array.from({ length: 65 }, (_, i) =>
                `--b\r\n${head}x${i}${quoted(195)}\r\n\r\n${'.'.repeat(15250)}\r\n`);
            const body = `${parts.join('')}--b--\r\n`;
            assert.ok(body.length > MIB && body.length < MIB + 16384);
            for (const type of [`multipart/form-data${quoted(1535)};boundary=b`,
                'multipart/form-data;boundary=b']) {
                const [reply] = await raw(server.port, [
                    `${dialect.method} ${dialect.update(anna.id)} HTTP/1.1`, 'Host: a',
                    `Authorization: Bearer ${anna.pair.access}`, `Content-Type: ${type}`,
                    'Transfer-Encoding: chunked', '',
                    body.length.toString(16), body, '0', '', ''].join('\r\n'),
                { expect: [[dialect.method, dialect.update(anna.id)]] });
                detail(reply, 400, 'form_invalid');
            }
            assert.equal(await avatar(anna), null);
        });

        it('is refused when it is none, and then nothing is changed', async () => {
            const anna = await person();
            const url = ok(await change(anna, { avatar: JPEG, [dialect.field]: 'Омск' })).avatar;
            for (const bytes of [Buffer.from('GIF89a, or so'), JPEG.subarray(0, 40),
                png(9, 9).subarray(0, 50)]) {
                const reply = await change(anna, { avatar: bytes, [dialect.field]: 'Тула' });
                fieldError(reply, 'avatar');
            }
            detail(await change(anna, { avatar: Buffer.alloc(MIB + 1, JPEG) }), 413,
                'body_too_large');
            detail(await change(anna, { avatar: Buffer.alloc(2 * MIB) }), 413, 'body_too_large');
            const { avatar: now, ...rest } = ok(await anna.api.get(dialect.read(anna.id)));
            assert.deepEqual([now, rest[dialect.field]], [url, 'Омск']);
        });

        it('stays what it was when the invite code is refused', async () => {
            const anna = await person();
            const url = ok(await change(anna, { avatar: JPEG })).avatar;
            fieldError(await change(anna, { avatar: WEBP, [dialect.invite]: 'zzzzzz' }),
                dialect.invite);
            assert.equal(await avatar(anna), url);
        });

        it('goes with the account', async () => {
            const anna = await person();
            const url = ok(await change(anna, { avatar: JPEG })).avatar;
            ok(await anna.api.delete(dialect.erase(anna.id)), 204);
            assert.equal((await server.api.get(url)).status, 404);
        });
    });

    describe(`${name}: a picture in normal mode`, () => {
        const server = useServer();

        it('is set by its person and by an administrator, and by nobody else', async () => {
            const anna = await signInBy(server, dialect);
            const boris = await signInBy(server, dialect);
            const admin = await withRole(server, 'admin');
            await leaveDevelopment(server);
            const set = async ({ pair, api }) => {
                const [body, headers] = await encode({ phone: anna.phone, avatar: JPEG });
                const client = dialectClient(server, pair?.access ?? api?.token);
                return client.call(dialect.method, dialect.update(anna.id), body, headers);
            };
            detail(await set({}), 401, 'token_missing');
            detail(await set(boris), 403, 'forbidden');
            assert.equal(query(server, 'SELECT * FROM avatar').length, 0);
            const { avatar } = ok(await set(admin));
            assert.match(avatar, URL);
            assert.equal(ok(await set(anna)).avatar, avatar);
            const [large, headers] = await encode({ phone: anna.phone, avatar: png(40, 40,
                { padding: 50000 }) });
            detail(await dialectClient(server).call(dialect.method, dialect.update(anna.id), large,
                headers), 401, 'token_missing');
        });
    });
}

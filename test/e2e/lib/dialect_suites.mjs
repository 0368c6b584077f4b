/* What all dialects do alike that send a code to a number and take it back with the number. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { ok, problem } from './client.mjs';
import { tally, together } from './crowd.mjs';
import {
    claimsOf, detail, dialectClient, fieldError, fieldsMissing, lastCode,
} from './dialect.mjs';
import { account, enter, newCode, pairOf, send, verify } from './dialect_people.mjs';
import { useServer } from './server.mjs';
import {
    advance, cooldown, outbox, readCode, sendCode, uniquePhone, wrongCode,
} from './signin.mjs';
import { query } from './store.mjs';

const MANY = 200;
const withKey = (key = randomUUID()) => ({ 'Idempotency-Key': key });
const sessionsOf = (server, { id }) =>
    Number(query(server, 'SELECT count(*) AS n FROM session WHERE account_id = ?', [id])[0].n);

const hostile = {
    'a word': 'phone',
    'half an object': '{"phone": "+7923',
    'two objects': '{"phone": "+79234440000"} {}',
    'an array': '["+79234440000"]',
    null: 'null',
    'a lone surrogate': '{"phone": "\\ud800"}',
    'invalid UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    'a deep nest': '['.repeat(8000),
};

/** Asking for a code. */
export function describeSending(dialect) {
    const words = (ru, en) => (dialect.russian ? ru : en);
    const plain = dialect.send.replace(/\/$/, '');

    describe(`a code asked for by ${dialect.name}`, () => {
        const server = useServer();
        const field = dialect.phone;

        it('goes to a number however it is written, with a slash at the end or none', async () => {
            const phone = uniquePhone();
            const tail = phone.slice(2);
            let count = 0;
            for (const typed of [phone, `8${tail}`, `7${tail}`, tail,
                `8 (${tail.slice(0, 3)}) ${tail.slice(3, 6)}-${tail.slice(6)}`]) {
                const path = count % 2 === 0 ? plain : `${plain}/`;
                ok(await dialectClient(server).post(path, { [field]: typed }));
                count += 1;
                assert.match(await lastCode(server, phone, count), /^\d{4}$/);
                await cooldown(server);
            }
        });

        it('makes no account', async () => {
            const phone = uniquePhone();
            await newCode(server, dialect, phone);
            assert.deepEqual(query(server, 'SELECT id FROM account WHERE phone = ?', [phone]), []);
        });

        it('needs a number', async () => {
            fieldError(await dialectClient(server).post(dialect.send, {}), field,
                words('Обязательное поле.', 'This field is required.'));
            for (const phone of ['', 'phone', '+7', '123', '+79', '+7923444000a', true,
                ['+79234440000'], { e164: '+7' }, 1.5, 'x'.repeat(300), '+7923\u00004440000']) {
                const reply = await send(server, dialect, phone);
                assert.equal(reply.status, 400, JSON.stringify(phone));
                fieldError(reply, field);
            }
            fieldError(await send(server, dialect, '+7923'), field,
                words('Неверный номер телефона', 'Not a phone number'));
        });

        it('is refused in the language of the client', async () => {
            for (const [language, text] of [['ru', 'Обязательное поле.'],
                ['en', 'This field is required.'], ['en;q=0.1, ru-RU', 'Обязательное поле.']]) {
                const reply = await dialectClient(server)
                    .post(dialect.send, {}, { 'Accept-Language': language });
                fieldError(reply, field, text);
                assert.equal(reply.headers.vary, 'Accept-Language');
            }
        });

        it('needs clean JSON', async () => {
            for (const [kind, body] of Object.entries(hostile)) {
                const reply = await dialectClient(server).post(dialect.send, body);
                assert.equal(reply.body.code, 'json_invalid', kind);
                assert.deepEqual(Object.keys(reply.body), ['detail', 'code']);
                assert.equal(reply.status, 400);
            }
            detail(await dialectClient(server).post(dialect.send, '{"x": 1, "x": 2}'), 400,
                'json_duplicate_key');
            const huge = JSON.stringify({ [field]: 'x'.repeat(2 << 20) });
            assert.equal((await dialectClient(server).post(dialect.send, huge)).status, 413);
        });

        it('is paced', async () => {
            const phone = uniquePhone();
            await newCode(server, dialect, phone);
            const reply = await send(server, dialect, phone);
            detail(reply, 429, 'send_cooldown');
            assert.ok(Number(reply.headers['retry-after']) > 20);
        });

        it('is sent once under one Idempotency-Key', async () => {
            const phone = uniquePhone();
            const headers = withKey();
            for (let i = 0; i < 3; i++) {
                ok(await send(server, dialect, phone, headers));
            }
            await lastCode(server, phone);
            assert.equal((await outbox(server, phone)).length, 1);
            detail(await send(server, dialect, uniquePhone(), headers), 400,
                'idempotency_key_reused');
            detail(await send(server, dialect, phone, withKey('short')), 400,
                'idempotency_key_invalid');
        });

        it('has other methods refused', async () => {
            for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'BREW']) {
                const reply = await dialectClient(server).call(method, dialect.send);
                assert.equal(reply.status, 405, method);
                assert.equal(reply.headers.allow, 'POST, OPTIONS');
                if (method !== 'HEAD') {
                    detail(reply, 405, 'method_not_allowed');
                }
            }
            const options = await dialectClient(server).call('OPTIONS', dialect.send);
            assert.deepEqual([options.status, options.headers.allow], [204, 'POST, OPTIONS']);
            problem(await dialectClient(server).post(`${plain}//`), 'not_found');
        });
    });

    describe(`${dialect.name}, when it is not spoken`, () => {
        const others = ['initialization', 'api_users', 'send_code', 'spaced', 'auth_sms']
            .filter((name) => name !== dialect.name);
        const without = useServer({ set: { dialects: others.join(', ') } });
        const none = useServer({ set: { dialects: 'none' } });

        it('is not there', async () => {
            for (const path of [dialect.send, dialect.verify]) {
                problem(await none.api.post(path), 'not_found');
                /* To auth_sms, /users/initialization/ may be somebody's profile. */
                const { status } = await dialectClient(without).post(path);
                assert.ok([404, 405].includes(status), `${status}`);
            }
            problem(await none.api.post(dialect.refresh), 'not_found');
        });
    });
}

/** Signing in with a code. */
export function describeVerifying(dialect) {
    describe(`a code taken by ${dialect.name}`, () => {
        const server = useServer({ set: { 'http.loops': 4 } });
        const field = dialect.phone;

        it('signs in, the first time and again', async () => {
            const first = await enter(server, dialect);
            await cooldown(server);
            const second = await enter(server, dialect, first.phone, 2);
            assert.equal(second.id, first.id);
            assert.equal(sessionsOf(server, first), 2);
            assert.notEqual(claimsOf(first.access).jti, claimsOf(second.access).jti);
        });

        it('is a code that a dialect sent', async () => {
            const reply = await verify(server, dialect, uniquePhone(), '1234');
            detail(reply, 400, 'challenge_unknown');
            assert.equal(reply.body.detail,
                dialect.russian ? 'Код не запрашивали.' : 'No code was asked for.');
            const challenge = await sendCode(server);
            const code = await readCode(server, challenge);
            detail(await verify(server, dialect, challenge.phone, code), 400,
                'challenge_unknown');
        });

        it('may be wrong three times', async () => {
            const phone = uniquePhone();
            const code = await newCode(server, dialect, phone);
            for (const left of [2, 1, 0]) {
                const reply = await verify(server, dialect, phone, wrongCode(code, left + 1));
                detail(reply, 400, 'code_wrong');
                assert.equal(reply.body.attempts_left, left);
            }
            detail(await verify(server, dialect, phone, code), 400, 'too_many_attempts');
        });

        it('is good for two minutes and one time', async () => {
            const phone = uniquePhone();
            let code = await newCode(server, dialect, phone);
            await advance(server, 121);
            detail(await verify(server, dialect, phone, code), 400, 'code_expired');
            code = await newCode(server, dialect, phone, 2);
            ok(await verify(server, dialect, phone, code));
            detail(await verify(server, dialect, phone, code), 400, 'code_used');
        });

        it('is the newest', async () => {
            const phone = uniquePhone();
            const older = await newCode(server, dialect, phone);
            let newer = older;
            for (let count = 2; newer === older; count++) {
                await cooldown(server);
                newer = await newCode(server, dialect, phone, count);
            }
            detail(await verify(server, dialect, phone, older), 400, 'code_wrong');
            ok(await verify(server, dialect, phone, newer));
        });

        it('belongs to its number', async () => {
            const [first, second] = [uniquePhone(), uniquePhone()];
            const code = await newCode(server, dialect, first);
            let other = await newCode(server, dialect, second);
            for (let count = 2; other === code; count++) {
                await cooldown(server);
                other = await newCode(server, dialect, second, count);
            }
            detail(await verify(server, dialect, second, code), 400, 'code_wrong');
            ok(await verify(server, dialect, second, other));
        });

        it('comes with its number, and looks like one', async () => {
            const phone = uniquePhone();
            const code = await newCode(server, dialect, phone);
            const call = (body) => dialectClient(server).post(dialect.verify, body);
            fieldsMissing(await call({}), [field, 'code'],
                dialect.russian ? 'Обязательное поле.' : undefined);
            fieldError(await call({ code }), field);
            fieldError(await call({ [field]: phone }), 'code');
            for (const bad of ['', 'code', '12a4', [], true, 'x'.repeat(65)]) {
                fieldError(await call({ [field]: phone, code: bad }), 'code');
            }
            for (const bad of ['', 'phone', '+7', [], true]) {
                fieldError(await call({ [field]: bad, code }), field);
            }
            for (const body of Object.values(hostile)) {
                detail(await call(body), 400, 'json_invalid');
            }
            ok(await call({ [field]: `8${phone.slice(2)}`, code: ` ${[...code].join(' ')} ` }));
        });

        it('is understood with a slash at the end and without', async () => {
            for (const path of [dialect.verify.replace(/\/$/, ''),
                `${dialect.verify.replace(/\/$/, '')}/`]) {
                const phone = uniquePhone();
                const code = await newCode(server, dialect, phone);
                const body = { [field]: phone, code };
                ok(await dialectClient(server).post(path, body));
            }
        });

        it(`gives one session to ${MANY} at once`, async () => {
            const phone = uniquePhone();
            const code = await newCode(server, dialect, phone);
            const replies = await together(MANY, () => verify(server, dialect, phone, code));
            assert.deepEqual(tally(replies), { 200: 1, code_used: MANY - 1 });
            const { access } = pairOf(replies.find(({ status }) => status === 200));
            assert.equal(sessionsOf(server, { id: claimsOf(access).user_id }), 1);
        });

        it(`loses three attempts to ${MANY} wrong guesses at once`, async () => {
            const phone = uniquePhone();
            const code = await newCode(server, dialect, phone);
            const replies = await together(MANY, (i) =>
                verify(server, dialect, phone, wrongCode(code, i + 1)));
            assert.deepEqual(tally(replies), { code_wrong: 3, too_many_attempts: MANY - 3 });
        });

        it('signs in once under one Idempotency-Key, whatever is sent meanwhile', async () => {
            const phone = uniquePhone();
            const code = await newCode(server, dialect, phone);
            const headers = withKey();
            const first = await verify(server, dialect, phone, code, headers);
            ok(first);
            ok(await verify(server, dialect, phone, code, headers));
            await cooldown(server);
            const newer = await newCode(server, dialect, phone, 2);
            const later = await verify(server, dialect, phone, code, headers);
            ok(later);
            const person = { id: claimsOf(pairOf(first).access).user_id };
            assert.equal(claimsOf(pairOf(later).access).user_id, person.id);
            assert.equal(sessionsOf(server, person), 1);
            detail(await verify(server, dialect, phone, newer, headers), 400,
                'idempotency_key_reused');
            ok(await verify(server, dialect, phone, newer));
            assert.equal(sessionsOf(server, person), 2);
        });

        it('keeps a disabled person out, and makes an erased one anew', async () => {
            const person = await enter(server, dialect);
            await account(server, 'disable', person.phone);
            await cooldown(server);
            const code = await newCode(server, dialect, person.phone, 2);
            detail(await verify(server, dialect, person.phone, code), 403, 'account_disabled');
            await account(server, 'erase', person.phone);
            await cooldown(server);
            const other = await enter(server, dialect, person.phone);
            assert.notEqual(other.id, person.id);
        });
    });
}

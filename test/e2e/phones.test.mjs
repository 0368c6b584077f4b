/* How numbers may be written, and which are refused. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok, problem } from './lib/client.mjs';
import { useServer } from './lib/server.mjs';
import { cooldown, signIn } from './lib/signin.mjs';

describe('phone numbers', () => {
    const server = useServer({ set: { 'send.per_phone_10min': 100, 'send.per_phone_hour': 100 } });
    const send = (phone) => server.api.post('/v1/codes', { phone });

    it('written in different ways are one account', async () => {
        const forms = [
            '89234440000', '8 (923) 444-00-00', '+7 923 444-00-00', '79234440000', '9234440000',
            '8-923-444-00-00', '+7(923)4440000', ' +7.923.444.00.00 ',
        ];
        const ids = new Set();
        for (const form of forms) {
            const person = await signIn(server, form);
            assert.equal(person.account.phone, '+79234440000', form);
            ids.add(person.account.id);
            await cooldown(server);
        }
        assert.equal(ids.size, 1);
    });

    it('may stand in a query as forms write it, or as they are', async () => {
        await signIn(server, '+79234440001');
        const inbox = async (text) => ok(await server.api.get(`/dev/outbox?phone=${text}`));
        for (const text of ['8+(923)+444-00-01', '+79234440001', '+7+923+444-00-01',
            '%2B7%20923%20444-00-01', '%2b79234440001', '79234440001']) {
            assert.equal((await inbox(text))[0]?.phone, '+79234440001', text);
        }
        problem(await server.api.get('/dev/outbox?phone=7%2B9234440001'), 'field_invalid',
            { field: 'phone' });
    });

    it('of other countries served are taken as they stand', async () => {
        assert.equal(ok(await send('+375 29 123-45-67'), 202).phone, '+375291234567');
        assert.equal(ok(await send('+7 701 234 56 78'), 202).phone, '+77012345678');
    });

    it('with +8 are never rewritten to +7', async () => {
        const reply = await send('+89234440077');
        assert.equal(reply.status, 422, reply.text);
        assert.ok(['phone_invalid', 'country_not_allowed'].includes(reply.body.code), reply.text);
    });

    for (const [kind, phone, code, reason] of [
        ['a word', 'телефон', 'phone_invalid', 'not_a_number'],
        ['nothing', '', 'phone_invalid', 'not_a_number'],
        ['letters for digits', '+7923CALLNOW', 'phone_invalid', 'not_a_number'],
        ['too short', '+7923444', 'phone_invalid', 'too_short'],
        ['too long', '+7923444000012345', 'phone_invalid', 'too_long'],
        ['endless', '9'.repeat(250), 'phone_invalid', 'too_long'],
        ['an unknown country', '+999123456789', 'phone_invalid', 'invalid_country_code'],
        ['not assignable', '+71111111114', 'phone_invalid', undefined],
        ['a land line', '+7 495 123-45-67', 'phone_not_mobile', 'fixed_line'],
        ['toll-free', '8 800 555-35-35', 'phone_not_mobile', 'toll_free'],
        ['premium', '+7 809 123-45-67', 'phone_not_mobile', 'premium_rate'],
    ]) {
        it(`are refused: ${kind}`, async () => {
            const refusal = problem(await send(phone), code, { field: 'phone' });
            if (reason !== undefined) {
                assert.equal(refusal.reason, reason);
            }
        });
    }

    it('of countries not served are refused', async () => {
        problem(await send('+49 151 23456789'), 'country_not_allowed', { field: 'phone' });
        problem(await send('+44 7400 123456'), 'country_not_allowed', { field: 'phone' });
    });
});

describe('phone numbers of another default region', () => {
    const server = useServer({ set: { 'phone.region': 'BY', 'send.countries': 'all' } });

    it('need no country code there', async () => {
        const send = (phone) => server.api.post('/v1/codes', { phone });
        assert.equal(ok(await send('8 029 123-45-67'), 202).phone, '+375291234567');
        assert.equal(ok(await send('+49 151 23456789'), 202).phone, '+4915123456789');
    });
});

/* Problems (RFC 9457) speak English and Russian; the code stays the same. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { problem } from './lib/client.mjs';
import { openapi } from './lib/contract.mjs';
import { useServer } from './lib/server.mjs';

const RUSSIAN = /[а-яё]/i;

async function ask(server, language) {
    const headers = language === undefined ? {} : { 'Accept-Language': language };
    return server.api.get('/v1/me', headers);
}

describe('the language of errors', () => {
    const server = useServer();

    for (const [language, expected] of [
        [undefined, 'en'], ['ru', 'ru'], ['en', 'en'], ['ru-RU', 'ru'], ['RU', 'ru'],
        ['ru-RU, ru;q=0.9, en;q=0.5', 'ru'], ['en;q=0.5, ru;q=0.9', 'ru'],
        ['en;q=0.9, ru;q=0.5', 'en'], ['de, fr;q=0.9', 'en'], ['de, ru;q=0.1', 'ru'],
        ['*', 'en'], ['ru;q=0, en', 'en'], ['ru;q=0', 'en'], ['', 'en'], [';;;,,,q=', 'en'],
        ['ru;q=nonsense', 'en'], [`${'de,'.repeat(200)}ru`, 'en'],
    ]) {
        it(`is ${expected} for Accept-Language: ${String(language).slice(0, 40)}`, async () => {
            const { title, detail } = problem(await ask(server, language), 'token_missing');
            assert.equal(RUSSIAN.test(title), expected === 'ru', title);
            assert.equal(RUSSIAN.test(detail), expected === 'ru', detail);
        });
    }

    it('is told to caches', async () => {
        assert.equal((await ask(server, 'ru')).headers.vary, 'Accept-Language');
    });

    it('does not change anything else', async () => {
        const send = (language) => server.api.post('/v1/codes', { phone: '8 800 555-35-35' },
            { 'Accept-Language': language });
        const [english, russian] = [(await send('en')).body, (await send('ru')).body];
        const { title, detail, ...rest } = english;
        assert.deepEqual({ ...russian, title, detail }, { ...rest, title, detail });
        assert.deepEqual(rest, { type: '/problems/phone_not_mobile', status: 422,
            code: 'phone_not_mobile', field: 'phone', reason: 'toll_free' });
    });

    it('is that of unknown addresses and methods too', async () => {
        const headers = { 'Accept-Language': 'ru' };
        assert.match(problem(await server.api.get('/nothing', headers), 'not_found').title,
            RUSSIAN);
        const reply = await server.api.call('PUT', '/v1/codes', {}, headers);
        assert.match(problem(reply, 'method_not_allowed').detail, RUSSIAN);
    });
});

describe('the language of errors where the default is Russian', () => {
    const server = useServer({ set: { 'locale.default': 'ru' } });

    it('is Russian unless English is asked for', async () => {
        assert.match(problem(await ask(server), 'token_missing').title, RUSSIAN);
        assert.match(problem(await ask(server, 'de'), 'token_missing').title, RUSSIAN);
        assert.doesNotMatch(problem(await ask(server, 'en'), 'token_missing').title, RUSSIAN);
    });
});

describe('the table of problems', () => {
    it('has a title in both languages for each code', () => {
        const table = openapi['x-problem-codes'];
        assert.deepEqual(Object.keys(table), openapi.components.schemas.ProblemCode.enum);
        for (const [code, { title, title_ru, description }] of Object.entries(table)) {
            assert.doesNotMatch(title, RUSSIAN, code);
            assert.match(title_ru, RUSSIAN, code);
            assert.ok(description.length > 20, code);
        }
    });
});

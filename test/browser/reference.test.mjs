/*
 * /redoc/ and /swagger/: the description of the API, to read and to try. Their accessibility is
 * looked at with that of all pages (pages.test.mjs); what the policy refuses fails any test here.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { axe, TWO_LOOKS, useStage } from './lib/stage.mjs';

const WORDS = {
    en: { read: 'Read', download: 'Download', live: 'done for real',
        lost: 'could not be loaded', body: 'Body of the request', english: false },
    ru: { read: 'Справочник', download: 'Скачать', live: 'настоящие',
        lost: 'не загрузилось', body: 'Тело запроса', english: true },
};

/* Both draw a page of two hundred thousand pixels, which takes a busy machine its time. */
const PATIENCE_MS = 40000;

describe('the description of the API', () => {
    const stage = useStage();

    for (const look of TWO_LOOKS) {
        const words = WORDS[look.lang];

        it(`is there to read, ${look.name}`, () => stage.visit(look, async (page) => {
            page.setDefaultTimeout(PATIENCE_MS);
            await page.goto('/redoc/');
            await page.getByRole('link', { name: words.download, exact: true }).waitFor();
            assert.equal(await page.locator('.bar [aria-current]').innerText(), words.read);
            await page.locator('h2', { hasText: 'Send a code to a phone' }).first().waitFor();
            const { scrollWidth } = await page.evaluate(() => ({
                scrollWidth: document.documentElement.scrollWidth - innerWidth,
            }));
            assert.ok(scrollWidth <= 0, 'wider than the window');
            const told = page.locator('#note', { hasText: 'на английском' });
            assert.equal(await told.isVisible(), words.english);
        }));

        it(`is there to try, ${look.name}`, () => stage.visit(look, async (page) => {
            page.setDefaultTimeout(PATIENCE_MS);
            await page.goto('/swagger/');
            const note = page.locator('#note', { hasText: words.live });
            await note.waitFor();
            assert.equal(/на английском/.test(await note.innerText()), words.english);
            await page.locator('.opblock-tag').first().waitFor();
            const call = page.locator('#operations-sign-in-sendCode');
            await call.locator('.opblock-summary-control').click();
            const phone = `+7924555${String(TWO_LOOKS.indexOf(look)).padStart(4, '0')}`;
            await call.getByLabel(words.body).fill(JSON.stringify({ phone }));
            await call.locator('.execute').click();
            const status = call.locator('.live-responses-table .response-col_status');
            await status.getByText('202').waitFor();
            await axe(page, { include: ['#operations-sign-in-sendCode .responses-wrapper'] });
        }));

        it(`says when it cannot be loaded, ${look.name}`, () =>
            stage.visit(look, async (page) => {
                await page.route('/openapi.json', (route) => route.abort());
                await page.goto('/swagger/');
                await page.locator('#note', { hasText: words.lost }).waitFor();
            }));
    }
});

/*
 * The form for the number where it was not what the page began with: after a session, before a way
 * back to another site; and in a country whose numbers are not those of +7.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readMessages, uniquePhone } from '../e2e/lib/signin.mjs';
import { axe, screenshot, TWO_LOOKS, useStage } from './lib/stage.mjs';

const SHOP = 'https://shop.example';
const LIMITS = { 'send.per_address_hour': 1000000, 'guess.per_address_10min': 1000000 };
const WORDS = {
    en: { out: 'Sign out', title: 'Sign in', hint: 'We will send you a code.', send: 'Get a code',
        drop: 'Sign in without it' },
    ru: { out: 'Выйти', title: 'Вход', hint: 'Пришлём на него код.', send: 'Получить код',
        drop: 'Войти без него' },
};

/* All that it says, in one language. */
async function speaks(page, { title, hint, send }) {
    await page.getByRole('heading', { name: title }).waitFor();
    await page.locator('#country').filter({ hasText: hint }).waitFor();
    await page.getByRole('button', { name: send, exact: true }).waitFor();
    assert.doesNotMatch(await page.locator('body').innerText(), /\b(?:signin|code)\.[a-z]/);
}

describe('the form for the number', () => {
    const stage = useStage({ set: { ...LIMITS, 'hosted.origins': SHOP } });

    for (const look of TWO_LOOKS) {
        const words = WORDS[look.lang];

        it(`has its words after signing out, ${look.name}`, async () => {
            const person = await stage.signIn();
            await stage.visit(look, async (page) => {
                await page.goto('/');
                await page.getByRole('button', { name: words.out }).click();
                await speaks(page, words);
            }, { person });
        });

        it(`has them when the session has ended, ${look.name}`, async () => {
            const person = await stage.signIn();
            await person.api.post('/v1/sign-out');
            await stage.visit(look, async (page) => {
                await page.goto('/');
                await speaks(page, words);
            }, { person, except: [/401/] });
        });

        it(`has them before the way to another site, ${look.name}`, () => stage.visit(look,
            async (page) => {
                const query = new URLSearchParams({ return_to: `${SHOP}/in`, invite: 'abcdef' });
                await page.goto(`/?${query}`);
                await speaks(page, words);
                await page.getByRole('button', { name: words.drop }).waitFor();
                await page.locator('.switches').waitFor();
                await axe(page);
                await screenshot(page, `hosted-form-${look.lang}-${look.theme}-${look.size}`);
            }));
    }

    it('speaks the language that was chosen meanwhile', async () => {
        const person = await stage.signIn();
        await stage.visit({ lang: 'ru' }, async (page) => {
            await page.goto('/');
            await page.getByRole('button', { name: WORDS.ru.out }).waitFor();
            await page.locator('.switches select').first().selectOption('en');
            await page.getByRole('button', { name: WORDS.en.out }).click();
            await speaks(page, WORDS.en);
        }, { person });
    });
});

describe('the form for the number in another country', () => {
    const stage = useStage({ set: { ...LIMITS, 'phone.region': 'US', 'send.countries': 'US,RU' } });

    it('leaves national numbers to the server', () => stage.visit({}, async (page) => {
        await page.goto('/');
        await page.locator('.switches').waitFor();
        await page.locator('#phone').pressSequentially('917 555 0123');
        assert.equal(await page.locator('#phone').inputValue(), '917 555 0123');
        await page.locator('#country').filter({ hasText: 'United States' }).waitFor();
        await page.keyboard.press('Enter');
        await page.locator('.code__input').waitFor();
        assert.equal((await readMessages(stage.server, '+19175550123')).length, 1);
    }));

    it('groups those with a calling code', () => stage.visit({}, async (page) => {
        const phone = uniquePhone();
        await page.goto('/');
        await page.locator('.switches').waitFor();
        await page.locator('#phone').pressSequentially(phone);
        await page.locator('#country').filter({ hasText: 'Russia' }).waitFor();
        assert.match(await page.locator('#phone').inputValue(), /^\+7 \d{3} \d{3}-\d\d-\d\d$/);
    }));
});

/*
 * /i/{code}: the landing page of an invitation.
 */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import {
    axe, cut, LOOKS, mend, saved, screenshot, TWO_LOOKS, useStage,
} from './lib/stage.mjs';

const WORDS = {
    en: { title: 'You are invited', go: 'Sign in with my number', qr: 'Open it on a telephone',
        unknown: 'There is no such invite code', without: 'Sign in without a code',
        unsure: 'We could not check this code', again: 'Try again',
        member: 'You have signed in already', profile: 'To my profile' },
    ru: { title: 'Вас пригласили', go: 'Войти по номеру телефона', qr: 'Открыть на телефоне',
        unknown: 'Такого кода приглашения нет', without: 'Войти без кода',
        unsure: 'Не получилось проверить код', again: 'Попробовать ещё раз',
        member: 'Вы уже вошли', profile: 'В мой профиль' },
};

const kept = (page) => page.evaluate(() => localStorage.getItem('domofon.invite'));
const title = (page, text) => page.locator('h1', { hasText: text }).waitFor();

describe('the landing page of an invitation', () => {
    const stage = useStage({ set: { 'invite.per_address_10min': 1000 } });
    let anna;
    before(async () => { anna = await stage.signIn(); });
    const code = () => anna.account.invite_code;

    for (const look of LOOKS) {
        const words = WORDS[look.lang];

        it(`shows who is invited what to do, ${look.name}`, () =>
            stage.visit(look, async (page) => {
                await page.goto(`/i/${code()}`);
                await title(page, words.title);
                await page.locator('output', { hasText: code() }).waitFor();
                assert.equal(await kept(page), code());
                await axe(page);
                await page.getByText(words.qr).click();
                const qr = page.locator('.invite__qr img');
                await page.waitForFunction((image) => image.complete && image.naturalWidth > 0,
                    await qr.elementHandle());
                await axe(page);
                const go = page.getByRole('link', { name: words.go });
                assert.equal(new URL(await go.evaluate(({ href }) => href)).pathname, '/');
            }));
    }

    for (const look of TWO_LOOKS) {
        const words = WORDS[look.lang];

        it(`says that nobody has a code, ${look.name}`, () => stage.visit(look, async (page) => {
            await page.goto('/i/QQQQQQ');
            await title(page, words.unknown);
            assert.equal(await kept(page), null);
            assert.equal(await page.locator('.invite__code').count(), 0);
            await page.getByRole('link', { name: words.without }).waitFor();
            await axe(page);
        }));

        it(`keeps a code that it could not check, ${look.name}`, () =>
            stage.visit(look, async (page) => {
                await page.route('/v1/invites/*', (route) => route.abort());
                await page.goto(`/i/${code()}`);
                await title(page, words.unsure);
                assert.equal(await kept(page), code());
                await axe(page);
                await page.unroute('/v1/invites/*');
                await cut(page);
                await page.getByRole('button', { name: words.again }).click();
                await page.locator('#invite:not([aria-busy])').waitFor();
                await title(page, words.unsure);
                assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1');
                await mend(page);
                await page.getByRole('button', { name: words.again }).click();
                await title(page, words.title);
            }));

        it(`tells a busy or broken server from an unknown code, ${look.name}`, () =>
            stage.visit(look, async (page) => {
                for (const status of [429, 500, 503]) {
                    const refuse = (route) => route.fulfill({ status, json: {} });
                    await page.route('/v1/invites/*', refuse);
                    await page.goto(`/i/${code()}`);
                    await title(page, words.unsure);
                    await page.unroute('/v1/invites/*');
                }
            }));

        it(`shows the profile to whom is signed in, ${look.name}`, () =>
            stage.visit(look, async (page) => {
                await page.goto(`/i/${code()}`);
                await title(page, words.member);
                await page.getByRole('link', { name: words.profile }).waitFor();
                await axe(page);
            }, { person: anna }));
    }

    it('saves the QR code as SVG and as PNG', () => stage.visit({}, async (page) => {
        await page.goto(`/i/${code()}`);
        await page.getByText(WORDS.en.qr).click();
        for (const [kind, begin] of [['SVG', '<'], ['PNG', '\x89PNG']]) {
            const [download] = await Promise.all([page.waitForEvent('download'),
                page.getByRole('link', { name: `Save as ${kind}` }).click()]);
            const name = `domofon-${code()}.${kind.toLowerCase()}`;
            assert.equal(download.suggestedFilename(), name);
            const bytes = (await saved(download)).toString('latin1');
            assert.ok(bytes.startsWith(begin), bytes.slice(0, 20));
        }
    }));

    it('looks as accepted', () => stage.visit({ lang: 'ru', size: 'phone' }, async (page) => {
        await page.goto(`/i/${code()}`);
        await title(page, WORDS.ru.title);
        await screenshot(page, 'invite-phone', { settle: { output: 'Hq7TbN' } });
    }));

    it('asks about a code once, and for the picture when it is seen', () => stage.visit({},
        async (page) => {
            const asked = [];
            page.on('request', (request) => {
                const { pathname } = new URL(request.url());
                asked.push(...pathname.startsWith('/v1/invites/') ? [pathname] : []);
            });
            await page.goto(`/i/${code()}`);
            await title(page, WORDS.en.title);
            await page.waitForLoadState('networkidle');
            assert.deepEqual(asked, [`/v1/invites/${code()}`]);
            await page.getByText(WORDS.en.qr).click();
            await page.waitForFunction(() =>
                document.querySelector('.invite__qr img').naturalWidth > 0);
            assert.equal(asked.length, 2);
        }));

    it('shows a code that is markup as text', () => stage.visit({}, async (page) => {
        const hostile = '<img src=x onerror=alert(1)>';
        await page.goto(`/i/${encodeURIComponent(hostile)}`);
        await title(page, WORDS.en.unknown);
        assert.ok((await page.locator('#invite').innerText()).includes(hostile));
        assert.equal(await page.locator('#invite img').count(), 0);
    }));

    it('fits into 320 pixels', () => stage.visit({ lang: 'ru', size: 'narrow' }, async (page) => {
        await page.goto(`/i/${code()}`);
        await title(page, WORDS.ru.title);
        await page.getByText(WORDS.ru.qr).click();
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
        await axe(page);
    }));
});

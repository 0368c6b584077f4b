/*
 * /dev/handset: the drawn telephone of development mode.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readMessages, sendCode, uniquePhone } from '../e2e/lib/signin.mjs';
import {
    axe, cut, LOOKS, mend, screenshot, TWO_LOOKS, useStage,
} from './lib/stage.mjs';

/* Long enough for the server to tell of a message that is on its way. */
const DELAY_MS = 300;

const WORDS = {
    en: { title: 'The drawn telephone', on: 'Connected', sending: 'On its way…',
        text: /^domofon: your code is (\d{4})\./, done: /^Delivered in 0\.\d sec · SMS$/,
        none: 'No messages yet', other: 'No messages to this number',
        filter: 'Only messages to this number', lost: 'No connection, trying again',
        code: '0420', message: 'domofon: your code is 0420. It works for 2 min. '
            + 'Never share it with anyone.\n@localhost #0420', foot: 'Delivered in 1.6 sec · SMS' },
    ru: { title: 'Телефон на экране', on: 'На связи', sending: 'Уже в пути…',
        text: /^domofon: код (\d{4}) /, done: /^Доставлено за 0,\d с · СМС$/,
        none: 'Сообщений пока нет', other: 'На этот номер сообщений нет',
        filter: 'Только сообщения на этот номер', lost: 'Нет связи, пробуем снова',
        code: '0420', message: 'domofon: код 0420 на 2 мин. Никому его не говорите.\n'
            + '@localhost #0420', foot: 'Доставлено за 1,6 с · СМС' },
};

/* Look: name and number. */
const SCREENSHOTS = {
    'en, light, desktop': ['handset', '+79234440000'],
    'ru, dark, phone': ['handset-phone', '+79234440001'],
};

/** What is the same in every screenshot. */
const still = ({ code, message, foot }) => ({ '.phone time': '12:34', '.key': code,
    '.message__text': message, '.message__foot': foot });

const spaced = (phone) => phone.replace(/^(\+7)(...)(...)(..)(..)$/, '$1\u00a0$2\u00a0$3-$4-$5');

/** The telephone, once it listens. */
async function open(page, query = '') {
    await page.goto(`/dev/handset${query}`);
    await page.locator('.phone:not(.phone--lost) .phone__link:not(:empty)').waitFor();
}

/* In the page: all that the first message has looked like, however short. */
function watch() {
    globalThis.seen = [];
    const list = document.querySelector('.phone__messages');
    new MutationObserver(() => globalThis.seen.push(list.firstElementChild.innerText))
        .observe(list, { childList: true, subtree: true });
}

/** The messages on its screen, the newest first. */
const shown = (page) => page.locator('.message:visible');

describe('the handset', () => {
    const stage = useStage({ set: { 'deliver.simulated_delay_ms': DELAY_MS } });
    const { server } = stage;

    /* What has been connected stays so when Chromium plays "no network": the server ends it. */
    async function lose(page) {
        await cut(page);
        server.options.listen = `127.0.0.1:${server.port}`;
        await server.restart();
        await page.locator('.phone--lost').waitFor();
    }

    for (const look of LOOKS) {
        it(`shows a message on its way and as it came, ${look.name}`, () =>
            stage.visit(look, async (page) => {
                const words = WORDS[look.lang];
                const [picture, phone = uniquePhone()] = SCREENSHOTS[look.name] ?? [];
                await open(page, `?phone=${encodeURIComponent(phone)}`);
                assert.equal(await page.locator('h1').innerText(), words.title);
                assert.equal(await page.locator('.phone__link').innerText(), words.on);
                assert.equal(await page.locator('.phone__empty').innerText(), words.other);

                await page.evaluate(watch);
                await sendCode(server, phone, { locale: look.lang });
                const message = shown(page);
                await message.locator('.key').waitFor();
                assert.equal(await shown(page).count(), 1, 'the same message');
                const [first] = await page.evaluate(() => globalThis.seen);
                assert.ok(first.includes(words.sending), first);
                assert.doesNotMatch(first, /\d{4}$/, 'no code before it came');
                const text = await message.locator('.message__text').innerText();
                const [, code] = words.text.exec(text);
                assert.equal(await message.locator('.key').innerText(), code);
                assert.ok((await message.innerText()).includes(spaced(phone)));
                assert.match(await message.locator('.message__foot').innerText(), words.done);
                const news = await page.locator('#news').innerText();
                assert.ok(news.endsWith([...code].join(' ')), `read out: ${news}`);
                await axe(page);
                if (picture !== undefined) {
                    await page.evaluate(() => document.querySelector('.phone')
                        .scrollIntoView({ block: 'end' }));
                    await screenshot(page, picture, { settle: still(words) });
                }
            }));
    }

    for (const look of TWO_LOOKS) {
        it(`shows only messages to a number, ${look.name}`, () =>
            stage.visit(look, async (page) => {
                const words = WORDS[look.lang];
                await open(page);
                const [one, other] = [uniquePhone(), uniquePhone()];
                await sendCode(server, one);
                await sendCode(server, other);
                const of = (phone) => shown(page).filter({ hasText: spaced(phone) });
                await of(one).locator('.key').waitFor();
                await of(other).locator('.key').waitFor();
                const field = page.getByLabel(words.filter);
                const [, ...parts] = /^\+7(...)(...)(.*)$/.exec(one);
                for (const text of [one, one.replace('+7', '8 '), one.slice(-9),
                    parts.join(' - ')]) {
                    await field.fill(text);
                    assert.equal(await of(one).count(), 1, text);
                    assert.equal(await of(other).count(), 0, text);
                }
                await field.fill('000 11 22');
                assert.equal(await shown(page).count(), 0);
                assert.equal(await page.locator('.phone__empty').innerText(), words.other);
                await field.fill('');
                assert.deepEqual([await of(one).count(), await of(other).count()], [1, 1]);
            }));

        it(`says that the network is gone, and catches up, ${look.name}`, () =>
            stage.visit(look, async (page) => {
                const words = WORDS[look.lang];
                const phone = uniquePhone();
                await open(page, `?phone=${encodeURIComponent(phone)}`);
                await lose(page);
                assert.equal(await page.locator('.phone__link').innerText(), words.lost);
                await axe(page);
                await sendCode(server, phone);
                await readMessages(server, phone);
                assert.equal(await shown(page).count(), 0);
                await mend(page);
                await shown(page).locator('.key').waitFor();
                assert.equal(await page.locator('.phone__link').innerText(), words.on);
                assert.equal(await shown(page).count(), 1, 'told once');
            }));
    }

    it('gives a pressed code to the other pages, by mouse and by keyboard', () =>
        stage.visit({}, async (page, context) => {
            const other = await context.newPage();
            await other.goto('/i/nobody');
            await other.evaluate(() => {
                globalThis.heard = [];
                new BroadcastChannel('domofon-handset').onmessage =
                    ({ data }) => globalThis.heard.push(data);
            });
            const phone = uniquePhone();
            await page.bringToFront();
            await open(page, `?phone=${encodeURIComponent(phone)}`);
            await sendCode(server, phone);
            const key = shown(page).locator('.key');
            const code = await key.innerText();
            await key.click();
            await page.locator('.toast', { hasText: code }).waitFor();
            await key.focus();
            await page.keyboard.press('Enter');
            // It is in the background, where nothing is drawn.
            await other.waitForFunction(() => globalThis.heard.length === 2, {}, { polling: 50 });
            assert.deepEqual(await other.evaluate(() => globalThis.heard),
                [{ phone, code }, { phone, code }]);
        }));

    it('has the messages of the past after a reload, and does not ring for them', () =>
        stage.visit({}, async (page) => {
            const phone = uniquePhone();
            await sendCode(server, phone);
            await readMessages(server, phone);
            await open(page, `?phone=${encodeURIComponent(phone)}`);
            await shown(page).locator('.key').waitFor();
            assert.equal(await page.locator('#news').innerText(), '');
            assert.equal(await page.locator('.phone--rings').count(), 0);
        }));

    for (const [reducedMotion, names] of [['no-preference', ['shake', 'glow']],
        ['reduce', ['none', 'none']]]) {
        it(`rings, with motion: ${reducedMotion}`, () => stage.visit({}, async (page) => {
            const phone = uniquePhone();
            await open(page, `?phone=${encodeURIComponent(phone)}`);
            await sendCode(server, phone);
            await page.locator('.phone--rings .message--delivered:visible').waitFor();
            const seen = await page.evaluate((wanted) => ['.phone', '.message']
                .map((selector) => document.querySelector(selector).getAnimations()
                    .map(({ animationName }) => animationName)
                    .find((name) => wanted.includes(name)) ?? 'none'), ['shake', 'glow']);
            assert.deepEqual(seen, names);
        }, { reducedMotion }));
    }

    it('speaks the other language when asked, messages too', () => stage.visit({}, async (page) => {
        const phone = uniquePhone();
        await open(page, `?phone=${encodeURIComponent(phone)}`);
        await sendCode(server, phone);
        await shown(page).locator('.key').waitFor();
        await page.getByLabel('Language').selectOption('ru');
        await page.locator('h1', { hasText: WORDS.ru.title }).waitFor();
        assert.match(await shown(page).locator('.message__foot').innerText(), WORDS.ru.done);
        assert.equal(await page.locator('.phone__link').innerText(), WORDS.ru.on);
    }));

    it('fits into 320 pixels', () => stage.visit({ lang: 'ru', size: 'narrow' }, async (page) => {
        const phone = uniquePhone();
        await open(page, `?phone=${encodeURIComponent(phone)}`);
        await sendCode(server, phone);
        await shown(page).locator('.key').waitFor();
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.equal(width, 320);
        await axe(page);
    }));
});

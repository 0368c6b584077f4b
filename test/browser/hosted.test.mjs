/*
 * Hosted sign-in: the page as another site's way in. The site is the example of docs/hosted.md, as
 * it is written there, run against the server under test.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ROOT } from '../e2e/lib/server.mjs';
import { readMessages, uniquePhone } from '../e2e/lib/signin.mjs';
import { axe, cut, mend, screenshot, TWO_LOOKS, useStage } from './lib/stage.mjs';

const SHOP = 'https://shop.example';
const SITE_PORT = 3457;
const SITE = `http://localhost:${SITE_PORT}`;

const WORDS = {
    en: { asks: 'shop.example asks', go: 'Continue as', refused: 'This site is unknown here' },
    ru: { asks: 'Сайт shop.example хочет', go: 'Продолжить как',
        refused: 'Этот сайт нам незнаком' },
};

/* The example's text, by the fence that it stands in. */
const example = () => readFileSync(path.join(ROOT, 'docs/hosted.md'), 'utf8')
    .match(/^```js\n(.*?)^```$/ms)[1];

describe('hosted sign-in', () => {
    const stage = useStage({ set: {
        'hosted.origins': `${SHOP},${SITE}`, 'send.per_address_hour': 1000000,
        'guess.per_address_10min': 1000000,
    } });
    const { server } = stage;
    let site;

    before(async () => {
        const file = path.join(server.dir, 'site.mjs');
        writeFileSync(file, example());
        const env = { ...process.env, DOMOFON: stage.origin, PORT: SITE_PORT };
        site = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
        await once(site.stdout, 'data');
    });
    after(async () => {
        site.kill();
        await once(site, 'exit');
    });

    const ask = (page, fields = {}) => page.goto(`/?${new URLSearchParams({
        return_to: `${SHOP}/signed-in?cart=7`, state: 'a b&c', ...fields })}`);

    /* Stands in for a site on another machine; gives where the browser came to. */
    async function shop(page) {
        await page.route(`${SHOP}/**`, (route) => route.fulfill({ body: 'the shop' }));
        return () => page.waitForURL(`${SHOP}/**`).then(() => new URL(page.url()));
    }

    async function enter(page, phone = uniquePhone()) {
        await page.locator('#phone').fill(phone);
        await page.keyboard.press('Enter');
        await page.locator('.code__input').waitFor();
        const [{ code }] = await readMessages(server, phone);
        await page.keyboard.type(code);
        return phone;
    }

    it('signs a visitor in to the site of the documentation', () => stage.visit({},
        async (page) => {
            await page.goto(SITE);
            await page.getByRole('link', { name: 'Sign in' }).click();
            await page.getByText(`localhost:${SITE_PORT} asks`).waitFor();
            const phone = await enter(page);
            await page.waitForURL(`${SITE}/`);
            await page.getByText(`Hello, ${phone}`).waitFor();
            // A second time the visitor is known, and asked only whether to go on.
            await page.getByRole('link', { name: 'Sign out' }).click();
            await page.getByRole('link', { name: 'Sign in' }).click();
            await page.getByRole('button', { name: 'Continue as' }).click();
            await page.getByText(`Hello, ${phone}`).waitFor();
            // An answer that this visitor has not asked for signs nobody in.
            await page.goto(`${SITE}/signed-in?code=x&state=made-up`);
            await page.getByText('not asked for').waitFor();
        }));

    for (const look of TWO_LOOKS) {
        const words = WORDS[look.lang];

        it(`asks who is signed in, ${look.name}`, async () => {
            const person = await stage.signIn(look.lang === 'en' ? '+79234445570' : '+79234445571');
            await stage.visit(look, async (page) => {
                const arrived = await shop(page);
                await ask(page);
                await page.getByText(words.asks).waitFor();
                const go = page.getByRole('button', { name: words.go });
                await page.locator('.switches').waitFor();
                await axe(page);
                await screenshot(page, `hosted-${look.lang}-${look.theme}-${look.size}`);
                await go.click();
                const { searchParams } = await arrived();
                assert.equal(searchParams.get('state'), 'a b&c');
                assert.equal(searchParams.get('cart'), '7');
                assert.match(searchParams.get('code'), /^[\w-]{20,}$/);
            }, { person });
        });

        it(`refuses a site that it does not know, ${look.name}`, () => stage.visit(look,
            async (page) => {
                const return_to = look.lang === 'en' ? 'https://evil.example/' : 'javascript:a()';
                await ask(page, { return_to });
                await page.getByRole('heading', { name: words.refused }).waitFor();
                assert.equal(await page.locator('#phone').count(), 0);
                await axe(page);
            }));
    }

    it('lets one change one’s mind', async () => {
        const person = await stage.signIn();
        await stage.visit({}, async (page) => {
            const arrived = await shop(page);
            await ask(page);
            await page.getByRole('button', { name: 'With another number' }).click();
            await page.getByText('shop.example asks').waitFor();
            await page.getByLabel('Mobile number').waitFor();
            const phone = await enter(page);
            assert.notEqual(phone, person.phone);
            assert.ok((await arrived()).searchParams.get('code'));
            await ask(page);
            await page.getByRole('link', { name: 'Go back' }).click();
            const { searchParams } = await arrived();
            assert.equal(searchParams.get('error'), 'access_denied');
            assert.equal(searchParams.get('code'), null);
            assert.equal(searchParams.get('state'), 'a b&c');
        }, { person });
    });

    it('tells a lost network from a refusal', () => stage.visit({}, async (page) => {
        const arrived = await shop(page);
        await page.route('/v1/hosted?*', (route) => route.abort(), { times: 1 });
        await ask(page);
        await page.getByRole('heading', { name: 'No connection' }).waitFor();
        await page.getByRole('button', { name: 'Try again' }).click();
        await page.getByLabel('Mobile number').waitFor();
        await page.route('/v1/grants', (route) => route.abort(), { times: 1 });
        await enter(page);
        await page.getByRole('heading', { name: 'No connection' }).waitFor();
        await cut(page);
        await page.getByRole('button', { name: 'Try again' }).click();
        await page.getByText('whether it worked is not known').waitFor();
        await mend(page);
        await page.getByRole('button', { name: 'Try again' }).click();
        await page.getByRole('button', { name: 'Continue as' }).click();
        assert.ok((await arrived()).searchParams.get('code'));
    }));
});

/*
 * The page `/` once one is in: the card, the plates, and what goes wrong in each.
 */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { ok } from '../e2e/lib/client.mjs';
import { png } from '../e2e/lib/pictures.mjs';
import { readMessages, uniquePhone, wrongCode } from '../e2e/lib/signin.mjs';
import { axe, cut, mend, screenshot, TWO_LOOKS, useStage, saved } from './lib/stage.mjs';

const HOSTILE = '<img src=x onerror=alert(1)>';
const WORDS = {
    en: { hello: 'Hello!', devices: 'Devices', invites: 'Invites' },
    ru: { hello: 'Здравствуйте!', devices: 'Устройства', invites: 'Приглашения' },
};

describe('the profile page', () => {
    const stage = useStage({
        set: { 'send.per_address_hour': 1000000, 'guess.per_address_10min': 1000000 },
    });
    const { server } = stage;
    let host;
    before(async () => { host = await stage.signIn(); });

    /* Opens the page of a new person, or of `person`, and waits until all of it is there. */
    const visit = async (test, { person, look = {}, ...options } = {}) => {
        const who = person ?? await stage.signIn(uniquePhone(), { device_name: 'A telephone' });
        await stage.visit(look, async (page) => {
            await page.addInitScript(() => {
                navigator.share = async (what) => { globalThis.shared = what; };
            });
            await page.goto('/');
            await page.locator('#invite-code').waitFor();
            await page.locator('.badge--good').waitFor();
            await test(page, who);
        }, { person: who, ...options });
    };

    const toast = (page, text) => page.locator('.toast', { hasText: text }).waitFor();
    const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
    const dialog = (page) => page.getByRole('dialog');

    for (const look of TWO_LOOKS) {
        it(`is shown well, ${look.name}`, async () => {
            const person = await stage.signIn(look.lang === 'en' ? '+79234445568' : '+79234445569');
            await person.api.patch('/v1/me', { first_name: 'Анна', last_name: 'Кузнецова',
                city: 'Новосибирск', telegram_id: '@anna_k' });
            await visit(async (page) => {
                await page.getByRole('heading', { name: 'Анна Кузнецова' }).waitFor();
                await page.getByRole('heading', { name: WORDS[look.lang].devices }).waitFor();
                await page.locator('.switches').waitFor();
                await axe(page);
                await screenshot(page, `profile-${look.lang}-${look.theme}-${look.size}`, {
                    settle: { '#invite-code': 'Hq7TbN', time: '—' },
                });
            }, { person, look });
        });
    }

    it('fits a narrow screen', () => visit(async (page) => {
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
    }, { look: { size: 'narrow' }, person: host }));

    it('keeps what was changed, and tells the wrong field', () => visit(async (page, person) => {
        const field = (name) => page.getByLabel(name, { exact: true });
        await field('First name').fill(HOSTILE);
        await field('City').fill('Новосибирск');
        await field('Telegram').fill('https://t.me/anna_k');
        await press(page, 'Save');
        await toast(page, 'Saved');
        await page.getByRole('heading', { level: 1, name: HOSTILE }).waitFor();
        assert.equal(await field('Telegram').inputValue(), '@anna_k');
        await field('E-mail').fill('nonsense');
        await press(page, 'Save');
        await page.getByText('does not look like an e-mail').waitFor();
        assert.equal(await field('E-mail').getAttribute('aria-invalid'), 'true');
        await axe(page);
        await field('E-mail').fill('');
        await field('City').fill('');
        await page.getByLabel('Language of messages').selectOption('ru');
        await press(page, 'Save');
        await page.locator('.toast').nth(1).waitFor();
        const account = ok(await person.api.get('/v1/me'));
        assert.deepEqual([account.city, account.email, account.locale], [null, null, 'ru']);
    }));

    it('sets a picture, makes a large one smaller, and removes it', () => visit(async (page) => {
        const file = page.locator('input[type=file]');
        const noise = (x, y) => [(x * 7919 + y * 104729) % 256, (x * y) % 256, (x ^ y) % 256, 255];
        const large = png(900, 900, { fill: noise, padding: 1 << 20 });
        const text = Buffer.from('no picture');
        await page.getByLabel('City', { exact: true }).fill('not saved yet');
        await file.setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: text });
        await toast(page, 'not a picture');
        await file.setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: large });
        await dialog(page).locator('img').waitFor();
        await axe(page);
        await press(page, 'Use this one');
        await toast(page, 'The picture is set');
        const shown = page.locator('img.avatar');
        assert.match(await shown.getAttribute('src'), /^\/avatars\/[0-9a-f]{32}$/);
        await page.waitForFunction((image) => image.naturalWidth > 0, await shown.elementHandle());
        await press(page, 'Remove');
        await shown.waitFor({ state: 'detached' });
        const city = page.getByLabel('City', { exact: true });
        assert.equal(await city.inputValue(), 'not saved yet', 'what is typed stays');
    }));

    it('changes the number, by a code', () => visit(async (page, person) => {
        await press(page, 'Change number');
        const field = page.getByLabel('New mobile number');
        await field.fill('8 800 555-35-35');
        await press(page, 'Get a code');
        await page.getByText('toll-free').waitFor();
        const phone = uniquePhone();
        await field.fill(phone);
        await press(page, 'Get a code');
        await page.locator('.code__input').waitFor();
        const [{ code }] = await readMessages(server, phone);
        await page.keyboard.type(wrongCode(code));
        await page.getByText('2 tries are left').waitFor();
        await axe(page);
        await page.keyboard.type(code);
        await toast(page, 'The number is changed');
        assert.equal(ok(await person.api.get('/v1/me')).phone, phone);
        await press(page, 'Change number');
        await field.fill(host.phone);
        await server.api.post('/dev/clock', { advance_s: 31 });
        await press(page, 'Get a code');
        await page.locator('.code__input').waitFor();
        const [message] = await readMessages(server, host.phone, 2);
        await page.keyboard.type(message.code);
        await page.getByText('belongs to another account').waitFor();
    }));

    it('hands one’s invite code on, and activates another’s', () => visit(async (page, person) => {
        const code = person.account.invite_code;
        await press(page, 'Copy link');
        await toast(page, 'Copied');
        assert.equal(await page.evaluate(() => navigator.clipboard.readText()),
            `${stage.origin}/i/${code}`);
        await press(page, 'Share');
        assert.equal(await page.evaluate(() => globalThis.shared.url), `${stage.origin}/i/${code}`);
        await press(page, 'QR code');
        const picture = dialog(page).getByRole('img', { name: code });
        await page.waitForFunction((image) => image.complete && image.naturalWidth > 0,
            await picture.elementHandle());
        await axe(page);
        await press(page, 'Close');
        const field = page.getByLabel('Were you invited?');
        for (const [text, why] of [['', 'Enter an invite code'], ['??????', 'Nobody has this code'],
            [code, 'your own code']]) {
            await field.fill(text);
            await press(page, 'Activate');
            await page.getByText(why).waitFor();
        }
        // Meanwhile in another tab: the second activation is refused.
        ok(await person.api.post('/v1/me/invite', { code: host.account.invite_code }));
        await field.fill(host.account.invite_code);
        await press(page, 'Activate');
        await page.getByText('once is all').waitFor();
        await page.reload();
        await page.getByText(`You came by the code ${host.account.invite_code}`).waitFor();
    }, { permissions: ['clipboard-read', 'clipboard-write'] }));

    it('lists guests page by page', async () => {
        const person = await stage.signIn();
        const phones = [];
        for (let count = 0; count < 11; count += 1) {
            const guest = await stage.signIn(uniquePhone(),
                { invite_code: person.account.invite_code });
            phones.push(guest.phone.slice(-4));
        }
        await visit(async (page) => {
            const rows = page.locator('section', { hasText: 'Your guests' }).locator('li');
            assert.equal(await rows.count(), 10);
            await press(page, 'Show more');
            await rows.nth(10).waitFor();
            const seen = (await rows.locator('.number').allTextContents())
                .map((text) => text.slice(-5).replace('-', ''));
            assert.deepEqual(seen, phones.reverse());
            assert.equal(await page.getByRole('button', { name: 'Show more' }).isVisible(), false);
        }, { person });
    });

    it('ends sessions, one or all others', async () => {
        const person = await stage.signIn(uniquePhone(), { device_name: HOSTILE });
        const others = [];
        for (const device_name of ['Kitchen', 'Hall', 'Cellar']) {
            await server.api.post('/dev/clock', { advance_s: 31 });
            others.push(await stage.signIn(person.phone, { device_name }));
        }
        await visit(async (page) => {
            await page.getByText(HOSTILE).waitFor();
            await page.getByRole('button', { name: 'End: Kitchen' }).click();
            await toast(page, 'Ended');
            await page.getByText('Kitchen').waitFor({ state: 'detached' });
            assert.equal((await others[0].api.get('/v1/me')).status, 401);
            await press(page, 'End all others');
            await axe(page);
            await dialog(page).getByRole('button', { name: 'Cancel' }).click();
            assert.equal((await others[1].api.get('/v1/me')).status, 200);
            await press(page, 'End all others');
            await dialog(page).getByRole('button', { name: 'End all others' }).click();
            await page.getByText('Hall').waitFor({ state: 'detached' });
            assert.equal((await others[2].api.get('/v1/me')).status, 401);
        }, { person });
    });

    it('gives all data, and erases it when told so in words', () => visit(async (page, person) => {
        const [file] = await Promise.all([page.waitForEvent('download'), press(page, 'Download')]);
        const all = JSON.parse(String(await saved(file)));
        assert.equal(all.account.phone, person.phone);
        await press(page, 'Erase account');
        await dialog(page).getByRole('textbox').fill('no');
        await press(page, 'Erase for good');
        await page.getByText('To go on, type').waitFor();
        await axe(page);
        await dialog(page).getByRole('textbox').fill('Erase');
        await page.keyboard.press('Enter');
        await page.getByText('You are signed out').waitFor();
        assert.equal((await person.api.get('/v1/me')).status, 401);
    }));

    it('tells a lost network from a refusal, and an ended session from both', () => visit(
        async (page, person) => {
            await cut(page);
            await page.getByLabel('City').fill('Томск');
            await press(page, 'Save');
            await toast(page, 'whether it worked is not known');
            await mend(page);
            await press(page, 'Save');
            await toast(page, 'Saved');
            await page.route('/v1/me', (route) => route.abort());
            await page.reload();
            await page.getByText('whether it worked is not known').waitFor();
            await page.unroute('/v1/me');
            await press(page, 'Try again');
            await page.locator('#invite-code').waitFor();
            await page.locator('.badge--good').waitFor();
            await server.api.post('/dev/clock', { advance_s: 901 });
            await press(page, 'Save');
            await page.getByLabel('City').fill('Омск');
            await press(page, 'Save');
            await page.locator('.toast').first().waitFor();
            await page.waitForFunction((old) => !localStorage['domofon.session'].includes(old),
                person.tokens.refresh_token);
            const tokens = JSON.parse(await page.evaluate(() => localStorage['domofon.session']));
            await server.api.as(tokens.access_token).post('/v1/sign-out');
            await page.getByLabel('City').fill('Чита');
            await press(page, 'Save');
            await page.getByText('You are signed out').waitFor();
            await page.getByLabel('Mobile number').waitFor();
        }));

    it('leads who may to administration, and everybody out', async () => {
        const person = await stage.signIn();
        await server.command('account', 'role', person.phone, 'moderator');
        await visit(async (page) => {
            const link = page.getByRole('link', { name: 'Administration' });
            await link.waitFor();
            assert.equal(await link.getAttribute('href'), '/admin/');
            await press(page, 'Sign out');
            await page.getByText('You are signed out').waitFor();
            assert.equal(await page.evaluate(() => localStorage['domofon.session']), undefined);
        }, { person });
    });
});

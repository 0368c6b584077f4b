/*
 * The other screens of the panel over a real server: the invite tree, deliveries, audit, charts,
 * limits that tripped, settings.
 */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { ok } from '../e2e/lib/client.mjs';
import { sendCode } from '../e2e/lib/signin.mjs';
import { signInAs } from '../e2e/lib/staff.mjs';
import { saved, useStage } from './lib/stage.mjs';

const INVITEES = 26;

describe('the screens of the panel', () => {
    const stage = useStage();
    let admin;
    let top;
    let middle;

    before(async () => {
        admin = await signInAs(stage.server, 'admin');
        [top, middle] = [await stage.signIn(), await stage.signIn()];
        const activate = async (person, of) =>
            ok(await person.api.post('/v1/me/invite', { code: of.account.invite_code }));
        await activate(middle, top);
        for (let i = 0; i < INVITEES; i += 1) {
            await activate(await stage.signIn(), middle);
        }
        await activate(top, middle); // a ring of two
        await sendCode(stage.server, '+79135550177');
        const again = await stage.server.api.post('/v1/codes', { phone: '+79135550177' });
        assert.equal(again.status, 429);
        ok(await admin.api.get('/v1/admin/accounts'));
    });

    const visit = (place, test, look = {}) => stage.visit(look, async (page) => {
        await page.goto(`/admin/#/${place}`);
        await page.locator('main h1').waitFor();
        await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
        await test(page);
    }, { person: admin });

    it('walks the invite tree, in the picture and around a ring', () =>
        visit(`accounts/${middle.account.id}/tree`, async (page) => {
            const svg = page.locator('svg.tree');
            const focused = () => page.evaluate(() => document.activeElement.dataset.where);
            await page.getByText(`Brought in ${INVITEES + 1} people.`).waitFor();
            await page.getByText('a ring of invites', { exact: true }).first().waitFor();
            assert.equal(await svg.locator('[data-where=up]').count(), 1, 'the ring is cut once');
            assert.equal(await svg.locator('[data-where=down]').count(), 25);
            await svg.getByRole('button', { name: 'Show more' }).press('Enter');
            await page.waitForFunction(() =>
                document.querySelectorAll('svg [data-where=down]').length === 27);
            assert.equal(await focused(), 'down', 'the focus is on the first that came');
            await page.keyboard.press('ArrowUp');
            assert.equal(await focused(), 'focus');
            await page.keyboard.press('ArrowUp');
            assert.equal(await focused(), 'up');
            await page.keyboard.press('Enter');
            const name = new RegExp(`tree of \\+7 923 ${top.phone.slice(5, 8)}`);
            await page.getByRole('heading', { level: 1, name }).waitFor();
            await page.getByText('Brought in 1 person.').waitFor();
            await page.getByRole('button', { name: 'List' }).click();
            const here = page.locator('.tree-list [aria-current=true]');
            assert.equal(await here.locator('li').count(), 1);
            assert.equal(await page.locator('svg.tree').count(), 0);
        }));

    it('draws the tree as narrow as a phone', () =>
        visit(`accounts/${middle.account.id}/tree`, async (page) => {
            const outside = await page.evaluate(() => {
                const { width } = document.querySelector('svg.tree').viewBox.baseVal;
                return [...document.querySelectorAll('svg.tree rect')].filter((rect) => (
                    rect.x.baseVal.value < 0
                    || rect.x.baseVal.value + rect.width.baseVal.value > width)).length;
            });
            assert.equal(outside, 0);
        }, { size: 'narrow', theme: 'dark' }));

    it('never cuts a number in the tree, however wide the type', () =>
        visit(`accounts/${middle.account.id}/tree`, async (page) => {
            await page.evaluate(() => document.documentElement.style
                .setProperty('--font', "'DejaVu Sans', sans-serif"));
            await page.getByRole('button', { name: 'List' }).click();
            await page.getByRole('button', { name: 'Picture' }).click();
            const numbers = await page.locator('.node-phone').allTextContents();
            assert.equal(numbers.length, 26, 'one above, one in the middle, a page below');
            assert.deepEqual(numbers.filter((text) => !/-\d\d$/.test(text)), []);
        }, { size: 'phone' }));

    it('shows deliveries, never a code, and finds them', () => visit('deliveries', async (page) => {
        await page.locator('tbody').getByText('delivered', { exact: true }).first().waitFor();
        await page.locator('tbody').getByText('SMS', { exact: true }).first().waitFor();
        await page.getByLabel('Number').fill('8 913 555-01-77');
        await page.getByText('1 row, that is all').waitFor();
        assert.match(await page.locator('tbody').textContent(), /\+7 913 555-01-77/);
        await page.getByLabel('Status').selectOption('failed');
        await page.getByText('No messages here.').waitFor();
    }));

    it('shows who did what, and finds it', () => visit('audit', async (page) => {
        await page.getByText('Looked at the invite tree').first().waitFor();
        await page.getByText('By: everyone').first().waitFor();
        await page.getByLabel('What').fill('sign_in');
        await page.getByText('Looked at the invite tree').first().waitFor({ state: 'detached' });
        await page.getByLabel('Whom (id)').fill(top.account.id);
        await page.getByText('1 row, that is all').waitFor();
        await page.getByRole('link', { name: top.account.id, exact: true }).click();
        await page.getByRole('heading', { name: 'Sessions' }).waitFor();
    }));

    it('draws charts with a table beside them', () => visit('charts', async (page) => {
        assert.equal(await page.locator('.chart canvas').count(), 3);
        await page.getByRole('button', { name: '24 hours' }).click();
        await page.locator('summary').click();
        const rows = page.locator('details tbody tr');
        await rows.nth(23).waitFor();
        assert.equal(await rows.count(), 24, 'every hour has a row');
        await page.getByRole('button', { name: 'By country' }).click();
        await page.locator('.u-legend').first().getByText('Russia').waitFor();
        assert.match(page.url(), /span=24h/);
        await page.reload();
        await page.locator('.u-legend').first().getByText('Russia').waitFor();
        await page.getByRole('button', { name: '7 days' }).click();
        assert.match(page.url(), /split=country/, 'a change of the range leaves the lines');
        const download = page.waitForEvent('download');
        await page.getByRole('button', { name: 'Save as CSV' }).click();
        const text = String(await saved(await download));
        assert.match(text, /^at,country,codes_sent,.*\r\n\d{4}-.*,RU,\d+,/);
    }));

    it('shows which limits tripped', () => visit('limits', async (page) => {
        await page.getByRole('cell', { name: 'A code asked for too soon' }).waitFor();
        assert.equal(await page.locator('.chart canvas').count(), 1);
    }));

    it('changes a setting, says what is refused, and resets it', () =>
        visit('settings', async (page) => {
            const name = 'send.per_phone_hour';
            const row = page.locator('.setting', { has: page.getByLabel(name, { exact: true }) });
            const input = row.getByLabel(name, { exact: true });
            await input.fill('100000000');
            await row.getByRole('button', { name: 'Save' }).click();
            const alert = row.getByRole('alert');
            await alert.waitFor();
            assert.match(await alert.innerText(),
                /^This value is not allowed\. send\.per_phone_hour: /);
            await input.fill('12');
            await row.getByRole('button', { name: 'Save' }).click();
            await row.getByText('changed here').waitFor();
            const { settings } = ok(await admin.api.get('/v1/admin/settings'));
            assert.equal(settings.find((one) => one.name === name).value, '12');
            await row.getByRole('button', { name: 'Reset' }).click();
            await row.getByText('changed here').waitFor({ state: 'detached' });
            assert.equal(await input.inputValue(), '10');
        }));
});

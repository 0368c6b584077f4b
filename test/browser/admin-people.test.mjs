/*
 * People in the panel: looking them up, paging, saving as CSV, and everything an administrator may
 * do to an account.
 */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { ok } from '../e2e/lib/client.mjs';
import { signInAs } from '../e2e/lib/staff.mjs';
import { useStage, saved } from './lib/stage.mjs';

const HOSTILE = '<img src=x onerror="document.title=1"><script>alert(1)</script>';
const MANY = 55;

describe('people in the panel', () => {
    const stage = useStage({ set: { 'send.cooldown_s': 0 } });
    let admin;
    let anna;

    before(async () => {
        for (let i = 0; i < MANY; i += 1) {
            await stage.signIn();
        }
        anna = await stage.signIn('+79135550101');
        ok(await anna.api.patch('/v1/me', { first_name: 'Анна', last_name: HOSTILE,
            email: 'anna@example.com', city: '=1+1' }));
        admin = await signInAs(stage.server, 'admin');
    });

    const visit = (test) => stage.visit({}, async (page) => {
        await page.goto('/admin/');
        await page.getByText('50 rows so far').waitFor();
        await test(page);
    }, { person: admin });

    const openAnna = async (page, phone = '+7 913 555-01-01') => {
        await page.goto(`/admin/#/accounts/${anna.account.id}`);
        await page.getByRole('heading', { level: 1, name: phone }).waitFor();
        await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
    };

    it('finds by number in any form, e-mail, code and id', () => visit(async (page) => {
        const { id, invite_code: code } = anna.account;
        const rows = page.locator('tbody tr');
        for (const query of ['8 (913) 555-01-01', '79135550', 'ANNA@exam', code, id]) {
            await page.getByLabel('Search').fill(query);
            await page.getByLabel('Search').press('Enter');
            await page.getByText('1 row, that is all').waitFor();
            assert.match(await rows.first().textContent(), /\+7 913 555-01-01/, query);
            await page.getByLabel('Search').fill('');
            await page.getByText('50 rows so far').waitFor();
        }
        await page.getByLabel('Search').fill('+7000');
        await page.getByText('Nobody here fits that.').waitFor();
        assert.match(page.url(), /query=%2B7000/, 'a search can be sent to a colleague');
        await page.getByLabel('Search').fill('');
        await page.getByLabel('Role').selectOption('admin');
        await page.getByText('1 row, that is all').waitFor();
    }));

    it('has the next page ready, and comes back to where one was', () => visit(async (page) => {
        const ahead = page.waitForResponse(/cursor=/);
        await page.getByRole('button', { name: 'Show more' }).scrollIntoViewIfNeeded();
        await ahead;
        await page.getByRole('button', { name: 'Show more' }).click();
        await page.getByText(`${MANY + 2} rows, that is all`).waitFor();
        const inTable = await page.evaluate(() => document.activeElement.closest('tr').rowIndex);
        assert.equal(inTable, 51, 'the focus is on the first of the new rows');
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { name: 'Sessions' }).waitFor();
        await page.goBack();
        await page.getByText(`${MANY + 2} rows, that is all`).waitFor();
        assert.ok(await page.evaluate(() => scrollY) > 500, 'and so is the place');
    }));

    it('saves the list as CSV', () => visit(async (page) => {
        const download = page.waitForEvent('download');
        await page.getByRole('button', { name: 'Save as CSV' }).click();
        const file = await download;
        assert.match(file.suggestedFilename(), /^accounts-\d{4}-\d\d-\d\d\.csv$/);
        const text = String(await saved(file));
        assert.equal(text.match(/^\ufeff"?id/gm).length, 1, 'the columns are named once');
        assert.ok(text.includes('+79135550101'));
        assert.ok(text.includes("'=1+1"), 'a formula is none');
        await page.getByText(`${MANY + 2} rows`).waitFor();
    }));

    it('shows what people wrote as text', () => visit(async (page) => {
        await page.getByLabel('Search').fill('anna@');
        await page.getByText(HOSTILE).waitFor();
        await openAnna(page);
        await page.getByText(`Анна ${HOSTILE}`, { exact: true }).waitFor();
        await page.goto(`/admin/#/accounts/${anna.account.id}/tree`);
        await page.getByRole('heading', { name: 'Invite tree' }).waitFor();
        assert.equal(await page.locator('main :is(img, script)').count(), 0);
        assert.match(await page.title(), /Invite tree/);
    }));

    it('corrects fields, and says which one is refused', () => visit(async (page) => {
        await openAnna(page);
        const save = page.getByRole('button', { name: 'Save' });
        assert.ok(await save.isDisabled(), 'nothing has been changed');
        await page.getByLabel('E-mail').fill('not an address');
        await save.click();
        await page.getByRole('alert').waitFor();
        assert.equal(await page.getByLabel('E-mail').getAttribute('aria-invalid'), 'true');
        await page.getByLabel('E-mail').fill('');
        await page.getByLabel('City').fill('Томск');
        await save.click();
        await page.getByRole('status').getByText('Saved').waitFor();
        const { email, city } = ok(await anna.api.get('/v1/me'));
        assert.deepEqual([email, city], [null, 'Томск']);
    }));

    it('ends one session, and all', () => visit(async (page) => {
        const again = await stage.signIn(anna.phone, { device_name: HOSTILE });
        await openAnna(page);
        await page.getByRole('button', { name: `End the session of ${HOSTILE}` }).click();
        await page.getByText('The session has ended').waitFor();
        assert.equal((await again.api.get('/v1/me')).status, 401);
        assert.equal((await anna.api.get('/v1/me')).status, 200);
        await page.getByRole('button', { name: 'End all' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'End all' }).click();
        await page.getByText('Not signed in anywhere.').waitFor();
        assert.equal((await anna.api.get('/v1/me')).status, 401);
    }));

    it('gives a role, disables and enables', () => visit(async (page) => {
        await openAnna(page);
        const dialog = page.getByRole('dialog');
        await page.getByLabel('Role').selectOption('moderator');
        await dialog.getByRole('button', { name: 'Cancel' }).click();
        assert.equal(await page.getByLabel('Role').inputValue(), 'user', 'thought better of it');
        await page.getByLabel('Role').selectOption('moderator');
        await dialog.getByRole('button', { name: 'Make' }).click();
        await page.getByText('The role is now “moderator”').waitFor();
        await page.getByRole('button', { name: 'Disable' }).click();
        await dialog.getByRole('button', { name: 'Disable' }).click();
        await page.getByText('Disabled; all sessions have ended').waitFor();
        await page.getByRole('button', { name: 'Enable' }).click();
        await dialog.getByRole('button', { name: 'Enable' }).click();
        await page.getByRole('button', { name: 'Disable' }).waitFor();
    }));

    it('erases only who is named', () => visit(async (page) => {
        await openAnna(page);
        await page.getByRole('button', { name: 'Erase for ever' }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel('Type the number').fill('+7 913 555-01-02');
        await dialog.getByRole('button', { name: 'Erase for ever' }).click();
        await dialog.getByText('That is not this account’s number.').waitFor();
        await dialog.getByLabel('Type the number').fill('7 913 555 01 01');
        await dialog.getByRole('button', { name: 'Erase for ever' }).click();
        await page.getByRole('heading', { level: 1, name: 'erased' }).waitFor();
        assert.equal(await page.getByRole('button', { name: 'Save' }).count(), 0);
    }));

    it('does not let one lock oneself out', () => visit(async (page) => {
        await page.goto(`/admin/#/accounts/${admin.account.id}`);
        await page.getByText('This is you.').waitFor();
        assert.equal(await page.getByRole('button', { name: 'Disable' }).count(), 0);
    }));
});

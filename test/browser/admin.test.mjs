/*
 * The panel's frame: who gets in, the way around, accessibility and looks of every screen.
 */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { signInAs } from '../e2e/lib/staff.mjs';
import { picture } from './lib/admin_world.mjs';
import { axe, cut, mend, screenshot, TWO_LOOKS, useStage } from './lib/stage.mjs';

const SCREENS = ['accounts', 'deliveries', 'audit', 'limits', 'charts', 'settings'];

/** Goes to a screen without loading the page anew, and waits until it is there. */
async function open(page, place) {
    await page.evaluate((hash) => new Promise((done) => {
        addEventListener('hashchange', done, { once: true });
        location.hash = hash;
    }), `#/${place}`);
    await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
}

const overflow = (page) => page.evaluate(() =>
    document.documentElement.scrollWidth - document.documentElement.clientWidth);

/* Name, place, and what a phone's picture begins with. */
const PICTURES = [
    ['accounts', 'accounts', 'body'],
    ['account', 'accounts/104', 'h1'],
    ['tree', 'accounts/102/tree', 'body'],
    ['audit', 'audit', '.pages'],
    ['charts', 'charts?from=2026-02-09&to=2026-03-10&by=day', '.plate:has(.chart) >> nth=0'],
];

/* Screens of the small world, with a table each. */
const WIDE = ['accounts', 'deliveries', 'audit', 'limits', 'charts?span=30d', 'accounts/104'];

/* A chart follows the width in the frame after. */
const drawn = () => new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(done));
});

/* How many tables are neither within what holds them nor can be scrolled there by keys. */
const leaving = () => [...document.querySelectorAll('main .table')].filter((table) => {
    const place = table.parentElement;
    const edge = table.closest('.plate, .pages').getBoundingClientRect().right;
    const isOut = table.getBoundingClientRect().right > edge
        || place.scrollWidth > place.clientWidth;
    const isReached = getComputedStyle(place).overflowX === 'auto' && place.tabIndex === 0;
    return table.checkVisibility() && isOut && !isReached;
}).length;

describe('the panel', () => {
    const stage = useStage();
    let admin;
    let moderator;
    let user;

    before(async () => {
        admin = await signInAs(stage.server, 'admin');
        moderator = await signInAs(stage.server, 'moderator');
        user = await stage.signIn();
    });

    it('sends who is not signed in to sign in, and back', () => stage.visit({}, async (page) => {
        await page.goto('/admin/#/audit?event=sign_in');
        const link = page.getByRole('link', { name: 'Sign in' });
        const { searchParams } = new URL(await link.evaluate(({ href }) => href));
        assert.equal(searchParams.get('next'), '/admin/#/audit?event=sign_in');
        assert.equal(await page.getByRole('navigation').isVisible(), false);
        await axe(page);
        await link.click();
        await page.getByLabel('number').first().waitFor();
        await page.evaluate(([key, value]) => localStorage.setItem(key, value),
            ['domofon.session', JSON.stringify(admin.tokens)]);
        await page.reload();
        await page.getByRole('heading', { level: 1, name: 'Audit' }).waitFor();
        assert.match(page.url(), /\/admin\/#\/audit\?event=sign_in$/);
    }));

    it('tells a user plainly that this is not for them', () => stage.visit({ lang: 'ru' },
        async (page) => {
            await page.goto('/admin/');
            await page.getByRole('heading', { name: 'Сюда с этой' }).waitFor();
            assert.equal(await page.getByRole('navigation').isVisible(), false);
            await axe(page);
        }, { person: user }));

    it('is walked with the keyboard', () => stage.visit({}, async (page) => {
        await page.goto('/admin/');
        const nav = page.getByRole('navigation', { name: 'Sections' });
        await nav.getByRole('link', { name: 'Audit' }).focus();
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { level: 1, name: 'Audit' }).waitFor();
        const focused = () => page.evaluate(() => document.activeElement.textContent);
        assert.equal(await focused(), 'Audit', 'the heading of the new screen has the focus');
        assert.equal(await nav.locator('[aria-current=page]').textContent(), 'Audit');
        assert.match(await page.title(), /^Audit/);
        await page.goBack();
        await page.getByRole('heading', { level: 1, name: 'People' }).waitFor();
        assert.equal(await focused(), 'People');
        await page.getByRole('link', { name: 'Skip to content' }).focus();
        await page.keyboard.press('Enter');
        assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
        assert.match(page.url(), /#\/accounts$|\/admin\/$/, 'and one is still where one was');
    }, { person: admin }));

    it('changes its language in place', () => stage.visit({}, async (page) => {
        await page.goto('/admin/#/audit');
        await page.getByLabel('Language').selectOption('ru');
        await page.getByRole('heading', { level: 1, name: 'Журнал' }).waitFor();
        assert.equal(await page.locator('html').getAttribute('lang'), 'ru');
        await page.getByLabel('Оформление').selectOption('dark');
        assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
    }, { person: moderator }));

    it('says that the network is lost, keeps what is shown, and goes on', () => stage.visit({},
        async (page) => {
            await page.goto('/admin/');
            await page.getByText('that is all').waitFor();
            await cut(page);
            await page.getByText('No connection.').waitFor();
            await page.getByLabel('Search').fill('+7923');
            const alert = page.getByRole('alert');
            await alert.getByText('No answer from the server').waitFor();
            assert.ok(await page.locator('tbody tr').count() > 0, 'the rows are still there');
            await axe(page);
            await mend(page);
            await alert.getByRole('button', { name: 'Try again' }).click();
            await alert.waitFor({ state: 'detached' });
            await page.getByText('that is all').waitFor();
        }, { person: admin }));

    it('has no future, where the clock of the machine is late', () => stage.visit({},
        async (page) => {
            await page.clock.setFixedTime(Date.now() - 14 * 60000);
            await page.goto('/admin/');
            await page.locator('tbody time').getByText('this minute').first().waitFor();
            assert.equal(await page.locator('tbody time').getByText('in 1').count(), 0);
        }, { person: admin }));

    it('gives a moderator nothing that changes anything', () => stage.visit({}, async (page) => {
        await page.goto('/admin/');
        await page.locator('nav').waitFor();
        await open(page, `accounts/${user.account.id}`);
        await page.getByRole('heading', { name: 'Profile' }).waitFor();
        assert.equal(await page.locator('main').getByRole('button').count(), 0);
        assert.equal(await page.locator('main :is(input, select)').count(), 0);
        await open(page, 'settings');
        await page.getByText('Your role may look, not change.').waitFor();
        assert.equal(await page.locator('main :is(input, select, button)').count(), 0);
    }, { person: moderator }));

    for (const lang of ['en', 'ru']) {
        it(`is as wide as its window, ${lang}`, () => stage.visit({ lang }, async (page) => {
            await picture(page);
            await page.goto('/admin/');
            await page.locator('nav').waitFor();
            for (const place of WIDE) {
                await open(page, place);
                for (const width of [768, 1024, 1280]) {
                    await page.setViewportSize({ width, height: 800 });
                    await page.evaluate(drawn);
                    assert.equal(await overflow(page), 0, `${place} at ${width}`);
                    assert.equal(await page.evaluate(leaving), 0, `tables of ${place} at ${width}`);
                }
            }
        }, { person: admin }));
    }

    for (const look of [...TWO_LOOKS, { lang: 'en', theme: 'light', size: 'narrow' }]) {
        const { lang, theme, size } = look;
        it(`has no barrier, ${lang}, ${theme}, ${size}`, () => stage.visit(look, async (page) => {
            await page.goto('/admin/');
            const { id } = user.account;
            const places = [...SCREENS, `accounts/${id}`, `accounts/${id}/tree`,
                `accounts/${id}/tree?as=list`];
            await page.locator('nav').waitFor();
            for (const place of places) {
                await open(page, place);
                assert.equal(await overflow(page), 0, `${place} is wider than the window`);
                if (size !== 'narrow') {
                    await axe(page);
                }
            }
        }, { person: admin }));
    }

    for (const look of TWO_LOOKS) {
        const { lang, theme, size } = look;
        it(`looks as accepted, ${look.name}`, () => stage.visit(look, async (page) => {
            await picture(page);
            await page.goto('/admin/');
            await page.locator('nav').waitFor();
            for (const [name, place, first] of PICTURES) {
                await open(page, place);
                await page.evaluate(() => document.activeElement.blur());
                await page.locator(first).evaluate((node, isPhone) => (
                    isPhone && node.scrollIntoView()), size === 'phone');
                await screenshot(page, `admin-${name}-${lang}-${theme}-${size}`);
            }
        }, { person: admin }));
    }
});

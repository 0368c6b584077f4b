/*
 * What holds for every page of the product, whoever wrote it: no barrier of WCAG 2.2 A and AA, a
 * policy that nothing breaks, a width of 320 pixels.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { axe, TWO_LOOKS, useStage } from './lib/stage.mjs';

const NARROW = { lang: 'ru', theme: 'light', size: 'narrow', name: 'ru, light, 320 pixels' };

/** Ours: path, and what is there once the page is. */
const OURS = [
    ['/', 'main h1'],
    ['/admin/', 'main h1'],
    ['/i/QQQQQQ', '#invite:not([aria-busy]) h1'],
    ['/dev/handset', '.phone__link:not(:empty)'],
];

/*
 * Redoc and Swagger UI draw their pages; reference.css and the two scripts mend what they leave
 * out. Of Redoc's fifteen thousand elements those of a few calls are looked at: the others are made
 * by the same hands. Of Swagger UI two calls are open, one with a body and one with choices, then
 * the dialog of credentials.
 */
const THEIRS = [
    ['/redoc/', '[id="tag/sign-in/operation/sendCode"]', {
        include: ['#bar', '#note', '.menu-content', '[id="tag/sign-in/operation/sendCode"]',
            '[id="tag/machinery/operation/metrics"]'],
    }],
    ['/swagger/', '.opblock-tag', {
        include: ['#bar', '#note', '.information-container', '.scheme-container', '.filter',
            '#operations-sign-in-sendCode', '#operations-administration-adminReadStats',
            '#operations-profile-readProfile', '#operations-profile-changeProfile',
            '#operations-profile-eraseAccount', '#operations-administration-adminSetSetting'],
    }, openSwagger],
];

async function openSwagger(page) {
    for (const id of ['sign-in-sendCode', 'administration-adminReadStats']) {
        await page.locator(`#operations-${id} .opblock-summary-control`).click();
        await page.locator(`#operations-${id} .responses-wrapper`).waitFor();
    }
    await page.locator('.btn.authorize').first().click();
    await page.locator('.dialog-ux .auth-container').first().waitFor();
    await mended(page, '.dialog-ux .close-modal:not([aria-label])');
    await axe(page, { include: ['.dialog-ux'] });
    await page.locator('.dialog-ux .close-modal').click();
}

/* They are mended once they rest; `waiting` is gone then. */
const mended = (page, waiting) =>
    page.waitForFunction((selector) => !document.querySelector(selector), waiting);

describe('every page', () => {
    const stage = useStage();

    for (const [path, ready] of OURS) {
        for (const look of [...TWO_LOOKS, NARROW]) {
            it(`${path} has no barrier, ${look.name}`, () => stage.visit(look, async (page) => {
                await page.goto(path);
                await page.locator(ready).first().waitFor();
                await axe(page);
                const wide = await page.evaluate(() => document.documentElement.scrollWidth);
                assert.equal(wide, page.viewportSize().width, 'width of what is shown');
                assert.equal(await page.locator('html').getAttribute('lang'), look.lang);
                assert.match(await page.title(), /domofon/);
            }));
        }
    }

    for (const [path, ready, how, unfold] of THEIRS) {
        for (const look of TWO_LOOKS) {
            it(`${path} has no barrier that is ours, ${look.name}`, () =>
                stage.visit(look, async (page) => {
                    page.setDefaultTimeout(30000);
                    await page.goto(path);
                    await page.locator(ready).first().waitFor();
                    await unfold?.(page);
                    await mended(page, '#reference pre:not([tabindex])');
                    await axe(page, how);
                }));
        }
    }
});

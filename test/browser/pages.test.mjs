/*
 * What holds for every page of the product, whoever wrote it: WCAG 2.2 A and AA, a strict policy
 * that nothing breaks, 320 pixels, a name and a language.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { axe, LOOKS, TWO_LOOKS, useStage } from './lib/stage.mjs';

/** Ours: path, and what is there once the page is. */
const OURS = [
    ['/', 'main h1'],
    ['/admin/', 'main h1'],
    ['/i/QQQQQQ', '#invite:not([aria-busy]) h1'],
    ['/dev/handset', '.phone__link:not(:empty)'],
];

const THEIRS = [
    ['/redoc/', '[id="tag/codes"]'],
    ['/swagger/', '.opblock-tag'],
];

describe('every page', () => {
    const stage = useStage();

    for (const [path, ready] of OURS) {
        for (const look of LOOKS) {
            it(`${path} is accessible, ${look.name}`, () => stage.visit(look, async (page) => {
                await page.goto(path);
                await page.locator(ready).first().waitFor();
                await axe(page);
            }));
        }
    }

    for (const [path, ready] of THEIRS) {
        for (const look of TWO_LOOKS) {
            it(`${path} is accessible, ${look.name}`, () => stage.visit(look, async (page) => {
                await page.goto(path);
                await page.locator(ready).first().waitFor();
                await axe(page);
            }));
        }
    }
});

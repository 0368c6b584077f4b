/*
 * What the first page may cost: at most 60 kB over the wire, and at most a second until it works on
 * a slow 3G network. A page without script in its HTML needs two round trips for that, so on the
 * slowest 3G, where these alone take 0.8 s, it may take 1.4.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
    LOOKS, slow3g, SLOW_3G, SLOWEST_3G, total, useStage, weigh,
} from './lib/stage.mjs';

const WEIGHT_BYTES = 60000;
const INTERACTIVE = [['slow 3G', SLOW_3G, 1000], ['the slowest 3G', SLOWEST_3G, 1400]];
/* Other work on the machine makes it slower, nothing makes it faster: the best of these counts. */
const TRIES = 6;

/*
 * In the page, before its scripts: finds out when the field for the number can be seen and typed
 * into, and a press on the button is taken. What the button leads to may still be on its way; what
 * was typed and pressed meanwhile is kept for it.
 */
function findOut() {
    const timer = setInterval(() => {
        const [input, form] = ['#phone', '#phone-form'].map((id) => document.querySelector(id));
        if (!input?.checkVisibility({ visibilityProperty: true })) {
            return;
        }
        input.value ||= '8923';
        const press = new Event('submit', { cancelable: true });
        if (!form.dispatchEvent(press)) {
            globalThis.wired_ms = performance.now();
            clearInterval(timer);
        }
    }, 2);
}

/** Milliseconds from the start until it was painted and wired. */
async function interactive(page) {
    const wired = await page.waitForFunction(() => globalThis.wired_ms);
    const painted = await page.waitForFunction(() =>
        performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
    return Math.max(await wired.jsonValue(), await painted.jsonValue());
}

describe('the first page', () => {
    const stage = useStage();

    for (const look of LOOKS.filter(({ theme, size }) => theme === 'light' && size === 'phone')) {
        it(`weighs at most ${WEIGHT_BYTES} bytes in all, ${look.name}`, () =>
            stage.visit(look, async (page) => {
                const parts = await weigh(page);
                await page.goto('/', { waitUntil: 'networkidle' });
                const list = parts.map(({ url, bytes }) => `\n  ${bytes} ${url}`).join('');
                assert.ok(parts.length > 5, `it has parts:${list}`);
                assert.ok(total(parts) <= WEIGHT_BYTES, `${total(parts)} bytes:${list}`);
            }));

        for (const [name, network, limit_ms] of INTERACTIVE) {
            it(`works within ${limit_ms} ms on ${name}, ${look.name}`, async () => {
                const times = [];
                while (times.length < TRIES && !times.some((ms) => ms <= limit_ms)) {
                    await stage.visit(look, async (page) => {
                        await page.addInitScript(findOut);
                        await slow3g(page, network);
                        await page.goto('/', { waitUntil: 'commit' });
                        times.push(await interactive(page));
                        // The number of the early press was not lost: it is no whole one.
                        await page.locator('#phone[aria-invalid=true]').waitFor();
                        assert.equal(await page.locator('#phone').inputValue(), '+7 923');
                    });
                }
                assert.ok(Math.min(...times) <= limit_ms, `${times.map(Math.round)} ms`);
            });
        }
    }
});

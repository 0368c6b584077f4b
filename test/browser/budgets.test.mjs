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
 * In the page, before its scripts: finds out when the field for the number is there to be seen and
 * what is typed into it is taken up (8923 becomes +7 923, by the module that wires the button in
 * the same breath). Nothing that a person could do before that would be lost on the way.
 */
function findOut() {
    const timer = setInterval(() => {
        const input = document.querySelector('#phone');
        if (!input?.checkVisibility({ visibilityProperty: true })) {
            return;
        }
        input.value = '8923';
        input.dispatchEvent(new Event('input'));
        if (input.value !== '8923') {
            globalThis.interactive_ms = performance.now();
            clearInterval(timer);
            input.value = '';
            input.dispatchEvent(new Event('input'));
        }
    }, 2);
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
                        await page.waitForFunction(() => globalThis.interactive_ms !== undefined);
                        times.push(await page.evaluate(() => globalThis.interactive_ms));
                    });
                }
                assert.ok(Math.min(...times) <= limit_ms, `${times.map(Math.round)} ms`);
            });
        }
    }
});

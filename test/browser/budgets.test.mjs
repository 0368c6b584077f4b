/*
 * What the first page may cost: at most 60 kB over the wire, and at most a second until it works on
 * a slow 3G network, of which two round trips take 0.8.
 */
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, it } from 'node:test';
import { LOOKS, slow3g, total, useStage, weigh } from './lib/stage.mjs';

const WEIGHT_BYTES = 60000;
const INTERACTIVE_MS = 1000;
/* Other work on the machine makes it slower, nothing makes it faster: the best of these counts. */
const TRIES = 8;
const BARES_MIN = 3;

/*
 * The least page that does the like, a packet for it and one for its script. Two round trips and
 * two packets are 860 ms, and a machine that has nothing else to do needs 40 more; where even this
 * page takes longer, that is the machine's, and ours may take as much longer.
 */
const BARE = '<!doctype html><html lang="en"><title>-</title><script type="module" src="/x.js">'
    + '</script><form id="phone-form" hidden><input id="phone"></form>';
const BARE_SCRIPT = `const [form, input] = ['phone-form', 'phone'].map((id) =>
    document.getElementById(id));
input.oninput = () => { input.value = '+7 923'; };
form.onsubmit = () => false;
form.hidden = false;`;
const BARE_MS = 900;

/*
 * In the page, before its scripts: `usable` tells when the field for the number could be seen and
 * grouped what is typed into it, a press on the button was taken, and all that was painted. What
 * the button leads to may still be on its way; what was typed and pressed meanwhile is kept for it.
 */
function findOut() {
    const wired = new Promise((resolve) => {
        const observer = new MutationObserver(() => {
            const [input, form] = ['phone', 'phone-form'].map((id) => document.getElementById(id));
            if (!input?.checkVisibility({ visibilityProperty: true })) {
                return;
            }
            input.value = '+7923';
            input.dispatchEvent(new InputEvent('input', { inputType: 'insertText' }));
            const isGrouped = input.value === '+7 923';
            const isTaken = !form.dispatchEvent(new Event('submit', { cancelable: true }));
            if (isGrouped && isTaken) {
                observer.disconnect();
                resolve(performance.now());
            }
        });
        observer.observe(document, { subtree: true, childList: true, attributes: true });
    });
    const painted = new Promise((resolve) => {
        new PerformanceObserver((list) => {
            list.getEntriesByName('first-contentful-paint')
                .forEach(({ startTime }) => resolve(startTime));
        }).observe({ type: 'paint', buffered: true });
    });
    globalThis.usable = Promise.all([wired, painted]);
}

/* When the page at / was usable. */
async function usable_ms(page) {
    await page.addInitScript(findOut);
    await slow3g(page);
    await page.goto('/', { waitUntil: 'commit' });
    return Math.max(...await page.evaluate(() => globalThis.usable));
}

describe('the first page', () => {
    const stage = useStage();
    const bare = http.createServer(({ url }, reply) => {
        const [type, body] = url === '/' ? ['text/html', BARE] : ['text/javascript', BARE_SCRIPT];
        reply.writeHead(200, { 'Content-Type': type }).end(body);
    });
    before(() => new Promise((done) => { bare.listen(0, '127.0.0.1', done); }));
    after(() => bare.close());

    async function bare_ms(look) {
        let ms;
        await stage.visit(look, async (page) => { ms = await usable_ms(page); },
            { baseURL: `http://127.0.0.1:${bare.address().port}` });
        return ms;
    }

    for (const look of LOOKS.filter(({ theme, size }) => theme === 'light' && size === 'phone')) {
        it(`weighs at most ${WEIGHT_BYTES} bytes in all, ${look.name}`, () =>
            stage.visit(look, async (page) => {
                const parts = await weigh(page);
                await page.goto('/');
                await page.locator('.switches').waitFor();
                await page.waitForLoadState('networkidle');
                const list = parts.map(({ url, bytes }) => `\n  ${bytes} ${url}`).join('');
                assert.ok(parts.length > 5, `it has parts:${list}`);
                assert.ok(total(parts) <= WEIGHT_BYTES, `${total(parts)} bytes:${list}`);
            }));

        it(`works within ${INTERACTIVE_MS} ms on slow 3G, ${look.name}`, async () => {
            const times = [];
            const bares = [];
            const late_ms = () => (bares.length < BARES_MIN ? 0
                : Math.max(0, Math.min(...bares) - BARE_MS));
            const isInTime = () => Math.min(...times) <= INTERACTIVE_MS + late_ms();
            do {
                await stage.visit(look, async (page) => {
                    times.push(await usable_ms(page));
                    // The early press was not lost: the number is no whole one.
                    await page.locator('#phone[aria-invalid=true]').waitFor();
                    assert.equal(await page.locator('#phone').inputValue(), '+7 923');
                });
                if (!isInTime()) {
                    bares.push(await bare_ms(look));
                }
            } while (!isInTime() && times.length < TRIES);
            const list = [times, bares].map((all) => all.map(Math.round)).join(' ms; bare: ');
            assert.ok(isInTime(), `${list} ms`);
        });
    }
});

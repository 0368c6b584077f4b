/*
 * Screenshots against the accepted ones in test/browser/screenshots/. UPDATE_SCREENSHOTS=1 accepts
 * what is seen. Where they differ, what was seen and the difference are put into
 * build-check/browser/.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pixelmatch from 'pixelmatch';
import UPNG from 'upng-js';
import { ROOT } from '../../e2e/lib/server.mjs';

const ACCEPTED = path.join(ROOT, 'test/browser/screenshots');
export const SEEN = path.join(ROOT, 'build-check/browser');

/* How far colours may be apart (0 to 1), and what part of the pixels may be further. Antialiased
 * edges do not count at all. */
const THRESHOLD = 0.15;
const TOLERANCE = 0.0005;

/* The Chromium that the accepted ones are of. Another sets many a word a pixel further on: then
 * only what is plainly different is. */
const CHROMIUM = '156.';
const TOLERANCE_OF_ANOTHER = 0.03;

/* How often a picture is taken again, after longer and longer pauses. */
const TRIES = 5;
const PAUSE_MS = 200;

/* With the 256 colours that suit it best: a fifth of the size, and nobody sees it. */
const COLOURS = 256;
const pack = ({ data, width, height }) =>
    Buffer.from(UPNG.encode([data.buffer], width, height, COLOURS));

function unpack(bytes) {
    const image = UPNG.decode(bytes);
    const { width, height } = image;
    return { data: new Uint8Array(UPNG.toRGBA8(image)[0]), width, height };
}

/* Chromium's own picture: playwright's would hide the caret by a style of its own, against the
 * policy of our pages. */
async function take(page) {
    const devtools = await page.context().newCDPSession(page);
    const { data } = await devtools.send('Page.captureScreenshot', { format: 'png' });
    await devtools.detach();
    return unpack(Buffer.from(data, 'base64'));
}

/* Texts that are never the same twice as `settle` wants them; no caret; fonts and pictures here. */
async function still(page, settle) {
    await page.evaluate(async (texts) => {
        for (const [selector, text] of Object.entries(texts)) {
            document.querySelectorAll(selector).forEach((at) => { at.textContent = text; });
        }
        document.querySelectorAll('input, textarea').forEach((at) => {
            at.style.caretColor = 'transparent';
        });
        await document.fonts.ready;
        // A lazy one that is not shown never comes.
        await Promise.all([...document.images].filter((one) => one.checkVisibility())
            .map((image) => image.decode().catch(() => {})));
        await new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); });
    }, settle);
}

/**
 * Compares what the window shows with screenshots/`name`.png. `settle`: {selector: text}, for times
 * and other texts that are never the same twice.
 */
export async function screenshot(page, name, { settle = {} } = {}) {
    const file = path.join(ACCEPTED, `${name}.png`);
    if (process.env.UPDATE_SCREENSHOTS === '1') {
        await still(page, settle);
        await sleep(PAUSE_MS);
        mkdirSync(ACCEPTED, { recursive: true });
        writeFileSync(file, pack(await take(page)));
        return;
    }
    const again = 'UPDATE_SCREENSHOTS=1 accepts it';
    assert.ok(existsSync(file), `${name} has no accepted screenshot; ${again}`);
    const accepted = unpack(readFileSync(file));
    const isSameBrowser = page.context().browser().version().startsWith(CHROMIUM);
    const tolerance = isSameBrowser ? TOLERANCE : TOLERANCE_OF_ANOTHER;
    const { width, height } = accepted;
    const difference = { data: new Uint8Array(4 * width * height), width, height };
    let seen;
    let pixels;
    // A busy machine shows parts of what was there before: only what stays different is.
    for (let tried = 0; tried < TRIES; tried += 1) {
        await sleep(tried * PAUSE_MS);
        await still(page, settle);
        seen = await take(page);
        const isSameSize = seen.width === width && seen.height === height;
        pixels = isSameSize ? pixelmatch(accepted.data, seen.data, difference.data, width, height,
            { threshold: THRESHOLD }) : Infinity;
        if (pixels <= tolerance * width * height) {
            return;
        }
    }
    mkdirSync(SEEN, { recursive: true });
    writeFileSync(path.join(SEEN, `${name}.png`), pack(seen));
    writeFileSync(path.join(SEEN, `${name}.difference.png`), pack(difference));
    assert.fail(`${name}: ${pixels} pixels differ; see ${SEEN}/${name}*.png; ${again}`);
}

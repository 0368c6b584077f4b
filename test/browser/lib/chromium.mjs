/*
 * The browser: Debian's Chromium, or $CHROMIUM. Starting it takes a second of a processor, so the
 * whole suite shares one, which run.mjs starts (DOMOFON_BROWSER is where it listens); a file that
 * is run alone starts its own.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const PROGRAM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const INTER = '/usr/share/fonts/opentype/inter/Inter-Regular.otf';

function options() {
    assert.ok(existsSync(PROGRAM), `${PROGRAM} is not there: ./check installs it`);
    assert.ok(existsSync(INTER), `${INTER} is not there: ./check installs fonts-inter`);
    return {
        executablePath: PROGRAM,
        // Chromium's sandbox begins by becoming somebody without rights, which it refuses to do
        // from root, as whom containers and CI run. The pages it shows here are our own.
        chromiumSandbox: process.getuid() !== 0,
        args: [
            // Glyphs that are the same whatever the screen.
            '--disable-lcd-text', '--font-render-hinting=none', '--force-color-profile=srgb',
            // Nothing leaves this machine.
            '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
        ],
        env: {
            ...process.env,
            FONTCONFIG_FILE: fileURLToPath(new URL('fonts.conf', import.meta.url)),
        },
    };
}

/** A browser for other processes: {wsEndpoint(), close()}. */
export function serveBrowser() {
    return chromium.launchServer(options());
}

/** The shared browser, or one of our own. */
export function openBrowser() {
    const shared = process.env.DOMOFON_BROWSER;
    return shared === undefined ? chromium.launch(options()) : chromium.connect(shared);
}

/*
 * What every browser test begins with: a server in development mode, a browser, and a visit: a
 * fresh profile of the browser in a language, a theme and a size.
 *
 *     describe('the sign-in page', () => {
 *         const stage = useStage();
 *         for (const look of LOOKS) {
 *             it(`shows its form, ${look.name}`, () => stage.visit(look, async (page) => {
 *                 await page.goto('/');
 *                 await axe(page);
 *             }));
 *         }
 *     });
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { useServer } from '../../e2e/lib/server.mjs';
import { signIn } from '../../e2e/lib/signin.mjs';
import { openBrowser } from './chromium.mjs';
import { Complaints } from './complaints.mjs';
import { SEEN } from './screenshot.mjs';

export { axe } from './axe.mjs';
export { cut, mend, slow3g, total, weigh } from './network.mjs';
export { screenshot } from './screenshot.mjs';

const LOCALES = { en: 'en-GB', ru: 'ru-RU' };
const SIZES = {
    narrow: { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true },
    phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
    desktop: { viewport: { width: 1280, height: 800 } },
};

/** Longer than any wait that ends well. */
const PATIENCE_MS = 8000;

/** {lang, theme, size, name}, every one of both languages, both themes, phone and desktop. */
export const LOOKS = ['en', 'ru'].flatMap((lang) => ['light', 'dark'].flatMap((theme) =>
    ['phone', 'desktop'].map((size) => (
        { lang, theme, size, name: `${lang}, ${theme}, ${size}` }))));

/** Two of them in which all six are seen, where all eight would tell nothing more. */
export const TWO_LOOKS = LOOKS.filter(({ name }) =>
    ['en, dark, desktop', 'ru, light, phone'].includes(name));

let failures = 0;

class Stage {
    constructor(server) {
        this.server = server;
    }

    get origin() {
        return `http://127.0.0.1:${this.server.port}`;
    }

    /** A context without visits of the past; `options` go to the browser as they are. */
    async context({ lang = 'en', theme = 'light', size = 'desktop' } = {}, options = {}) {
        const context = await this.browser.newContext({
            baseURL: this.origin,
            locale: LOCALES[lang],
            timezoneId: 'Europe/Moscow',
            colorScheme: theme,
            reducedMotion: 'reduce',
            ...SIZES[size],
            ...options,
        });
        context.setDefaultTimeout(PATIENCE_MS);
        return context;
    }

    /* What a browser in which `person` has signed in keeps: domofon.js reads it. */
    #signedIn({ tokens: { access_token, refresh_token, session_id } }) {
        const value = JSON.stringify({ access_token, refresh_token, session_id });
        const localStorage = [{ name: 'domofon.session', value }];
        return { cookies: [], origins: [{ origin: this.origin, localStorage }] };
    }

    /**
     * Runs test(page, context) with a new page in `look`; fails when the browser complains.
     * `person`: who is signed in there (signIn of this stage); `except`: patterns of complaints
     * that the test is about.
     */
    async visit(look, test, { person, except, ...options } = {}) {
        const storageState = person && this.#signedIn(person);
        const context = await this.context(look, { storageState, ...options });
        const complaints = await Complaints.of(context);
        try {
            const page = await context.newPage();
            await test(page, context).catch(async (error) => {
                failures += 1;
                mkdirSync(SEEN, { recursive: true });
                const file = path.join(SEEN, `failed-${process.pid}-${failures}.png`);
                await page.screenshot({ path: file, caret: 'initial' }).catch(() => {});
                error.stack += [`\nthe page then: ${file}`, ...complaints.heard].join('\n  ');
                throw error;
            });
            await complaints.check(except);
        } finally {
            await context.close();
        }
    }

    /** Signs in past the pages: {phone, account, tokens, api, …}; a phone nobody has used. */
    signIn(phone, fields) {
        return signIn(this.server, phone, fields);
    }
}

/** The bytes of a download. (The browser is another process's: a path of its would say nothing.) */
export async function saved(download) {
    const chunks = [];
    for await (const chunk of await download.createReadStream()) {
        chunks.push(chunk);
    }
    return Buffer.concat(chunks);
}

/** The stage of the `describe` block this is called in. `options` are those of useServer. */
export function useStage({ set = {}, ...options } = {}) {
    const stage = new Stage(useServer({ ...options, set }));
    before(async () => { stage.browser = await openBrowser(); });
    after(() => stage.browser?.close());
    return stage;
}

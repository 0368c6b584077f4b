/*
 * What a browser says against a page: anything that breaks the Content-Security-Policy, an error
 * nobody caught, an error on the console, a script, style or picture that did not come. A test in
 * which one of these is heard fails, whatever else it looks at.
 */
import assert from 'node:assert/strict';

/* A refused call is the page's to show, and the test's to look for. */
const OF_THE_NETWORK = /^Failed to load resource/;
const PARTS = new Set(['script', 'stylesheet', 'image', 'font']);

/* Runs in every frame before the page's own scripts. */
function report() {
    document.addEventListener('securitypolicyviolation', (event) => {
        const { effectiveDirective, blockedURI, sourceFile, lineNumber, sample } = event;
        globalThis.domofonComplain(`policy: ${effectiveDirective} ${blockedURI} `
            + `${sourceFile}:${lineNumber} ${sample}`);
    });
}

export class Complaints {
    heard = [];
    #context;

    /** Listens to every page of a context, from its first byte on. */
    static async of(context) {
        const complaints = new Complaints();
        const { heard } = complaints;
        complaints.#context = context;
        await context.exposeBinding('domofonComplain', (_, text) => heard.push(text));
        await context.addInitScript(report);
        context.on('weberror', (error) => heard.push(`error: ${error.error().stack}`));
        context.on('console', (message) => {
            const text = message.text();
            const isBad = message.type() === 'error' && !OF_THE_NETWORK.test(text);
            if (isBad || /Content.Security.Policy/i.test(text)) {
                heard.push(`console: ${text}`);
            }
        });
        context.on('response', (response) => {
            if (response.status() >= 400 && PARTS.has(response.request().resourceType())) {
                heard.push(`${response.status()}: ${response.url()}`);
            }
        });
        return complaints;
    }

    /** `except`: patterns of those that the test is about. Pages say what they have yet to say. */
    async check(except = []) {
        await Promise.all(this.#context.pages().map((page) => page.evaluate(() =>
            new Promise((said) => { setTimeout(said, 0); })).catch(() => {})));
        const left = this.heard.filter((text) => !except.some((pattern) => pattern.test(text)));
        assert.ok(left.length === 0, `the browser complained:\n${left.join('\n')}`);
    }
}

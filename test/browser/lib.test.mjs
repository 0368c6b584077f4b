/*
 * The tests' own senses: a page that does wrong is noticed.
 */
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, it } from 'node:test';
import { axe, screenshot, slow3g, total, useStage, weigh } from './lib/stage.mjs';

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'";
const SMALL = { width: 640, height: 100 };
const TEXT = 'The quick brown fox jumps over the lazy dog, and the lazy dog sleeps on.';

const PAGES = {
    '/good': '<main><h1>Good</h1><p>Nothing here is wrong.</p></main>',
    '/script': '<script>document.title = "in line"</script>',
    '/style': '<p style="color: red">red</p>',
    '/elsewhere': '<img src="https://example.com/x.png" alt="">',
    '/missing': '<img src="/nothing.png" alt="">',
    '/throws': '<script src="/throws.js"></script>',
    '/unlabelled': '<input type="text">',
    '/text': `<p>${TEXT}</p>`,
    '/other': `<p>${[...TEXT].reverse().join('')}</p>`.repeat(4),
};

function serve(request, reply) {
    const path = request.url;
    const body = PAGES[path];
    if (path === '/throws.js') {
        reply.writeHead(200, { 'Content-Type': 'text/javascript' }).end('throw new Error("no")');
    } else if (body === undefined) {
        reply.writeHead(404, { 'Content-Type': 'text/plain' }).end('no');
    } else {
        const head = '<!doctype html><html lang="en"><title>A page</title>';
        reply.writeHead(200, { 'Content-Type': 'text/html', 'Content-Security-Policy': POLICY });
        reply.end(head + body);
    }
}

describe('what a browser test notices', () => {
    const stage = useStage();
    const server = http.createServer(serve);
    before(() => new Promise((done) => { server.listen(0, '127.0.0.1', done); }));
    after(() => server.close());
    const on = (path, test = () => {}) => stage.visit({}, async (page) => {
        await page.goto(path, { waitUntil: 'load' });
        await test(page);
    }, { baseURL: `http://127.0.0.1:${server.address().port}`, viewport: SMALL });

    it('says nothing against a good page', () => on('/good', (page) => axe(page)));

    for (const [path, what] of [
        ['/script', /policy: script-src-elem inline/], ['/style', /policy: style-src-attr inline/],
        ['/elsewhere', /policy: img-src https:/], ['/missing', /404: .*nothing\.png/],
        ['/throws', /error: Error: no/],
    ]) {
        it(`complains of ${path}`, () => assert.rejects(on(path), what));
    }

    it('complains of a field without a name', () =>
        assert.rejects(on('/unlabelled', (page) => axe(page)), /label: Form elements/));

    it('leaves no trace of its own in a screenshot of a page with a strict policy', () =>
        on('/text', (page) => screenshot(page, 'lib-text')));

    it('sees that a text has changed', { skip: process.env.UPDATE_SCREENSHOTS === '1' }, () =>
        assert.rejects(on('/other', (page) => screenshot(page, 'lib-text')), /pixels differ/));

    it('weighs a page, and slows it down', () => stage.visit({}, async (page) => {
        const parts = await weigh(page);
        await slow3g(page);
        const began = performance.now();
        await page.goto(`http://127.0.0.1:${server.address().port}/good`);
        assert.ok(performance.now() - began > 300, 'it took as long as it must');
        assert.equal(parts.length, 1);
        const body = Buffer.byteLength(PAGES['/good']);
        assert.ok(total(parts) > body && total(parts) < body + 1000, `${total(parts)} bytes`);
    }));
});

/*
 * The pages and their files: what they are served with, to whom compressed, and how long kept; the
 * files that apps are associated by.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { ok, problem, raw } from './lib/client.mjs';
import { ROOT, run, useServer } from './lib/server.mjs';

const PAGES = {
    '/': 'index.html',
    '/i/Hq7TbN': 'invite.html',
    '/admin/': 'admin.html',
    '/redoc/': 'redoc.html',
    '/swagger/': 'swagger.html',
    '/dev/handset': 'handset.html',
};
const GZIP = { 'Accept-Encoding': 'gzip, deflate, br' };
const FOREVER = 'public, max-age=31536000, immutable';
const source = (path) => readFileSync(`${ROOT}/${path}`);
const withoutComments = (text) => text.replace(/^[ \t]*\/(\*[^]*?\*\/|\/.*)\n/gm, '');
const FINGERPRINT = Array(4).fill('14:6D:E9:83:C5:73:06:50').join(':');

/** The address of a file as a page names it. */
async function assetAddress(server, name) {
    const { text } = await server.api.get('/redoc/');
    const [, prefix] = /"(\/assets\/[0-9a-f]{16})\//.exec(text);
    return `${prefix}/${name}`;
}

describe('pages', () => {
    const server = useServer();

    it('are those of web/pages, with one hash in the addresses of their files', async () => {
        for (const [path, file] of Object.entries(PAGES)) {
            const reply = await server.api.get(path);
            const told = ok(reply).replaceAll(/\/assets\/[0-9a-f]{16}\//g, '/assets/@/')
                .replace('<html data-dev', '<html')
                .replace(/<style>[^]*<\/style>/,
                    '<link rel="stylesheet" href="/assets/@/css/base.css" data-within>');
            assert.equal(told, source(`web/pages/${file}`).toString(), path);
            assert.equal(reply.headers['content-type'], 'text/html; charset=utf-8');
            assert.equal(reply.headers['content-encoding'], undefined);
            const files = reply.text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g);
            for (const [, address] of files) {
                const { status, headers } = await server.api.call('HEAD', address);
                assert.equal(status, 200, address);
                assert.equal(headers['cache-control'], FOREVER, address);
            }
        }
    });

    it('have no script in themselves, and the first page one style sheet', async () => {
        for (const path of Object.keys(PAGES)) {
            const { text, headers } = await server.api.get(path);
            const [, style] = /<style>([^]*)<\/style>/.exec(text) ?? [];
            const rest = text.replace(`<style>${style}</style>`, '');
            assert.doesNotMatch(rest, /<style|\sstyle=|\son\w+=|javascript:/i, path);
            assert.doesNotMatch(rest, /<script(?![^>]*\ssrc=)/i, path);
            assert.equal(style !== undefined, path === '/', path);
            if (style !== undefined) {
                assert.equal(style,
                    withoutComments(source('web/assets/css/base.css').toString()));
                const hash = createHash('sha256').update(style).digest('base64');
                assert.ok(headers['content-security-policy']
                    .endsWith(`style-src 'self' 'sha256-${hash}'`));
            }
        }
    });

    it('name the script of the first page ahead of it', async () => {
        const { text, headers } = await server.api.get('/');
        const [, address] = /<script type="module" src="([^"]+)"/.exec(text);
        assert.equal(headers.link, `<${address}>; rel=modulepreload`);
        const { text: script } = await server.api.get(address);
        const parts = ['mask', 'prefs', 'first'].map((name) =>
            withoutComments(source(`web/assets/js/${name}.js`).toString())
                .replace(/^import .*\n/gm, '').replace(/^export /gm, ''));
        assert.equal(script.replaceAll(/\n+/g, '\n'), parts.join('').replaceAll(/\n+/g, '\n'));
    });

    it('say what they may do', async () => {
        for (const path of Object.keys(PAGES)) {
            const { headers } = await server.api.get(path);
            const policy = new Map(headers['content-security-policy'].split('; ').map((part) => {
                const [name, ...values] = part.split(' ');
                return [name, values.join(' ')];
            }));
            for (const name of ['default-src', 'base-uri', 'frame-ancestors']) {
                assert.equal(policy.get(name), "'none'", path);
            }
            for (const name of ['script-src', 'connect-src', 'form-action']) {
                assert.equal(policy.get(name), "'self'", path);
            }
            assert.match(policy.get('style-src'), /^'self'( 'sha256-[^']+')*$/, path);
            assert.equal(headers['referrer-policy'], 'same-origin');
            assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
            assert.match(headers['permissions-policy'], /geolocation=\(\)/);
            assert.equal(headers['x-content-type-options'], 'nosniff');
        }
    });

    it('are there without their last slash, but not with two', async () => {
        server.api.described = false;
        for (const path of ['/admin', '/redoc', '/swagger']) {
            const { text } = await server.api.get(path);
            assert.equal(text, (await server.api.get(`${path}/`)).text);
            assert.equal((await server.api.get(`${path}//`)).status, 404);
        }
        server.api.described = true;
    });

    it('are asked for anew, and answered with 304 while they are the same', async () => {
        const { headers } = await server.api.get('/redoc/');
        assert.equal(headers['cache-control'], 'no-cache');
        for (const known of [headers.etag, headers.etag.slice(2), `"x", ${headers.etag}`, '*']) {
            const again = await server.api.get('/redoc/', { ...GZIP, 'If-None-Match': known });
            assert.equal(again.status, 304, known);
            assert.equal(again.text, '');
            assert.equal(again.headers.etag, headers.etag);
            assert.equal(again.headers['cache-control'], 'no-cache');
            assert.equal(again.headers.vary, 'Accept-Encoding');
            assert.equal(again.headers['content-encoding'], undefined);
        }
        for (const other of ['"x"', headers.etag.slice(3), 'W/', '']) {
            ok(await server.api.get('/redoc/', { 'If-None-Match': other }));
        }
    });

    it('say so in development mode', async () => {
        assert.match((await server.api.get('/redoc/')).text, /<html data-dev /);
    });

    it('take GET and HEAD alone', async () => {
        for (const path of ['/redoc/', '/assets/x/js/redoc.js', '/robots.txt']) {
            problem(await server.api.post(path), 'method_not_allowed');
            const head = await server.api.call('HEAD', path, undefined, GZIP);
            const get = await server.api.get(path, GZIP);
            for (const name of ['content-length', 'content-type', 'content-encoding', 'etag']) {
                assert.equal(head.headers[name], get.headers[name], `${path}: ${name}`);
            }
        }
    });
});

describe('files of pages', () => {
    const server = useServer({ dev: false });

    it('are the same, compressed or not', async () => {
        const address = await assetAddress(server, 'vendor/swagger-ui.js');
        const packed = await server.api.get(address, GZIP);
        const plain = await server.api.get(address);
        assert.equal(packed.headers['content-encoding'], 'gzip');
        assert.equal(plain.headers['content-encoding'], undefined);
        assert.ok(packed.bytes.length * 2 < plain.bytes.length);
        assert.ok(gunzipSync(packed.bytes).equals(plain.bytes));
        assert.equal(packed.headers.etag, plain.headers.etag);
        for (const { headers } of [packed, plain]) {
            assert.equal(headers.vary, 'Accept-Encoding');
            assert.equal(headers['content-type'], 'text/javascript; charset=utf-8');
            assert.equal(headers['cache-control'], FOREVER);
        }
    });

    it('are compressed for those who say that they can read that', async () => {
        const isPacked = async (accepted) => {
            const headers = accepted === undefined ? {} : { 'Accept-Encoding': accepted };
            const reply = await server.api.get('/openapi.yaml', headers);
            return reply.headers['content-encoding'] === 'gzip';
        };
        for (const accepted of ['gzip', '*', 'br;q=1, gzip;q=0.1', 'GZIP']) {
            assert.equal(await isPacked(accepted), true, accepted);
        }
        for (const accepted of [undefined, '', 'br', 'gzip;q=0', 'gzip;q=0, *', 'identity',
            'gzip;q=0.5, identity']) {
            assert.equal(await isPacked(accepted), false, accepted);
        }
    });

    it('are there under an old hash, and not to be kept', async () => {
        const address = await assetAddress(server, 'img/icon.svg');
        const now = await server.api.get(address);
        for (const hash of ['0123456789abcdef', '@', 'x']) {
            const old = await server.api.get(`/assets/${hash}/img/icon.svg`);
            assert.equal(old.text, now.text);
            assert.equal(old.headers['cache-control'], 'no-cache');
            const again = await server.api.get(`/assets/${hash}/img/icon.svg`,
                { 'If-None-Match': now.headers.etag });
            assert.equal(again.status, 304);
            assert.equal(again.headers['cache-control'], 'no-cache');
        }
        const kept = await server.api.get(address, { 'If-None-Match': now.headers.etag });
        assert.equal(kept.status, 304);
        assert.equal(kept.headers['cache-control'], FOREVER);
    });

    it('are no others', async () => {
        const prefix = (await assetAddress(server, '')).slice(0, -1);
        for (const name of ['', '/', '/js', '/js/', '/js/nothing.js', '/JS/redoc.js',
            '/js/redoc.js/', '//js/redoc.js', '/js//redoc.js', '/js/redoc.js%20',
            '/pages/redoc.html', '/%61ssets/js/redoc.js', `/${'x'.repeat(1900)}`, '/js/redoc.j']) {
            problem(await server.api.get(prefix + name), 'not_found');
        }
        problem(await server.api.get(`/assets/${'x'.repeat(2048)}`), 'uri_too_long');
    });

    it('are no way out of their folder', async () => {
        const tricks = ['../pages/redoc.html', '..%2fpages/redoc.html', '%2e%2e/pages/redoc.html',
            '.%2e/.%2e/etc/passwd', 'js/../../api/openapi.yaml', 'js/./redoc.js', '%00',
            '../../../etc/passwd', 'js/redoc.js%00.css', '..\\pages\\redoc.html',
            '%c0%ae%c0%ae/pages/redoc.html', 'js%2fredoc.js', '..;/pages/redoc.html'];
        for (const trick of tricks) {
            const target = `/assets/0/${trick}`;
            const bytes = `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
            const [reply] = await raw(server.port, bytes, { expect: [['GET', target]] });
            assert.ok([400, 404].includes(reply.status), `${trick}: ${reply.status}`);
            assert.match(reply.body.code, /^(not_found|request_malformed)$/, trick);
        }
    });

    it('may be asked for by many at once, who cannot read gzip', async () => {
        const address = await assetAddress(server, 'vendor/redoc.js');
        const replies = await Promise.all(Array.from({ length: 24 },
            () => server.api.get(address)));
        const [{ bytes }] = replies;
        assert.ok(bytes.length > 500000);
        assert.ok(replies.every((reply) => reply.bytes.equals(bytes)));
    });

    it('may be asked for on one connection, one after the other', async () => {
        const paths = ['/redoc/', '/openapi.yaml', '/favicon.ico', '/robots.txt'];
        const bytes = paths.map((path, i) => `GET ${path} HTTP/1.1\r\nHost: x\r\n`
            + `${i === paths.length - 1 ? 'Connection: close\r\n' : ''}\r\n`).join('');
        const replies = await raw(server.port, bytes,
            { count: paths.length, expect: paths.map((path) => ['GET', path]) });
        assert.deepEqual(replies.map(({ status }) => status), [200, 200, 200, 200]);
    });
});

describe('other files', () => {
    const server = useServer({ dev: false });

    it('have their types', async () => {
        const types = {
            '/favicon.ico': ['image/svg+xml', 'public, max-age=86400'],
            '/robots.txt': ['text/plain; charset=utf-8', 'public, max-age=86400'],
            '/openapi.yaml': ['application/yaml', 'public, max-age=300'],
            '/openapi.json': ['application/json', 'public, max-age=300'],
            '/domofon.js': ['text/javascript; charset=utf-8', 'public, max-age=300'],
            '/domofon.d.ts': ['text/plain; charset=utf-8', 'public, max-age=300'],
            '/postman.json': ['application/json', 'public, max-age=300'],
        };
        for (const [path, [type, cache]] of Object.entries(types)) {
            const { headers } = await server.api.get(path);
            assert.equal(headers['content-type'], type, path);
            assert.equal(headers['cache-control'], cache, path);
            const known = await server.api.get(path, { 'If-None-Match': headers.etag });
            assert.equal(known.status, 304, path);
        }
    });

    it('include the client, as in clients/js', async () => {
        const client = source('clients/js/domofon.js').toString();
        for (const path of ['/domofon.js', await assetAddress(server, 'js/domofon.js')]) {
            assert.equal(ok(await server.api.get(path)), client);
        }
        assert.equal(ok(await server.api.get('/domofon.d.ts')),
            source('clients/js/domofon.d.ts').toString());
    });

    it('include the collection, as in docs', async () => {
        assert.equal((await server.api.get('/postman.json')).text,
            source('docs/domofon.postman_collection.json').toString());
    });

    it('are not those of development mode', async () => {
        problem(await server.api.get('/dev/handset'), 'not_found');
        assert.doesNotMatch((await server.api.get('/redoc/')).text, /data-dev/);
    });

    it('are no associations without apps', async () => {
        problem(await server.api.get('/.well-known/assetlinks.json'), 'not_found');
        problem(await server.api.get('/.well-known/apple-app-site-association'), 'not_found');
    });
});

describe('apps', () => {
    const server = useServer({ set: {
        'app.android': `com.example.app:${FINGERPRINT}, com.example.beta:${FINGERPRINT}`,
        'app.apple': 'A1B2C3D4E5.com.example.app,A1B2C3D4E5.com.example.beta',
    } });

    it('are told to telephones', async () => {
        const android = await server.api.get('/.well-known/assetlinks.json');
        assert.deepEqual(ok(android).map(({ target }) => target.package_name),
            ['com.example.app', 'com.example.beta']);
        assert.deepEqual(android.body[0].target.sha256_cert_fingerprints, [FINGERPRINT]);
        const apple = await server.api.get('/.well-known/apple-app-site-association');
        const ids = ['A1B2C3D4E5.com.example.app', 'A1B2C3D4E5.com.example.beta'];
        assert.deepEqual(ok(apple).applinks.details,
            [{ appIDs: ids, components: [{ '/': '/i/*' }] }]);
        assert.deepEqual(apple.body.webcredentials.apps, ids);
        assert.equal(apple.headers['cache-control'], 'public, max-age=3600');
    });

    it('and addresses that make no sense stop the start', async () => {
        for (const [setting, words] of [
            ['app.android=com.example.app', /app\.android.*PACKAGE:FINGERPRINT/],
            ['app.android=com.example.app:14:6d', /app\.android.*PACKAGE:FINGERPRINT/],
            ['app.apple=com.example.app', /app\.apple.*TEAMID\.BUNDLE\.ID/],
            ['public_url=http://example.com', /public_url.*https:\/\/HOST/],
            ['public_url=https://example.com/', /public_url.*https:\/\/HOST/],
        ]) {
            const { status, stderr } = await run(['config', 'check', '--set', setting]);
            assert.notEqual(status, 0, setting);
            assert.match(stderr, words);
        }
        const good = await run(['config', 'check', '--set', 'public_url=https://id.example.com']);
        assert.equal(good.status, 0, good.stderr);
    });
});

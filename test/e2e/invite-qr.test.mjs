/* The QR code of an invitation, read again by a library that has nothing to do with ours. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { ok, problem } from './lib/client.mjs';
import { useServer } from './lib/server.mjs';
import { signIn } from './lib/signin.mjs';

const BASE = 'https://id.example';

/** RGBA pixels of the modules that an SVG of ours draws, `scale` pixels each. */
function rasterize(svg, scale) {
    const side = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)[1]);
    const black = new Set();
    const [, path] = /<path d="([^"]*)"/.exec(svg);
    for (const [, x, y, n] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
        for (let i = 0; i < Number(n); i += 1) {
            black.add((Number(x) + i) + Number(y) * side);
        }
    }
    const width = side * scale;
    const data = new Uint8ClampedArray(width * width * 4).fill(255);
    for (let i = 0; i < width * width; i += 1) {
        const module = Math.floor((i % width) / scale) + Math.floor(i / width / scale) * side;
        if (black.has(module)) {
            data.fill(0, i * 4, i * 4 + 3);
        }
    }
    return { data, width, height: width, side };
}

const readPicture = ({ data, width, height }) =>
    jsQR(new Uint8ClampedArray(data), width, height)?.data;

/** Pixels from the edge to the first black one. */
function margin({ data, width }) {
    const isBlack = (x, y) => data[(y * width + x) * 4] === 0;
    let at = 0;
    const places = Array.from({ length: width }, (_, i) => i);
    while (!places.some((i) => isBlack(i, at) || isBlack(at, i))) {
        at += 1;
    }
    return at;
}

describe('the QR code of an invitation', () => {
    const server = useServer({ set: { public_url: BASE } });

    it('leads to the landing page', async () => {
        const { account } = await signIn(server);
        const link = `${BASE}/i/${account.invite_code}`;
        const png = await server.api.get(`/v1/invites/${account.invite_code}/qr.png`);
        ok(png);
        assert.equal(png.headers['content-type'], 'image/png');
        const picture = PNG.sync.read(png.bytes);
        assert.equal(readPicture(picture), link);
        assert.ok(picture.width <= 512 && picture.width > 400, `${picture.width} pixels`);
        assert.equal(picture.width, picture.height);
        assert.ok(png.bytes.length < 4096, `${png.bytes.length} bytes`);

        const svg = await server.api.get(`/v1/invites/${account.invite_code}/qr.svg`);
        ok(svg);
        assert.equal(svg.headers['content-type'], 'image/svg+xml');
        assert.ok(svg.bytes.length < 16384, `${svg.bytes.length} bytes`);
        const drawn = rasterize(svg.text, 8);
        assert.equal(readPicture(drawn), link);
        assert.equal(margin(drawn), 4 * 8);
        assert.equal(margin(picture), 4 * (picture.width / drawn.side));
    });

    it('comes in the size asked for, or a little smaller', async () => {
        const { account } = await signIn(server);
        const path = `/v1/invites/${account.invite_code}/qr.png`;
        for (const size of [128, 200, 1024]) {
            const picture = PNG.sync.read((await server.api.get(`${path}?size=${size}`)).bytes);
            assert.ok(picture.width <= size && picture.width > size / 2, `${picture.width}`);
            assert.equal(readPicture(picture), `${BASE}/i/${account.invite_code}`);
        }
        for (const size of ['127', '1025', '0', '-1', 'x', '', '99999999999', '1e3', '512px']) {
            problem(await server.api.get(`${path}?size=${size}`), 'field_invalid',
                { field: 'size' });
        }
    });

    it('may be kept, and is known again', async () => {
        const { account } = await signIn(server);
        const tags = new Set();
        for (const kind of ['qr.svg', 'qr.png', 'qr.png?size=256']) {
            const path = `/v1/invites/${account.invite_code}/${kind}`;
            const { headers } = await server.api.get(path);
            assert.equal(headers['cache-control'], 'public, max-age=3600');
            assert.match(headers.etag, /^"[0-9a-f]{32}"$/);
            tags.add(headers.etag);
            const again = await server.api.get(path, { 'If-None-Match': headers.etag });
            assert.equal(again.status, 304);
            assert.equal(again.text, '');
            assert.equal(again.headers.etag, headers.etag);
            ok(await server.api.get(path, { 'If-None-Match': '"other"' }));
            assert.equal((await server.api.call('HEAD', path)).headers.etag, headers.etag);
        }
        assert.equal(tags.size, 3);
    });

    it('forgives how the code is written, and keeps its spelling', async () => {
        const { account } = await signIn(server);
        const code = account.invite_code;
        const careless = `${code.slice(0, 3)}-${code.slice(3)}`;
        const reply = await server.api.get(`/v1/invites/${careless}/qr.png`);
        assert.equal(readPicture(PNG.sync.read(reply.bytes)), `${BASE}/i/${code}`);
    });

    it('is not there for a code that nobody has', async () => {
        for (const kind of ['qr.svg', 'qr.png']) {
            problem(await server.api.get(`/v1/invites/zzzzzz/${kind}`), 'invite_unknown');
            problem(await server.api.get(`/v1/invites/%3Cscript%3E/${kind}`), 'invite_unknown');
        }
        problem(await server.api.get('/v1/invites/zzzzzz/qr.gif'), 'not_found');
        problem(await server.api.post('/v1/invites/zzzzzz/qr.svg'), 'method_not_allowed');
        const { account, api } = await signIn(server);
        ok(await api.delete('/v1/me'), 204);
        problem(await server.api.get(`/v1/invites/${account.invite_code}/qr.svg`),
            'invite_unknown');
    });
});

describe('the QR code of an invitation, by default', () => {
    const server = useServer({ dev: false, set: { 'invite.per_address_10min': 5 } });

    it('is limited by address together with the look-up', async () => {
        for (let i = 0; i < 5; i += 1) {
            problem(await server.api.get(`/v1/invites/zzzzzz${['', '/qr.svg', '/qr.png'][i % 3]}`),
                'invite_unknown');
        }
        problem(await server.api.get('/v1/invites/zzzzzz/qr.svg'), 'address_limit');
        problem(await server.api.get('/v1/invites/zzzzzz/qr.png'), 'address_limit');
    });
});

describe('the QR code with the longest address', () => {
    const issuer = `https://${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.example`;
    const server = useServer({ set: { 'token.issuer': issuer } });

    it('fits, and is read', async () => {
        const { account } = await signIn(server);
        const link = `${issuer}/i/${account.invite_code}`;
        const png = await server.api.get(`/v1/invites/${account.invite_code}/qr.png?size=1024`);
        assert.equal(readPicture(PNG.sync.read(png.bytes)), link);
        const small = await server.api.get(`/v1/invites/${account.invite_code}/qr.png?size=128`);
        assert.ok(PNG.sync.read(small.bytes).width <= 128);
        const svg = await server.api.get(`/v1/invites/${account.invite_code}/qr.svg`);
        assert.equal(readPicture(rasterize(svg.text, 6)), link);
    });
});

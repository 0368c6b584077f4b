/* Access tokens, verified and forged with an independent library. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as jose from 'jose';
import { ok, problem } from './lib/client.mjs';
import { useServer } from './lib/server.mjs';
import { query } from './lib/store.mjs';
import { advance, signIn } from './lib/signin.mjs';

const ISSUER = 'https://id.example.com';
const AUDIENCE = 'example-shop';

describe('access tokens', () => {
    const server = useServer({ set: { 'token.issuer': ISSUER, 'token.audience': AUDIENCE } });
    const keys = async () => ok(await server.api.get('/.well-known/jwks.json'));
    const bearer = (token) => server.api.as(token).get('/v1/me');

    /** The header and claims of a genuine token, to be forged from. */
    async function genuine() {
        const { tokens } = await signIn(server);
        const token = tokens.access_token;
        const header = jose.decodeProtectedHeader(token);
        return { token, header, claims: jose.decodeJwt(token) };
    }

    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

    it('verify with the published keys', async () => {
        const person = await signIn(server);
        const keySet = jose.createLocalJWKSet(await keys());
        const options = {
            issuer: ISSUER, audience: AUDIENCE, typ: 'at+jwt', algorithms: ['ES256'],
            requiredClaims: ['iss', 'aud', 'sub', 'client_id', 'sid', 'role', 'iat', 'exp', 'jti'],
        };
        const token = person.tokens.access_token;
        const { payload, protectedHeader } = await jose.jwtVerify(token, keySet, options);
        assert.equal(payload.sub, person.account.id);
        assert.equal(payload.sid, person.tokens.session_id);
        assert.equal(payload.role, 'user');
        assert.equal(payload.client_id, 'domofon');
        assert.equal(payload.exp - payload.iat, 900);
        assert.ok((await keys()).keys.some((key) => key.kid === protectedHeader.kid));
    });

    it('differ each time', async () => {
        const { tokens } = await signIn(server);
        const body = { refresh_token: tokens.refresh_token };
        const again = ok(await server.api.post('/v1/sessions/refresh', body));
        const [first, second] = [tokens, again].map((x) => jose.decodeJwt(x.access_token));
        assert.notEqual(first.jti, second.jti);
        assert.equal(first.sid, second.sid);
    });

    it('publish no private parts, and may be cached', async () => {
        const reply = await server.api.get('/.well-known/jwks.json');
        assert.equal(reply.headers['cache-control'], 'public, max-age=300');
        assert.doesNotMatch(reply.text, /"d"/);
        assert.equal(new Set(reply.body.keys.map((key) => key.kid)).size, reply.body.keys.length);
    });

    it('are asked for', async () => {
        const reply = await server.api.get('/v1/me');
        problem(reply, 'token_missing');
        assert.equal(reply.headers['www-authenticate'], 'Bearer');
        for (const header of ['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer ', 'token']) {
            problem(await server.api.get('/v1/me', { Authorization: header }), 'token_missing');
        }
        const { token } = await genuine();
        ok(await server.api.get('/v1/me', { Authorization: `bearer ${token}` }));
    });

    it('are refused when tampered with', async () => {
        const { token, claims } = await genuine();
        const [header, payload, signature] = token.split('.');
        const flipped = signature.startsWith('A') ? 'B' : 'A';
        const forged = part({ ...claims, sub: String(Number(claims.sub) + 1) });
        for (const bad of [
            `${header}.${payload}.${flipped}${signature.slice(1)}`,
            `${header}.${forged}.${signature}`,
            `${header}.${part({ ...claims, role: 'admin' })}.${signature}`,
            `${header}.${payload}.`, `${header}.${payload}`, `.${payload}.${signature}`,
            `${token}A`, `${token}.`, token.slice(0, -1), ` ${token}`, 'x'.repeat(5000), 'a.b.c',
            '..',
        ]) {
            problem(await bearer(bad), 'token_invalid');
        }
        const reply = await bearer('a.b.c');
        assert.equal(reply.headers['www-authenticate'], 'Bearer error="invalid_token"');
    });

    it('are refused with alg none', async () => {
        const { header, claims, token } = await genuine();
        for (const alg of ['none', 'None', 'NONE', '']) {
            const head = part({ ...header, alg });
            for (const signature of ['', token.split('.')[2]]) {
                const forged = `${head}.${part(claims)}.${signature}`;
                problem(await bearer(forged), 'token_invalid');
            }
        }
        problem(await bearer(new jose.UnsecuredJWT(claims).encode()), 'token_invalid');
    });

    it('are refused with another key', async () => {
        const { header, claims } = await genuine();
        const { privateKey, publicKey } = await jose.generateKeyPair('ES256');
        const jwk = await jose.exportJWK(publicKey);
        for (const head of [
            header,
            { ...header, kid: 'AAAAAAAAAAAAAAAA' },
            { alg: 'ES256', typ: 'at+jwt' },
            { ...header, jwk },
            { ...header, jku: 'http://127.0.0.1:1/jwks.json' },
            { ...header, crit: ['b64'], b64: true },
        ]) {
            const signer = new jose.SignJWT(claims).setProtectedHeader(head);
            problem(await bearer(await signer.sign(privateKey)), 'token_invalid');
        }
    });

    it('are refused with the public key as an HMAC secret', async () => {
        const { claims, header } = await genuine();
        const jwk = (await keys()).keys.find((key) => key.kid === header.kid);
        const pem = await jose.exportSPKI(await jose.importJWK(jwk, 'ES256'));
        const signer = new jose.SignJWT(claims).setProtectedHeader({ ...header, alg: 'HS256' });
        const token = await signer.sign(new TextEncoder().encode(pem));
        problem(await bearer(token), 'token_invalid');
    });

    it('are refused when they are of another kind', async () => {
        const { tokens } = await signIn(server);
        problem(await bearer(tokens.refresh_token), 'token_invalid');
        const body = { refresh_token: tokens.access_token };
        problem(await server.api.post('/v1/sessions/refresh', body), 'token_invalid');
    });

    it('expire', async () => {
        const { token } = await genuine();
        ok(await bearer(token));
        await advance(server, 901);
        const reply = await bearer(token);
        problem(reply, 'token_expired');
        assert.equal(reply.headers['www-authenticate'], 'Bearer error="invalid_token"');
    });
});

describe('access tokens for another audience or of another issuer', () => {
    const server = useServer({ set: { 'token.audience': 'first' } });

    it('are refused', async () => {
        const { tokens } = await signIn(server);
        const bearer = () => server.api.as(tokens.access_token).get('/v1/me');
        ok(await bearer());
        server.set['token.audience'] = 'second';
        await server.restart();
        problem(await bearer(), 'token_invalid');
        server.set = { ...server.set, 'token.audience': 'first', 'token.issuer': 'http://other' };
        await server.restart();
        problem(await bearer(), 'token_invalid');
        delete server.set['token.issuer'];
        await server.restart();
        ok(await bearer());
    });
});

describe('signing keys', () => {
    const server = useServer({ set: { 'token.rotate_s': 3600, 'token.access_s': 86400 } });

    it('survive a restart', async () => {
        const { api } = await signIn(server);
        const before = ok(await server.api.get('/.well-known/jwks.json'));
        const token = api.token;
        await server.restart();
        assert.deepEqual(ok(await server.api.get('/.well-known/jwks.json')), before);
        ok(await server.api.as(token).get('/v1/me'));
    });

    it('are changed in time, with the next one published before it signs', async () => {
        const kid = ({ tokens }) => jose.decodeProtectedHeader(tokens.access_token).kid;
        const published = async () =>
            ok(await server.api.get('/.well-known/jwks.json')).keys.map((key) => key.kid);
        const first = await signIn(server);
        await server.terminate();
        query(server, 'UPDATE signing_key SET active_us = active_us - 3000000000');
        await server.start();
        assert.equal((await published()).length, 2);
        assert.equal(kid(await signIn(server)), kid(first));
        await advance(server, 1000);
        const second = await signIn(server);
        assert.notEqual(kid(second), kid(first));
        assert.ok((await published()).includes(kid(second)));
        ok(await second.api.get('/v1/me'));
        ok(await server.api.as(first.tokens.access_token).get('/v1/me'));
    });

    it('are in the store only sealed', async () => {
        const rows = query(server, 'SELECT sealed FROM signing_key');
        const curveP256 = '06082a8648ce3d030107';
        assert.ok(rows.length > 0);
        assert.ok(rows.every(({ sealed }) => !sealed.includes(curveP256)));
    });
});

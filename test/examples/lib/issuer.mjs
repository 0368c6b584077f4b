/* An issuer of tokens like domofon's, for those that domofon would never make. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import * as jose from 'jose';

export const ISSUER = 'http://localhost:8080';
export const AUDIENCE = 'domofon';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * {url, port, asked, close, good, bad}: where its keys are, how often somebody asked for them, a
 * good token, and by name those that are not.
 */
export async function startIssuer() {
    const { publicKey, privateKey } = await jose.generateKeyPair('ES256');
    const stranger = await jose.generateKeyPair('ES256');
    const jwk = {
        ...await jose.exportJWK(publicKey), use: 'sig', alg: 'ES256', kid: 'a-key-of-a-test',
    };
    const pem = await jose.exportSPKI(publicKey);
    const now = Math.floor(Date.now() / 1000);
    const claims = {
        iss: ISSUER, aud: AUDIENCE, sub: '17', client_id: 'domofon', sid: '42', role: 'user',
        iat: now - 60, exp: now + 600, jti: 'XL-UQQcNxGVjIPuxcP5KqA',
    };
    const header = { alg: 'ES256', typ: 'at+jwt', kid: jwk.kid };
    const sign = (change = {}, heading = {}, key = privateKey) =>
        new jose.SignJWT({ ...claims, ...change })
            .setProtectedHeader({ ...header, ...heading }).sign(key);
    const symmetric = `${encode({ ...header, alg: 'HS256' })}.${encode(claims)}`;
    let asked = 0;
    const server = http.createServer((request, response) => {
        asked++;
        response.setHeader('Content-Type', 'application/json');
        response.end(JSON.stringify({ keys: [jwk] }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    return {
        url: `http://127.0.0.1:${port}/.well-known/jwks.json`,
        port,
        asked: () => asked,
        close: () => server.close(),
        good: await sign(),
        bad: {
            expired: await sign({ exp: now - 600, iat: now - 1500 }),
            'without an end': await sign({ exp: undefined }),
            'for another service': await sign({ aud: 'somebody' }),
            'of another issuer': await sign({ iss: 'https://example.org' }),
            'of another type': await sign({}, { typ: 'JWT' }),
            "signed with a stranger's key": await sign({}, {}, stranger.privateKey),
            'of an unknown key': await sign({}, { kid: 'another' }),
            unsigned: `${encode({ ...header, alg: 'none' })}.${encode(claims)}.`,
            'signed with the public key as a secret':
                `${symmetric}.${createHmac('sha256', pem).update(symmetric).digest('base64url')}`,
            'no token': 'abc',
            empty: '',
        },
    };
}

/** A token with another account in it, and its signature as it was. */
export function altered(token) {
    const [head, body, mac] = token.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url'));
    return [head, encode({ ...claims, sub: '1', role: 'admin' }), mac].join('.');
}

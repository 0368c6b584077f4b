// A server of one call, for proxies that cannot verify tokens themselves: 204 when the request's
// Authorization header has a good access token of domofon, with what the service behind the proxy
// needs to know in headers; 401 otherwise. PORT (9000) says where it listens, on loopback.
import http from 'node:http';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const {
    DOMOFON_JWKS: jwks = 'http://127.0.0.1:8080/.well-known/jwks.json',
    DOMOFON_ISSUER: issuer = 'http://localhost:8080',
    DOMOFON_AUDIENCE: audience = 'domofon',
    PORT: port = '9000',
} = process.env;

const keys = createRemoteJWKSet(new URL(jwks));

async function answer(request, response) {
    try {
        const [, token] = /^Bearer ([\w.-]+)$/i.exec(request.headers.authorization ?? '') ?? [];
        const { payload } = await jwtVerify(token ?? '', keys, {
            issuer, audience, algorithms: ['ES256'], typ: 'at+jwt', requiredClaims: ['exp', 'sub'],
        });
        response.writeHead(204, {
            'X-Account-Id': payload.sub, 'X-Session-Id': payload.sid, 'X-Role': payload.role,
        });
    } catch {
        response.writeHead(401, { 'WWW-Authenticate': 'Bearer error="invalid_token"' });
    }
    response.end();
}

const server = http.createServer(answer);
server.listen(Number(port), '127.0.0.1', () => {
    console.log(`listening on ${server.address().port}`);
});

// Verifies an access token of domofon: node verify.mjs TOKEN
import { createRemoteJWKSet, jwtVerify } from 'jose';

const {
    DOMOFON_JWKS: jwks = 'http://127.0.0.1:8080/.well-known/jwks.json',
    DOMOFON_ISSUER: issuer = 'http://localhost:8080',
    DOMOFON_AUDIENCE: audience = 'domofon',
} = process.env;

// Make it once: it keeps the keys, and fetches them again when a token names a new one.
const keys = createRemoteJWKSet(new URL(jwks));

/** The claims of a token; throws when it is not good. */
export async function verify(token) {
    const { payload } = await jwtVerify(token, keys, {
        issuer, audience, algorithms: ['ES256'], typ: 'at+jwt', requiredClaims: ['exp', 'sub'],
    });
    return payload;
}

try {
    console.log(JSON.stringify(await verify(process.argv[2] ?? '')));
} catch (error) {
    console.error(`not good: ${error.message}`);
    process.exitCode = 1;
}

// Verifies access tokens of domofon inside nginx: see nginx.conf. For njs 0.7.9 and later.

// What stands before the coordinates of a P-256 key in a SubjectPublicKeyInfo, the form of keys
// that every version of njs reads.
const KEY_HEAD = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex');

function parse(part) {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
}

async function fetchKeys(url) {
    const reply = await ngx.fetch(url);
    if (reply.status !== 200) {
        throw new Error(`keys: status ${reply.status}`);
    }
    return (await reply.json()).keys;
}

function importKey(keys, kid) {
    const jwk = keys.find((key) => key.kid === kid && key.kty === 'EC' && key.crv === 'P-256');
    if (!jwk) {
        throw new Error('signed with a key that is not known');
    }
    const point = ['x', 'y'].map((name) => Buffer.from(jwk[name], 'base64url'));
    return crypto.subtle.importKey('spki', Buffer.concat([KEY_HEAD].concat(point)),
        { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
}

/** The claims of a token; throws when it is not good. */
async function claimsOf(token, keys, issuer, audience) {
    const parts = token.split('.');
    const head = parts.length === 3 ? parse(parts[0]) : {};
    if (head.alg !== 'ES256' || head.typ !== 'at+jwt') {
        throw new Error('not an access token');
    }
    const key = await importKey(keys, head.kid);
    const isGood = await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key,
        Buffer.from(parts[2], 'base64url'), Buffer.from(`${parts[0]}.${parts[1]}`));
    if (!isGood) {
        throw new Error('a signature that is not its own');
    }
    const claims = parse(parts[1]);
    if (claims.iss !== issuer || [].concat(claims.aud).indexOf(audience) < 0) {
        throw new Error('of another issuer or for another service');
    }
    if (typeof claims.sub !== 'string' || !(claims.exp > Date.now() / 1000)) {
        throw new Error('expired, or without an end or an account');
    }
    return claims;
}

/** Of auth_request: 204 with what the service needs to know in headers, or 401. */
async function verify(r) {
    const set = r.variables;
    let keys;
    try {
        keys = await fetchKeys(set.token_keys);
    } catch (error) {
        r.error(`domofon: ${error.message}`);
        r.return(500);
        return;
    }
    try {
        const match = /^Bearer ([\w.-]+)$/i.exec(r.headersIn.Authorization || '');
        const token = match ? match[1] : '';
        const claims = await claimsOf(token, keys, set.token_issuer, set.token_audience);
        r.headersOut['X-Account-Id'] = claims.sub;
        r.headersOut['X-Role'] = claims.role;
        r.return(204);
    } catch (error) {
        r.headersOut['WWW-Authenticate'] = 'Bearer error="invalid_token"';
        r.return(401);
    }
}

export default { verify };

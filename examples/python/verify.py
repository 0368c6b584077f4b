"""Verifies an access token of domofon: python3 verify.py TOKEN"""
import json
import os
import sys

import jwt

JWKS = os.environ.get("DOMOFON_JWKS", "http://127.0.0.1:8080/.well-known/jwks.json")
ISSUER = os.environ.get("DOMOFON_ISSUER", "http://localhost:8080")
AUDIENCE = os.environ.get("DOMOFON_AUDIENCE", "domofon")

# Make it once: it keeps the keys for five minutes, and fetches them again when a token names a new
# one.
KEYS = jwt.PyJWKClient(JWKS, cache_keys=False, lifespan=300)


def verify(token):
    """The claims of a token; raises jwt.PyJWTError when it is not good."""
    if jwt.get_unverified_header(token).get("typ") != "at+jwt":
        raise jwt.InvalidTokenError("not an access token")
    key = KEYS.get_signing_key_from_jwt(token).key
    return jwt.decode(token, key, algorithms=["ES256"], issuer=ISSUER, audience=AUDIENCE,
                      options={"require": ["exp", "sub"]})


def main():
    try:
        print(json.dumps(verify(sys.argv[1])))
    except jwt.PyJWTError as error:
        sys.exit(f"not good: {error}")


if __name__ == "__main__":
    main()

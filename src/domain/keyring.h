/*
 * keyring: the master key and the keys derived from it, one for each purpose, so that what leaks
 * from one use says nothing about another (HKDF, RFC 5869; the labels are in keyring.c).
 */
#ifndef DOMAIN_KEYRING_H
#define DOMAIN_KEYRING_H

#include "base/hash.h"

/* Secret: wipe with keyring_wipe. Read-only once derived, shared by all threads. */
struct keyring {
    uint8_t code[HASH_BYTES];        /* "domofon code v1": deriving codes and their MACs */
    uint8_t refresh[HASH_BYTES];     /* "domofon refresh v1": refresh tokens */
    uint8_t seal[HASH_BYTES];        /* "domofon seal v1": signing keys at rest */
    uint8_t idempotency[HASH_BYTES]; /* "domofon idempotency v1": request ids */
    uint8_t cursor[HASH_BYTES];      /* "domofon cursor v1": paging cursors */
    uint8_t grant[HASH_BYTES];       /* "domofon grant v1": codes of hosted sign-in */
    uint8_t dialect[HASH_BYTES];     /* "domofon dialect v1": tokens of dialects, by default */
};

void keyring_derive(const uint8_t master[HASH_BYTES], struct keyring *ret_keyring);
void keyring_wipe(struct keyring *keyring);

/* The key file: one line of 43 letters base64url, and a line end; with the NUL. */
#define KEYRING_TEXT_SIZE 45

/* The text of a key file for `master`. Secret. */
void keyring_format(const uint8_t master[HASH_BYTES], char out[KEYRING_TEXT_SIZE]);

/*
 * Reads the text of a key file. Strict: exactly the letters keyring_format writes; the line end may
 * be missing or be CR LF. False for anything else.
 */
MUST_CHECK bool keyring_parse(struct slice text, uint8_t ret_master[HASH_BYTES]);

#endif

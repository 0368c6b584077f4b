/*
 * token_setup: what the tests of tokens and those of their keys begin with: two keys, an arena for
 * each group of tests, and the claims of a token made NOW. One program includes it once.
 */
#ifndef TEST_TOKEN_SETUP_H
#define TEST_TOKEN_SETUP_H

#include "domain/token.h"

#define NOW INT64_C(1790000000000000)

static const struct token_claims claims = {17, 42, ROLE_MODERATOR, NOW, NOW + 900 * US_PER_S};

static struct token_key *key;
static struct token_key *other_key;
static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    key = token_key_generate();
    other_key = token_key_generate();
    arena = arena_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    token_key_free(key);
    token_key_free(other_key);
    token_key_free(NULL);
    arena_free(arena);
    return 0;
}

#endif

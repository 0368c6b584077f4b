/* Every outcome of a guess, and which of several reasons is told. */
#include "unit.h"

#include "domain/challenge.h"

#define NOW 1000

static const struct {
    struct challenge_facts facts;
    enum challenge_outcome outcome;
} rows[] = {
    {{.found = false}, CHALLENGE_UNKNOWN},
    {{.found = true, .redeemed = CHALLENGE_REDEEMED_NOW, .tried = true}, CHALLENGE_RIGHT},
    {{.found = true, .tried = true, .attempts_left = 2, .expires_us = NOW + 1}, CHALLENGE_WRONG},
    /* The guess that spends the last attempt was a guess; the next one finds none left. */
    {{.found = true, .tried = true, .attempts_left = 0, .expires_us = NOW + 1}, CHALLENGE_WRONG},
    {{.found = true, .attempts_left = 0, .expires_us = NOW + 1}, CHALLENGE_NO_ATTEMPTS},
    {{.found = true, .attempts_left = 0, .expires_us = NOW - 1}, CHALLENGE_NO_ATTEMPTS},
    {{.found = true, .redeemed = CHALLENGE_REDEEMED_BEFORE, .expires_us = NOW - 1}, CHALLENGE_USED},
    {{.found = true, .superseded = true, .attempts_left = 3, .expires_us = NOW + 1},
     CHALLENGE_SUPERSEDED},
    {{.found = true, .attempts_left = 3, .expires_us = NOW}, CHALLENGE_EXPIRED},
    {{.found = true, .attempts_left = 3, .expires_us = NOW + 1}, CHALLENGE_ALIVE},
};

static void names_outcomes(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(challenge_outcome(&rows[i].facts, NOW), rows[i].outcome);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_outcomes)};

    return cmocka_run_group_tests_name("domain_challenge", tests, NULL, NULL);
}

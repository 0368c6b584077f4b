/*
 * challenge: what a guess at a code led to. The script has done what it does (spent the attempt,
 * redeemed the code, or neither); this names the outcome from what it saw. "Could not tell" is not
 * among them: that is the store's result.
 */
#ifndef DOMAIN_CHALLENGE_H
#define DOMAIN_CHALLENGE_H

#include "base/def.h"

enum challenge_outcome {
    CHALLENGE_RIGHT,
    CHALLENGE_WRONG,   /* an attempt was spent */
    CHALLENGE_UNKNOWN, /* no such challenge */
    CHALLENGE_EXPIRED,
    CHALLENGE_USED,        /* redeemed by an earlier request */
    CHALLENGE_SUPERSEDED,  /* the requester asked for a newer one */
    CHALLENGE_NO_ATTEMPTS, /* all spent */
    CHALLENGE_ALIVE,       /* could be guessed at, but was not: the phone's own limit forbids it */
};

enum challenge_redeemed {
    CHALLENGE_REDEEMED_NOT,
    CHALLENGE_REDEEMED_NOW,    /* by this request, or by its first sending */
    CHALLENGE_REDEEMED_BEFORE, /* by another */
};

struct challenge_facts {
    bool found;
    bool tried; /* this request spent an attempt, now or at its first sending */
    enum challenge_redeemed redeemed;
    bool superseded;
    int64_t attempts_left;
    int64_t expires_us;
};

/* The outcome at `now_us`. */
enum challenge_outcome challenge_outcome(const struct challenge_facts *facts, int64_t now_us);

#endif

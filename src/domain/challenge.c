#include "domain/challenge.h"

enum challenge_outcome challenge_outcome(const struct challenge_facts *facts, int64_t now_us)
{
    if (!facts->found)
        return CHALLENGE_UNKNOWN;
    if (facts->redeemed == CHALLENGE_REDEEMED_NOW)
        return CHALLENGE_RIGHT;
    if (facts->tried)
        return CHALLENGE_WRONG;
    if (facts->redeemed == CHALLENGE_REDEEMED_BEFORE)
        return CHALLENGE_USED;
    if (facts->superseded)
        return CHALLENGE_SUPERSEDED;
    if (facts->attempts_left <= 0)
        return CHALLENGE_NO_ATTEMPTS;
    if (facts->expires_us <= now_us)
        return CHALLENGE_EXPIRED;
    return CHALLENGE_ALIVE;
}

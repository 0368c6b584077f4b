#include "domain/activation.h"

enum activation_outcome activation_outcome(const struct activation_facts *facts)
{
    if (facts->done)
        return ACTIVATION_DONE;
    if (facts->inviter_id == 0)
        return ACTIVATION_UNKNOWN;
    if (facts->invited_by != 0)
        return ACTIVATION_ALREADY;
    if (facts->inviter_id == facts->account_id)
        return ACTIVATION_OWN;
    return ACTIVATION_CYCLE;
}

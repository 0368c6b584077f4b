/*
 * activation: what became of somebody's naming who invited them. The script has recorded it or not;
 * this names the outcome from what it saw.
 */
#ifndef DOMAIN_ACTIVATION_H
#define DOMAIN_ACTIVATION_H

#include "base/def.h"

enum activation_outcome {
    ACTIVATION_DONE,
    ACTIVATION_UNKNOWN, /* nobody has this code */
    ACTIVATION_ALREADY, /* the account was invited before; that stays for ever */
    ACTIVATION_OWN,     /* the account's own code */
    ACTIVATION_CYCLE,   /* the inviter descends from the account (`invite.cycles = refuse`) */
};

struct activation_facts {
    bool done; /* by this request */
    int64_t account_id;
    int64_t inviter_id; /* whose code it is; 0: nobody's */
    int64_t invited_by; /* who invited the account; 0: nobody */
};

enum activation_outcome activation_outcome(const struct activation_facts *facts);

#endif

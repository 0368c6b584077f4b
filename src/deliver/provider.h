/*
 * provider: one way of carrying a code to a phone; one file each.
 */
#ifndef DELIVER_PROVIDER_H
#define DELIVER_PROVIDER_H

#include "base/slice.h"

/* A message about to be sent. Lives until `done` is called. */
struct message {
    struct slice phone;   /* E.164 */
    struct slice channel; /* "sms" */
    const char *text;     /* UTF-8, a secret */
    const char *code;     /* the digits in it, a secret */
};

enum provider_result {
    PROVIDER_DELIVERED,
    PROVIDER_FAILED,      /* will not work: give the message up */
    PROVIDER_UNAVAILABLE, /* may work later: try again */
};

struct provider {
    const char *name;    /* stored with the message */
    int64_t cost_micros; /* of one message, in millionths of the operator's currency */
    /* Sends; calls `done` once, on the sender's thread, now or later. */
    void (*send)(void *self, const struct message *message,
                 void (*done)(void *owner, enum provider_result result), void *owner);
    void *self;
};

/*
 * The simulated handset. With `show` (development mode) each message is also a line in the log,
 * number and code in full; without it nothing of the message is shown anywhere.
 */
struct provider provider_simulated(bool show);

#endif

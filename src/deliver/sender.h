/*
 * sender: takes due messages out of the outbox and gives them to a provider.
 *
 * Runs on one libuv loop that is not a request loop; waits by one timer, whatever the number of
 * messages. A message is claimed by lease before it is sent, so nodes do not send it twice, and a
 * message whose sender died is sent when the lease ends, if its code still lives. The code is
 * derived here, from the challenge, and never stored.
 */
#ifndef DELIVER_SENDER_H
#define DELIVER_SENDER_H

#include <uv.h>

#include "base/settings.h"
#include "deliver/provider.h"
#include "domain/keyring.h"
#include "domain/tally.h"
#include "store/store.h"

struct sender;

struct sender_parts {
    const _Atomic(const struct settings *) *settings; /* those of the moment are read */
    const struct keyring *keyring;
    struct store *store;
    struct tally *tally;
    struct provider provider;
};

/* Opens a port of the store on `loop`; everything `parts` points to must outlive the sender. */
MUST_CHECK bool sender_open(uv_loop_t *loop, const struct sender_parts *parts,
                            struct sender **ret_sender, char ret_error[STORE_ERROR_SIZE]);

/* A message is due at `due_us` (0: look now). `sender_object` is a struct sender. From any thread.
 */
void sender_due(void *sender_object, int64_t due_us);

/* Takes no more messages, on the sender's loop; what is claimed is finished. */
void sender_quiet(struct sender *sender);

/*
 * Takes no more messages; `closed` is called on the loop once what was claimed has been finished
 * and the sender is gone.
 */
void sender_close(struct sender *sender, void (*closed)(void *owner), void *owner);

#endif

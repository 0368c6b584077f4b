/*
 * sign_in_call: what the routes that redeem a code for a session share, whatever they look like.
 */
#ifndef API_SIGN_IN_CALL_H
#define API_SIGN_IN_CALL_H

#include "api/call.h"

/* Fills of a redeem_code_in all but who guesses what: challenge_id, phone, purpose, mac and the
 * invite code. The session lives for `session_s` seconds unless it is refreshed. */
void sign_in_fill(struct call *call, struct redeem_code_in *in, int64_t session_s);

enum sign_in {
    SIGN_IN_DONE,    /* the row of redeem_code has the session */
    SIGN_IN_REFUSED, /* call->reply says why */
    SIGN_IN_AGAIN,   /* the new account's invite code is somebody's: run the script again */
};

/* What came of it, from the rows of redeem_code; counts it. */
enum sign_in sign_in_read(struct call *call);

#endif

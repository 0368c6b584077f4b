/*
 * sign_in_call: what the routes that redeem a code for a session share, whatever they look like.
 */
#ifndef API_SIGN_IN_CALL_H
#define API_SIGN_IN_CALL_H

#include "api/call.h"

/* Fills of a redeem_code_in all but who guesses what: challenge_id, phone, purpose, mac and the
 * invite code. The session lives for `session_s` seconds unless it is refreshed. */
void sign_in_fill(struct call *call, struct redeem_code_in *in, int64_t session_s);

/* The answer() of such a route: counts what came of it, and has `write` reply with the session of
 * the row when the code was right. */
enum answer_result sign_in_answer(struct call *call,
                                  void (*write)(struct call *call,
                                                const struct redeem_code_row *row));

#endif

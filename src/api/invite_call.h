/*
 * invite_call: reading invite codes from requests, and naming what became of an activation.
 */
#ifndef API_INVITE_CALL_H
#define API_INVITE_CALL_H

#include "api/call.h"
#include "domain/activation.h"

/*
 * The two spellings the store looks up (see invite_code_read), in the request's arena. Absent text
 * leaves them absent; a text that cannot be a code gives empty ones, which nobody has.
 */
void invite_read(struct call *call, struct slice text, struct slice *ret_given,
                 struct slice *ret_forgiven);

enum problem_id invite_problem(enum activation_outcome outcome);

/* "activated", or the code of the problem: the `invite.status` of a sign-in. */
const char *invite_status(enum activation_outcome outcome);

/* The number of an invitee as `invite.phones` shows it, in the request's arena; absent stays so. */
struct slice invitee_phone(const struct call *call, struct slice phone);

/* Writes one invitee as an element of the open array. */
void invitee_json(const struct call *call, struct json *json, struct slice phone,
                  int64_t invited_us);

#endif

/*
 * token_call: reading an access token, and writing the token pair of a session into a reply.
 */
#ifndef API_TOKEN_CALL_H
#define API_TOKEN_CALL_H

#include "api/call.h"
#include "domain/refresh.h"

struct token_grant {
    int64_t account_id;
    int64_t session_id;
    uint32_t generation;
    struct slice seed; /* REFRESH_SEED_BYTES */
    struct slice role; /* as stored */
    int64_t issued_us;
};

/* token_verify of an access token of ours, through the loop's cache. */
MUST_CHECK enum token_outcome token_read_access(struct call *call, struct slice token,
                                                struct token_claims *ret_claims);

/* Members access_token, token_type, expires_in, refresh_token, session_id of the open object. */
void token_grant_json(struct call *call, struct json *json, const struct token_grant *grant);

#endif

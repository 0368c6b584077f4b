/*
 * session_call: sessions as clients see them, shared by the list and the export.
 */
#ifndef API_SESSION_CALL_H
#define API_SESSION_CALL_H

#include "api/call.h"

/* The request's User-Agent, cut to a sane length at a character's edge; absent when there is none
 * or it is not UTF-8. */
struct slice session_user_agent(struct call *call);

struct session_shown {
    int64_t id;
    struct slice device_name;
    struct slice user_agent;
    struct slice address;
    int64_t created_us;
    int64_t used_us;
    int64_t expires_us;
};

/* Writes one session as an element of the open array. */
void session_json(const struct call *call, struct json *json, const struct session_shown *session);

#endif

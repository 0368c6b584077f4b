/*
 * A person's own sessions: list, end one, end the others, sign out.
 */
#include "api/routes.h"
#include "api/session_call.h"
#include "domain/id.h"
#include "domain/text.h"

#define USER_AGENT_BYTES_MAX 200

struct slice session_user_agent(struct call *call)
{
    struct slice header = http_header(call->request, "User-Agent");
    struct slice rest = header;
    uint32_t point;

    if (slice_is_absent(header))
        return header;
    while (rest.len > 0) {
        struct slice before = rest;

        if (!text_next(&rest, &point))
            return SLICE_ABSENT;
        if ((size_t)(rest.ptr - header.ptr) > USER_AGENT_BYTES_MAX) {
            rest = before;
            break;
        }
    }
    return arena_copy(call->arena, slice_of(header.ptr, header.len - rest.len));
}

void session_json(const struct call *call, struct json *json, const struct session_shown *session)
{
    jsonw_object(json);
    jsonw_id(json, "id", session->id);
    jsonw_str(json, "device_name", session->device_name);
    jsonw_str(json, "user_agent", session->user_agent);
    jsonw_str(json, "address", session->address);
    jsonw_time(json, "created_at", session->created_us);
    jsonw_time(json, "last_used_at", session->used_us);
    jsonw_time(json, "expires_at", session->expires_us);
    jsonw_bool(json, "current", session->id == call->caller.session_id);
    jsonw_end(json);
}

enum ask_result sessions_ask_list(struct call *call)
{
    struct list_sessions_in *in = call->in;

    in->session_id = call->caller.session_id;
    in->account_id = call->caller.account_id;
    in->now_us = call->now_us;
    return ASK_STORE;
}

enum answer_result sessions_answer_list(struct call *call)
{
    struct json *json = call_json(call, 200);

    jsonw_object(json);
    jsonw_array(json, "items");
    for (unsigned i = 0; i < call->job.row_count; i++) {
        const struct list_sessions_row *row = STORE_ROW_AT(&call->job, list_sessions, i);

        session_json(call, json,
                     &(struct session_shown){.id = row->id,
                                             .device_name = row->device_name,
                                             .user_agent = row->user_agent,
                                             .address = row->address,
                                             .created_us = row->created_us,
                                             .used_us = row->used_us,
                                             .expires_us = row->expires_us});
    }
    jsonw_end(json);
    jsonw_end(json);
    call_json_end(call);
    return ANSWER_READY;
}

/* target_id 0 ends all sessions but the caller's. */
static enum ask_result end_sessions(struct call *call, int64_t target_id)
{
    struct end_sessions_in *in = call->in;

    in->session_id = call->caller.session_id;
    in->account_id = call->caller.account_id;
    in->now_us = call->now_us;
    in->target_id = target_id;
    in->address = call->request->address;
    return ASK_STORE;
}

enum ask_result sessions_ask_end_others(struct call *call)
{
    if (slice_is_absent(http_query(call->request, "others")))
        return call_refuse_field(call, PROBLEM_FIELD_MISSING, "others");
    return end_sessions(call, 0);
}

enum ask_result sessions_ask_sign_out(struct call *call)
{
    return end_sessions(call, call->caller.session_id);
}

enum ask_result sessions_ask_end(struct call *call)
{
    int64_t id;

    if (!id_parse(call->param, &id))
        return call_refuse(call, PROBLEM_SESSION_UNKNOWN);
    return end_sessions(call, id);
}

enum answer_result sessions_answer_end(struct call *call)
{
    if (STORE_ROW(&call->job, end_sessions)->found == 0)
        (void)call_refuse(call, PROBLEM_SESSION_UNKNOWN);
    else
        call_empty(call, 204);
    return ANSWER_READY;
}

enum answer_result sessions_answer_end_all(struct call *call)
{
    call_empty(call, 204);
    return ANSWER_READY;
}

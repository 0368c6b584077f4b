/*
 * GET /v1/me/export: everything kept about the caller.
 */
#include "api/account_json.h"
#include "api/invite_call.h"
#include "api/routes.h"
#include "api/session_call.h"

/* Kinds of rows of export_account.sql, in their order. */
enum { EXPORT_ACCOUNT, EXPORT_SESSION, EXPORT_INVITEE, EXPORT_AUDIT };

enum ask_result export_ask(struct call *call)
{
    struct export_account_in *in = call->in;

    in->session_id = call->caller.session_id;
    in->account_id = call->caller.account_id;
    in->now_us = call->now_us;
    return ASK_STORE;
}

static void write_row(struct call *call, struct json *json, const struct export_account_row *row)
{
    if (row->kind == EXPORT_SESSION) {
        session_json(call, json,
                     &(struct session_shown){.id = row->item_id,
                                             .device_name = row->label,
                                             .user_agent = row->user_agent,
                                             .address = row->address,
                                             .created_us = row->at_us,
                                             .used_us = row->used_us,
                                             .expires_us = row->expires_us});
        return;
    }
    if (row->kind == EXPORT_INVITEE) {
        invitee_json(call, json, row->label, row->at_us);
        return;
    }
    jsonw_object(json);
    jsonw_time(json, "at", row->at_us);
    jsonw_str(json, "event", row->label);
    jsonw_str(json, "address", row->address);
    jsonw_end(json);
}

static void write_rows(struct call *call, struct json *json, const char *name, int64_t kind)
{
    jsonw_array(json, name);
    for (unsigned i = 0; i < call->job.row_count; i++) {
        const struct export_account_row *row = STORE_ROW_AT(&call->job, export_account, i);

        if (row->kind == kind)
            write_row(call, json, row);
    }
    jsonw_end(json);
}

enum answer_result export_answer(struct call *call)
{
    struct json *json = call_json(call, 200);

    jsonw_object(json);
    jsonw_time(json, "exported_at", call->now_us);
    /* False when there is more than one reply holds: the newest audit events are left out. */
    jsonw_bool(json, "complete", !call->job.truncated);
    account_json(json, "account", &STORE_ROW(&call->job, export_account)->account);
    write_rows(call, json, "sessions", EXPORT_SESSION);
    write_rows(call, json, "invitees", EXPORT_INVITEE);
    write_rows(call, json, "audit", EXPORT_AUDIT);
    jsonw_end(json);
    call_json_end(call);
    return ANSWER_READY;
}

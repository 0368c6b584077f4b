/*
 * GET /v1/me/export: everything kept about the caller.
 */
#include "api/account_json.h"
#include "api/invite_call.h"
#include "api/routes.h"
#include "api/session_call.h"

/* The newest sessions, invitees and audit events of one export: a bounded read on a loop's thread.
 */
#define EXPORT_ITEMS_MAX 1000

/* Kinds of rows of export_account.sql, in their order. */
enum { EXPORT_ACCOUNT, EXPORT_SESSION, EXPORT_INVITEE, EXPORT_AUDIT };

enum ask_result export_ask(struct call *call)
{
    struct export_account_in *in = call->in;

    in->session_id = call->caller.session_id;
    in->account_id = call->caller.account_id;
    in->now_us = call->now_us;
    in->most = EXPORT_ITEMS_MAX;
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

/* Writes the rows of a kind; false when there may be more than the export holds. */
static bool write_rows(struct call *call, struct json *json, const char *name, int64_t kind)
{
    unsigned count = 0;

    jsonw_array(json, name);
    for (unsigned i = 0; i < call->job.row_count; i++) {
        const struct export_account_row *row = STORE_ROW_AT(&call->job, export_account, i);

        if (row->kind != kind)
            continue;
        write_row(call, json, row);
        count++;
    }
    jsonw_end(json);
    return count < EXPORT_ITEMS_MAX;
}

enum answer_result export_answer(struct call *call)
{
    struct json *json = call_json(call, 200);
    bool complete;

    jsonw_object(json);
    jsonw_time(json, "exported_at", call->now_us);
    account_json(json, "account", &STORE_ROW(&call->job, export_account)->account);
    complete = write_rows(call, json, "sessions", EXPORT_SESSION);
    complete = write_rows(call, json, "invitees", EXPORT_INVITEE) && complete;
    complete = write_rows(call, json, "audit", EXPORT_AUDIT) && complete;
    jsonw_bool(json, "complete", complete);
    jsonw_end(json);
    call_json_end(call);
    return ANSWER_READY;
}

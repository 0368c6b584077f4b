/*
 * Invites: activating somebody's code, seeing who activated one's own, looking a code up.
 */
#include "api/account_json.h"
#include "api/body.h"
#include "api/invite_call.h"
#include "api/routes.h"
#include "base/metric.h"
#include "domain/cursor.h"

#define PAGE_DEFAULT 50
#define PAGE_MAX 100

enum ask_result invites_ask_activate(struct call *call)
{
    struct activate_invite_in *in = call->in;
    struct slice code = SLICE_ABSENT;
    const struct body_field fields[] = {
        {"code", true, BODY_STRING, 64, false, &code, NULL, NULL},
    };

    if (!body_read(call, fields, ARRAY_LEN(fields)))
        return ASK_ANSWERED;
    invite_read(call, code, &in->invite_given, &in->invite_forgiven);
    in->session_id = call->caller.session_id;
    in->account_id = call->caller.account_id;
    in->request_id = slice_of(call->request_id, sizeof(call->request_id));
    in->now_us = call->now_us;
    in->refuse_cycles = strcmp(call->settings->invite_cycles, "refuse") == 0;
    return call_limit(call, ADDRESS_LIMIT_INVITE) ? ASK_STORE : ASK_ANSWERED;
}

enum answer_result invites_answer_activate(struct call *call)
{
    const struct activate_invite_row *row = STORE_ROW(&call->job, activate_invite);
    enum activation_outcome outcome =
        activation_outcome(&(struct activation_facts){.done = row->activated == 1,
                                                      .account_id = row->account.id,
                                                      .inviter_id = row->inviter_id,
                                                      .invited_by = row->invited_by});

    if (outcome != ACTIVATION_DONE) {
        (void)call_refuse(call, invite_problem(outcome));
        return ANSWER_READY;
    }
    metric_count(METRIC_ACTIVATIONS);
    call->phone = row->account.phone;
    call_tally(call, STAT_ACTIVATIONS);
    account_json(call_json(call, 200), NULL, &row->account);
    call_json_end(call);
    return ANSWER_READY;
}

/* 1 to PAGE_MAX; 0 for anything else. */
static int64_t read_page(struct slice text)
{
    int64_t page = 0;

    if (slice_is_absent(text))
        return PAGE_DEFAULT;
    if (text.len == 0 || text.len > 3)
        return 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return 0;
        page = page * 10 + (text.ptr[i] - '0');
    }
    return page <= PAGE_MAX ? page : 0;
}

enum ask_result invites_ask_list(struct call *call)
{
    struct list_invitees_in *in = call->in;
    struct slice text = http_query(call->request, "cursor");
    struct cursor cursor = {0};
    int64_t page = read_page(http_query(call->request, "limit"));

    if (page == 0)
        return call_refuse_field(call, PROBLEM_FIELD_INVALID, "limit");
    if (!slice_is_absent(text) && !cursor_parse(call->app->keyring.cursor, call->caller.account_id,
                                                call->route->path, text, &cursor))
        return call_refuse(call, PROBLEM_CURSOR_INVALID);
    in->session_id = call->caller.session_id;
    in->account_id = call->caller.account_id;
    in->now_us = call->now_us;
    in->before_us = cursor.at_us;
    in->before_id = cursor.id;
    /* One more than asked for tells whether there is a next page. */
    in->page = page + 1;
    return ASK_STORE;
}

enum answer_result invites_answer_list(struct call *call)
{
    const struct list_invitees_in *in = call->in;
    /* The first row carries `auth` alone. */
    unsigned found = call->job.row_count - 1;
    bool more = found == in->page;
    unsigned shown = more ? found - 1 : found;
    struct json *json = call_json(call, 200);

    jsonw_object(json);
    jsonw_array(json, "items");
    for (unsigned i = 1; i <= shown; i++) {
        const struct list_invitees_row *row = STORE_ROW_AT(&call->job, list_invitees, i);

        invitee_json(call, json, row->phone, row->invited_us);
    }
    jsonw_end(json);
    if (more) {
        const struct list_invitees_row *last = STORE_ROW_AT(&call->job, list_invitees, shown);
        struct cursor cursor = {.at_us = last->invited_us, .id = last->id};
        char text[CURSOR_TEXT_SIZE];

        cursor_format(call->app->keyring.cursor, call->caller.account_id, call->route->path,
                      &cursor, text);
        jsonw_cstr(json, "next_cursor", text);
    } else {
        jsonw_null(json, "next_cursor");
    }
    jsonw_end(json);
    call_json_end(call);
    return ANSWER_READY;
}

enum ask_result invites_ask_find(struct call *call)
{
    struct find_invite_in *in = call->in;

    invite_read(call, call->param, &in->invite_given, &in->invite_forgiven);
    return call_limit(call, ADDRESS_LIMIT_INVITE) ? ASK_STORE : ASK_ANSWERED;
}

enum answer_result invites_answer_find(struct call *call)
{
    const struct find_invite_row *row = STORE_ROW(&call->job, find_invite);
    struct json *json;

    if (row == NULL) {
        (void)call_refuse(call, PROBLEM_INVITE_UNKNOWN);
        return ANSWER_READY;
    }
    json = call_json(call, 200);
    jsonw_object(json);
    jsonw_str(json, "code", row->invite_code);
    jsonw_end(json);
    call_json_end(call);
    return ANSWER_READY;
}

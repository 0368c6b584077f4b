/*
 * /v1/admin/accounts/{account_id}: one account, what can be done to it, and its sessions.
 */
#include "api/account_json.h"
#include "api/admin_account.h"
#include "api/body.h"
#include "api/routes.h"
#include "api/session_call.h"
#include "domain/id.h"
#include "domain/profile.h"
#include "domain/role.h"

/* Sessions and invitees of one account are counted up to this. */
#define COUNT_MAX 10000
/* Sessions of one account are shown up to this. */
#define SESSIONS_MAX 500

void admin_account_json(struct json *json, const struct admin_account_part *account)
{
    jsonw_id(json, "id", account->id);
    jsonw_str(json, "phone", account->phone);
    jsonw_str(json, "email", account->email);
    jsonw_str(json, "first_name", account->first_name);
    jsonw_str(json, "last_name", account->last_name);
    jsonw_str(json, "city", account->city);
    jsonw_str(json, "telegram_id", account->telegram_id);
    account_avatar_json(json, "avatar_url", account->avatar);
    jsonw_str(json, "locale", account->locale);
    jsonw_str(json, "role", account->role);
    jsonw_str(json, "invite_code", account->invite_code);
    if (account->inviter_id == 0) {
        jsonw_null(json, "invited_by");
    } else {
        jsonw_object_in(json, "invited_by");
        jsonw_id(json, "id", account->inviter_id);
        jsonw_str(json, "phone", account->inviter_phone);
        jsonw_end(json);
    }
    jsonw_time(json, "created_at", account->created_us);
    jsonw_time(json, "disabled_at", account->disabled_us);
    jsonw_time(json, "erased_at", account->erased_us);
}

struct counts {
    int64_t sessions;
    int64_t invitees;
    int64_t sends_day;
    int64_t guesses_day;
};

static void write_account(struct call *call, const struct admin_account_part *account,
                          const struct counts *counts)
{
    struct json *json = call_json(call, 200);

    jsonw_object(json);
    admin_account_json(json, account);
    jsonw_int(json, "session_count", counts->sessions);
    jsonw_int(json, "invitee_count", counts->invitees);
    jsonw_time(json, "invited_at", account->invited_us);
    jsonw_object_in(json, "limits");
    jsonw_int(json, "sends_day", counts->sends_day);
    jsonw_int(json, "guesses_day", counts->guesses_day);
    jsonw_end(json);
    jsonw_end(json);
    call_json_end(call);
}

enum ask_result admin_accounts_ask_read(struct call *call)
{
    struct admin_read_account_in *in = call->in;
    int64_t id;

    if (!admin_read_id(call, &id))
        return ASK_ANSWERED;
    *in = (struct admin_read_account_in){ADMIN_CALLER(call, SLICE_ABSENT), .account_id = id,
                                         .most = COUNT_MAX};
    return ASK_STORE;
}

enum answer_result admin_accounts_answer_read(struct call *call)
{
    const struct admin_read_account_row *row = STORE_ROW(&call->job, admin_read_account);

    if (row->admin_account.id == 0)
        (void)call_refuse(call, PROBLEM_ACCOUNT_UNKNOWN);
    else
        write_account(
            call, &row->admin_account,
            &(struct counts){row->sessions, row->invitees, row->sends_day, row->guesses_day});
    return ANSWER_READY;
}

struct change {
    const char *name;
    enum profile_field field;
    struct slice text;
    bool given;
    int64_t *set;
    struct slice *value;
};

#define CHANGES 5

struct privileges {
    struct slice role;
    int64_t disabled;
    bool disabled_given;
};

static bool read_changes(struct call *call, struct change changes[CHANGES],
                         struct privileges *privileges)
{
    struct body_field fields[CHANGES + 2];
    enum role role;

    for (size_t i = 0; i < CHANGES; i++)
        fields[i] = (struct body_field){changes[i].name,  false, BODY_STRING,      1024, true,
                                        &changes[i].text, NULL,  &changes[i].given};
    fields[CHANGES] =
        (struct body_field){"role", false, BODY_STRING, 16, false, &privileges->role, NULL, NULL};
    fields[CHANGES + 1] = (struct body_field){
        "disabled", false, BODY_BOOL, 0, false, NULL, &privileges->disabled, NULL};
    if (!body_read(call, fields, ARRAY_LEN(fields)))
        return false;
    if (!slice_is_absent(privileges->role) && !role_from_name(privileges->role, &role)) {
        (void)call_refuse_field(call, PROBLEM_FIELD_INVALID, "role");
        return false;
    }
    for (size_t i = 0; i < CHANGES; i++) {
        *changes[i].set = changes[i].given;
        if (!slice_is_absent(changes[i].text) &&
            !profile_read(changes[i].field, changes[i].text, changes[i].value)) {
            (void)call_refuse_field(call, PROBLEM_FIELD_INVALID, changes[i].name);
            return false;
        }
    }
    return true;
}

/* What has been given, and the names of the fields that have changed: what people wrote about
 * themselves is not for the audit. */
static struct slice change_detail(struct call *call, const struct change changes[CHANGES],
                                  const struct privileges *privileges)
{
    struct buf text;
    struct json json = admin_detail(call, &text);

    if (!slice_is_absent(privileges->role))
        jsonw_str(&json, "role", privileges->role);
    if (privileges->disabled >= 0)
        jsonw_bool(&json, "disabled", privileges->disabled == 1);
    jsonw_array(&json, "fields");
    for (size_t i = 0; i < CHANGES; i++)
        if (changes[i].given)
            jsonw_cstr(&json, NULL, changes[i].name);
    jsonw_end(&json);
    return admin_detail_end(&json);
}

enum ask_result admin_accounts_ask_update(struct call *call)
{
    struct admin_update_account_in *in = call->in;
    struct privileges privileges = {.role = SLICE_ABSENT, .disabled = -1};
    struct change changes[CHANGES] = {
        {"email", PROFILE_EMAIL, SLICE_ABSENT, false, &in->set_email, &in->email},
        {"first_name", PROFILE_FIRST_NAME, SLICE_ABSENT, false, &in->set_first_name,
         &in->first_name},
        {"last_name", PROFILE_LAST_NAME, SLICE_ABSENT, false, &in->set_last_name, &in->last_name},
        {"city", PROFILE_CITY, SLICE_ABSENT, false, &in->set_city, &in->city},
        {"telegram_id", PROFILE_TELEGRAM_ID, SLICE_ABSENT, false, &in->set_telegram_id,
         &in->telegram_id},
    };
    int64_t id;

    if (!admin_read_id(call, &id))
        return ASK_ANSWERED;
    *in = (struct admin_update_account_in){ADMIN_CALLER(call, SLICE_ABSENT), .account_id = id,
                                           .most = COUNT_MAX};
    if (!read_changes(call, changes, &privileges))
        return ASK_ANSWERED;
    in->detail = change_detail(call, changes, &privileges);
    in->role = privileges.role;
    in->disable = privileges.disabled;
    return ASK_STORE;
}

/* Why nothing was done, by somebody who may. */
static void refuse_change(struct call *call, int64_t account_id, int64_t found_id)
{
    if (account_id == call->caller.account_id)
        (void)call_refuse(call, PROBLEM_OWN_ACCOUNT);
    else
        (void)call_refuse(call, found_id == 0 ? PROBLEM_ACCOUNT_UNKNOWN : PROBLEM_ACCOUNT_ERASED);
}

enum answer_result admin_accounts_answer_update(struct call *call)
{
    const struct admin_update_account_in *in = call->in;
    const struct admin_update_account_row *row = STORE_ROW(&call->job, admin_update_account);

    if (row->done == 0)
        refuse_change(call, in->account_id, row->admin_account.id);
    else
        write_account(
            call, &row->admin_account,
            &(struct counts){row->sessions, row->invitees, row->sends_day, row->guesses_day});
    return ANSWER_READY;
}

enum ask_result admin_accounts_ask_erase(struct call *call)
{
    struct admin_erase_account_in *in = call->in;
    int64_t id;

    if (!admin_read_id(call, &id))
        return ASK_ANSWERED;
    *in = (struct admin_erase_account_in){ADMIN_CALLER(call, SLICE_ABSENT), .account_id = id};
    return ASK_STORE;
}

enum answer_result admin_accounts_answer_erase(struct call *call)
{
    const struct admin_erase_account_in *in = call->in;

    if (STORE_ROW(&call->job, admin_erase_account)->done == 0)
        refuse_change(call, in->account_id, 0);
    else
        call_empty(call, 204);
    return ANSWER_READY;
}

enum ask_result admin_accounts_ask_sessions(struct call *call)
{
    struct admin_list_sessions_in *in = call->in;
    int64_t id;

    if (!admin_read_id(call, &id))
        return ASK_ANSWERED;
    *in = (struct admin_list_sessions_in){ADMIN_CALLER(call, SLICE_ABSENT), .account_id = id,
                                          .most = SESSIONS_MAX};
    return ASK_STORE;
}

enum answer_result admin_accounts_answer_sessions(struct call *call)
{
    const struct admin_list_sessions_row *row = STORE_ROW(&call->job, admin_list_sessions);
    struct json *json;

    if (row->known == 0) {
        (void)call_refuse(call, PROBLEM_ACCOUNT_UNKNOWN);
        return ANSWER_READY;
    }
    json = call_json(call, 200);
    jsonw_object(json);
    jsonw_array(json, "sessions");
    for (unsigned i = 0; i < call->job.row_count && row->id != 0; i++) {
        const struct admin_list_sessions_row *shown =
            STORE_ROW_AT(&call->job, admin_list_sessions, i);

        session_json(call, json,
                     &(struct session_shown){.id = shown->id,
                                             .device_name = shown->device_name,
                                             .user_agent = shown->user_agent,
                                             .address = shown->ip,
                                             .created_us = shown->created_us,
                                             .used_us = shown->used_us,
                                             .expires_us = shown->expires_us});
    }
    jsonw_end(json);
    jsonw_end(json);
    call_json_end(call);
    return ANSWER_READY;
}

enum ask_result admin_accounts_ask_end_sessions(struct call *call)
{
    struct admin_end_sessions_in *in = call->in;
    struct slice text = http_query(call->request, "session_id");
    int64_t id;
    int64_t target_id = 0;
    struct buf detail;
    struct json json = admin_detail(call, &detail);

    if (!admin_read_id(call, &id))
        return ASK_ANSWERED;
    if (!slice_is_absent(text) && !id_parse(text, &target_id))
        return call_refuse(call, PROBLEM_SESSION_UNKNOWN);
    jsonw_id(&json, "session_id", target_id);
    *in = (struct admin_end_sessions_in){ADMIN_CALLER(call, admin_detail_end(&json)),
                                         .account_id = id, .target_id = target_id};
    return ASK_STORE;
}

enum answer_result admin_accounts_answer_end_sessions(struct call *call)
{
    const struct admin_end_sessions_in *in = call->in;
    const struct admin_end_sessions_row *row = STORE_ROW(&call->job, admin_end_sessions);

    if (row->done == 1)
        call_empty(call, 204);
    else if (row->known == 0)
        (void)call_refuse(call, PROBLEM_ACCOUNT_UNKNOWN);
    else if (in->target_id == call->caller.session_id)
        (void)call_refuse(call, PROBLEM_OWN_ACCOUNT);
    else
        (void)call_refuse(call, PROBLEM_SESSION_UNKNOWN);
    return ANSWER_READY;
}

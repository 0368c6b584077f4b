/*
 * /v1/me: the caller's own profile.
 */
#include "api/account_json.h"
#include "api/body.h"
#include "api/routes.h"
#include "domain/profile.h"

enum ask_result me_ask_read(struct call *call)
{
    struct read_account_in *in = call->in;

    in->session_id = call->caller.session_id;
    in->account_id = call->caller.account_id;
    in->now_us = call->now_us;
    return ASK_STORE;
}

/* Both scripts end with the account; PATCH answers with the profile as GET does. */
enum answer_result me_answer_account(struct call *call)
{
    const struct account_part *account = call->job.script == &script_read_account
                                             ? &STORE_ROW(&call->job, read_account)->account
                                             : &STORE_ROW(&call->job, update_account)->account;

    account_json(call_json(call, 200), NULL, account);
    call_json_end(call);
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

static bool read_changes(struct call *call, struct change *changes, size_t count)
{
    struct slice locale = SLICE_ABSENT;
    struct update_account_in *in = call->in;
    bool locale_given = false;
    struct body_field fields[8];

    for (size_t i = 0; i < count; i++)
        fields[i] = (struct body_field){changes[i].name,  false, BODY_STRING,      1024, true,
                                        &changes[i].text, NULL,  &changes[i].given};
    fields[count] =
        (struct body_field){"locale", false, BODY_STRING, 16, true, &locale, NULL, &locale_given};
    if (!body_read(call, fields, count + 1))
        return false;
    if (locale_given && locale_from_tag(locale) == LOCALE_NONE) {
        (void)call_refuse_field(call, PROBLEM_FIELD_INVALID, "locale");
        return false;
    }
    in->set_locale = locale_given;
    in->locale = locale;
    return true;
}

enum ask_result me_ask_update(struct call *call)
{
    struct update_account_in *in = call->in;
    struct change changes[] = {
        {"email", PROFILE_EMAIL, SLICE_ABSENT, false, &in->set_email, &in->email},
        {"first_name", PROFILE_FIRST_NAME, SLICE_ABSENT, false, &in->set_first_name,
         &in->first_name},
        {"last_name", PROFILE_LAST_NAME, SLICE_ABSENT, false, &in->set_last_name, &in->last_name},
        {"city", PROFILE_CITY, SLICE_ABSENT, false, &in->set_city, &in->city},
        {"telegram_id", PROFILE_TELEGRAM_ID, SLICE_ABSENT, false, &in->set_telegram_id,
         &in->telegram_id},
    };

    in->session_id = call->caller.session_id;
    in->account_id = call->caller.account_id;
    in->now_us = call->now_us;
    if (!read_changes(call, changes, ARRAY_LEN(changes)))
        return ASK_ANSWERED;
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        *changes[i].set = changes[i].given;
        if (!slice_is_absent(changes[i].text) &&
            !profile_read(changes[i].field, changes[i].text, changes[i].value))
            return call_refuse_field(call, PROBLEM_FIELD_INVALID, changes[i].name);
    }
    return ASK_STORE;
}

enum ask_result me_ask_erase(struct call *call)
{
    struct erase_account_in *in = call->in;

    in->session_id = call->caller.session_id;
    in->caller_id = call->caller.account_id;
    in->account_id = call->caller.account_id;
    in->now_us = call->now_us;
    return ASK_STORE;
}

enum answer_result me_answer_erase(struct call *call)
{
    call_empty(call, 204);
    return ANSWER_READY;
}

/*
 * The dialect `initialization`: POST /users/initialization/ and /users/authentication/, GET and
 * PATCH /users/profile/{phone}/. It speaks Russian, and writes Russian numbers as 8 923 444-00-00.
 */
#include "api/dialect.h"
#include "api/dialects.h"
#include "api/invite_call.h"

enum answer_result initialization_answer_send(struct call *call)
{
    struct json *json;

    if (dialect_sent(call) == NULL)
        return ANSWER_READY;
    json = call_json(call, 200);
    jsonw_array(json, NULL);
    jsonw_cstr(json, NULL, "Код отправлен");
    jsonw_end(json);
    call_json_end(call);
    return ANSWER_READY;
}

enum ask_result initialization_ask_sign_in(struct call *call)
{
    struct dialect_guess guess = {.challenge_id = SLICE_ABSENT,
                                  .phone_field = "phone",
                                  .code_field = "code",
                                  .invite = SLICE_ABSENT};
    const struct body_field fields[] = {
        {"phone", true, BODY_STRING, 256, false, &guess.phone, NULL, NULL},
        {"code", true, BODY_STRING, 64, false, &guess.code, NULL, NULL},
    };

    if (!body_read(call, fields, ARRAY_LEN(fields)))
        return ASK_ANSWERED;
    return dialect_ask_redeem(call, &guess);
}

/*
 * `+79234440000` as `89234440000`, where that is read as the same number again. Numbers of
 * Kazakhstan (+76, +77) stay as they are, and so does a masked number but for its beginning.
 */
static struct slice as_given(struct call *call, struct slice phone)
{
    if (strcmp(call->settings->phone_region, "RU") != 0 || phone.len < 3 ||
        memcmp(phone.ptr, "+7", 2) != 0 || phone.ptr[2] == '6' || phone.ptr[2] == '7')
        return phone;
    return arena_printf(call->arena, "8%.*s", (int)phone.len - 2, phone.ptr + 2);
}

/* PATCH answers with less: the original has no e-mail there. */
static void write_profile(struct call *call, const struct account_part *account, bool with_email)
{
    struct json *json = call_json(call, 200);

    jsonw_object(json);
    jsonw_str(json, "phone", as_given(call, account->phone));
    if (with_email)
        jsonw_str(json, "email", account->email);
    jsonw_str(json, "invite_code", account->invite_code);
    jsonw_str(json, "activated_invite_code", account->inviter_code);
    dialect_invitees_json(call, json, "invited_users", as_given);
    jsonw_end(json);
    call_json_end(call);
}

static void write_whole(struct call *call, const struct account_part *account)
{
    write_profile(call, account, true);
}

enum answer_result initialization_answer_read(struct call *call)
{
    return dialect_answer_person(call, write_whole);
}

enum ask_result initialization_ask_update(struct call *call)
{
    struct slice invite = SLICE_ABSENT;
    struct slice email = SLICE_ABSENT;
    bool email_given = false;
    const struct body_field fields[] = {
        {"activated_invite_code", false, BODY_STRING, 64, false, &invite, NULL, NULL},
        {"email", false, BODY_STRING, 1024, true, &email, NULL, &email_given},
    };

    if (!body_read(call, fields, ARRAY_LEN(fields)) || !dialect_fill_update_by_phone(call) ||
        !dialect_set(call, PROFILE_EMAIL, "email", email_given, email) ||
        !dialect_set_invite(call, invite))
        return ASK_ANSWERED;
    return dialect_ask_update(call, false, SLICE_ABSENT);
}

enum answer_result initialization_answer_update(struct call *call)
{
    const struct account_part *account = dialect_person(call);
    enum activation_outcome outcome;

    if (account == NULL)
        return ANSWER_READY;
    outcome = dialect_activation(call);
    if (outcome == ACTIVATION_DONE)
        write_profile(call, account, false);
    else
        (void)call_refuse_field(call, invite_problem(outcome), "activated_invite_code");
    return ANSWER_READY;
}

/*
 * The dialect `spaced`: POST "/Send Code/" and "/Verify Code/", GET and POST
 * /Profile/{phone_number}. Its document names no fields but the number; those of the replies are
 * ours, after the dialects that are told in full.
 */
#include "api/dialect.h"
#include "api/dialects.h"
#include "api/invite_call.h"

/* A number that may come under two names; under both it must be the same. */
struct named_phone {
    struct slice phone_number;
    struct slice phone;
};

static bool same_number(struct call *call, const struct named_phone *given)
{
    struct phone first;
    struct phone second;

    if (!dialect_phone(call, given->phone_number, "phone_number", &first) ||
        !dialect_phone(call, given->phone, "phone", &second))
        return false;
    if (strcmp(first.e164, second.e164) == 0)
        return true;
    (void)call_refuse_field(call, PROBLEM_FIELD_INVALID, "phone");
    return false;
}

/* False: call->reply says what is wrong; `more` names what is missing too, where the number is. */
static bool pick_phone(struct call *call, const struct named_phone *given, const char *more,
                       struct slice *ret_text, const char **ret_field)
{
    const char *missing[] = {more, NULL};
    bool has_number = !slice_is_absent(given->phone_number);
    bool has_phone = !slice_is_absent(given->phone);

    if (!has_number && !has_phone) {
        call_problem(call, (struct problem){.id = PROBLEM_FIELD_MISSING,
                                            .field = "phone_number",
                                            .more = missing});
        return false;
    }
    if (has_number && has_phone && !same_number(call, given))
        return false;
    *ret_text = has_number ? given->phone_number : given->phone;
    *ret_field = has_number ? "phone_number" : "phone";
    return true;
}

enum ask_result spaced_ask_send(struct call *call)
{
    struct named_phone given = {SLICE_ABSENT, SLICE_ABSENT};
    const struct body_field fields[] = {
        {"phone_number", false, BODY_STRING, 256, false, &given.phone_number, NULL, NULL},
        {"phone", false, BODY_STRING, 256, false, &given.phone, NULL, NULL},
    };
    struct slice text;
    const char *field;

    if (!body_read(call, fields, ARRAY_LEN(fields)) ||
        !pick_phone(call, &given, NULL, &text, &field))
        return ASK_ANSWERED;
    return dialect_ask_send(call, text, field);
}

enum ask_result spaced_ask_verify(struct call *call)
{
    struct named_phone given = {SLICE_ABSENT, SLICE_ABSENT};
    struct dialect_guess guess = {
        .challenge_id = SLICE_ABSENT, .code_field = "code", .invite = SLICE_ABSENT};
    const struct body_field fields[] = {
        {"phone_number", false, BODY_STRING, 256, false, &given.phone_number, NULL, NULL},
        {"phone", false, BODY_STRING, 256, false, &given.phone, NULL, NULL},
        {"code", false, BODY_STRING, 64, false, &guess.code, NULL, NULL},
    };

    if (!body_read(call, fields, ARRAY_LEN(fields)) ||
        !pick_phone(call, &given, slice_is_absent(guess.code) ? "code" : NULL, &guess.phone,
                    &guess.phone_field))
        return ASK_ANSWERED;
    if (slice_is_absent(guess.code))
        return call_refuse_field(call, PROBLEM_FIELD_MISSING, "code");
    return dialect_ask_redeem(call, &guess);
}

/* GET and POST answer alike. */
static void write_profile(struct call *call, const struct account_part *account)
{
    struct json *json = call_json(call, 200);

    jsonw_object(json);
    jsonw_str(json, "phone_number", account->phone);
    jsonw_str(json, "invite_code", account->invite_code);
    jsonw_str(json, "activated_invite_code", account->inviter_code);
    dialect_invitees_json(call, json, "invited_users", NULL);
    jsonw_end(json);
    call_json_end(call);
}

enum answer_result spaced_answer_read(struct call *call)
{
    return dialect_answer_person(call, write_profile);
}

enum ask_result spaced_ask_activate(struct call *call)
{
    struct slice invite = SLICE_ABSENT;
    const struct body_field fields[] = {
        {"invite_code", true, BODY_STRING, 64, false, &invite, NULL, NULL},
    };

    if (!body_read(call, fields, ARRAY_LEN(fields)) || !dialect_fill_update_by_phone(call) ||
        !dialect_set_invite_once(call, invite))
        return ASK_ANSWERED;
    return dialect_ask_update(call, false, SLICE_ABSENT);
}

enum answer_result spaced_answer_activate(struct call *call)
{
    const struct account_part *account = dialect_person(call);
    enum activation_outcome outcome;

    if (account == NULL)
        return ANSWER_READY;
    outcome = dialect_activation_once(call);
    if (outcome == ACTIVATION_DONE)
        write_profile(call, account);
    else
        (void)call_refuse_field(call, invite_problem(outcome), "invite_code");
    return ANSWER_READY;
}

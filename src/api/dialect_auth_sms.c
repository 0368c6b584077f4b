/*
 * The dialect `auth_sms`: POST /auth/sms/, POST /users/login/, GET /users/{id}/, PATCH and PUT
 * /users/update/{id}/, DELETE /users/delete/{id}/.
 */
#include "api/account_json.h"
#include "api/dialect.h"
#include "api/dialects.h"
#include "api/invite_call.h"

enum answer_result auth_sms_answer_send(struct call *call)
{
    const struct create_challenge_row *row = dialect_sent(call);
    unsigned status = 200;
    const char *message = "SMS sent.";
    struct json *json;

    if (row == NULL)
        return ANSWER_READY;
    /* Strangers must not learn from it whose number is known. */
    if (call->door == DEV_DOOR_OPEN) {
        status = row->is_known == 1 ? 200 : 201;
        message = row->is_known == 1 ? "SMS sent to existing user." : "User created and SMS sent.";
    }
    json = call_json(call, status);
    jsonw_object(json);
    jsonw_cstr(json, "message", message);
    jsonw_end(json);
    call_json_end(call);
    return ANSWER_READY;
}

static void write_profile(struct call *call, const struct account_part *account)
{
    struct json *json = call_json(call, 200);

    jsonw_object(json);
    dialect_invitees_json(call, json, "users_list", NULL);
    jsonw_str(json, "phone", account->phone);
    jsonw_str(json, "email", account->email);
    jsonw_str(json, "first_name", account->first_name);
    jsonw_str(json, "last_name", account->last_name);
    account_avatar_json(json, "avatar", account->avatar);
    jsonw_int(json, "self_referral", account->id);
    jsonw_str(json, "user_referral", account->inviter_code);
    /* The original never shows the code that one is to give away. */
    jsonw_str(json, "invite_code", account->invite_code);
    jsonw_end(json);
    call_json_end(call);
}

enum answer_result auth_sms_answer_read(struct call *call)
{
    return dialect_answer_person(call, write_profile);
}

/* What a change of the profile may carry. */
struct changes {
    struct slice phone;
    struct slice password; /* the code that was sent to it */
    struct slice avatar;
    bool avatar_given;
    struct slice *invite; /* kept for the answer: call->state */
    struct dialect_change email;
    struct dialect_change first_name;
    struct dialect_change last_name;
};

static bool read_changes(struct call *call, bool whole, struct changes *ret_changes)
{
    struct changes *c = ret_changes;
    struct slice *invite = ARENA_NEW(call->arena, struct slice);
    const struct body_field fields[] = {
        {"phone", whole, BODY_STRING, 256, false, &c->phone, NULL, NULL},
        {"password", false, BODY_STRING, 64, false, &c->password, NULL, NULL},
        {"avatar", false, BODY_FILE, HTTP_BODY_LARGE_MAX, true, &c->avatar, NULL, &c->avatar_given},
        {"email", false, BODY_STRING, 1024, true, &c->email.text, NULL, &c->email.given},
        {"first_name", false, BODY_STRING, 1024, true, &c->first_name.text, NULL,
         &c->first_name.given},
        {"last_name", false, BODY_STRING, 1024, true, &c->last_name.text, NULL,
         &c->last_name.given},
        {"user_referral", false, BODY_STRING, 64, false, invite, NULL, NULL},
    };

    *c = (struct changes){.invite = invite,
                          .email = {.name = "email", .field = PROFILE_EMAIL},
                          .first_name = {.name = "first_name", .field = PROFILE_FIRST_NAME},
                          .last_name = {.name = "last_name", .field = PROFILE_LAST_NAME}};
    call->state = invite;
    if (!body_read(call, fields, ARRAY_LEN(fields)))
        return false;
    /* To a related field of that framework an empty text is none. */
    if (invite->len == 0)
        *invite = SLICE_ABSENT;
    return true;
}

static enum ask_result set_changes(struct call *call, bool whole)
{
    struct changes changes;
    bool good = dialect_fill_update_by_id(call) && read_changes(call, whole, &changes) &&
                dialect_set_phone(call, "phone", changes.phone) &&
                dialect_change(call, &changes.email) && dialect_change(call, &changes.first_name) &&
                dialect_change(call, &changes.last_name) &&
                (whole ? dialect_set_invite(call, *changes.invite)
                       : dialect_set_invite_once(call, *changes.invite)) &&
                dialect_set_proof(call, "password", changes.password);

    return good ? dialect_ask_update(call, changes.avatar_given, changes.avatar) : ASK_ANSWERED;
}

/* PATCH: what it carries; a code only once. */
enum ask_result auth_sms_ask_patch(struct call *call)
{
    return set_changes(call, false);
}

/* PUT: the whole profile, so that it may come with the code that was activated before. */
enum ask_result auth_sms_ask_put(struct call *call)
{
    return set_changes(call, true);
}

/* In the original's words, for clients look for them, where it has any. */
static void refuse_invite(struct call *call, enum activation_outcome outcome)
{
    const struct slice *given = call->state;

    switch (outcome) {
    case ACTIVATION_UNKNOWN:
        dialect_refuse_text(call, "user_referral",
                            arena_printf(call->arena, "Object with referral=%.*s does not exist.",
                                         SLICE_ARG(*given)));
        break;
    case ACTIVATION_ALREADY:
        dialect_refuse_text(call, "user_referral", SLICE_LIT("Referral already input."));
        break;
    case ACTIVATION_OWN:
    case ACTIVATION_CYCLE:
    case ACTIVATION_DONE:
        (void)call_refuse_field(call, invite_problem(outcome), "user_referral");
        break;
    }
}

enum answer_result auth_sms_answer_update(struct call *call)
{
    const struct account_part *account = dialect_person(call);
    enum activation_outcome outcome;

    if (account == NULL || !dialect_settled_phone(call, "phone", "password"))
        return ANSWER_READY;
    outcome = dialect_activation_once(call);
    if (outcome == ACTIVATION_DONE)
        write_profile(call, account);
    else
        refuse_invite(call, outcome);
    return ANSWER_READY;
}

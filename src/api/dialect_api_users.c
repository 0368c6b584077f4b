/*
 * The dialect `api_users`: POST and PUT /api/users/login/, POST /api/users/token/, GET, PUT and
 * DELETE /api/users/{id}/, GET /api/users/list/.
 */
#include "api/account_json.h"
#include "api/dialect.h"
#include "api/dialects.h"
#include "api/invite_call.h"
#include "domain/pending.h"

/* Of a Set-Cookie header. */
#define COOKIE_FORMAT PENDING_COOKIE "=%s; Max-Age=%lld; Path=/api/users/; HttpOnly; SameSite=Lax%s"

/* Sets the cookie for `life_s` seconds; 0: takes it away. */
static void set_cookie(struct call *call, const char *value, int64_t life_s)
{
    const char *secure = call->settings->dev ? "" : "; Secure";

    http_reply_header(
        &call->reply, "Set-Cookie",
        arena_printf(call->arena, COOKIE_FORMAT, value, (long long)life_s, secure).ptr);
}

static void set_pending(struct call *call, const struct create_challenge_row *row)
{
    const struct create_challenge_in *in = call->in;
    int64_t life_s = (row->expires_us - call->now_us) / US_PER_S;
    struct pending pending = {.phone = ""};
    char value[PENDING_TEXT_SIZE];

    memcpy(pending.challenge_id, in->request_id.ptr, sizeof(pending.challenge_id));
    memcpy(pending.phone, in->phone.ptr, in->phone.len);
    pending_format(&pending, value);
    /* A repeated request may come when its code is long over. */
    set_cookie(call, value, life_s > 0 ? life_s : 0);
}

enum answer_result api_users_answer_send(struct call *call)
{
    const struct create_challenge_row *row = dialect_sent(call);
    struct slice code;
    struct json *json;

    if (row == NULL)
        return ANSWER_READY;
    code = dialect_sent_code(call);
    json = call_json(call, 200);
    jsonw_object(json);
    jsonw_str(json, "phone", row->phone);
    if (!slice_is_absent(code))
        jsonw_str(json, "auth_code", code);
    jsonw_end(json);
    call_json_end(call);
    set_pending(call, row);
    return ANSWER_READY;
}

/* Whom a code without a phone is for: the cookie says. False: call->reply asks for the phone. */
static bool take_pending(struct call *call, struct dialect_guess *guess)
{
    struct pending *pending = ARENA_NEW(call->arena, struct pending);

    if (!pending_find(http_header(call->request, "Cookie"), pending)) {
        (void)call_refuse_field(call, PROBLEM_FIELD_MISSING, "phone");
        return false;
    }
    guess->challenge_id = slice_of(pending->challenge_id, sizeof(pending->challenge_id));
    guess->phone = slice_str(pending->phone);
    return true;
}

enum ask_result api_users_ask_login(struct call *call)
{
    struct dialect_guess guess = {.challenge_id = SLICE_ABSENT,
                                  .phone = SLICE_ABSENT,
                                  .phone_field = "phone",
                                  .code_field = "auth_code",
                                  .invite = SLICE_ABSENT};
    const struct body_field fields[] = {
        {"auth_code", true, BODY_STRING, 64, false, &guess.code, NULL, NULL},
        {"phone", false, BODY_STRING, 256, false, &guess.phone, NULL, NULL},
    };

    if (!body_read(call, fields, ARRAY_LEN(fields)))
        return ASK_ANSWERED;
    if (slice_is_absent(guess.phone) && !take_pending(call, &guess))
        return ASK_ANSWERED;
    return dialect_ask_redeem(call, &guess);
}

enum answer_result api_users_answer_login(struct call *call)
{
    enum answer_result result = dialect_answer_pair(call);

    /* The code is used, and the cookie with it. */
    if (result == ANSWER_READY && call->reply.status == 200)
        set_cookie(call, "", 0);
    return result;
}

static void write_fields(struct json *json, const struct account_part *account)
{
    jsonw_int(json, "id", account->id);
    jsonw_str(json, "phone", account->phone);
    account_avatar_json(json, "avatar", account->avatar);
    jsonw_str(json, "email", account->email);
    jsonw_str(json, "city", account->city);
    jsonw_str(json, "telegram_id", account->telegram_id);
    jsonw_str(json, "invite_code", account->invite_code);
    jsonw_str(json, "referral_code", account->inviter_code);
}

static void write_profile(struct call *call, const struct account_part *account)
{
    struct json *json = call_json(call, 200);

    jsonw_object(json);
    write_fields(json, account);
    dialect_invitees_json(call, json, "referrals", NULL);
    jsonw_end(json);
    call_json_end(call);
}

enum answer_result api_users_answer_read(struct call *call)
{
    return dialect_answer_person(call, write_profile);
}

enum ask_result api_users_ask_update(struct call *call)
{
    struct slice phone = SLICE_ABSENT;
    struct slice avatar = SLICE_ABSENT;
    bool avatar_given = false;
    struct slice invite = SLICE_ABSENT;
    struct slice proof = SLICE_ABSENT;
    struct dialect_change email = {"email", PROFILE_EMAIL, SLICE_ABSENT, false};
    struct dialect_change city = {"city", PROFILE_CITY, SLICE_ABSENT, false};
    struct dialect_change telegram = {"telegram_id", PROFILE_TELEGRAM_ID, SLICE_ABSENT, false};
    const struct body_field fields[] = {
        {"phone", true, BODY_STRING, 256, false, &phone, NULL, NULL},
        {"avatar", false, BODY_FILE, HTTP_BODY_LARGE_MAX, true, &avatar, NULL, &avatar_given},
        {"email", false, BODY_STRING, 1024, true, &email.text, NULL, &email.given},
        {"city", false, BODY_STRING, 1024, true, &city.text, NULL, &city.given},
        {"telegram_id", false, BODY_STRING, 1024, true, &telegram.text, NULL, &telegram.given},
        {"referral_code", false, BODY_STRING, 64, false, &invite, NULL, NULL},
        {"auth_code", false, BODY_STRING, 64, false, &proof, NULL, NULL},
    };

    if (!dialect_fill_update_by_id(call) || !body_read(call, fields, ARRAY_LEN(fields)) ||
        !dialect_set_phone(call, "phone", phone) || !dialect_change(call, &email) ||
        !dialect_change(call, &city) || !dialect_change(call, &telegram) ||
        /* A form's empty field is none. */
        !dialect_set_invite(call, invite.len == 0 ? SLICE_ABSENT : invite) ||
        !dialect_set_proof(call, "auth_code", proof))
        return ASK_ANSWERED;
    return dialect_ask_update(call, avatar_given, avatar);
}

enum answer_result api_users_answer_update(struct call *call)
{
    const struct account_part *account = dialect_person(call);
    enum activation_outcome outcome;

    if (account == NULL || !dialect_settled_phone(call, "phone", "auth_code"))
        return ANSWER_READY;
    outcome = dialect_activation(call);
    if (outcome == ACTIVATION_DONE)
        write_profile(call, account);
    else
        (void)call_refuse_field(call, invite_problem(outcome), "referral_code");
    return ANSWER_READY;
}

enum answer_result api_users_answer_list(struct call *call)
{
    struct json *json;
    unsigned count = dialect_people_begin(call, &json);

    for (unsigned i = 0; i < count; i++) {
        jsonw_object(json);
        write_fields(json, &STORE_ROW_AT(&call->job, list_people, i)->account);
        jsonw_end(json);
    }
    jsonw_end(json);
    call_json_end(call);
    return ANSWER_READY;
}

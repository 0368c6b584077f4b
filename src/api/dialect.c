/*
 * dialect: sending and redeeming codes, and token pairs.
 */
#include "api/dialect.h"

#include "api/challenge_call.h"
#include "api/invite_call.h"
#include "base/base64url.h"
#include "base/random.h"
#include "domain/pair_token.h"

static struct pair_token_key key_of(const struct call *call)
{
    return pair_token_key(call->settings->dialects_secret, call->app->keyring.dialect);
}

enum token_outcome dialect_verify_token(struct call *call, struct slice token)
{
    return pair_token_verify(key_of(call), PAIR_TOKEN_ACCESS, token, call->now_us, &call->caller);
}

bool dialect_phone(struct call *call, struct slice text, const char *field, struct phone *ret_phone)
{
    struct phone example;

    if (challenge_phone(call, text, field, ret_phone))
        return true;
    if (!call->settings->dev || !phone_parse_example(text, call->settings->phone_region, &example))
        return false;
    *ret_phone = example;
    return true;
}

enum ask_result dialect_ask_send(struct call *call, struct slice text, const char *field)
{
    struct phone phone;

    if (!dialect_phone(call, text, field, &phone) ||
        !challenge_fill(call, &phone, CHALLENGE_BY_PHONE, SLICE_ABSENT))
        return ASK_ANSWERED;
    return call_limit(call, ADDRESS_LIMIT_SEND) ? ASK_STORE : ASK_ANSWERED;
}

enum ask_result dialect_ask_send_phone(struct call *call)
{
    struct slice phone = SLICE_ABSENT;
    const struct body_field fields[] = {
        {"phone", true, BODY_STRING, 256, false, &phone, NULL, NULL},
    };

    if (!body_read(call, fields, ARRAY_LEN(fields)))
        return ASK_ANSWERED;
    return dialect_ask_send(call, phone, "phone");
}

const struct create_challenge_row *dialect_sent(struct call *call)
{
    const struct create_challenge_in *in = call->in;
    const struct create_challenge_row *row = challenge_sent(call);

    if (row != NULL && row->created_us == call->now_us && in->due_us > call->now_us)
        call->reply_at_us = in->due_us + DIALECT_MARGIN_US;
    return row;
}

struct slice dialect_sent_code(struct call *call)
{
    const struct create_challenge_in *in = call->in;
    char *code = arena_alloc(call->arena, CODE_TEXT_SIZE);

    /* A repeated request sent nothing, and another nonce made its code. */
    if (call->door != DEV_DOOR_OPEN ||
        STORE_ROW(&call->job, create_challenge)->created_us != call->now_us)
        return SLICE_ABSENT;
    code_derive(call->app->keyring.code, call->request_id, (const uint8_t *)in->nonce.ptr,
                in->phone, (unsigned)in->code_length, code);
    return slice_str(code);
}

enum answer_result dialect_answer_sent(struct call *call)
{
    struct slice code;
    struct json *json;

    if (dialect_sent(call) == NULL)
        return ANSWER_READY;
    code = dialect_sent_code(call);
    json = call_json(call, 200);
    jsonw_object(json);
    jsonw_cstr(json, "message", "Code sent");
    if (!slice_is_absent(code))
        jsonw_str(json, "code", code);
    jsonw_end(json);
    call_json_end(call);
    return ANSWER_READY;
}

enum ask_result dialect_ask_redeem(struct call *call, const struct dialect_guess *guess)
{
    struct redeem_code_in *in = call->in;
    uint8_t named[CODE_CHALLENGE_BYTES];
    struct phone phone;

    if (!dialect_phone(call, guess->phone, guess->phone_field, &phone))
        return ASK_ANSWERED;
    in->phone = arena_copy(call->arena, slice_str(phone.e164));
    in->challenge_id = guess->challenge_id;
    in->purpose = CHALLENGE_BY_PHONE;
    challenge_phone_id(call, in->phone, named);
    if (!challenge_guess(call, slice_of(named, sizeof(named)), guess->code, guess->code_field,
                         &in->mac)) {
        /* Where a wrong code has a status of its own, so has what can be no code at all. */
        if (call->guess_status != 0 && guess->code.len > 0)
            return call_refuse(call, PROBLEM_CODE_WRONG);
        return ASK_ANSWERED;
    }
    invite_read(call, guess->invite, &in->invite_given, &in->invite_forgiven);
    sign_in_fill(call, in, DIALECT_REFRESH_S);
    return call_limit(call, ADDRESS_LIMIT_GUESS) ? ASK_STORE : ASK_ANSWERED;
}

enum ask_result dialect_ask_password(struct call *call)
{
    struct dialect_guess guess = {.challenge_id = SLICE_ABSENT,
                                  .phone_field = "phone",
                                  .code_field = "password",
                                  .invite = SLICE_ABSENT};
    const struct body_field fields[] = {
        {"phone", true, BODY_STRING, 256, false, &guess.phone, NULL, NULL},
        {"password", true, BODY_STRING, 64, false, &guess.code, NULL, NULL},
    };

    call->guess_status = 401;
    if (!body_read(call, fields, ARRAY_LEN(fields)))
        return ASK_ANSWERED;
    return dialect_ask_redeem(call, &guess);
}

static struct slice sign(struct call *call, enum pair_token_type type, int64_t life_s,
                         struct token_claims claims)
{
    struct buf buf = buf_new(call->arena, PAIR_TOKEN_TEXT_MAX, PAIR_TOKEN_TEXT_MAX);
    uint8_t nonce[PAIR_TOKEN_NONCE_BYTES];

    random_bytes(nonce, sizeof(nonce));
    claims.issued_us = call->now_us;
    claims.expires_us = call->now_us + life_s * US_PER_S;
    pair_token_sign(key_of(call), type, &claims, nonce, &buf);
    return buf_view(&buf, NULL);
}

struct dialect_pair dialect_pair(struct call *call, int64_t account_id, int64_t session_id)
{
    struct token_claims claims = {.account_id = account_id, .session_id = session_id};

    return (struct dialect_pair){
        .access = sign(call, PAIR_TOKEN_ACCESS, DIALECT_ACCESS_S, claims),
        .refresh = sign(call, PAIR_TOKEN_REFRESH, DIALECT_REFRESH_S, claims),
    };
}

void dialect_pair_reply(struct call *call, const struct redeem_code_row *row)
{
    struct dialect_pair pair = dialect_pair(call, row->account.id, row->session_id);
    struct json *json = call_json(call, 200);

    jsonw_object(json);
    jsonw_str(json, "refresh", pair.refresh);
    jsonw_str(json, "access", pair.access);
    jsonw_end(json);
    call_json_end(call);
}

enum answer_result dialect_answer_pair(struct call *call)
{
    return sign_in_answer(call, dialect_pair_reply);
}

enum ask_result dialect_ask_refresh(struct call *call)
{
    struct read_account_in *in = call->in;
    struct slice token = SLICE_ABSENT;
    const struct body_field fields[] = {
        {"refresh", true, BODY_STRING, PAIR_TOKEN_TEXT_MAX, false, &token, NULL, NULL},
    };

    if (!body_read(call, fields, ARRAY_LEN(fields)) ||
        !call_accept_token(call, pair_token_verify(key_of(call), PAIR_TOKEN_REFRESH, token,
                                                   call->now_us, &call->caller)))
        return ASK_ANSWERED;
    in->session_id = call->caller.session_id;
    in->account_id = call->caller.account_id;
    in->now_us = call->now_us;
    return ASK_STORE;
}

enum answer_result dialect_answer_refresh(struct call *call)
{
    const struct read_account_row *row = STORE_ROW(&call->job, read_account);
    struct json *json;

    if (row == NULL || row->auth != 1) {
        (void)call_refuse(call, row == NULL ? PROBLEM_TOKEN_REVOKED : PROBLEM_ACCOUNT_DISABLED);
        return ANSWER_READY;
    }
    json = call_json(call, 200);
    jsonw_object(json);
    jsonw_str(json, "access", sign(call, PAIR_TOKEN_ACCESS, DIALECT_ACCESS_S, call->caller));
    jsonw_end(json);
    call_json_end(call);
    return ANSWER_READY;
}

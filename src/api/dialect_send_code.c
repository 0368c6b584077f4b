/*
 * The dialect `send_code`: POST /send_code/, GET and POST /verify/, GET /users/.
 */
#include "api/dialect.h"
#include "api/dialects.h"

enum ask_result send_code_ask_verify(struct call *call)
{
    struct dialect_guess guess = {.challenge_id = SLICE_ABSENT,
                                  .phone_field = "phone",
                                  .code_field = "code",
                                  .invite = SLICE_ABSENT};
    const struct body_field fields[] = {
        {"phone", true, BODY_STRING, 256, false, &guess.phone, NULL, NULL},
        {"code", true, BODY_STRING, 64, false, &guess.code, NULL, NULL},
        {"invite_code", false, BODY_STRING, 64, false, &guess.invite, NULL, NULL},
    };

    if (!body_read(call, fields, ARRAY_LEN(fields)))
        return ASK_ANSWERED;
    return dialect_ask_redeem(call, &guess);
}

/* The original gives no tokens; a client that goes on finds them in headers. */
static void answer_verified(struct call *call, const struct redeem_code_row *row)
{
    struct dialect_pair pair = dialect_pair(call, row->account.id, row->session_id);
    struct json *json = call_json(call, 200);

    jsonw_object(json);
    jsonw_cstr(json, "message", "User verified");
    jsonw_end(json);
    call_json_end(call);
    http_reply_header(&call->reply, "X-Access-Token", arena_str(call->arena, pair.access));
    http_reply_header(&call->reply, "X-Refresh-Token", arena_str(call->arena, pair.refresh));
}

enum answer_result send_code_answer_verify(struct call *call)
{
    return sign_in_answer(call, answer_verified);
}

enum answer_result send_code_answer_users(struct call *call)
{
    struct json *json;
    unsigned count = dialect_people_begin(call, &json);

    for (unsigned i = 0; i < count; i++) {
        const struct account_part *account = &STORE_ROW_AT(&call->job, list_people, i)->account;

        jsonw_object(json);
        jsonw_int(json, "id", account->id);
        jsonw_str(json, "phone", account->phone);
        jsonw_str(json, "invite_code", account->invite_code);
        jsonw_end(json);
    }
    jsonw_end(json);
    call_json_end(call);
    return ANSWER_READY;
}

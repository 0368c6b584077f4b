/*
 * Hosted sign-in: another site sends its visitor to our page, gets them back with a code, and its
 * back end exchanges the code for a session. What OAuth 2.1 calls an authorization code grant,
 * without its ceremony; docs/hosted.md tells a site's side.
 */
#include "api/account_json.h"
#include "api/body.h"
#include "api/routes.h"
#include "api/session_call.h"
#include "api/token_call.h"
#include "base/metric.h"
#include "base/random.h"
#include "base/url.h"
#include "domain/grant.h"
#include "domain/hosted.h"

#define GRANT_LIFE_US (60 * US_PER_S)

/* Grants of one account that are kept. */
#define GRANTS_MOST 20

#define STATE_MAX ((size_t)512)
#define REDIRECT_MAX (HOSTED_URL_MAX + 3 * STATE_MAX + 64)

static enum ask_result refuse_return_to(struct call *call, enum hosted_outcome outcome)
{
    const char *reason = outcome == HOSTED_NOT_REGISTERED ? "not_registered"
                         : outcome == HOSTED_HAS_ANSWER   ? "has_answer"
                                                          : "malformed";

    call_problem(call, (struct problem){.id = PROBLEM_RETURN_TO_REFUSED, .reason = reason});
    return ASK_ANSWERED;
}

static enum hosted_outcome judge(const struct call *call, struct slice url,
                                 struct origin *ret_origin)
{
    const struct settings *settings = call->settings;

    return hosted_return_to(url, slice_str(settings->hosted_origins), settings->dev, ret_origin);
}

enum ask_result hosted_ask_look(struct call *call)
{
    struct origin origin;
    enum hosted_outcome outcome = judge(call, http_query(call->request, "return_to"), &origin);
    char text[ORIGIN_SIZE];
    struct json *json;

    if (outcome != HOSTED_OK)
        return refuse_return_to(call, outcome);
    origin_format(&origin, text);
    json = call_json(call, 200);
    jsonw_object(json);
    jsonw_cstr(json, "origin", text);
    jsonw_cstr(json, "host", origin.host);
    jsonw_end(json);
    call_json_end(call);
    return ASK_ANSWERED;
}

static void write_escaped(struct buf *buf, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (url_is_unreserved(c))
            buf_char(buf, c);
        else
            buf_printf(buf, "%%%02X", (unsigned)(unsigned char)c);
    }
}

/* The address with `code` and `state` in its query. */
static struct slice redirect_of(struct call *call, struct slice url, const char *code,
                                struct slice state)
{
    struct buf buf = buf_new(call->arena, HOSTED_URL_MAX, REDIRECT_MAX);
    const char *mark = memchr(url.ptr, '?', url.len);
    char last = url.ptr[url.len - 1];

    buf_slice(&buf, url);
    if (mark == NULL)
        buf_char(&buf, '?');
    else if (last != '?' && last != '&')
        buf_char(&buf, '&');
    buf_str(&buf, "code=");
    buf_str(&buf, code);
    if (!slice_is_absent(state)) {
        buf_str(&buf, "&state=");
        write_escaped(&buf, state);
    }
    return buf_view(&buf, NULL);
}

struct granting {
    struct slice redirect_to; /* a secret */
    int64_t expires_us;
};

enum ask_result grants_ask_create(struct call *call)
{
    struct create_grant_in *in = call->in;
    struct origin *origin = ARENA_NEW(call->arena, struct origin);
    struct granting *granting = ARENA_NEW(call->arena, struct granting);
    uint8_t *hash = arena_alloc(call->arena, GRANT_HASH_BYTES);
    struct slice url = SLICE_ABSENT;
    struct slice state = SLICE_ABSENT;
    struct slice challenge = SLICE_ABSENT;
    const struct body_field fields[] = {
        {"return_to", true, BODY_STRING, HOSTED_URL_MAX, false, &url, NULL, NULL},
        {"state", false, BODY_STRING, STATE_MAX, false, &state, NULL, NULL},
        {"code_challenge", false, BODY_STRING, 64, false, &challenge, NULL, NULL},
    };
    uint8_t random[GRANT_RANDOM_BYTES];
    char code[GRANT_CODE_SIZE];
    enum hosted_outcome outcome;

    if (!body_read(call, fields, ARRAY_LEN(fields)))
        return ASK_ANSWERED;
    outcome = judge(call, url, origin);
    if (outcome != HOSTED_OK)
        return refuse_return_to(call, outcome);
    if (!slice_is_absent(challenge) && !grant_challenge_is_good(challenge))
        return call_refuse_field(call, PROBLEM_FIELD_INVALID, "code_challenge");
    random_bytes(random, sizeof(random));
    grant_code_write(call->app->keyring.grant, random, code, hash);
    granting->redirect_to = redirect_of(call, url, code, state);
    granting->expires_us = call->now_us + GRANT_LIFE_US;
    call->state = granting;
    in->session_id = call->caller.session_id;
    in->account_id = call->caller.account_id;
    in->now_us = call->now_us;
    in->hash = slice_of(hash, GRANT_HASH_BYTES);
    in->host = slice_str(origin->host);
    in->code_challenge = challenge;
    in->expires_us = granting->expires_us;
    in->most = GRANTS_MOST;
    hash_wipe(random, sizeof(random));
    hash_wipe(code, sizeof(code));
    return call_limit(call, ADDRESS_LIMIT_GRANT) ? ASK_STORE : ASK_ANSWERED;
}

enum answer_result grants_answer_create(struct call *call)
{
    const struct granting *granting = call->state;
    struct json *json = call_json(call, 201);

    jsonw_object(json);
    jsonw_str(json, "redirect_to", granting->redirect_to);
    jsonw_time(json, "expires_at", granting->expires_us);
    jsonw_end(json);
    call_json_end(call);
    return ANSWER_READY;
}

static enum ask_result refuse_grant(struct call *call, const char *reason)
{
    call_problem(call, (struct problem){.id = PROBLEM_GRANT_INVALID, .reason = reason});
    return ASK_ANSWERED;
}

enum ask_result grants_ask_exchange(struct call *call)
{
    const struct settings *settings = call->settings;
    struct exchange_grant_in *in = call->in;
    uint8_t *hash = arena_alloc(call->arena, GRANT_HASH_BYTES);
    char *challenge = arena_alloc(call->arena, GRANT_CHALLENGE_LEN);
    struct slice code = SLICE_ABSENT;
    struct slice verifier = SLICE_ABSENT;
    const struct body_field fields[] = {
        {"code", true, BODY_STRING, 64, false, &code, NULL, NULL},
        {"code_verifier", false, BODY_STRING, 128, false, &verifier, NULL, NULL},
    };

    if (!body_read(call, fields, ARRAY_LEN(fields)))
        return ASK_ANSWERED;
    if (!slice_is_absent(verifier)) {
        if (!grant_challenge_of(verifier, challenge))
            return call_refuse_field(call, PROBLEM_FIELD_INVALID, "code_verifier");
        in->code_challenge = slice_of(challenge, GRANT_CHALLENGE_LEN);
    }
    if (!grant_code_read(call->app->keyring.grant, code, hash))
        return refuse_grant(call, "unknown");
    in->hash = slice_of(hash, GRANT_HASH_BYTES);
    in->request_id = slice_of(call->request_id, sizeof(call->request_id));
    in->now_us = call->now_us;
    in->user_agent = session_user_agent(call);
    in->address = call->request->address;
    in->expires_us = call->now_us + settings->token_refresh_s * US_PER_S;
    in->session_max = settings->session_max;
    return ASK_STORE;
}

static void write_session(struct call *call, const struct exchange_grant_row *row)
{
    struct json *json = call_json(call, 201);

    metric_count(METRIC_SIGN_INS);
    jsonw_object(json);
    token_grant_json(call, json,
                     &(struct token_grant){.account_id = row->account.id,
                                           .session_id = row->session_id,
                                           .seed = row->session_seed,
                                           .role = row->account.role,
                                           .issued_us = row->session_us});
    jsonw_bool(json, "is_new_account", false);
    account_json(json, "account", &row->account);
    jsonw_end(json);
    call_json_end(call);
}

/* `used` of exchange_grant.sql. */
enum { USED_NOT = 0, USED_HERE = 1 };

enum answer_result grants_answer_exchange(struct call *call)
{
    const struct exchange_grant_row *row = STORE_ROW(&call->job, exchange_grant);

    if (row == NULL)
        (void)refuse_grant(call, "unknown");
    else if (row->matches == 0) /* and nothing else is told to who lacks the verifier */
        (void)refuse_grant(call, "verifier");
    else if (row->used == USED_HERE && row->session_id != 0)
        write_session(call, row);
    else if (row->used != USED_NOT)
        (void)refuse_grant(call, "used");
    else if (row->grant_expires_us <= call->now_us)
        (void)refuse_grant(call, "expired");
    else if (row->disabled == 1)
        (void)call_refuse(call, PROBLEM_ACCOUNT_DISABLED);
    else
        (void)refuse_grant(call, "signed_out");
    return ANSWER_READY;
}

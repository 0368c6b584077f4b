/*
 * POST /v1/introspect (RFC 7662) and POST /v1/revoke (RFC 7009), for back ends that the setting
 * `introspect.clients` knows by a name and a secret. Without that setting neither is there.
 */
#include "api/admin_call.h"
#include "api/routes.h"
#include "api/token_call.h"
#include "base/client_list.h"
#include "domain/token_text.h"
#include "http/basic.h"
#include "http/form.h"

/* A token as both scripts name its session. */
struct named_token {
    bool is_refresh;
    struct token_claims claims; /* of an access token */
    struct refresh_token refresh;
};

/* The client's name; false: call->reply says why not. */
static bool read_client(struct call *call, struct slice *ret_name)
{
    const char *clients = call->settings->introspect_clients;
    struct slice header = http_header(call->request, "Authorization");
    struct slice secret;

    if (*clients == '\0') {
        (void)call_refuse(call, PROBLEM_NOT_FOUND);
        return false;
    }
    if (basic_read(header, call->arena, ret_name, &secret) &&
        client_list_has(clients, *ret_name, secret))
        return true;
    call_problem(call, (struct problem){.id = PROBLEM_CLIENT_INVALID, .error = "invalid_client"});
    return false;
}

static bool refuse_request(struct call *call, struct problem problem)
{
    problem.error = "invalid_request";
    call_problem(call, problem);
    return false;
}

/* The parameter `token`; token_type_hint is not needed to tell ours apart. */
static bool read_form(struct call *call, struct slice *ret_token)
{
    static const char *const reasons[] = {[FORM_NONE] = "malformed",
                                          [FORM_MALFORMED] = "malformed",
                                          [FORM_TWICE] = "field_twice",
                                          [FORM_TOO_MANY] = "too_many_fields"};
    const struct form_field *field;
    struct form *form = NULL;
    enum form_outcome outcome = form_read(http_header(call->request, "Content-Type"),
                                          call->request->body, call->arena, &form);

    if (outcome != FORM_OK)
        return refuse_request(
            call, (struct problem){.id = PROBLEM_FORM_INVALID, .reason = reasons[outcome]});
    field = form_find(form, SLICE_LIT("token"));
    if (field == NULL || field->value.len == 0)
        return refuse_request(call,
                              (struct problem){.id = PROBLEM_FIELD_MISSING, .field = "token"});
    *ret_token = field->value;
    return true;
}

/* False when the text is no token of ours that could still be good. */
static bool read_token(struct call *call, struct slice text, struct named_token *ret_token)
{
    ret_token->is_refresh = refresh_parse(call->app->keyring.refresh, text, &ret_token->refresh);
    return ret_token->is_refresh || token_read_access(call, text, &ret_token->claims) == TOKEN_OK;
}

static struct slice seed_of(const struct named_token *token)
{
    return token->is_refresh ? slice_of(token->refresh.seed, sizeof(token->refresh.seed))
                             : SLICE_ABSENT;
}

static int64_t session_of(const struct named_token *token)
{
    return token->is_refresh ? token->refresh.session_id : token->claims.session_id;
}

/* RFC 7662 section 2.2: of a token that is not good nothing else is told. */
static enum ask_result answer_inactive(struct call *call)
{
    struct json *json = call_json(call, 200);

    jsonw_object(json);
    jsonw_bool(json, "active", false);
    jsonw_end(json);
    call_json_end(call);
    return ASK_ANSWERED;
}

enum ask_result introspect_ask(struct call *call)
{
    struct introspect_token_in *in = call->in;
    struct named_token *token = ARENA_NEW(call->arena, struct named_token);
    struct slice client;
    struct slice text;

    if (!read_client(call, &client) || !read_form(call, &text))
        return ASK_ANSWERED;
    if (!read_token(call, text, token))
        return answer_inactive(call);
    call->state = token;
    *in = (struct introspect_token_in){
        .session_id = session_of(token),
        .account_id = token->is_refresh ? 0 : token->claims.account_id,
        .seed = seed_of(token),
        .now_us = call->now_us,
    };
    return ASK_STORE;
}

/* As refresh_session.sql: the newest one, or the one before it within the grace. */
static bool is_current(const struct call *call, const struct named_token *token,
                       const struct introspect_token_row *row)
{
    int64_t grace_us = call->settings->token_grace_s * US_PER_S;

    if (!token->is_refresh || token->refresh.generation == row->generation)
        return true;
    return (int64_t)token->refresh.generation + 1 == row->generation &&
           row->rotated_us + grace_us >= call->now_us;
}

static int64_t begun_us(const struct named_token *token, const struct introspect_token_row *row)
{
    if (!token->is_refresh)
        return token->claims.issued_us;
    return row->rotated_us > 0 ? row->rotated_us : row->created_us;
}

enum answer_result introspect_answer(struct call *call)
{
    const struct named_token *token = call->state;
    const struct introspect_token_row *row = STORE_ROW(&call->job, introspect_token);
    const struct settings *settings = call->settings;
    struct json *json;

    if (row == NULL || !is_current(call, token, row)) {
        (void)answer_inactive(call);
        return ANSWER_READY;
    }
    json = call_json(call, 200);
    jsonw_object(json);
    jsonw_bool(json, "active", true);
    jsonw_cstr(json, "token_type", token->is_refresh ? "refresh_token" : "Bearer");
    jsonw_cstr(json, "client_id", TOKEN_CLIENT_ID);
    jsonw_cstr(json, "iss", settings->token_issuer);
    /* A refresh token is for nobody but us: who looks at `aud` takes none for an access token. */
    jsonw_cstr(json, "aud", token->is_refresh ? settings->token_issuer : settings->token_audience);
    jsonw_id(json, "sub", row->account_id);
    jsonw_id(json, "sid", session_of(token));
    jsonw_str(json, "role", row->role);
    jsonw_int(json, "iat", begun_us(token, row) / US_PER_S);
    jsonw_int(json, "exp",
              (token->is_refresh ? row->expires_us : token->claims.expires_us) / US_PER_S);
    jsonw_end(json);
    call_json_end(call);
    return ANSWER_READY;
}

enum ask_result revoke_ask(struct call *call)
{
    struct revoke_token_in *in = call->in;
    struct named_token token;
    struct slice client;
    struct slice text;
    struct buf detail;
    struct json json;

    if (!read_client(call, &client) || !read_form(call, &text))
        return ASK_ANSWERED;
    /* RFC 7009 section 2.2: what is no token is as good as revoked. */
    if (!read_token(call, text, &token)) {
        call_empty(call, 200);
        return ASK_ANSWERED;
    }
    json = admin_detail(call, &detail);
    jsonw_str(&json, "client", client);
    *in = (struct revoke_token_in){
        .session_id = session_of(&token),
        .account_id = token.is_refresh ? 0 : token.claims.account_id,
        .seed = arena_copy(call->arena, seed_of(&token)),
        .now_us = call->now_us,
        .address = call->request->address,
        .detail = admin_detail_end(&json),
    };
    return ASK_STORE;
}

enum answer_result revoke_answer(struct call *call)
{
    call_empty(call, 200);
    return ANSWER_READY;
}

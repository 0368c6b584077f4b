#include "api/token_call.h"

#include "base/check.h"
#include "base/random.h"
#include "domain/token.h"

enum token_outcome token_read_access(struct call *call, struct slice token,
                                     struct token_claims *ret_claims)
{
    const struct settings *settings = call->settings;
    const struct signing_view *view = signing_keys_view(call->app->signing_keys);
    uint8_t digest[HASH_BYTES];
    enum token_outcome outcome;

    hash_sha256(token, digest);
    if (token_cache_get(call->loop->tokens, digest, call->now_us, ret_claims))
        return TOKEN_OK;
    outcome = token_verify(token, view->keys, view->count, settings->token_issuer,
                           settings->token_audience, call->now_us, ret_claims);
    if (outcome == TOKEN_OK)
        token_cache_put(call->loop->tokens, digest, call->now_us, ret_claims);
    return outcome;
}

static struct slice sign_access(struct call *call, const struct token_grant *grant)
{
    const struct settings *settings = call->settings;
    const struct signing_view *view = signing_keys_view(call->app->signing_keys);
    struct buf buf = buf_new(call->arena, TOKEN_TEXT_MAX, TOKEN_TEXT_MAX);
    struct token_claims claims = {
        .account_id = grant->account_id,
        .session_id = grant->session_id,
        .issued_us = grant->issued_us,
        .expires_us = grant->issued_us + settings->token_access_s * US_PER_S,
    };
    uint8_t token_id[TOKEN_ID_BYTES];

    /* A role nobody knows any more gives no power. */
    if (!role_from_name(grant->role, &claims.role))
        claims.role = ROLE_USER;
    random_bytes(token_id, sizeof(token_id));
    token_sign(signing_view_signer(view, call->now_us), &claims, settings->token_issuer,
               settings->token_audience, token_id, &buf);
    return buf_view(&buf, NULL);
}

void token_grant_json(struct call *call, struct json *json, const struct token_grant *grant)
{
    struct refresh_token refresh = {.session_id = grant->session_id,
                                    .generation = grant->generation};
    int64_t left_s = call->settings->token_access_s - (call->now_us - grant->issued_us) / US_PER_S;
    char text[REFRESH_TEXT_SIZE];

    CHECK(grant->seed.len == sizeof(refresh.seed));
    memcpy(refresh.seed, grant->seed.ptr, sizeof(refresh.seed));
    refresh_format(call->app->keyring.refresh, &refresh, text);
    jsonw_str(json, "access_token", sign_access(call, grant));
    jsonw_cstr(json, "token_type", "Bearer");
    jsonw_int(json, "expires_in", left_s > 0 ? left_s : 0);
    jsonw_cstr(json, "refresh_token", text);
    jsonw_id(json, "session_id", grant->session_id);
    hash_wipe(text, sizeof(text));
}

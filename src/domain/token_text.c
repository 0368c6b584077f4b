#include "domain/token_text.h"

bool token_split(struct slice token, struct token_parts *ret_parts)
{
    const char *first = token.len == 0 ? NULL : memchr(token.ptr, '.', token.len);
    const char *second;

    if (first == NULL)
        return false;
    second = memchr(first + 1, '.', token.len - (size_t)(first + 1 - token.ptr));
    if (second == NULL)
        return false;
    ret_parts->header = slice_of(token.ptr, (size_t)(first - token.ptr));
    ret_parts->payload = slice_of(first + 1, (size_t)(second - first - 1));
    ret_parts->signed_part = slice_of(token.ptr, (size_t)(second - token.ptr));
    ret_parts->signature = slice_after(token, ret_parts->signed_part.len + 1);
    return true;
}

json_t *token_payload_load(struct slice payload)
{
    char text[TOKEN_TEXT_MAX];
    json_t *json;
    size_t len;

    if (!base64url_decode(payload, text, sizeof(text), &len))
        return NULL;
    json = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    if (json_is_object(json))
        return json;
    json_decref(json);
    return NULL;
}

struct slice token_claim_text(const json_t *payload, const char *name)
{
    const json_t *value = json_object_get(payload, name);

    if (!json_is_string(value))
        return SLICE_ABSENT;
    return slice_of(json_string_value(value), json_string_length(value));
}

bool token_claim_time(const json_t *payload, const char *name, int64_t *ret_us)
{
    const json_t *value = json_object_get(payload, name);
    int64_t seconds = json_integer_value(value);

    if (!json_is_integer(value) || seconds < 0 || seconds > TOKEN_SECONDS_MAX)
        return false;
    *ret_us = seconds * US_PER_S;
    return true;
}

bool token_is_narrowed(const json_t *payload)
{
    return json_object_get(payload, "nbf") != NULL || json_object_get(payload, "cnf") != NULL;
}

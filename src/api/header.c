#include "api/header.h"

#include <strings.h>

/* More might not fit an int64_t. */
#define EVENT_DIGITS_MAX 18

bool header_bearer(struct slice authorization, struct slice *ret_token)
{
    static const char scheme[] = "Bearer ";
    size_t scheme_len = sizeof(scheme) - 1;

    if (authorization.len <= scheme_len || strncasecmp(authorization.ptr, scheme, scheme_len) != 0)
        return false;
    *ret_token = slice_after(authorization, scheme_len);
    return true;
}

bool header_is_key(struct slice idempotency_key)
{
    if (idempotency_key.len < 16 || idempotency_key.len > 64)
        return false;
    for (size_t i = 0; i < idempotency_key.len; i++) {
        char c = idempotency_key.ptr[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              c == '-' || c == '_'))
            return false;
    }
    return true;
}

int64_t header_event_us(struct slice last_event_id)
{
    int64_t value = 0;

    if (last_event_id.len > EVENT_DIGITS_MAX)
        return 0;
    for (size_t i = 0; i < last_event_id.len; i++) {
        if (last_event_id.ptr[i] < '0' || last_event_id.ptr[i] > '9')
            return 0;
        value = value * 10 + (last_event_id.ptr[i] - '0');
    }
    return value;
}

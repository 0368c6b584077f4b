#include "domain/profile.h"

#include "domain/text.h"

#define NAME_POINTS_MAX 100
#define EMAIL_BYTES_MAX 254
#define EMAIL_LOCAL_BYTES_MAX 64
#define TELEGRAM_NAME_MIN 5
#define TELEGRAM_NAME_MAX 32
#define TELEGRAM_DIGITS_MAX 20

static bool name_ok(struct slice text)
{
    uint32_t point;
    size_t points = 0;

    while (text_next(&text, &point)) {
        if (text_is_control(point) || ++points > NAME_POINTS_MAX)
            return false;
    }
    return text.len == 0;
}

/* Labels of 1 to 63 letters, digits (of any script) and inner hyphens, at least two of them. */
static bool host_ok(struct slice host)
{
    size_t label = 0;
    size_t dots = 0;
    char previous = '.';

    for (size_t i = 0; i < host.len; i++) {
        char c = host.ptr[i];

        if (c == '.') {
            if (label == 0 || label > 63 || previous == '-')
                return false;
            label = 0;
            dots++;
        } else {
            bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;

            if (!letter && (c != '-' || label == 0))
                return false;
            label++;
        }
        previous = c;
    }
    return dots > 0 && label > 0 && label <= 63 && previous != '-';
}

static bool local_ok(struct slice local)
{
    static const char refused[] = "\"(),:;<>[\\]";

    if (local.len == 0 || local.len > EMAIL_LOCAL_BYTES_MAX)
        return false;
    for (size_t i = 0; i < local.len; i++)
        if (memchr(refused, local.ptr[i], sizeof(refused) - 1) != NULL)
            return false;
    return true;
}

/* Pragmatic: whether mail arrives only a message can tell; this keeps out what is no address. */
static bool email_ok(struct slice text)
{
    struct slice rest = text;
    const char *at = memchr(text.ptr, '@', text.len);
    size_t local_len;
    uint32_t point;

    if (at == NULL || text.len > EMAIL_BYTES_MAX)
        return false;
    while (text_next(&rest, &point))
        if (text_is_space(point) || text_is_control(point) || text_is_invisible(point))
            return false;
    local_len = (size_t)(at - text.ptr);
    /* A second @ is no letter of a host. */
    return rest.len == 0 && local_ok(slice_of(text.ptr, local_len)) &&
           host_ok(slice_after(text, local_len + 1));
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool telegram_ok(struct slice text)
{
    bool is_name = text.ptr[0] == '@';
    struct slice rest = is_name ? slice_after(text, 1) : text;

    for (size_t i = 0; i < rest.len; i++) {
        char c = rest.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

        if (!is_digit(c) && !(is_name && letter))
            return false;
    }
    if (is_name)
        return rest.len >= TELEGRAM_NAME_MIN && rest.len <= TELEGRAM_NAME_MAX;
    return rest.len <= TELEGRAM_DIGITS_MAX;
}

static bool field_ok(enum profile_field field, struct slice text)
{
    switch (field) {
    case PROFILE_EMAIL:
        return email_ok(text);
    case PROFILE_FIRST_NAME:
    case PROFILE_LAST_NAME:
    case PROFILE_CITY:
    case PROFILE_DEVICE_NAME:
        return name_ok(text);
    case PROFILE_TELEGRAM_ID:
        return telegram_ok(text);
    }
    return false;
}

bool profile_read(enum profile_field field, struct slice text, struct slice *ret_value)
{
    struct slice value = text_trim(text);

    if (value.len > 0 && !field_ok(field, value))
        return false;
    *ret_value = value.len > 0 ? value : SLICE_ABSENT;
    return true;
}

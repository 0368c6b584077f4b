#include "domain/hosted.h"

#include "base/hex.h"

static bool is_letter_or_digit(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* In development mode a site may be on this machine, without TLS. */
static bool may_return(const struct origin *origin, bool dev)
{
    return origin->is_secure || (dev && origin->is_local);
}

static bool read_site(struct slice text, bool dev, struct origin *ret_origin)
{
    struct origin origin;

    if (!origin_read(text, &origin) || !may_return(&origin, dev))
        return false;
    *ret_origin = origin;
    return true;
}

bool hosted_origins_check(struct slice list, bool dev, struct slice *ret_bad)
{
    struct origin origin;

    list = slice_trim(list);
    while (list.len > 0) {
        struct slice item = slice_trim(slice_take(&list, ','));

        if (!read_site(item, dev, &origin)) {
            *ret_bad = item;
            return false;
        }
    }
    return true;
}

static bool is_registered(const struct origin *origin, struct slice list, bool dev)
{
    struct origin other;

    while (list.len > 0) {
        struct slice item = slice_trim(slice_take(&list, ','));

        if (read_site(item, dev, &other) && other.is_secure == origin->is_secure &&
            strcmp(other.host, origin->host) == 0)
            return true;
    }
    return false;
}

/* Path and query: letters that RFC 3986 allows there, and whole escapes. */
static bool is_path(struct slice path)
{
    if (path.len > 0 && path.ptr[0] != '/' && path.ptr[0] != '?')
        return false;
    for (size_t i = 0; i < path.len; i++) {
        char c = path.ptr[i];

        if (c == '%') {
            if (path.len - i < 3 || hex_value(path.ptr[i + 1]) < 0 ||
                hex_value(path.ptr[i + 2]) < 0)
                return false;
        } else if (!is_letter_or_digit(c) &&
                   (c == '\0' || strchr("-._~!$&'()*+,;=:@/?[]", c) == NULL)) {
            return false;
        }
    }
    return true;
}

/* Is this `name` or `name=value`, some letters perhaps escaped? */
static bool is_named(struct slice pair, const char *name)
{
    size_t at = 0;

    for (; *name != '\0'; name++) {
        char c = at < pair.len ? pair.ptr[at] : '\0';

        if (c == '%' && pair.len - at >= 3) {
            c = (char)(hex_value(pair.ptr[at + 1]) * 16 + hex_value(pair.ptr[at + 2]));
            at += 2;
        }
        if (c != *name)
            return false;
        at++;
    }
    return at >= pair.len || pair.ptr[at] == '=';
}

static bool has_answer(struct slice path)
{
    const char *mark = path.len == 0 ? NULL : memchr(path.ptr, '?', path.len);
    struct slice rest;

    if (mark == NULL)
        return false;
    rest = slice_after(path, (size_t)(mark - path.ptr) + 1);
    while (rest.len > 0) {
        size_t len = 0;

        while (len < rest.len && rest.ptr[len] != '&' && rest.ptr[len] != ';')
            len++;
        if (is_named(slice_of(rest.ptr, len), "code") || is_named(slice_of(rest.ptr, len), "state"))
            return true;
        rest = slice_after(rest, len < rest.len ? len + 1 : len);
    }
    return false;
}

enum hosted_outcome hosted_return_to(struct slice url, struct slice list, bool dev,
                                     struct origin *ret_origin)
{
    struct origin origin;

    if (slice_is_absent(url) || url.len > HOSTED_URL_MAX || !origin_take(&url, &origin) ||
        !may_return(&origin, dev) || !is_path(url))
        return HOSTED_MALFORMED;
    if (!is_registered(&origin, list, dev))
        return HOSTED_NOT_REGISTERED;
    if (has_answer(url))
        return HOSTED_HAS_ANSWER;
    *ret_origin = origin;
    return HOSTED_OK;
}

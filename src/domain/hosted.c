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

/* Longer than any of them, with the NUL. */
#define NAME_SIZE 32

/* What an answer has in its query (RFC 6749 sections 4.1.2 and 4.1.2.1, RFC 9207). */
static bool is_of_answer(const char *name)
{
    static const char *const names[] = {"code",      "state", "error", "error_description",
                                        "error_uri", "iss"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

static char next_decoded(struct slice *rest)
{
    char c = rest->ptr[0];

    if (c == '%') {
        c = (char)(hex_value(rest->ptr[1]) * 16 + hex_value(rest->ptr[2]));
        *rest = slice_after(*rest, 2);
    }
    *rest = slice_after(*rest, 1);
    return c;
}

/*
 * A parameter's name as the most forgiving servers read it: in any case, without what stands before
 * its first letter (PHP drops spaces, qs an empty parent), and without what follows its last
 * (`code[]`, `code[0]`, `code.x`). What does not fit is cut. False: it is not printable ASCII, or
 * is escaped twice.
 */
static bool read_name(struct slice name, char out[NAME_SIZE])
{
    size_t len = 0;
    bool is_over = false;

    while (name.len > 0) {
        char c = next_decoded(&name);
        bool is_part = is_letter_or_digit(c) || c == '_' || c == '-';

        if (c < ' ' || c > '~' || c == '%')
            return false;
        is_over = is_over || (len > 0 && !is_part);
        if (is_part && !is_over && len + 1 < NAME_SIZE)
            out[len++] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    out[len] = '\0';
    return true;
}

/* Servers split a query at `&`, some at `;` too; and some find its beginning at the last `?`. */
static struct slice take_pair(struct slice *rest)
{
    size_t len = 0;
    struct slice pair;

    while (len < rest->len && strchr("&;?", rest->ptr[len]) == NULL)
        len++;
    pair = slice_of(rest->ptr, len);
    *rest = slice_after(*rest, len < rest->len ? len + 1 : len);
    return pair;
}

static enum hosted_outcome judge_query(struct slice path)
{
    char name[NAME_SIZE];

    (void)slice_take(&path, '?');
    while (path.len > 0) {
        struct slice pair = take_pair(&path);

        if (!read_name(slice_take(&pair, '='), name))
            return HOSTED_MALFORMED;
        if (is_of_answer(name))
            return HOSTED_HAS_ANSWER;
    }
    return HOSTED_OK;
}

enum hosted_outcome hosted_return_to(struct slice url, struct slice list, bool dev,
                                     struct origin *ret_origin)
{
    struct origin origin;
    enum hosted_outcome outcome;

    if (slice_is_absent(url) || url.len > HOSTED_URL_MAX || !origin_take(&url, &origin) ||
        !may_return(&origin, dev) || !is_path(url))
        return HOSTED_MALFORMED;
    if (!is_registered(&origin, list, dev))
        return HOSTED_NOT_REGISTERED;
    outcome = judge_query(url);
    if (outcome == HOSTED_OK)
        *ret_origin = origin;
    return outcome;
}

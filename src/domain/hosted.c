#include "domain/hosted.h"

#include <arpa/inet.h>
#include <stdio.h>

#define NAME_MAX_LETTERS 253
#define LABEL_MAX_LETTERS 63

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter_or_digit(char c)
{
    return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z');
}

/* Takes `word`, in whatever case, from the front of *rest. */
static bool take_word(struct slice *rest, const char *word)
{
    size_t len = strlen(word);

    if (rest->len < len)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (lower(rest->ptr[i]) != word[i])
            return false;
    }
    *rest = slice_after(*rest, len);
    return true;
}

static bool is_label(struct slice label)
{
    if (label.len == 0 || label.len > LABEL_MAX_LETTERS || label.ptr[0] == '-' ||
        label.ptr[label.len - 1] == '-')
        return false;
    for (size_t i = 0; i < label.len; i++) {
        if (!is_letter_or_digit(label.ptr[i]) && label.ptr[i] != '-')
            return false;
    }
    return true;
}

/* A DNS name (RFC 1123). One whose last label is all digits must be an IPv4 address as everybody
 * writes it: browsers read `127.1` and `0x7f.1` as one, too. */
static bool is_name(const char *host)
{
    struct slice rest = slice_str(host);
    struct in_addr address;
    const char *last = host;

    if (rest.len > NAME_MAX_LETTERS)
        return false;
    for (;;) {
        const char *dot = memchr(rest.ptr, '.', rest.len);
        size_t len = dot == NULL ? rest.len : (size_t)(dot - rest.ptr);

        if (!is_label(slice_of(rest.ptr, len)))
            return false;
        last = rest.ptr;
        if (dot == NULL)
            break;
        rest = slice_after(rest, len + 1);
    }
    if (is_digit(last[0]) &&
        (last[strspn(last, "0123456789")] == '\0' || (last[0] == '0' && last[1] == 'x')))
        return inet_pton(AF_INET, host, &address) == 1;
    return true;
}

/* "[2001:db8::1]", brought to its canonical text (RFC 5952). */
static bool read_address(char host[HOSTED_HOST_SIZE])
{
    struct in6_addr address;
    size_t len = strlen(host);

    if (len < 4 || host[len - 1] != ']')
        return false;
    host[len - 1] = '\0';
    if (inet_pton(AF_INET6, host + 1, &address) != 1 ||
        inet_ntop(AF_INET6, &address, host + 1, HOSTED_HOST_SIZE - 2) == NULL)
        return false;
    len = strlen(host);
    host[len] = ']';
    host[len + 1] = '\0';
    return true;
}

/* Up to the port, path, query or end. */
static bool take_host(struct slice *rest, char host[HOSTED_HOST_SIZE])
{
    const char *stop = rest->len > 0 && rest->ptr[0] == '[' ? "]" : ":/?";
    size_t len = 0;

    while (len < rest->len && rest->ptr[len] != '\0' && strchr(stop, rest->ptr[len]) == NULL)
        len++;
    if (*stop == ']' && len < rest->len)
        len++;
    if (len == 0 || len > NAME_MAX_LETTERS)
        return false;
    for (size_t i = 0; i < len; i++)
        host[i] = lower(rest->ptr[i]);
    host[len] = '\0';
    *rest = slice_after(*rest, len);
    return memchr(host, '\0', len) == NULL && (*host == '[' ? read_address(host) : is_name(host));
}

/* ":8443", or nothing (then *ret_port is left as it is). */
static bool take_port(struct slice *rest, unsigned *ret_port)
{
    unsigned port = 0;
    size_t len = 1;

    if (rest->len == 0 || rest->ptr[0] != ':')
        return true;
    while (len < rest->len && len <= 5 && is_digit(rest->ptr[len]))
        port = port * 10 + (unsigned)(rest->ptr[len++] - '0');
    if (len == 1 || rest->ptr[1] == '0' || port > 65535)
        return false;
    *rest = slice_after(*rest, len);
    *ret_port = port;
    return true;
}

static bool is_loopback(const char *host)
{
    return strcmp(host, "localhost") == 0 || strcmp(host, "127.0.0.1") == 0 ||
           strcmp(host, "[::1]") == 0;
}

/* An origin from the front of *rest. */
static bool take_origin(struct slice *rest, bool dev, struct hosted_origin *ret_origin)
{
    struct hosted_origin origin = {.is_secure = take_word(rest, "https://")};
    unsigned usual = origin.is_secure ? 443 : 80;
    unsigned port = usual;
    size_t len;

    if (!origin.is_secure && !take_word(rest, "http://"))
        return false;
    if (!take_host(rest, origin.host))
        return false;
    if (!origin.is_secure && !(dev && is_loopback(origin.host)))
        return false;
    if (!take_port(rest, &port))
        return false;
    len = strlen(origin.host);
    if (port != usual)
        (void)snprintf(origin.host + len, sizeof(origin.host) - len, ":%u", port);
    *ret_origin = origin;
    return true;
}

void hosted_origin_format(const struct hosted_origin *origin, char out[HOSTED_ORIGIN_SIZE])
{
    (void)snprintf(out, HOSTED_ORIGIN_SIZE, "%s://%s", origin->is_secure ? "https" : "http",
                   origin->host);
}

bool hosted_origin_read(struct slice text, bool dev, struct hosted_origin *ret_origin)
{
    struct hosted_origin origin;

    if (slice_is_absent(text) || !take_origin(&text, dev, &origin) || text.len > 0)
        return false;
    *ret_origin = origin;
    return true;
}

bool hosted_origins_check(struct slice list, bool dev, struct slice *ret_bad)
{
    struct hosted_origin origin;

    list = slice_trim(list);
    while (list.len > 0) {
        struct slice item = slice_trim(slice_take(&list, ','));

        if (!hosted_origin_read(item, dev, &origin)) {
            *ret_bad = item;
            return false;
        }
    }
    return true;
}

static bool is_registered(const struct hosted_origin *origin, struct slice list, bool dev)
{
    struct hosted_origin other;

    while (list.len > 0) {
        struct slice item = slice_trim(slice_take(&list, ','));

        if (hosted_origin_read(item, dev, &other) && other.is_secure == origin->is_secure &&
            strcmp(other.host, origin->host) == 0)
            return true;
    }
    return false;
}

static int hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    return lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : -1;
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
                                     struct hosted_origin *ret_origin)
{
    struct hosted_origin origin;

    if (slice_is_absent(url) || url.len > HOSTED_URL_MAX || !take_origin(&url, dev, &origin) ||
        !is_path(url))
        return HOSTED_MALFORMED;
    if (!is_registered(&origin, list, dev))
        return HOSTED_NOT_REGISTERED;
    if (has_answer(url))
        return HOSTED_HAS_ANSWER;
    *ret_origin = origin;
    return HOSTED_OK;
}

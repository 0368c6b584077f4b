#include "base/origin.h"

#include <arpa/inet.h>

#define PORT_MAX 65535
#define LABEL_MAX 63

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_small_or_digit(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z');
}

static bool starts(struct slice text, const char *start)
{
    return text.len >= strlen(start) && memcmp(text.ptr, start, strlen(start)) == 0;
}

/* Labels of letters, digits and dashes with single dots between (RFC 1123 section 2.1). */
static bool is_name(struct slice host)
{
    size_t label = 0;

    for (size_t i = 0; i < host.len; i++) {
        char c = host.ptr[i];

        if (c == '.' || c == '-') {
            if (label == 0 || (c == '.' && host.ptr[i - 1] == '-'))
                return false;
            label = c == '.' ? 0 : label + 1;
        } else if (is_small_or_digit(c)) {
            label++;
        } else {
            return false;
        }
        if (label > LABEL_MAX)
            return false;
    }
    return label > 0 && host.len <= 253 && host.ptr[host.len - 1] != '-';
}

static bool is_v4(struct slice host)
{
    char text[INET_ADDRSTRLEN];
    struct in_addr address;

    /* What is behind a NUL, inet_pton would not see. */
    if (host.len >= sizeof(text) || memchr(host.ptr, '\0', host.len) != NULL)
        return false;
    memcpy(text, host.ptr, host.len);
    text[host.len] = '\0';
    return inet_pton(AF_INET, text, &address) == 1;
}

/* In brackets, as browsers write it: what is parsed and written again is the same. */
static bool is_v6(struct slice host)
{
    char text[INET6_ADDRSTRLEN];
    char again[INET6_ADDRSTRLEN];
    struct in6_addr address;

    if (host.len < 4 || host.len - 2 >= sizeof(text) || host.ptr[0] != '[' ||
        host.ptr[host.len - 1] != ']' || memchr(host.ptr, '\0', host.len) != NULL)
        return false;
    memcpy(text, host.ptr + 1, host.len - 2);
    text[host.len - 2] = '\0';
    return inet_pton(AF_INET6, text, &address) == 1 &&
           inet_ntop(AF_INET6, &address, again, sizeof(again)) != NULL && strcmp(text, again) == 0;
}

/* A name whose last label is a number would be an address to browsers: it must be one. */
static bool is_host(struct slice host)
{
    size_t last = host.len;

    if (host.len > 0 && host.ptr[0] == '[')
        return is_v6(host);
    while (last > 0 && host.ptr[last - 1] != '.')
        last--;
    if (last < host.len && is_digit(host.ptr[last]))
        return is_v4(host);
    return is_name(host);
}

static bool is_this_machine(struct slice host)
{
    return slice_eq_str(host, "localhost") || slice_eq_str(host, "[::1]") ||
           (starts(host, "127.") && is_v4(host));
}

/* Without zeros before it, and not the scheme's own. */
static bool is_port(struct slice text, unsigned usual)
{
    unsigned port = 0;

    if (text.len == 0 || text.len > 5 || text.ptr[0] == '0')
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (!is_digit(text.ptr[i]))
            return false;
        port = port * 10 + (unsigned)(text.ptr[i] - '0');
    }
    return port <= PORT_MAX && port != usual;
}

bool origin_is_good(struct slice text)
{
    bool is_https = starts(text, "https://");
    struct slice host;
    size_t colon;

    if (text.len > ORIGIN_BYTES_MAX || (!is_https && !starts(text, "http://")))
        return false;
    host = slice_after(text, is_https ? 8 : 7);
    for (colon = host.len; colon > 0 && is_digit(host.ptr[colon - 1]);)
        colon--;
    /* [::1] ends with a bracket, so its last colon is none of these. */
    if (colon > 0 && host.ptr[colon - 1] == ':') {
        if (!is_port(slice_after(host, colon), is_https ? 443 : 80))
            return false;
        host.len = colon - 1;
    }
    return is_host(host) && (is_https || is_this_machine(host));
}

#include "base/origin.h"

#include <arpa/inet.h>
#include <stdio.h>

#define NAME_MAX_LETTERS 253
#define LABEL_MAX_LETTERS 63
#define PORT_MAX 65535
#define PORT_MAX_DIGITS 5

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_small_or_digit(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z');
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
        if (!is_small_or_digit(label.ptr[i]) && label.ptr[i] != '-')
            return false;
    }
    return true;
}

/* What makes browsers read a host that ends with this label as an IPv4 address. */
static bool is_number(const char *label)
{
    if (label[0] == '0' && label[1] == 'x')
        return label[2 + strspn(label + 2, "0123456789abcdef")] == '\0';
    return label[strspn(label, "0123456789")] == '\0';
}

/* A DNS name, or an IPv4 address as everybody writes it: browsers read `127.1` and `0x7f.1` as one,
 * too. */
static bool read_name(const char *host, struct origin *origin)
{
    struct slice rest = slice_str(host);
    struct slice label;
    struct in_addr address;

    if (rest.len > NAME_MAX_LETTERS)
        return false;
    do {
        label = slice_take(&rest, '.');
        if (!is_label(label))
            return false;
    } while (!slice_is_absent(rest));
    if (is_number(label.ptr)) {
        origin->is_address = true;
        origin->is_local = strncmp(host, "127.", 4) == 0;
        return inet_pton(AF_INET, host, &address) == 1;
    }
    origin->is_local = slice_eq_str(label, "localhost");
    return true;
}

/* "[2001:db8::1]", brought to its canonical text (RFC 5952). */
static bool read_v6(char host[ORIGIN_HOST_SIZE], struct origin *origin)
{
    struct in6_addr address;
    size_t len = strlen(host);

    if (len < 4 || host[len - 1] != ']')
        return false;
    host[len - 1] = '\0';
    if (inet_pton(AF_INET6, host + 1, &address) != 1 ||
        inet_ntop(AF_INET6, &address, host + 1, ORIGIN_HOST_SIZE - 2) == NULL ||
        strchr(host, '.') != NULL)
        return false;
    len = strlen(host);
    host[len] = ']';
    host[len + 1] = '\0';
    origin->is_address = true;
    origin->is_local = IN6_IS_ADDR_LOOPBACK(&address);
    return true;
}

/* Up to the port, path, query or end. */
static bool take_host(struct slice *rest, struct origin *origin)
{
    bool is_v6 = rest->len > 0 && rest->ptr[0] == '[';
    const char *stop = is_v6 ? "]" : ":/?";
    char *host = origin->host;
    size_t len = 0;

    while (len < rest->len && rest->ptr[len] != '\0' && strchr(stop, rest->ptr[len]) == NULL)
        len++;
    if (is_v6 && len < rest->len)
        len++;
    if (len == 0 || len > NAME_MAX_LETTERS)
        return false;
    for (size_t i = 0; i < len; i++)
        host[i] = lower(rest->ptr[i]);
    host[len] = '\0';
    *rest = slice_after(*rest, len);
    return memchr(host, '\0', len) == NULL &&
           (is_v6 ? read_v6(host, origin) : read_name(host, origin));
}

/* ":8443", without zeros before it, or nothing: then *ret_port is left as it is. */
static bool take_port(struct slice *rest, unsigned *ret_port)
{
    unsigned port = 0;
    size_t len = 1;

    if (rest->len == 0 || rest->ptr[0] != ':')
        return true;
    while (len < rest->len && len <= PORT_MAX_DIGITS && is_digit(rest->ptr[len]))
        port = port * 10 + (unsigned)(rest->ptr[len++] - '0');
    if (len == 1 || rest->ptr[1] == '0' || port > PORT_MAX)
        return false;
    *rest = slice_after(*rest, len);
    *ret_port = port;
    return true;
}

/* Host and port, for an origin whose is_secure is known. */
static bool take_place(struct slice *rest, struct origin *origin)
{
    unsigned usual = origin->is_secure ? 443 : 80;
    unsigned port = usual;
    size_t len;

    if (!take_host(rest, origin) || !take_port(rest, &port))
        return false;
    len = strlen(origin->host);
    if (port != usual)
        (void)snprintf(origin->host + len, sizeof(origin->host) - len, ":%u", port);
    return true;
}

bool origin_take(struct slice *rest, struct origin *ret_origin)
{
    struct origin origin = {.is_secure = take_word(rest, "https://")};

    if ((!origin.is_secure && !take_word(rest, "http://")) || !take_place(rest, &origin))
        return false;
    *ret_origin = origin;
    return true;
}

bool origin_read(struct slice text, struct origin *ret_origin)
{
    struct origin origin;

    if (!origin_take(&text, &origin) || text.len > 0)
        return false;
    *ret_origin = origin;
    return true;
}

bool origin_read_host(struct slice text, struct origin *ret_origin)
{
    struct origin origin = {.is_secure = false};

    if (!take_place(&text, &origin) || text.len > 0)
        return false;
    *ret_origin = origin;
    return true;
}

void origin_format(const struct origin *origin, char out[ORIGIN_SIZE])
{
    (void)snprintf(out, ORIGIN_SIZE, "%s://%s", origin->is_secure ? "https" : "http", origin->host);
}

bool origin_is_good(struct slice text)
{
    struct origin origin;
    char canonical[ORIGIN_SIZE];

    if (!origin_read(text, &origin))
        return false;
    origin_format(&origin, canonical);
    return (origin.is_secure || origin.is_local) && slice_eq_str(text, canonical);
}

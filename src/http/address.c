/*
 * address: who the client is. Every address is handled as IPv6, IPv4 in its mapped form.
 */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "http/http.h"

static void map_ipv4(const struct in_addr *v4, struct in6_addr *out)
{
    memset(out, 0, sizeof(*out));
    memset(&out->s6_addr[10], 0xff, 2);
    memcpy(&out->s6_addr[12], v4, 4);
}

static bool from_host(int family, struct slice host, struct in6_addr *out)
{
    char copy[INET6_ADDRSTRLEN];
    struct in_addr v4;

    if (host.len == 0 || host.len >= sizeof(copy) || memchr(host.ptr, '\0', host.len) != NULL)
        return false;
    memcpy(copy, host.ptr, host.len);
    copy[host.len] = '\0';
    if (family == AF_INET6)
        return inet_pton(AF_INET6, copy, out) == 1;
    if (inet_pton(AF_INET, copy, &v4) != 1)
        return false;
    map_ipv4(&v4, out);
    return true;
}

/* Nothing, or `:` and a port. */
static bool is_port_or_none(struct slice text)
{
    uint32_t port = 0;

    if (text.len == 0)
        return true;
    if (text.ptr[0] != ':' || text.len < 2 || text.len > 6)
        return false;
    for (size_t i = 1; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        port = port * 10 + (uint32_t)(text.ptr[i] - '0');
    }
    return port <= UINT16_MAX;
}

/* An address as proxies write it: `1.2.3.4` and `2001:db8::1`, and those that tell the client's
 * port too, `1.2.3.4:5678` and `[2001:db8::1]:443`. */
static bool from_text(struct slice text, struct in6_addr *out)
{
    const char *end = text.len == 0 ? NULL : memchr(text.ptr, ']', text.len);
    size_t host_len;

    if (end != NULL) {
        host_len = (size_t)(end - text.ptr);
        return text.ptr[0] == '[' && is_port_or_none(slice_after(text, host_len + 1)) &&
               from_host(AF_INET6, slice_of(text.ptr + 1, host_len - 1), out);
    }
    if (from_host(AF_INET6, text, out))
        return true;
    end = text.len == 0 ? NULL : memchr(text.ptr, ':', text.len);
    host_len = end == NULL ? text.len : (size_t)(end - text.ptr);
    return is_port_or_none(slice_after(text, host_len)) &&
           from_host(AF_INET, slice_of(text.ptr, host_len), out);
}

static bool from_socket(const struct sockaddr *address, struct in6_addr *out)
{
    if (address == NULL)
        return false;
    if (address->sa_family == AF_INET) {
        struct sockaddr_in v4;

        memcpy(&v4, address, sizeof(v4));
        map_ipv4(&v4.sin_addr, out);
        return true;
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;

        memcpy(&v6, address, sizeof(v6));
        *out = v6.sin6_addr;
        return true;
    }
    return false;
}

/* The n-th element from the right of a comma-separated list; empty when there are fewer. */
static struct slice nth_from_right(struct slice list, unsigned n)
{
    size_t end = list.len;

    for (size_t i = list.len; i > 0; i--) {
        if (list.ptr[i - 1] != ',')
            continue;
        if (--n == 0)
            return slice_trim(slice_of(list.ptr + i, end - i));
        end = i - 1;
    }
    return n == 1 ? slice_trim(slice_of(list.ptr, end)) : SLICE_LIT("");
}

void http_client_address(const struct sockaddr *socket_address, struct slice forwarded,
                         unsigned trusted_hops, char out[HTTP_ADDRESS_SIZE], uint8_t key[8],
                         bool *ret_loopback)
{
    struct in6_addr address;
    bool told = trusted_hops > 0 && !slice_is_absent(forwarded) &&
                from_text(nth_from_right(forwarded, trusted_hops), &address);
    bool is_v4;

    memset(key, 0, 8);
    if (!told && !from_socket(socket_address, &address)) {
        memcpy(out, "?", 2);
        *ret_loopback = false;
        return;
    }
    is_v4 = IN6_IS_ADDR_V4MAPPED(&address);
    /* An IPv4 address stands where no IPv6 prefix is: under 0:ffff::/32, which is not assigned. */
    memcpy(key, is_v4 ? &address.s6_addr[8] : &address.s6_addr[0], 8);
    (void)inet_ntop(is_v4 ? AF_INET : AF_INET6,
                    is_v4 ? (const void *)&address.s6_addr[12] : (const void *)&address, out,
                    HTTP_ADDRESS_SIZE);
    /* Behind proxies a socket from this machine is the proxy and not the client, unless nothing was
     * forwarded at all: then somebody here asks directly. */
    *ret_loopback = (told || trusted_hops == 0 || slice_is_absent(forwarded)) &&
                    (is_v4 ? address.s6_addr[12] == 127 : IN6_IS_ADDR_LOOPBACK(&address));
}

#include "http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <unistd.h>

/* The kernel cuts it to net.core.somaxconn. */
#define BACKLOG 4096

union endpoint {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static socklen_t endpoint_size(const union endpoint *at)
{
    return at->any.sa_family == AF_INET ? sizeof(at->v4) : sizeof(at->v6);
}

static bool parse(const char *text, union endpoint *out)
{
    char host[SETTINGS_HOST_SIZE];
    uint16_t port;

    memset(out, 0, sizeof(*out));
    if (!settings_parse_listen(text, host, &port))
        return false;
    if (inet_pton(AF_INET, host, &out->v4.sin_addr) == 1) {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = htons(port);
        return true;
    }
    out->v6.sin6_family = AF_INET6;
    out->v6.sin6_port = htons(port);
    return inet_pton(AF_INET6, host, &out->v6.sin6_addr) == 1;
}

static void print(const union endpoint *at, char out[LISTEN_TEXT_SIZE])
{
    char host[INET6_ADDRSTRLEN];

    if (at->any.sa_family == AF_INET) {
        (void)inet_ntop(AF_INET, &at->v4.sin_addr, host, sizeof(host));
        (void)snprintf(out, LISTEN_TEXT_SIZE, "%s:%u", host, ntohs(at->v4.sin_port));
    } else {
        (void)inet_ntop(AF_INET6, &at->v6.sin6_addr, host, sizeof(host));
        (void)snprintf(out, LISTEN_TEXT_SIZE, "[%s]:%u", host, ntohs(at->v6.sin6_port));
    }
}

static bool turn(int fd, int level, int option, int value)
{
    return setsockopt(fd, level, option, &value, sizeof(value)) == 0;
}

/* A listening socket, or -1 with errno set. */
static int open_one(const union endpoint *at, bool is_first)
{
    int fd = socket(at->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    if (!turn(fd, SOL_SOCKET, SO_REUSEADDR, 1) || !turn(fd, IPPROTO_TCP, TCP_NODELAY, 1))
        goto fail;
    /* "[::]" takes IPv4 too, whatever the system's default. */
    if (at->any.sa_family == AF_INET6 && !turn(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0))
        goto fail;
    if (!is_first && !turn(fd, SOL_SOCKET, SO_REUSEPORT, 1))
        goto fail;
    if (bind(fd, &at->any, endpoint_size(at)) != 0 || listen(fd, BACKLOG) != 0)
        goto fail;
    /*
     * The first one joins the group only now: bound without SO_REUSEPORT it was refused if anybody
     * listened here, so two processes never share a port by accident, not even when they start at
     * the same moment.
     */
    if (is_first && !turn(fd, SOL_SOCKET, SO_REUSEPORT, 1))
        goto fail;
    return fd;
fail : {
    int why = errno;

    (void)close(fd);
    errno = why;
}
    return -1;
}

static void explain(const char *address, char error[HTTP_ERROR_SIZE])
{
    const char *why = strerror(errno);

    if (errno == EADDRINUSE)
        why = "another process listens there";
    else if (errno == EADDRNOTAVAIL)
        why = "this machine does not have that address";
    else if (errno == EACCES)
        why = "ports under 1024 need the right to use them";
    (void)snprintf(error, HTTP_ERROR_SIZE, "cannot listen on %s: %s", address, why);
}

bool listen_open(const char *address, unsigned count, int *ret_fds, char ret_text[LISTEN_TEXT_SIZE],
                 char ret_error[HTTP_ERROR_SIZE])
{
    union endpoint at;
    unsigned opened = 0;

    if (!parse(address, &at)) {
        (void)snprintf(ret_error, HTTP_ERROR_SIZE,
                       "http.listen: \"%s\" is not ADDRESS:PORT, such as 127.0.0.1:8080 or "
                       "[::1]:8080",
                       address);
        return false;
    }
    while (opened < count) {
        int fd = open_one(&at, opened == 0);
        socklen_t size = endpoint_size(&at);

        if (fd < 0)
            goto fail;
        ret_fds[opened++] = fd;
        /* With port 0 the first bind picks the port and the others take the same one. */
        if (getsockname(fd, &at.any, &size) != 0)
            goto fail;
    }
    print(&at, ret_text);
    return true;
fail:
    explain(address, ret_error);
    while (opened > 0)
        (void)close(ret_fds[--opened]);
    return false;
}

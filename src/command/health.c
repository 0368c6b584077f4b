/*
 * health: asks the server that runs here whether it lives, or whether it is ready, as health checks
 * of containers and scripts of upgrades do; so an image needs no HTTP client beside the program.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/check.h"
#include "command/command.h"

/* "HTTP/1.1 200" says it all. */
#define STATUS_AT 9
#define STATUS_END 12

static const struct question {
    const char *word; /* of the command line; NULL: none was given */
    const char *path;
    const char *yes;
} questions[] = {
    {NULL, "/healthz", "alive"},
    {"ready", "/readyz", "ready"},
};

/* Where a server that listens on every address of this machine can be asked from here. */
static socklen_t endpoint(const char *host, uint16_t port, struct sockaddr_storage *out)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

    if (inet_pton(AF_INET, host, &v4.sin_addr) == 1) {
        if (v4.sin_addr.s_addr == htonl(INADDR_ANY))
            v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        memcpy(out, &v4, sizeof(v4));
        return sizeof(v4);
    }
    CHECK(inet_pton(AF_INET6, host, &v6.sin6_addr) == 1);
    if (IN6_IS_ADDR_UNSPECIFIED(&v6.sin6_addr))
        v6.sin6_addr = in6addr_loopback;
    memcpy(out, &v6, sizeof(v6));
    return sizeof(v6);
}

/* A connection whose every step takes at most this long; -1 with errno set. */
static int dial(const char *host, uint16_t port, int64_t timeout_s)
{
    struct timeval limit = {.tv_sec = timeout_s};
    struct sockaddr_storage at;
    socklen_t size = endpoint(host, port, &at);
    int fd = socket(at.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int why;

    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0 &&
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0 &&
        connect(fd, (const struct sockaddr *)&at, size) == 0)
        return fd;
    why = errno;
    (void)close(fd);
    errno = why;
    return -1;
}

/* Sends the question and reads the three digits of the answer; false with errno set. */
static bool exchange(int fd, const char *path, char ret_status[STATUS_END - STATUS_AT + 1])
{
    char request[128];
    char reply[STATUS_END];
    ssize_t len;
    int size = snprintf(request, sizeof(request),
                        "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);

    if (send(fd, request, (size_t)size, MSG_NOSIGNAL) != size)
        return false;
    len = recv(fd, reply, sizeof(reply), MSG_WAITALL);
    if (len == STATUS_END && memcmp(reply, "HTTP/1.", 7) == 0) {
        memcpy(ret_status, reply + STATUS_AT, STATUS_END - STATUS_AT);
        ret_status[STATUS_END - STATUS_AT] = '\0';
        return true;
    }
    if (len >= 0)
        errno = EPROTO;
    return false;
}

static int ask(const struct settings *settings, const struct question *question, bool is_json)
{
    const char *address = settings->http_listen;
    char status[STATUS_END - STATUS_AT + 1];
    char host[SETTINGS_HOST_SIZE];
    uint16_t port;
    bool is_answered;
    int fd;

    CHECK(settings_parse_listen(address, host, &port));
    if (port == 0) {
        command_complain("http.listen: port 0 does not tell where the server listens");
        return EXIT_FAILED;
    }
    fd = dial(host, port, settings->http_request_s);
    is_answered = fd >= 0 && exchange(fd, question->path, status);
    if (!is_answered)
        command_complain("no answer from %s: %s", address,
                         errno == EAGAIN || errno == EINPROGRESS ? "it took too long"
                                                                 : strerror(errno));
    else if (strcmp(status, "200") != 0)
        command_complain("not %s: %s%s answered %s", question->yes, address, question->path,
                         status);
    else
        (void)printf(is_json ? "{\"ok\":true,\"status\":\"%s\"}\n" : "%s\n", question->yes);
    if (fd >= 0)
        (void)close(fd);
    return is_answered && strcmp(status, "200") == 0 ? EXIT_DONE : EXIT_FAILED;
}

int command_health(int argc, char **argv)
{
    struct options options = {0};
    int result = EXIT_USAGE;

    if (options_read(&options, argc, argv)) {
        const char *word = options.word_count > 0 ? options.words[0] : NULL;
        const struct question *question = NULL;

        for (size_t i = 0; i < ARRAY_LEN(questions) && options.word_count < 2; i++) {
            if (word == NULL ? questions[i].word == NULL
                             : questions[i].word != NULL && strcmp(word, questions[i].word) == 0)
                question = &questions[i];
        }
        if (question == NULL)
            command_complain("usage: domofon health [ready] [--listen ADDR:PORT]");
        else
            result = ask(options.settings, question, options.json);
    }
    options_free(&options);
    return result;
}

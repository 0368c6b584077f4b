/*
 * load: a small HTTP/1.1 load client for one core, over keep-alive connections to 127.0.0.1.
 *
 * usage: load [option]... PORT REQUESTS
 *
 * REQUESTS is a file with one request a line: METHOD SP PATH TAB TOKEN TAB BODY, where "-" stands
 * for no token or no body. Without -n they are sent over and over.
 *   -c N     connections (64)
 *   -d S     seconds to measure (3)
 *   -w S     seconds before that which do not count (0)
 *   -n       send each request once, instead of -d
 *   -r N     requests a second, sent when they are due whether or not the last was answered; a
 *            latency then counts from when the request was due. Without it each connection sends
 *            as soon as it has its reply.
 *   -s       spin: never sleep, so that the server never pays for waking this client on the other
 *            core, as it never does for a client on another machine
 *   -o FILE  write each reply: STATUS TAB BODY
 *   -H       open the connections, send one request on each, hold them until standard input ends
 *
 * Prints one JSON object. Any transport error ends it with a message: the servers measured here
 * have no reason for one.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tool.h"

#define REPLY_MAX 65536
#define EVENTS_MAX 256
#define STATUSES 600

struct request {
    char *text;
    size_t len;
};

struct conn {
    int fd;
    bool busy;
    int64_t due_us; /* what the latency counts from */
    size_t received;
    char reply[REPLY_MAX + 1];
};

struct load {
    uint16_t port;
    size_t conn_count;
    double seconds;
    double warm_seconds;
    double rate;
    bool once;
    bool hold;
    bool spin;
    FILE *out;

    struct request *requests;
    size_t request_count;
    struct conn *conns;
    size_t *idle; /* stack of connections without a request */
    size_t idle_count;
    int epoll_fd;

    size_t handed;   /* requests begun */
    size_t answered; /* requests answered */
    size_t statuses[STATUSES];
    int64_t begin_us;
    int64_t count_from_us; /* replies before it are warm-up */
    uint32_t *latencies;
    size_t latency_count;
    size_t latency_room;
    int64_t last_us; /* the last counted reply */
};

static void build_request(struct request *request, char *line)
{
    char *token = strchr(line, '\t');
    char *body = token == NULL ? NULL : strchr(token + 1, '\t');
    char bearer[2048] = "";
    size_t size;
    int len;

    if (body == NULL)
        die("bad request line: %s", line);
    *token++ = '\0';
    *body++ = '\0';
    if (strcmp(body, "-") == 0)
        body = "";
    if (strcmp(token, "-") != 0)
        (void)snprintf(bearer, sizeof(bearer), "Authorization: Bearer %s\r\n", token);
    size = strlen(line) + strlen(bearer) + strlen(body) + 256;
    request->text = need(malloc(size));
    if (*body == '\0')
        len =
            snprintf(request->text, size, "%s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n", line, bearer);
    else
        len = snprintf(request->text, size,
                       "%s HTTP/1.1\r\nHost: 127.0.0.1\r\n%sContent-Type: application/json\r\n"
                       "Content-Length: %zu\r\n\r\n%s",
                       line, bearer, strlen(body), body);
    request->len = (size_t)len;
}

static void read_requests(struct load *load, const char *path)
{
    FILE *file = fopen(path, "re");
    size_t room = 0;
    char *line = NULL;
    size_t line_room = 0;
    ssize_t len;

    if (file == NULL)
        die("%s: %s", path, strerror(errno));
    while ((len = getline(&line, &line_room, file)) > 0) {
        if (line[len - 1] == '\n')
            line[len - 1] = '\0';
        if (load->request_count == room) {
            room = room == 0 ? 1024 : room * 2;
            load->requests = need(realloc(load->requests, room * sizeof(*load->requests)));
        }
        build_request(&load->requests[load->request_count++], line);
    }
    free(line);
    (void)fclose(file);
    if (load->request_count == 0)
        die("%s holds no request", path);
}

static void open_conn(struct load *load, size_t index)
{
    struct conn *conn = &load->conns[index];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(load->port)};
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = index};
    int one = 1;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    conn->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (conn->fd < 0 || connect(conn->fd, (struct sockaddr *)&address, sizeof(address)) != 0)
        die("connection %zu to port %u: %s", index, load->port, strerror(errno));
    (void)setsockopt(conn->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (epoll_ctl(load->epoll_fd, EPOLL_CTL_ADD, conn->fd, &event) != 0)
        die("epoll_ctl: %s", strerror(errno));
    load->idle[load->idle_count++] = index;
}

/* A request fits a socket's buffer many times over, so one blocking write sends it. */
static void send_request(struct load *load, struct conn *conn, int64_t due_us)
{
    const struct request *request = &load->requests[load->handed++ % load->request_count];
    size_t sent = 0;

    conn->busy = true;
    conn->due_us = due_us;
    conn->received = 0;
    while (sent < request->len) {
        ssize_t n = send(conn->fd, request->text + sent, request->len - sent, MSG_NOSIGNAL);

        if (n < 0)
            die("send: %s", strerror(errno));
        sent += (size_t)n;
    }
}

/* Length of a header's value as a number; the headers end with an empty line. */
static size_t content_length(const char *head, const char *end)
{
    for (const char *line = head; line != NULL && line < end; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncasecmp(line, "content-length:", 15) == 0)
            return strtoul(line + 15, NULL, 10);
    }
    die("a reply without Content-Length: %s", head);
}

/* True once the whole reply is there; then its status and body. */
static bool reply_complete(struct conn *conn, int *ret_status, const char **ret_body)
{
    const char *end;
    size_t body_len;

    conn->reply[conn->received] = '\0';
    end = strstr(conn->reply, "\r\n\r\n");
    if (end == NULL)
        return false;
    body_len = content_length(conn->reply, end);
    if (conn->received < (size_t)(end - conn->reply) + 4 + body_len)
        return false;
    if (conn->received > (size_t)(end - conn->reply) + 4 + body_len)
        die("more than one reply to one request");
    *ret_status = (int)strtol(conn->reply + strlen("HTTP/1.1 "), NULL, 10);
    *ret_body = end + 4;
    return true;
}

static void note_latency(struct load *load, int64_t latency_us, int64_t at_us)
{
    if (load->latency_count == load->latency_room) {
        load->latency_room = load->latency_room == 0 ? 65536 : load->latency_room * 2;
        load->latencies =
            need(realloc(load->latencies, load->latency_room * sizeof(*load->latencies)));
    }
    load->latencies[load->latency_count++] = (uint32_t)latency_us;
    load->last_us = at_us;
}

static void finish_request(struct load *load, struct conn *conn, int status, const char *body)
{
    int64_t at_us = now_us();

    conn->busy = false;
    load->answered++;
    if (status < 0 || status >= STATUSES)
        die("status %d", status);
    load->statuses[status]++;
    if (at_us >= load->count_from_us)
        note_latency(load, at_us - conn->due_us, at_us);
    if (load->out != NULL)
        (void)fprintf(load->out, "%d\t%s\n", status, body);
}

static void on_readable(struct load *load, size_t index)
{
    struct conn *conn = &load->conns[index];
    const char *body;
    int status;
    ssize_t n = recv(conn->fd, conn->reply + conn->received, REPLY_MAX - conn->received, 0);

    if (n <= 0)
        die("the server closed a connection after %zu replies: %s", load->answered,
            n == 0 ? "end of file" : strerror(errno));
    conn->received += (size_t)n;
    if (conn->received == REPLY_MAX)
        die("a reply longer than %d bytes", REPLY_MAX);
    if (!reply_complete(conn, &status, &body))
        return;
    finish_request(load, conn, status, body);
    load->idle[load->idle_count++] = index;
}

static bool more_to_send(const struct load *load, int64_t at_us)
{
    if (load->once)
        return load->handed < load->request_count;
    return at_us < load->count_from_us + (int64_t)(load->seconds * 1e6);
}

/* When the next request of a fixed rate is due. */
static int64_t next_due_us(const struct load *load)
{
    return load->begin_us + (int64_t)((double)load->handed / load->rate * 1e6);
}

static void hand_out(struct load *load)
{
    int64_t at_us = now_us();

    while (load->idle_count > 0 && more_to_send(load, at_us)) {
        int64_t due_us = at_us;

        if (load->rate > 0) {
            due_us = next_due_us(load);
            if (due_us > at_us)
                return;
        }
        send_request(load, &load->conns[load->idle[--load->idle_count]], due_us);
    }
}

/* How long to wait for replies: not beyond the next request of a fixed rate. */
static struct timespec wait_time(const struct load *load)
{
    int64_t wait_us = load->spin ? 0 : 100000;

    if (load->rate > 0 && load->idle_count > 0 && next_due_us(load) - now_us() < wait_us)
        wait_us = next_due_us(load) - now_us();
    if (wait_us < 0)
        wait_us = 0;
    return (struct timespec){.tv_sec = wait_us / 1000000, .tv_nsec = wait_us % 1000000 * 1000};
}

static void run(struct load *load)
{
    load->begin_us = now_us();
    load->count_from_us = load->begin_us + (int64_t)(load->warm_seconds * 1e6);
    for (;;) {
        struct epoll_event events[EVENTS_MAX];
        struct timespec wait;
        int count;

        hand_out(load);
        if (load->idle_count == load->conn_count && !more_to_send(load, now_us()))
            return;
        wait = wait_time(load);
        count = epoll_pwait2(load->epoll_fd, events, EVENTS_MAX, &wait, NULL);
        if (count < 0 && errno != EINTR)
            die("epoll_pwait2: %s", strerror(errno));
        for (int i = 0; i < count; i++)
            on_readable(load, (size_t)events[i].data.u64);
    }
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static void report(struct load *load)
{
    size_t n = load->latency_count;
    double seconds = (double)(load->last_us - load->count_from_us) / 1e6;
    const char *comma = "";

    if (n == 0)
        die("no reply within the time measured");
    qsort(load->latencies, n, sizeof(*load->latencies), compare);
    (void)printf("{\"replies\": %zu, \"seconds\": %.3f, \"per_second\": %.0f, \"p50_us\": %u, "
                 "\"p99_us\": %u, \"p999_us\": %u, \"max_us\": %u, \"statuses\": {",
                 n, seconds, (double)n / seconds, load->latencies[n / 2],
                 load->latencies[n - 1 - n / 100], load->latencies[n - 1 - n / 1000],
                 load->latencies[n - 1]);
    for (int i = 0; i < STATUSES; i++) {
        if (load->statuses[i] == 0)
            continue;
        (void)printf("%s\"%d\": %zu", comma, i, load->statuses[i]);
        comma = ", ";
    }
    (void)printf("}}\n");
}

/* One request on each connection, one after the other. */
static void hold(struct load *load)
{
    char end;

    for (size_t i = 0; i < load->conn_count; i++) {
        load->idle_count = 0;
        send_request(load, &load->conns[i], now_us());
        while (load->conns[i].busy)
            on_readable(load, i);
    }
    (void)printf("{\"held\": %zu}\n", load->conn_count);
    (void)fflush(stdout);
    while (read(STDIN_FILENO, &end, 1) > 0)
        continue;
}

static void raise_file_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static void read_options(struct load *load, int argc, char **argv)
{
    int option;

    while ((option = getopt(argc, argv, "c:d:w:nr:so:H")) != -1) {
        switch (option) {
        case 'c':
            load->conn_count = (size_t)read_number(optarg, 1, "-c");
            break;
        case 'd':
            load->seconds = strtod(optarg, NULL);
            break;
        case 'w':
            load->warm_seconds = strtod(optarg, NULL);
            break;
        case 'n':
            load->once = true;
            break;
        case 'r':
            load->rate = strtod(optarg, NULL);
            break;
        case 's':
            load->spin = true;
            break;
        case 'o':
            load->out = fopen(optarg, "we");
            if (load->out == NULL)
                die("%s: %s", optarg, strerror(errno));
            break;
        case 'H':
            load->hold = true;
            break;
        default:
            die("see the beginning of bench/load.c");
        }
    }
    if (argc - optind != 2)
        die("usage: load [option]... PORT REQUESTS");
    load->port = (uint16_t)read_number(argv[optind], 1, "PORT");
    read_requests(load, argv[optind + 1]);
}

int main(int argc, char **argv)
{
    struct load load = {.conn_count = 64, .seconds = 3};

    read_options(&load, argc, argv);
    raise_file_limit();
    /* Pages of a buffer that is never filled are never touched. */
    load.conns = need(calloc(load.conn_count, sizeof(*load.conns)));
    load.idle = need(calloc(load.conn_count, sizeof(*load.idle)));
    load.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (load.epoll_fd < 0)
        die("epoll_create1: %s", strerror(errno));
    for (size_t i = 0; i < load.conn_count; i++)
        open_conn(&load, i);
    if (load.hold) {
        hold(&load);
    } else {
        run(&load);
        report(&load);
    }
    if (load.out != NULL && fclose(load.out) != 0)
        die("the replies could not be written");
    return 0;
}

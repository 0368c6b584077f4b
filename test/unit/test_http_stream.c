/* http: replies without an end. */
#include "unit.h"

#include <stdio.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/metric.h"
#include "peer.h"

#define STREAM "GET /stream HTTP/1.1\r\n" HOST "\r\n"

static void wait_for_streams(int64_t count)
{
    for (unsigned i = 0; i < 100 && metric_get(METRIC_HTTP_STREAMS) != count; i++)
        (void)usleep(50000);
    assert_int_equal(metric_get(METRIC_HTTP_STREAMS), count);
}

/* Reads until `needle` has come, into peer_reply. */
static void hear_until(int fd, const char *needle)
{
    size_t len = 0;

    peer_reply[0] = '\0';
    while (strstr(peer_reply, needle) == NULL) {
        ssize_t got = recv(fd, peer_reply + len, sizeof(peer_reply) - 1 - len, 0);

        assert_true(got > 0);
        len += (size_t)got;
        peer_reply[len] = '\0';
    }
}

static void test_pieces_and_end(void **state)
{
    struct settings settings = peer_settings(1);
    struct http_server *server = peer_start(&settings);

    (void)state;
    peer_ask(server, "GET /stream?3 HTTP/1.1\r\n" LAST "\r\n");
    peer_assert_said("HTTP/1.1 200");
    peer_assert_said("Transfer-Encoding: chunked\r\n");
    peer_assert_said("X-Request-Id: ");
    peer_assert_said("6\r\nhello\n\r\n5\r\ntick\n\r\n5\r\ntick\n\r\n5\r\ntick\n\r\n0\r\n\r\n");
    /* HTTP/1.0 has no chunks: the end is the connection's. */
    peer_ask(server, "GET /stream?2 HTTP/1.0\r\n\r\n");
    peer_assert_said("\r\n\r\nhello\ntick\ntick\n");
    peer_ask(server, "HEAD /stream HTTP/1.1\r\n" LAST "\r\n");
    assert_string_equal(strstr(peer_reply, "\r\n\r\n"), "\r\n\r\n");
    /* The connection goes on after the end. */
    peer_ask(server, "GET /stream?1 HTTP/1.1\r\n" HOST "\r\nGET /a HTTP/1.1\r\n" LAST "\r\n");
    peer_assert_said("0\r\n\r\nHTTP/1.1 200");
    wait_for_streams(0);
    peer_stop(server);
}

static void test_a_piece_leaves_at_once(void **state)
{
    struct settings settings = peer_settings(1);
    struct http_server *server = peer_start(&settings);
    int fd = peer_dial(server);
    int64_t begin_us = clock_monotonic_us();

    (void)state;
    peer_give(fd, SLICE_LIT("GET /stream?1 HTTP/1.1\r\n" HOST "\r\n"));
    hear_until(fd, "tick\n");
    assert_true(clock_monotonic_us() - begin_us < US_PER_S);
    (void)close(fd);
    peer_stop(server);
}

/* With a head as large as may be, there is still room for the chunks. */
static void test_large_head(void **state)
{
    struct settings settings = peer_settings(1);
    struct http_server *server = peer_start(&settings);
    char text[8192];
    int len = snprintf(text, sizeof(text), "GET /stream?3 HTTP/1.1\r\n" LAST "A: ");

    (void)state;
    memset(text + len, 'b', 8000 - (size_t)len);
    memcpy(text + 8000, "\r\n\r\n", 5);
    peer_ask(server, text);
    peer_assert_said("tick\n\r\n0\r\n\r\n");
    peer_stop(server);
}

/* Neither request_s nor idle_s ends a stream whose client is there, and one that left is seen. */
static void test_lives_and_leaves(void **state)
{
    struct settings settings = peer_settings(2);
    struct http_server *server;
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    int64_t cut = metric_get(METRIC_HTTP_CUT);
    int fds[3];

    (void)state;
    settings.http_idle_s = 1;
    server = peer_start(&settings);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = peer_dial(server);
        peer_give(fds[i], SLICE_LIT(STREAM));
        hear_until(fds[i], "hello\n");
    }
    (void)usleep(3500000);
    assert_int_equal(metric_get(METRIC_HTTP_STREAMS), 3);
    (void)close(fds[0]);
    assert_int_equal(setsockopt(fds[1], SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)), 0);
    (void)close(fds[1]);
    wait_for_streams(1);
    assert_int_equal(shutdown(fds[2], SHUT_WR), 0); /* one that will not ask again is as gone */
    wait_for_streams(0);
    (void)close(fds[2]);
    assert_int_equal(metric_get(METRIC_HTTP_CUT), cut);
    peer_stop(server);
}

static void test_client_that_never_reads(void **state)
{
    struct settings settings = peer_settings(1);
    struct http_server *server = peer_start(&settings);
    int64_t cut = metric_get(METRIC_HTTP_CUT);
    int fd = peer_dial(server);

    (void)state;
    peer_give(fd, SLICE_LIT("GET /flood HTTP/1.1\r\n" HOST "\r\n"));
    for (unsigned i = 0; i < 100 && metric_get(METRIC_HTTP_CUT) == cut; i++)
        (void)usleep(100000);
    assert_int_equal(metric_get(METRIC_HTTP_CUT) - cut, 1);
    wait_for_streams(0);
    (void)close(fd);
    peer_stop(server);
}

static void test_so_many_a_loop(void **state)
{
    struct settings settings = peer_settings(1);
    struct http_server *server = peer_start(&settings);
    int fds[HTTP_STREAMS_MAX];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = peer_dial(server);
        peer_give(fds[i], SLICE_LIT(STREAM));
        hear_until(fds[i], "hello\n");
    }
    peer_ask(server, "GET /stream HTTP/1.1\r\n" LAST "\r\n");
    peer_assert_said("HTTP/1.1 503");
    (void)close(fds[0]);
    wait_for_streams(HTTP_STREAMS_MAX - 1);
    fds[0] = peer_dial(server);
    peer_give(fds[0], SLICE_LIT(STREAM));
    hear_until(fds[0], "hello\n");
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        (void)close(fds[i]);
    wait_for_streams(0);
    peer_stop(server);
}

/* A stop ends streams at once and properly, also with a client that does not read. */
static void test_stop(void **state)
{
    struct settings settings = peer_settings(1);
    struct http_server *server = peer_start(&settings);
    int flooded = peer_dial(server);
    int fd = peer_dial(server);
    int64_t begin_us;

    (void)state;
    peer_give(fd, SLICE_LIT(STREAM));
    hear_until(fd, "hello\n");
    begin_us = clock_monotonic_us();
    peer_stop(server);
    assert_true(clock_monotonic_us() - begin_us < US_PER_S);
    peer_hear(fd);
    peer_assert_said("0\r\n\r\n");
    (void)close(flooded);

    server = peer_start(&settings);
    flooded = peer_dial(server);
    peer_give(flooded, SLICE_LIT("GET /flood HTTP/1.1\r\n" HOST "\r\n"));
    (void)usleep(100000);
    http_stop(server, 200);
    assert_int_equal(metric_get(METRIC_HTTP_CONNECTIONS), 0);
    assert_int_equal(metric_get(METRIC_HTTP_STREAMS), 0);
    (void)close(flooded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_and_end),
        cmocka_unit_test(test_a_piece_leaves_at_once),
        cmocka_unit_test(test_large_head),
        cmocka_unit_test(test_lives_and_leaves),
        cmocka_unit_test(test_client_that_never_reads),
        cmocka_unit_test(test_so_many_a_loop),
        cmocka_unit_test(test_stop),
    };

    return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}

/* http: the life of connections and of the server: deadlines, limits, start and stop. */
#include "unit.h"

#include <stdio.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/metric.h"
#include "peer.h"

/* What a client says and then no more, and the seconds after which it is cut. */
static const struct silence {
    const char *text;
    int64_t least_s;
    int64_t most_s;
} silences[] = {
    {"GET /slow", 1, 2},
    {"GET / HTTP/1.1\r\nHos", 1, 2},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhe", 1, 2},
    {"", 2, 4},
    {"GET / HTTP/1.1\r\n" HOST "\r\n", 2, 4},
};

static void test_deadlines(void **state)
{
    struct settings settings = peer_settings(1);
    struct http_server *server = peer_start(&settings);
    int64_t cut = metric_get(METRIC_HTTP_CUT);
    int64_t begin_us = clock_monotonic_us();
    int fds[ARRAY_LEN(silences)];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = peer_dial(server);
        peer_give(fds[i], slice_str(silences[i].text));
    }
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        peer_hear(fds[i]);
        assert_in_range((clock_monotonic_us() - begin_us) / US_PER_S, silences[i].least_s,
                        silences[i].most_s);
    }
    assert_int_equal(metric_get(METRIC_HTTP_CUT) - cut, ARRAY_LEN(fds));
    peer_stop(server);
}

static void test_next_request_has_its_own_deadline(void **state)
{
    struct settings settings = peer_settings(1);
    struct http_server *server;
    int fd;

    (void)state;
    settings.http_idle_s = 30;
    server = peer_start(&settings);
    fd = peer_dial(server);
    peer_give(fd, SLICE_LIT("GET / HTTP/1.1\r\n" HOST "\r\n"));
    (void)usleep(300000);
    peer_give(fd, SLICE_LIT("GET /s"));
    peer_hear(fd); /* closed long before the idle deadline, or this fails */
    assert_int_equal(peer_count("HTTP/1.1 200"), 1);
    peer_stop(server);
}

static void test_client_that_never_reads(void **state)
{
    struct settings settings = peer_settings(1);
    struct http_server *server = peer_start(&settings);
    int64_t cut = metric_get(METRIC_HTTP_CUT);
    int fd = peer_dial(server);

    (void)state;
    for (unsigned i = 0; i < 20; i++)
        peer_give(fd, SLICE_LIT("GET /large HTTP/1.1\r\n" HOST "\r\n"));
    for (unsigned i = 0; i < 50 && metric_get(METRIC_HTTP_CUT) == cut; i++)
        (void)usleep(100000);
    assert_int_equal(metric_get(METRIC_HTTP_CUT) - cut, 1);
    (void)close(fd);
    peer_stop(server);
}

static void test_handler_deadline(void **state)
{
    struct settings settings = peer_settings(1);
    struct http_server *server = peer_start(&settings);

    (void)state;
    peer_ask(server, "GET /late?2500 HTTP/1.1\r\n" HOST "Accept-Language: ru\r\n\r\n"
                     "GET /late?1 HTTP/1.1\r\n" LAST "\r\n");
    assert_int_equal(peer_count("HTTP/1.1 503"), 1);
    peer_assert_said("refused deadline ru");
    assert_int_equal(peer_count("HTTP/1.1 200"), 1);
    peer_stop(server); /* waits for the reply that only frees */
}

static void test_client_goes_away(void **state)
{
    static const char *const texts[] = {
        "GET /late?300 HTTP/1.1\r\n" HOST "\r\n",
        "GET /soon?1 HTTP/1.1\r\n" HOST "\r\n",
        "GET /large HTTP/1.1\r\n" HOST "\r\n",
        "POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhe",
        "GET / HTTP/1.1\r\nHo",
        "GET ",
        "",
    };
    struct settings settings = peer_settings(1);
    struct http_server *server = peer_start(&settings);

    (void)state;
    for (unsigned i = 0; i < 2 * ARRAY_LEN(texts); i++) {
        struct linger at_once = {.l_onoff = 1, .l_linger = 0};
        int fd = peer_dial(server);

        peer_give(fd, slice_str(texts[i / 2]));
        if (i % 2 == 1)
            (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
        (void)close(fd);
    }
    (void)usleep(400000);
    peer_ask(server, "GET / HTTP/1.1\r\n" LAST "\r\n");
    peer_assert_said("HTTP/1.1 200");
    peer_stop(server);
}

static void test_half_closed(void **state)
{
    static const char *const texts[] = {
        "GET /late?200 HTTP/1.1\r\n" HOST "\r\n",
        "GET / HTTP/1.1\r\n" HOST "\r\n",
    };
    struct settings settings = peer_settings(1);
    struct http_server *server;

    (void)state;
    settings.http_idle_s = 30;
    server = peer_start(&settings);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        int fd = peer_dial(server);

        peer_give(fd, slice_str(texts[i]));
        assert_int_equal(shutdown(fd, SHUT_WR), 0);
        peer_hear(fd);
        peer_assert_said("HTTP/1.1 200");
    }
    peer_stop(server);
}

static void test_connection_limit(void **state)
{
    struct settings settings = peer_settings(2);
    struct http_server *server;
    int fds[24];
    char first[64];

    (void)state;
    settings.http_connections = 16;
    server = peer_start(&settings);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = peer_dial(server); /* the kernel's queue takes the rest */
        peer_give(fds[i], SLICE_LIT("GET / HTTP/1.1\r\n" HOST "\r\n"));
    }
    (void)usleep(300000);
    assert_int_equal(metric_get(METRIC_HTTP_CONNECTIONS), 16);
    /* Each that leaves makes room for one that waits, until all have been answered. */
    for (unsigned answered = 0; answered < ARRAY_LEN(fds);) {
        for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
            if (fds[i] < 0 || recv(fds[i], first, sizeof(first), MSG_DONTWAIT) <= 0)
                continue;
            (void)close(fds[i]);
            fds[i] = -1;
            answered++;
        }
        (void)usleep(1000);
    }
    peer_stop(server);
}

/* Those that nobody uses give way, as many as it takes; one that is used does not. */
static void test_crowd(void **state)
{
    struct settings settings = peer_settings(1);
    struct http_server *server;
    char reply[64];
    int used;
    int fds[30];

    (void)state;
    settings.http_connections = 16;
    settings.http_idle_s = 60;
    settings.http_request_s = 20;
    server = peer_start(&settings);
    used = peer_dial(server);
    peer_give(used, SLICE_LIT("GET /late?5000 HTTP/1.1\r\n" LAST "\r\n"));
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        fds[i] = peer_dial(server);
    peer_ask(server, "GET / HTTP/1.1\r\n" LAST "\r\n");
    peer_assert_said("HTTP/1.1 200");
    (void)peer_hear(used);
    peer_assert_said("HTTP/1.1 200");
    /* The newest has its place for as long as there are others. */
    assert_int_equal(recv(fds[ARRAY_LEN(fds) - 1], reply, sizeof(reply), MSG_DONTWAIT), -1);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        (void)close(fds[i]);
    peer_stop(server);
}

static void test_loops_share(void **state)
{
    struct settings settings = peer_settings(4);
    struct http_server *server = peer_start(&settings);

    (void)state;
    for (unsigned i = 0; i < 100; i++) {
        peer_ask(server, "GET /soon?1 HTTP/1.1\r\n" LAST "\r\n");
        peer_assert_said("HTTP/1.1 200");
    }
    peer_stop(server);
}

/* Idle connections go at once; a running request ends, and says that it is the last. */
static void test_stop(void **state)
{
    struct settings settings = peer_settings(1);
    struct http_server *server = peer_start(&settings);
    int idle = peer_dial(server);
    int running = peer_dial(server);
    int64_t begin_us;

    (void)state;
    peer_give(running,
              SLICE_LIT("GET /late?400 HTTP/1.1\r\n" HOST "\r\nGET / HTTP/1.1\r\n" HOST "\r\n"));
    (void)usleep(100000);
    begin_us = clock_monotonic_us();
    peer_stop(server);
    assert_in_range(clock_monotonic_us() - begin_us, 100000, 1500000);
    assert_int_equal(peer_hear(idle), 0);
    peer_hear(running);
    assert_int_equal(peer_count("HTTP/1.1 200"), 1);
    assert_int_equal(peer_count("Connection: close"), 1);
}

static void test_stop_without_grace(void **state)
{
    struct settings settings = peer_settings(1);
    struct http_server *server = peer_start(&settings);
    int running = peer_dial(server);
    int receiving = peer_dial(server);

    (void)state;
    peer_give(running, SLICE_LIT("GET /late?400 HTTP/1.1\r\n" HOST "\r\n"));
    peer_give(receiving, SLICE_LIT("GET / HTTP/1.1\r\nHo"));
    (void)usleep(100000);
    http_stop(server, 0);
    assert_int_equal(metric_get(METRIC_HTTP_CONNECTIONS), 0);
    (void)close(running);
    (void)close(receiving);
}

static void test_failed_starts(void **state)
{
    struct settings settings = peer_settings(3);
    struct http_server *server = peer_start(&settings);
    struct http_handler handler = peer_handler(false);
    struct http_handler failing = peer_handler(true);
    struct http_server *second;
    char error[HTTP_ERROR_SIZE];

    (void)state;
    settings.http_listen = (char *)(uintptr_t)http_address(server);
    assert_false(http_start(&settings, &handler, &second, error));
    assert_non_null(strstr(error, "another process listens there"));
    settings.http_listen = (char *)(uintptr_t) "127.0.0.1:0";
    assert_false(http_start(&settings, &failing, &second, error));
    assert_non_null(strstr(error, "loop"));
    settings.http_listen = (char *)(uintptr_t) "203.0.113.1:1";
    assert_false(http_start(&settings, &handler, &second, error));
    assert_non_null(strstr(error, "does not have that address"));
    peer_stop(server);
}

static void test_listen_values(void **state)
{
    static const char *const bad[] = {"",           "8080",     ":8080",       "localhost:1",
                                      "1.2.3.4",    "1.2.3.4:", "1.2.3.4:x",   "1.2.3.4:65536",
                                      "1.2.3.4:-1", "[::1]",    "::1:80",      "[::1:80",
                                      "[]:80",      "1.2.3:80", "[1.2.3.4]:80"};
    struct settings settings = peer_settings(1);
    struct http_handler handler = peer_handler(false);
    struct http_server *server;
    char error[HTTP_ERROR_SIZE];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        settings.http_listen = (char *)(uintptr_t)bad[i];
        assert_false(http_start(&settings, &handler, &server, error));
        assert_non_null(strstr(error, "is not ADDRESS:PORT"));
    }
    settings.http_listen = (char *)(uintptr_t) "[::]:0";
    server = peer_start(&settings);
    assert_int_equal(strncmp(http_address(server), "[::]:", 5), 0);
    peer_ask(server, "GET / HTTP/1.1\r\n" LAST "\r\n");
    peer_assert_said("from=127.0.0.1 local");
    peer_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deadlines),
        cmocka_unit_test(test_next_request_has_its_own_deadline),
        cmocka_unit_test(test_client_that_never_reads),
        cmocka_unit_test(test_handler_deadline),
        cmocka_unit_test(test_client_goes_away),
        cmocka_unit_test(test_half_closed),
        cmocka_unit_test(test_connection_limit),
        cmocka_unit_test(test_crowd),
        cmocka_unit_test(test_loops_share),
        cmocka_unit_test(test_stop),
        cmocka_unit_test(test_stop_without_grace),
        cmocka_unit_test(test_failed_starts),
        cmocka_unit_test(test_listen_values),
    };

    return cmocka_run_group_tests_name("life", tests, NULL, NULL);
}

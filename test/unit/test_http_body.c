/* http: bodies larger than the usual, where the handler allows them. */
#include "unit.h"

#include <stdio.h>
#include <sys/socket.h>

#include "peer.h"

/* One that gives a large body the time it takes under sanitizers. */
static struct http_server *patient_server(unsigned loops)
{
    static struct settings settings; /* outlives the server */

    settings = peer_settings(loops);
    settings.http_request_s = 10;
    return peer_start(&settings);
}

/* `head` and a body of `count` times `piece`. */
static void ask_long(struct http_server *server, const char *head, const char *piece, size_t count,
                     const char *end)
{
    size_t len = strlen(head);
    size_t step = strlen(piece);
    char *text = malloc(len + count * step + strlen(end) + 1);

    assert_non_null(text);
    memcpy(text, head, len);
    for (size_t i = 0; i < count; i++, len += step)
        memcpy(text + len, piece, step);
    memcpy(text + len, end, strlen(end));
    peer_ask_slice(server, slice_of(text, len + strlen(end)));
    free(text);
}

static void ask_bytes(struct http_server *server, const char *target, size_t count)
{
    char head[200];

    (void)snprintf(head, sizeof(head), "%s HTTP/1.1\r\n" LAST "Content-Length: %zu\r\n\r\n", target,
                   count);
    ask_long(server, head, "b", count, "");
}

static void test_what_is_allowed(void **state)
{
    struct http_server *server = patient_server(1);

    (void)state;
    ask_bytes(server, "PUT /picture", HTTP_BODY_LARGE_MAX);
    peer_assert_said("body=1064960:bbb");
    ask_bytes(server, "PUT /picture", 5);
    peer_assert_said("body=5:bbbbb");
    ask_bytes(server, "PUT /picture", HTTP_BODY_LARGE_MAX + 1);
    peer_assert_said("refused body_too_large");
    /* The method counts as the path does. */
    ask_bytes(server, "POST /picture", HTTP_BODY_MAX + 1);
    peer_assert_said("refused body_too_large");
    ask_bytes(server, "POST /picture", HTTP_BODY_MAX);
    peer_assert_said("body=16384:bbb");
    peer_stop(server);
}

/* Before its body comes, and so before there is anything to keep. */
static void test_a_stranger_is_refused_at_once(void **state)
{
    struct http_server *server = patient_server(1);

    (void)state;
    peer_ask(server, "PUT /stranger HTTP/1.1\r\n" LAST
                     "Content-Length: 100000\r\nExpect: 100-continue\r\n\r\n");
    peer_assert_said("HTTP/1.1 401");
    peer_assert_said("refused token_missing");
    peer_ask(server, "PUT /stranger HTTP/1.1\r\n" LAST "Transfer-Encoding: chunked\r\n\r\n");
    peer_assert_said("refused token_missing");
    ask_bytes(server, "PUT /stranger", 100);
    peer_assert_said("body=100:bbb");
    peer_stop(server);
}

static void test_chunked(void **state)
{
    static const char head[] =
        "PUT /picture HTTP/1.1\r\n" LAST "Transfer-Encoding: chunked\r\n\r\n";
    struct http_server *server = patient_server(1);
    size_t sixteens = HTTP_BODY_LARGE_MAX / 16;

    (void)state;
    ask_long(server, head, "10\r\nbbbbbbbbbbbbbbbb\r\n", sixteens, "0\r\n\r\n");
    peer_assert_said("body=1064960:bbb");
    ask_long(server, head, "10\r\nbbbbbbbbbbbbbbbb\r\n", sixteens, "1\r\nb\r\n0\r\n\r\n");
    peer_assert_said("refused body_too_large");
    ask_long(server, head, "10\r\nbbbbbbbbbbbbbbbb\r\n", sixteens + 8192, "0\r\n\r\n");
    peer_assert_said("refused body_too_large");
    peer_stop(server);
}

/* It is refused as soon as it is too long, however much more comes, or does not. */
static void test_chunked_without_an_end(void **state)
{
    struct http_server *server = patient_server(1);

    (void)state;
    for (size_t chunks = HTTP_BODY_MAX / 16 + 1; chunks < 1000000; chunks *= 30) {
        ask_long(server, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n",
                 "10\r\nbbbbbbbbbbbbbbbb\r\n", chunks, "");
        peer_assert_said("HTTP/1.1 413");
        peer_assert_said("Connection: close\r\n");
        peer_assert_said("refused body_too_large");
        assert_int_equal(peer_count("HTTP/1.1 "), 1);
    }
    /* After another request on the same connection, and without a body to HEAD. */
    ask_long(server,
             "GET / HTTP/1.1\r\n" HOST "\r\nHEAD / HTTP/1.1\r\n" HOST
             "Transfer-Encoding: chunked\r\n\r\n",
             "10\r\nbbbbbbbbbbbbbbbb\r\n", HTTP_BODY_MAX / 16 + 1, "");
    peer_assert_said("HTTP/1.1 200");
    peer_assert_said("HTTP/1.1 413");
    assert_null(strstr(peer_reply, "refused"));
    peer_stop(server);
}

/* Each a connection of its own, closed after one reply. */
static void test_broken_chunks(void **state)
{
    static const char head[] = "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n";
    static const struct {
        const char *chunks;
        const char *want;
    } rows[] = {
        {"zz\r\nhello\r\n0\r\n\r\n", "refused request_malformed"},
        {"-1\r\n\r\n", "refused request_malformed"},
        {"5\r\nhelloworld\r\n0\r\n\r\n", "refused request_malformed"},
        {"ffffffffffffffffff\r\nx", "refused body_too_large"},
        {"5\r\nhello\r\nzz\r\n", "refused request_malformed"},
    };
    struct http_server *server = patient_server(1);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        ask_long(server, head, rows[i].chunks, 1, "");
        peer_assert_said(rows[i].want);
        peer_assert_said("Connection: close\r\n");
        assert_int_equal(peer_count("HTTP/1.1 "), 1);
    }
    /* What libmicrohttpd has no room for it does not read, and does not refuse. */
    ask_long(server, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n5;", "x", 30000,
             "");
    peer_assert_said("refused request_malformed");
    assert_int_equal(peer_count("HTTP/1.1 "), 1);
    peer_stop(server);
}

/* libmicrohttpd does not say whom it refuses: where two come in, neither is taken for the other. */
static void test_nobody_is_refused_for_another(void **state)
{
    static const char half[] = "POST / HTTP/1.1\r\n" LAST "Content-Length: 5\r\n\r\nhel";
    struct http_server *server = patient_server(1);

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        int other = peer_dial(server);

        peer_give(other, slice_of(half, i == 0 ? sizeof(half) - 1 : 20));
        (void)peer_ask(server, "GET / HTTP/1.1\r\n" LAST "\r\n"); /* and it has been read */
        if (i == 1)
            ask_long(server, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n",
                     "zz\r\n", 1, "");
        else
            ask_long(server, "GET / HTTP/1.1\r\n" LAST "A: ", "b", 60000, "\r\n\r\n");
        peer_assert_said(i == 1 ? "HTTP/1.1 400" : "HTTP/1.1 431");
        peer_assert_said("<html>");
        peer_give(other, i == 0 ? SLICE_LIT("lo") : slice_of(half + 20, sizeof(half) - 21));
        if (i > 0)
            peer_give(other, SLICE_LIT("lo"));
        (void)peer_hear(other);
        peer_assert_said("body=5:hello");
    }
    peer_stop(server);
}

/* So many at once, over all loops; a place is free again when a client goes or is answered. */
static void test_there_are_only_so_many(void **state)
{
    struct http_server *server = patient_server(2);
    int open[HTTP_LARGE_BODIES_MAX];

    (void)state;
    for (unsigned i = 0; i < HTTP_LARGE_BODIES_MAX; i++) {
        char reply[64];

        open[i] = peer_dial(server);
        peer_give(open[i], SLICE_LIT("PUT /picture HTTP/1.1\r\n" HOST
                                     "Content-Length: 20000\r\nExpect: 100-continue\r\n\r\n"));
        /* It has its place. */
        assert_true(recv(open[i], reply, sizeof(reply), 0) > 12);
        assert_memory_equal(reply, "HTTP/1.1 100", 12);
    }
    ask_bytes(server, "PUT /picture", 20000);
    peer_assert_said("HTTP/1.1 503");
    peer_assert_said("refused overloaded");
    ask_bytes(server, "PUT /picture", HTTP_BODY_MAX);
    peer_assert_said("body=16384:bbb");
    for (unsigned i = 0; i < HTTP_LARGE_BODIES_MAX; i++)
        (void)close(open[i]);
    for (unsigned tries = 0; tries < 200; tries++) {
        ask_bytes(server, "PUT /picture", 20000);
        if (strstr(peer_reply, "body=20000:bbb") != NULL)
            break;
        (void)usleep(10000);
    }
    peer_assert_said("body=20000:bbb");
    peer_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_allowed),
        cmocka_unit_test(test_a_stranger_is_refused_at_once),
        cmocka_unit_test(test_chunked),
        cmocka_unit_test(test_chunked_without_an_end),
        cmocka_unit_test(test_broken_chunks),
        cmocka_unit_test(test_nobody_is_refused_for_another),
        cmocka_unit_test(test_there_are_only_so_many),
    };

    return cmocka_run_group_tests_name("body", tests, NULL, NULL);
}

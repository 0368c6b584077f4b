/* http: heads that libmicrohttpd lets through and we refuse. */
#include "unit.h"

#include "http/http.h"
#include "http/strict.h"

/* Where a line without its end begins; its CR and LF become NUL, as libmicrohttpd does it. */
static char *cut_line(char **rest, char *end)
{
    char *line = *rest;
    char *feed = memchr(line, '\n', (size_t)(end - line));

    assert_non_null(feed);
    *rest = feed + 1;
    *feed = '\0';
    if (feed > line && feed[-1] == '\r')
        feed[-1] = '\0';
    return line;
}

/* Cuts a head as libmicrohttpd 0.9.75 does, lenient where it is, and asks for our verdict. */
static enum head_outcome judge(struct slice text, struct head *head)
{
    char *copy = malloc(text.len + 1);
    char *end = copy + text.len;
    char *rest = copy;
    char *method;
    char *target;
    char *version;
    enum head_outcome outcome;

    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    method = cut_line(&rest, end);
    target = strchr(method, ' ');
    assert_non_null(target);
    while (*target == ' ')
        *target++ = '\0';
    version = strrchr(target, ' ');
    assert_non_null(version);
    *version++ = '\0';
    head_begin(head, method, target, strlen(target), version);
    for (;;) {
        char *line = cut_line(&rest, end);
        char *colon = strchr(line, ':');

        if (line[0] == '\0')
            break;
        assert_non_null(colon);
        *colon = '\0';
        for (colon++; *colon == ' ' || *colon == '\t';)
            colon++;
        head_header(head, slice_str(line), slice_str(colon));
    }
    outcome = head_end(head, (size_t)(rest - method));
    free(copy);
    return outcome;
}

#define GET "GET / HTTP/1.1\r\nHost: a\r\n"
#define POST "POST / HTTP/1.1\r\nHost: a\r\n"

static void test_good_heads(void **state)
{
    static const struct {
        const char *text;
        size_t body_bytes;
        bool is_chunked;
    } rows[] = {
        {GET "\r\n", 0, false},
        {"GET / HTTP/1.1\nHost: a\n\n", 0, false},
        {"GET / HTTP/1.1\nHost: a\r\nB: c\n\r\n", 0, false},
        {"GET / HTTP/1.0\r\n\r\n", 0, false},
        {"GET / HTTP/1.0\r\nHost: a\r\n\r\n", 0, false},
        {"BREW / HTTP/1.1\r\nhOST:a\r\n\r\n", 0, false},
        {"GET / HTTP/1.1\r\nHost: [::1]:8080 \r\n\r\n", 0, false},
        {"GET / HTTP/1.1\r\nHost:\r\n\r\n", 0, false},
        {GET "A:\r\nB: \xd0\xb9\tc\r\n\r\n", 0, false},
        {POST "Content-Length: 0\r\n\r\n", 0, false},
        {POST "content-length: 0016384\r\n\r\n", 16384, false},
        {POST "Transfer-Encoding: Chunked\r\n\r\n", 0, true},
        {"POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\n", 5, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct head head;

        if (judge(slice_str(rows[i].text), &head) != HEAD_OK)
            fail_msg("refused: %s", rows[i].text);
        assert_int_equal(head.body_bytes, rows[i].body_bytes);
        assert_int_equal(head.chunked, rows[i].is_chunked);
    }
}

static void test_malformed_heads(void **state)
{
    const struct slice rows[] = {
        SLICE_LIT("GET / HTTP/1.1\r\n\r\n"),
        SLICE_LIT("GET / HTTP/1.1\r\nA: b\r\n\r\n"),
        SLICE_LIT(GET "Host: a\r\n\r\n"),
        SLICE_LIT("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"),
        SLICE_LIT("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
        SLICE_LIT("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        SLICE_LIT("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
        SLICE_LIT("GET / HTTP/1.1\r\nHost: \xd0\xb9\r\n\r\n"),
        SLICE_LIT("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
        SLICE_LIT("G(T / HTTP/1.1\r\nHost: a\r\n\r\n"),
        SLICE_LIT(" / HTTP/1.1\r\nHost: a\r\n\r\n"),
        SLICE_LIT(GET "A b: c\r\n\r\n"),
        SLICE_LIT(GET "A : c\r\n\r\n"),
        SLICE_LIT(GET ": c\r\n\r\n"),
        SLICE_LIT(GET " A: c\r\n\r\n"),
        SLICE_LIT(GET "\xc3\xa9: c\r\n\r\n"),
        SLICE_LIT(GET "A: b\x01\r\n\r\n"),
        SLICE_LIT(GET "A: b\x7f\r\n\r\n"),
        SLICE_LIT(GET "A: b\rc\r\n\r\n"),
        SLICE_LIT(GET "A: b\0c\r\n\r\n"),
        SLICE_LIT(GET "A: b\0c\r\nB: d\r\n\r\n"),
        SLICE_LIT(GET "A: b\0\r\n\r\n"),
        SLICE_LIT(GET "A: \0b\n\n"),
        SLICE_LIT(GET "A: \0\0b\nB: c\r\n\r\n"),
        SLICE_LIT(POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n"),
        SLICE_LIT(POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
        SLICE_LIT(POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"),
        SLICE_LIT(POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
        SLICE_LIT(POST "Transfer-Encoding: gzip, chunked\r\n\r\n"),
        SLICE_LIT(POST "Transfer-Encoding: identity\r\n\r\n"),
        SLICE_LIT(POST "Transfer-Encoding:\r\n\r\n"),
        SLICE_LIT("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
        SLICE_LIT(POST "Content-Length: x\r\n\r\n"),
        SLICE_LIT(POST "Content-Length: 5x\r\n\r\n"),
        SLICE_LIT(POST "Content-Length: +5\r\n\r\n"),
        SLICE_LIT(POST "Content-Length: 5, 5\r\n\r\n"),
        SLICE_LIT(POST "Content-Length:\r\n\r\n"),
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct head head;

        if (judge(rows[i], &head) != HEAD_MALFORMED)
            fail_msg("row %zu accepted: %.*s", i, SLICE_ARG(rows[i]));
    }
}

/* Each byte in the beginning, the middle and the end of a value longer than what is looked at at
 * once. */
static void test_bytes_of_a_value(void **state)
{
    static const size_t places[] = {0, 15, 16, 31, 39};
    static const char begin[] = GET "A: ";

    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        for (size_t i = 0; i < ARRAY_LEN(places) && byte != '\n'; i++) {
            bool is_good = (byte >= ' ' && byte != 0x7f) || byte == '\t';
            char text[sizeof(begin) - 1 + 40 + 4];
            struct head head;

            memcpy(text, begin, sizeof(begin) - 1);
            memset(text + sizeof(begin) - 1, 'x', 40);
            memcpy(text + sizeof(text) - 4, "\r\n\r\n", 4);
            text[sizeof(begin) - 1 + places[i]] = (char)byte;
            if (judge(slice_of(text, sizeof(text)), &head) != (is_good ? HEAD_OK : HEAD_MALFORMED))
                fail_msg("byte %d at %zu", byte, places[i]);
        }
    }
}

/* libmicrohttpd moves a header whose next line is folded; the name is then elsewhere. */
static void test_moved_header(void **state)
{
    static const char text[] = "GET\0/\0HTTP/1.1\0\0Host\0a\0\0A\0b\0\0 c\0\0\0\0";
    static const char moved[] = "Ac";
    struct head head;

    (void)state;
    head_begin(&head, text, text + 4, 1, text + 6);
    head_header(&head, slice_of(text + 16, 4), slice_of(text + 21, 1));
    assert_false(head.malformed);
    head_header(&head, slice_of(moved, 2), slice_of(text + 26, 1));
    assert_true(head.malformed);
    assert_int_equal(head_end(&head, sizeof(text) - 1), HEAD_MALFORMED);
}

static void test_sizes(void **state)
{
    char text[HTTP_HEAD_MAX + 64];
    struct head head;

    (void)state;
    for (size_t size = HTTP_HEAD_MAX; size <= HTTP_HEAD_MAX + 1; size++) {
        size_t begin = sizeof(GET "A: ") - 1;

        memcpy(text, GET "A: ", begin);
        memset(text + begin, 'x', size - begin);
        memcpy(text + size - 4, "\r\n\r\n", 4);
        assert_int_equal(judge(slice_of(text, size), &head),
                         size > HTTP_HEAD_MAX ? HEAD_TOO_LARGE : HEAD_OK);
    }
    assert_int_equal(judge(SLICE_LIT(POST "Content-Length: 1064960\r\n\r\n"), &head), HEAD_OK);
    assert_int_equal(head.body_bytes, HTTP_BODY_LARGE_MAX);
    assert_int_equal(judge(SLICE_LIT(POST "Content-Length: 1064961\r\n\r\n"), &head),
                     HEAD_BODY_TOO_LARGE);
    assert_int_equal(
        judge(SLICE_LIT(POST "Content-Length: 99999999999999999999999999\r\n\r\n"), &head),
        HEAD_BODY_TOO_LARGE);
}

static void test_what_is_found(void **state)
{
    static const char text[] =
        "GET\0/\0HTTP/1.1\0\0Host\0a\0\0X-Request-Id\0id \0\0Cookie\0a=b\0\0Cookie\0c\0\0\0\0";
    struct head head;

    (void)state;
    head_begin(&head, text, text + 4, 1, text + 6);
    head_header(&head, slice_of(text + 16, 4), slice_of(text + 21, 1));
    head_header(&head, slice_of(text + 24, 12), slice_of(text + 37, 3));
    head_header(&head, slice_of(text + 42, 6), slice_of(text + 49, 3));
    head_header(&head, slice_of(text + 54, 6), slice_of(text + 61, 1));
    assert_slice(head.request_id, "id");
    assert_slice(head.cookie, "a=b");
    assert_int_equal(head_end(&head, sizeof(text) - 1), HEAD_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_heads),
        cmocka_unit_test(test_malformed_heads),
        cmocka_unit_test(test_bytes_of_a_value),
        cmocka_unit_test(test_moved_header),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_what_is_found),
    };

    return cmocka_run_group_tests_name("strict", tests, NULL, NULL);
}
